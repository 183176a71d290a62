"""Avtaler: the clinic's agreements (CPA), each checked as the partner's own receiver will check what we send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.view import Section
from elmeld_tui.office import policy
from elmeld_tui.tui.clinic.parts import Entry, Part, asked_file, facts, may_set_up, page
from elmeld_tui.tui.screens.small_form import Said, SmallForm
from elmeld_tui.tui.widgets.lines import Tone

if TYPE_CHECKING:
    from elmeld_tui.office.agreements import Held, Imported
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_SIGNS = {
    Severity.ERROR: ("✗", Tone.TROUBLE),
    Severity.WARNING: ("!", Tone.WAITING),
    Severity.NOTE: ("✓", Tone.DONE),
}


def _load(office: Office) -> list[Entry]:
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
        Section(
            t("Ny versjon"), text=(t("Trykk n og skriv stien til filen, eller bruk «elmeld cpa import FIL»."),)
        ),
    )
    return Entry(agreement.cpa_id, name, until, told, sign, tone)


async def _add(app: ElmeldApp) -> bool:
    """Ask for the file of an agreement, and take it in."""

    def keep(office: Office, said: Said) -> Imported:
        from elmeld_tui.office.agreements import take_in
        from elmeld_tui.office.named_files import read_named
        from elmeld_tui.transport.agreement.reading import MAX_BYTES

        return take_in(office, read_named(str(said["file"]), MAX_BYTES))

    if not await may_set_up(app):
        return False
    form = SmallForm(app.session, t("Legg inn en avtale (CPA)"), [asked_file("~/nav.xml")], keep)
    imported = await app.push_screen_wait(form)
    if imported is None:
        return False
    app.tell(_told(imported))
    return imported.new


def _told(imported: Imported) -> str:
    cpa, replaced = imported.held.agreement.cpa_id, imported.replaced
    if not imported.new:
        return t("Avtalen {cpa} er lagt inn fra før; ingenting er endret.", cpa=cpa)
    if replaced and replaced.agreement.end:
        return t(
            "Avtalen {cpa} er lagt inn, i stedet for den som gjaldt til {date}.",
            cpa=cpa,
            date=clock.day(replaced.agreement.end),
        )
    return t("Avtalen {cpa} er lagt inn.", cpa=cpa)


PART = Part(
    "agreements",
    lambda: t("Avtaler (CPA)"),
    _load,
    lambda: t("Ingen avtaler. Hent NAVs fra NAV, trykk n og skriv stien til filen."),
    add=_add,
    asks=policy.Action.CHANGE_SETUP,
)
