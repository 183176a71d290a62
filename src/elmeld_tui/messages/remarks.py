"""What a reader must be told about a document that is accepted all the same (national criteria R14-R18, R28).

A fault in the content, a missing name or an unknown code never leads to rejection (AR11 §3.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.hcp import LAYOUTS
from elmeld_tui.messages.reading import Element, MaybeElement, find, find_all, local, text, value
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import is_her_id, is_organisation_number
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Ident, Party

_MOST = 20
"""Remarks of one kind that are told; a hostile document could have any number."""


def of(document: Document) -> list[Finding]:
    """Return warnings about what ``document`` lacks or says oddly; nothing for a receipt."""
    header = document.header
    if header.kind in {Kind.APPREC, Kind.UNKNOWN}:
        return []
    found = [*_parties(header), *_people(document), *_times(document), *_codes(document)]
    return list(dict.fromkeys(found))


def _parties(header: Header) -> Iterator[Finding]:
    if header.sender and not header.sender.her_id:
        yield _warning("sender_her_id", "Sender", t("Avsenderen er oppgitt uten HER-id."))
    for party in header.receivers:
        if party.department is None and party.person is None and not is_nav(party):
            message = t("Meldingen er adressert til virksomheten, uten tjeneste eller person.")
            yield _warning("receiver_level", "Receiver", message)
    named: list[tuple[str, Party]] = [("Sender", header.sender)] if header.sender else []
    for where, party in (*named, *(("Receiver", receiver) for receiver in header.receivers)):
        for ident in _idents(party):
            right = _FORMS.get(ident.type.value)
            if ident.id and right and not right(ident.id):
                kind = ident.type.text or ident.type.value
                message = t("«{id}» kan ikke være et gyldig nummer ({kind}).", id=ident.id, kind=kind)
                yield _warning("wrong_id", where, message)


_FORMS: dict[str, Callable[[str], bool]] = {
    "HER": is_her_id,
    "ENH": is_organisation_number,
    "HPR": lambda number: bool(re.fullmatch("[0-9]{7,9}", number)),
}
"""The form an identifier has (HIS 1001:2010 ch. 3-4), by its type (9051, 8116)."""


def _idents(party: Party) -> Iterator[Ident]:
    yield from party.organisation.idents
    yield from party.department.idents if party.department else ()
    yield from party.person.idents if party.person else ()


_PEOPLE: dict[Kind, tuple[tuple[str, Callable[[], str]], ...]] = {
    Kind.REFERRAL: (("HHE", lambda: t("Henvisende lege er ikke oppgitt.")),),
    Kind.ORDER: (("REK", lambda: t("Rekvirerende lege er ikke oppgitt.")),),
    Kind.DISCHARGE_SUMMARY: (
        ("HHE", lambda: t("Henvisende lege er ikke oppgitt.")),
        ("AHP", lambda: t("Ansvarlig eller utskrivende lege er ikke oppgitt.")),
    ),
    Kind.SERVICE_REPORT: (
        ("REK", lambda: t("Rekvirerende lege er ikke oppgitt.")),
        ("AHP", lambda: t("Ansvarlig lege for svaret er ikke oppgitt.")),
    ),
}
"""Who must be named, by relation to the patient (8254), and what is said where nobody is."""

# Who stands for another: the one responsible for the report, where nobody is responsible for the patient.
_REQUESTING = frozenset({"HHE", "REK"})
_INSTEAD = {"AHP": ("AHP", "ARP"), "HHE": ("HHE",), "REK": ("REK", "HHE")}


def _people(document: Document) -> Iterator[Finding]:
    header = document.header
    if header.service_type == "C":
        # A cancellation need say no more than what it takes back.
        return
    related = [
        (value(one, "Relation") or value(one, "TypeRelasjon"), one)
        for name in ("PatRelHCP", "ResponsibleHcp", "RelServProvider", "RelServProv", "AnsvarForRapport")
        for one in document.root.iter(f"{{*}}{name}")
    ]
    for relation, message in _PEOPLE.get(header.kind, ()):
        wanted = _INSTEAD[relation]
        named = any(_says_who(one) for given, one in related if given in wanted)
        if not named and not (relation in _REQUESTING and _addresses_a_person(document)):
            yield _warning(f"no_{relation}", relation, message())


def _addresses_a_person(document: Document) -> bool:
    """Whether the one who referred or ordered is named as the requester itself."""
    layout = LAYOUTS.get(document.header.kind)
    return layout is not None and _says_who(find(document.root, f"{layout.document}/Requester/HCP/Inst/HCPerson"))


def _says_who(element: MaybeElement) -> bool:
    """Whether a name or a number stands anywhere in it."""
    if element is None:
        return False
    told = ("Name", "FamilyName", "GivenName", "Id")
    return any(local(one) in told and (text(one) or one.get("V")) for one in element.iter("{*}*"))


def _times(document: Document) -> Iterator[Finding]:
    header = document.header
    if header.kind not in LAYOUTS or header.service_type == "C":
        return
    for one in find_all(document.root, LAYOUTS[header.kind].document):
        if not value(one, "IssueDate"):
            yield _warning("no_issue_date", "IssueDate", t("Tidspunktet dokumentet er skrevet, mangler."))
        if header.kind is Kind.SERVICE_REPORT and not _any_value(one, ("CollectedDate", "StudyDate", "InvDate")):
            message = t("Tidspunktet for prøve eller undersøkelse mangler.")
            yield _warning("no_examination_date", "CollectedDate", message)
        if header.kind is Kind.DISCHARGE_SUMMARY and not _any_value(one, ("StartDateTime",)):
            message = t("Tidspunktet for innleggelse eller konsultasjon mangler.")
            yield _warning("no_contact_date", "StartDateTime", message)


def _any_value(element: Element, names: tuple[str, ...]) -> bool:
    return any(value(one) for name in names for one in element.iter(f"{{*}}{name}"))


_LISTS = {"ServType": ("7309", "8270"), "Sex": ("3101",), "TypeOffId": ("8327",)}
"""Elements whose codes are known to the last one, and the lists they may be from."""


def _codes(document: Document) -> Iterator[Finding]:
    told = 0
    for name, lists in _LISTS.items():
        for element in document.root.iter(f"{{*}}{name}"):
            code = element.get("V", "").strip()
            if code and not any(codelists.text(one, code) for one in lists):
                message = t("Koden «{code}» er ukjent i {codelist}.", code=code, codelist=codelists.name(lists[0]))
                yield _warning("unknown_code", name, message)
                told += 1
                if told >= _MOST:
                    return


def _warning(code: str, where: str, message: str) -> Finding:
    return Finding(Severity.WARNING, code, where, message)
