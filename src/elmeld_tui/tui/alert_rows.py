"""An alert as one line of the list, and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.alerts import Need, age, is_about_setup
from elmeld_tui.office.course import Course
from elmeld_tui.office.possible import Deed
from elmeld_tui.tui.actions import Where, actions, key_of
from elmeld_tui.tui.timeline import happened, labelled, way
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted
from elmeld_tui.tui.widgets.paper import Layout

WORD_WIDTH = 17
"""Cells for the word that says what an alert is."""
_AGE, _WHAT = 6, 22
_WIDE = 100
"""Cells from which a line has room for the patient."""


def alert_line(need: Need, width: int, now: datetime) -> Line:
    """Return an alert as the list shows it: a sign, for how long, what has happened, to what, and with whom."""
    wide = width >= _WIDE
    rest = max(0, width - 2 - _AGE - WORD_WIDTH - _WHAT - 5)
    whom = rest * 3 // 5 if wide else rest
    cells = [
        f"{age(need.alert, now):>{_AGE}}",
        fitted(need.word, WORD_WIDTH),
        fitted(need.what, _WHAT),
        fitted(need.whom, whom),
    ]
    if wide and need.row is not None:
        cells.append(fitted(need.row.patient, rest - whom - 1))
    return (Span(f" {need.sign} {' '.join(cells)}", _tone(need)),)


def _tone(need: Need) -> Tone:
    return Tone.PLAIN if need.sign == "…" else Tone.TROUBLE


class AlertPage(NamedTuple):
    """What is known of an alert.

    Attributes:
        need: the alert.
        course: what has happened and what now; of its message, its way so far besides.
        deeds: what the user can do to end it, the best first.
        cleared: who ends it, and when.
    """

    need: Need
    course: Course
    deeds: Sequence[Deed]
    cleared: str


def alert_layout(page: AlertPage) -> Layout:
    """Return the layout of an alert: what has happened, what now with the keys that do it, and the way so far."""
    return lambda width: list(_lines(page, width))


def _lines(page: AlertPage, width: int) -> Iterator[Line]:
    yield from happened(page.course, width)
    doing = {action.name: action for action in actions(Where.ALERTS)}
    keys = [f"{key_of(f'alerts.{deed}')} {doing[deed].label()}" for deed in page.deeds]
    if is_about_setup(page.need.alert):
        keys.append(f"{key_of('alerts.setup')} {doing['setup'].label()}")
    if keys:
        yield from labelled("", " · ".join(keys), width, Tone.KEY)
    yield from labelled(t("Slokkes"), page.cleared, width, Tone.PLAIN)
    if page.need.alert.raised:
        yield from labelled(t("Siden"), clock.long(clock.from_text(page.need.alert.raised)), width, Tone.PLAIN)
    yield from way(page.course, width)
