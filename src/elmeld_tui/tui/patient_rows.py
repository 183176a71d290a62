"""A patient, and what is in a patient's post and journal, each as one line of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.patient_post import WAITS, Tab, age
from elmeld_tui.office.words import Concern, outside_words, state_of
from elmeld_tui.store.patient_post import Waiting
from elmeld_tui.store.reading import Row
from elmeld_tui.store.rows import JournalEvent, Patient
from elmeld_tui.tui.message_rows import changes_another, list_time, type_of
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, cut, fitted, line_width, one_line

_SEXES = {"1": lambda: t("mann"), "2": lambda: t("kvinne")}
_DATE, _WAY, _NAME, _PARTY = 8, 3, 60, 48
_WIDE = 96
"""Cells from which every line has room for what one waits for, so that all states begin below each other."""


def patient_line(patient: Patient, width: int) -> Line:
    """Return a patient as the search lists them: name, birth date, number."""
    name = max(0, min(width - 3 - 10 - 14, _NAME))
    return (Span(f" {fitted(patient.name, name)} {_day(patient.birth_date):<10}  {number(patient):<12}"),)


def whose(patient: Patient) -> str:
    """Return a sentence that says whom a message is about."""
    born = _day(patient.birth_date)
    if not born:
        return t("Gjelder {name}.", name=one_line(patient.name))
    return t("Gjelder {name}, født {born}.", name=one_line(patient.name), born=born)


def patient_header(patient: Patient, now: datetime) -> tuple[Line, Line]:
    """Return who a patient is, for the two ends of a line: name, birth date and age; number and sex."""
    years = age(patient.birth_date, now)
    born = t("f. {day} ({years} år)", day=_day(patient.birth_date), years=years) if years is not None else ""
    sex = _SEXES[patient.sex]() if patient.sex in _SEXES else ""
    return (
        (Span(f" {one_line(patient.name)} ", Tone.HEADING), Span(f" {born}")),
        (Span(f" {number(patient)}", Tone.STRONG), Span(f"  {sex} " if sex else " ")),
    )


def number(patient: Patient) -> str:
    """Return the number of a patient as one reads it."""
    return one_line(f"{patient.national_id[:6]} {patient.national_id[6:]}")


def _day(iso: str) -> str:
    year, _, rest = iso.partition("-")
    month, _, day = rest.partition("-")
    return f"{day}.{month}.{year}" if day else one_line(iso)


def tab_line(tabs: Sequence[Tab], chosen: str, width: int) -> Line:
    """Return the tabs with their numbers; where there is no room for all, those around the chosen one."""
    spans = [
        Span(
            f" {tab.label} {tab.number} ",
            Tone.CHOSEN if tab.name == chosen else Tone.PLAIN if tab.number else Tone.MUTED,
            f"screen.tab('{tab.name}')",
        )
        for tab in tabs
    ]
    at = next((place for place, tab in enumerate(tabs) if tab.name == chosen), 0)
    first = 0
    while first < at and line_width(tuple(spans[first : at + 1])) > width - 3:
        first += 1
    shown: Line = (Span("‹" if first else " ", Tone.KEY), *spans[first:])
    return (*cut(shown, width - 1), Span("›", Tone.KEY)) if line_width(shown) > width else shown


def record_line(row: Row, width: int, waits: Mapping[int, Waiting], now: datetime) -> Line:
    """Return a message as a patient's post lists it: when, which way, what, with whom, and how it stands."""
    state = state_of(row)
    outside = "" if changes_another(row) else outside_words(row, short=True)
    told = WAITS[waits[row.id]]() if row.id in waits else outside or state.word
    wide = width >= _WIDE
    told_width = 20 if wide or row.id in waits else 12
    sign = state.sign if row.direction == "out" or state.concern is Concern.TROUBLE else "•" if row.unread else " "
    rest = max(0, width - 3 - _DATE - _WAY - told_width - 5)
    kind = min(20, rest // 2)
    cells = [
        list_time(row.at, now, wide=False),
        fitted(t("ut") if row.direction == "out" else t("inn"), _WAY),
        fitted(type_of(row), kind),
        fitted(row.party, min(rest - kind, _PARTY) if wide else rest - kind),
        fitted(told, told_width),
    ]
    tone = Tone.TROUBLE if state.concern is Concern.TROUBLE else Tone.STRONG if row.unread else Tone.PLAIN
    return (Span(f"{'+' if row.attachments else ' '}{sign} " + " ".join(cells), tone),)


def journal_line(event: JournalEvent, width: int) -> Line:
    """Return an event of the journal as one line."""
    at = clock.short(clock.from_text(event.at))
    return (Span(f" {at}  {fitted(event.title, max(0, width - len(at) - 3))}"),)
