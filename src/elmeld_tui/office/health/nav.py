"""Whether the clinic can send to NAV: the agreement (CPA), and the personal signature of what goes there."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Severity
from elmeld_tui.model.nav import HER_ID
from elmeld_tui.office import addresses, agreements
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.office.signing import check_identity, signer_of


def examine_nav_agreement(office: Office) -> Check:
    """Return whether the clinic has an agreement with NAV that holds."""
    found = addresses.nav(office)
    navs = {HER_ID, found.her_id} if found else {HER_ID}
    held = [one for one in agreements.all_held(office) if (party := one.theirs(office)) and party.her_ids & navs]
    if not held:
        return Check(
            "nav_agreement",
            Verdict.REMARK,
            t("Klinikken har ingen avtale (CPA) med NAV; sykmelding og legeerklæring kan ikke sendes."),
            t("Hent avtalen fra NAV, og legg den inn med «elmeld cpa import FIL»."),
        )
    told = {"cpa": held[0].agreement.cpa_id}
    try:
        faults = [one for one in agreements.examine_agreement(office, held[0]) if one.severity is Severity.ERROR]
    except OfficeError as error:
        return Check("nav_agreement", Verdict.FAULT, str(error), t("Rett utstederne klinikken stoler på."))
    if faults:
        mend = t("Se «elmeld cpa check {cpa}», og be NAV om en ny avtale.", **told)
        return Check("nav_agreement", Verdict.FAULT, faults[0].message, mend)
    end = held[0].agreement.end
    until = t("til {until}", until=clock.long(end)) if end else t("uten sluttdato")
    return Check("nav_agreement", Verdict.OK, t("Avtalen {cpa} med NAV gjelder {until}.", until=until, **told))


def examine_personal_signature(office: Office) -> Check:
    """Return whether what goes to NAV can be signed by a person, and who is not set up for it."""
    name = "personal_signature"
    try:
        signer = signer_of(office.clinic)
    except OfficeError as error:
        return Check(name, Verdict.FAULT, str(error), t("Rett «exercise_signature» i clinic.toml."))
    if signer is None:
        return Check(
            name,
            Verdict.REMARK,
            t("Smartkort kan ikke brukes ennå: sykmelding og legeerklæring kan skrives og lagres, ikke signeres."),
            t("Skriv og lagre dem som utkast; de kan sendes når smartkort er tatt i bruk."),
        )
    try:
        check_identity(office.user)
    except OfficeError as error:
        return Check(name, Verdict.REMARK, str(error), t("Legg inn det som mangler under Klinikk › Brukere."))
    told = t("Øvelse: et merket demosertifikat står for smartkortet. Det gjelder ikke utenfor øvelsen.")
    return Check(name, Verdict.OK, told)
