"""The checklist: what the clinic needs in order to send and receive, each point tested."""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.office.setup import Point, checklist
from elmeld_tui.tui.clinic.parts import Entry, page
from elmeld_tui.tui.widgets.lines import Tone

_SIGNS = {
    Verdict.OK: ("✓", Tone.DONE),
    Verdict.REMARK: ("!", Tone.WAITING),
    Verdict.FAULT: ("✗", Tone.TROUBLE),
}


def entries(checks: Iterable[Check], *, finished: bool) -> list[Entry]:
    """Return the checklist as far as it has been tested.

    Args:
        checks: what has been found.
        finished: whether everything has been looked at.
    """
    return [_entry(point, finished=finished) for point in checklist(checks)]


def _entry(point: Point, *, finished: bool) -> Entry:
    required = point.requirement
    sign, tone = _SIGNS.get(point.verdict or Verdict.OK, _SIGNS[Verdict.OK])
    note = point.gravest.told if point.gravest else ""
    if not point.checks:
        sign, tone = "–" if finished else "…", Tone.MUTED
        note = t("ikke i bruk her") if finished else t("prøves nå")
    found = [part for check in point.checks for part in _found(check)]
    return Entry(
        required.name,
        required.title(),
        note,
        page(
            required.title(),
            Section("", text=tuple(found) or (note,)),
            Section(t("Hvorfor"), text=(required.why(),)),
        ),
        sign,
        tone,
    )


def _found(check: Check) -> list[str]:
    sign = _SIGNS[check.verdict][0]
    return [f"{sign} {check.told}" + (f"\n   → {check.mend}" if check.mend else "")]
