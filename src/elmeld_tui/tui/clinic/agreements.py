"""Avtaler: the clinic's agreements (CPA), each examined as the partner's own receiver will examine what we send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.view import Section
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, page
from elmeld_tui.tui.widgets.lines import Tone

if TYPE_CHECKING:
    from elmeld_tui.office.agreements import Held
    from elmeld_tui.office.clinic import Office

_SIGNS = {
    Severity.ERROR: ("✗", Tone.TROUBLE),
    Severity.WARNING: ("!", Tone.WAITING),
    Severity.NOTE: ("✓", Tone.DONE),
}


def _load(office: Office) -> list[Entry]:
    from elmeld_tui.office import policy
    from elmeld_tui.office.agreements import all_held, examine_agreement

    policy.require(office, policy.Action.SEE_CLINIC)
    return [_entry(office, held, list(examine_agreement(office, held))) for held in all_held(office)]


def _entry(office: Office, held: Held, findings: list[Finding]) -> Entry:
    agreement, theirs = held.agreement, held.theirs(office)
    name = theirs.name if theirs else agreement.cpa_id
    gravest = next(
        (one for one in Severity if any(finding.severity is one for finding in findings)), Severity.NOTE
    )
    sign, tone = _SIGNS[gravest]
    until = t("til {until}", until=clock.long(agreement.end)) if agreement.end else t("uten sluttdato")
    told = page(
        name,
        facts(
            "",
            (t("CPA"), agreement.cpa_id),
            (t("Gjelder fra"), clock.long(agreement.start) if agreement.start else ""),
            (t("Gyldighet"), until),
            (t("Lagt inn"), f"{clock.long(held.imported)}, {held.imported_by}"),
        ),
        Section(
            t("Merknader"),
            text=tuple(f"{_SIGNS[one.severity][0]} {one.message}" for one in findings) or (t("Ingen."),),
        ),
        Section(t("Ny versjon"), text=(t("Legges inn med «elmeld cpa import FIL»."),)),
    )
    return Entry(agreement.cpa_id, name, until, told, sign, tone)


PART = Part(
    "agreements",
    lambda: t("Avtaler (CPA)"),
    _load,
    lambda: t("Ingen avtaler. NAVs hentes fra NAV og legges inn med «elmeld cpa import FIL»."),
)
