"""All that is known about one party we write to: addresses, what it can receive, certificates, and how recent that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.model import clock
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.model.view import Field, Section, Table, View
from elmeld_tui.office import recipients
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.beginning import startable_forms
from elmeld_tui.office.certificates import check_party
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.registry import local
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.store import known_addresses
from elmeld_tui.store.known_addresses import Known

_SIGNS = {Verdict.OK: "✓", Verdict.REMARK: "!", Verdict.FAULT: "✗"}


@dataclass(frozen=True, slots=True)
class AddressPage:
    """What is known of a party.

    Attributes:
        party: as the register has it, or our copy of that.
        known: what the user has had to do with it.
        fetched: when the register said so (UTC); None where there is no copy.
        takes: what can be written, with why it cannot be sent there; an empty reason where it can.
        certificates: every check of each, with the certificate's use.
        agreement: id of the agreement (CPA) that what we send there goes under; empty where there is none.
    """

    party: DirectoryParty
    known: Known
    fetched: datetime | None
    takes: tuple[tuple[str, str], ...]
    certificates: tuple[tuple[str, Check], ...]
    agreement: str


def look_up(office: Office, her_id: str, *, renew: bool = False) -> AddressPage:
    """Return all that is known of the party with this HER-id.

    Args:
        office: where.
        her_id: of it.
        renew: whether the register is asked though our copy is fresh.

    Raises:
        OfficeError: nobody has it, or the register does not answer and it is not known here.
    """
    if renew and isinstance(office.directory, KeptDirectory):
        _renew(office.directory, her_id)
    party = recipient(office, her_id)
    with office.database.snapshot() as connection:
        known = known_addresses.of(connection, office.user.name).get(her_id, Known())
    copy = local.copies_of(office.database, [her_id]).get(her_id)
    forms = {form.type_code or form.name: form for form in startable_forms()}.values()
    return AddressPage(
        party,
        known,
        copy.fetched if copy else None,
        tuple((form.title, recipients.refusal(office, party, form)) for form in forms),
        tuple(check_party(office, her_id, online=False)),
        _agreement(office, her_id),
    )


def _renew(directory: KeptDirectory, her_id: str) -> None:
    try:
        directory.ask(her_id)
    except (UnknownPartyError, DirectoryUnavailableError) as error:
        raise OfficeError(str(error)) from error


def _agreement(office: Office, her_id: str) -> str:
    from elmeld_tui.office.agreements import all_held

    held = (one for one in all_held(office) if (theirs := one.theirs(office)) and her_id in theirs.her_ids)
    return next((one.agreement.cpa_id for one in held), "")


def view(page: AddressPage) -> View:
    """Return the page as it is read."""
    party = page.party
    why_not = {reason for _, reason in page.takes if reason}
    never = len(why_not) == 1 and all(reason for _, reason in page.takes)
    takes = (
        Section(t("Hva det kan sendes"), text=tuple(why_not))
        if never
        else Section(
            t("Hva det kan sendes"),
            tables=(
                Table(
                    (t("Melding"), ""),
                    tuple((title, f"✗ {reason}" if reason else "✓") for title, reason in page.takes),
                ),
            ),
        )
    )
    return View(
        party.full_name,
        "",
        "",
        (),
        (Section("", fields=_facts(page)), takes, *_certificates(page.certificates)),
        (),
    )


def _facts(page: AddressPage) -> tuple[Field, ...]:
    party, used = page.party, page.known.used
    service = codelists.text(party.service_oid, party.service_code) if party.service_code else ""
    facts = (
        (t("HER-id"), party.her_id),
        (t("Type"), party.sort.label),
        (t("Tjeneste"), service or party.service_code),
        (t("Hører til"), f"{party.parent_name} ({party.parent_her_id})" if party.parent_her_id else ""),
        (t("Organisasjonsnummer"), party.organisation_number),
        (t("HPR-nummer"), party.hpr_number),
        (t("Sted"), party.city),
        (t("EDI-adresse"), party.edi_address),
        (t("HTTP-adresse"), party.endpoint),
        (t("Avtale (CPA)"), page.agreement),
        (t("Favoritt"), t("ja") if page.known.favourite else ""),
        (t("Sist skrevet til"), clock.long(clock.from_text(used)) if used else ""),
        (t("Hentet fra registeret"), clock.long(page.fetched) if page.fetched else ""),
    )
    return tuple(Field(label, value) for label, value in facts if value)


def _certificates(checks: tuple[tuple[str, Check], ...]) -> tuple[Section, ...]:
    uses = dict.fromkeys(use for use, _ in checks)
    return tuple(
        Section(
            t("Sertifikat til {use}", use=_USES[use]()),
            text=(
                "\n".join(
                    f"{_SIGNS[check.verdict]} {check.told}" + (f"\n  → {check.mend}" if check.mend else "")
                    for of, check in checks
                    if of == use
                ),
            ),
        )
        for use in uses
    )


_USES = {"signing": lambda: t("signering"), "encryption": lambda: t("kryptering")}
