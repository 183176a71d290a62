"""The inhabitants of the simulated Helsenett: a hospital, a laboratory, another general practice, NAV, and patients.

All names are made up. Organisation numbers and national identity numbers are of the synthetic series (the latter
with 80 added to the month), so they can belong to nobody. NAV alone has its own organisation number, by which a
clinic knows that it writes to NAV; its name says that it is simulated, and its HER-id is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit, person_ident, unit_ident

MAIL_DOMAIN = "helsenett.example"
"""Of every EDI address here; nothing on the internet has it (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation that takes part, with the keys it signs and opens everything with.

    Attributes:
        name: what commands call it.
        organisation: level 1.
        parties: level 2, whom others write to; the first is the one that writes on its own account.
        author: who signs what it writes; None where nobody is named.
        wants_signature: whether it takes only what a person has signed.
        makes_agreements: whether it makes agreements (CPA) with those who ask for one.
    """

    name: str
    organisation: DirectoryParty
    parties: tuple[DirectoryParty, ...]
    author: Professional | None = None
    wants_signature: bool = False
    makes_agreements: bool = False

    @property
    def edi_address(self) -> str:
        """Where mail to any of its parties goes."""
        return f"{self.name}@{MAIL_DOMAIN}"

    @property
    def her_ids(self) -> frozenset[str]:
        """Every HER-id that is this partner, both levels."""
        return frozenset({self.organisation.her_id, *(party.her_id for party in self.parties)})


def _organisation(her_id: str, name: str, number: str, city: str, business_type: str) -> DirectoryParty:
    return DirectoryParty(
        her_id,
        name,
        PartyType.ORGANIZATION,
        organisation_number=number,
        city=city,
        business_type=business_type,
    )


def _below(parent: DirectoryParty, her_id: str, name: str, kind: PartyType) -> DirectoryParty:
    return DirectoryParty(
        her_id,
        name,
        kind,
        parent_her_id=parent.her_id,
        parent_name=parent.name,
        organisation_number=parent.organisation_number,
        city=parent.city,
    )


def _service(parent: DirectoryParty, her_id: str, name: str, codelist: str, code: str) -> DirectoryParty:
    return replace(_below(parent, her_id, name, PartyType.SERVICE), service_oid=codelist, service_code=code)


def _person(parent: DirectoryParty, her_id: str, name: str, hpr_number: str) -> DirectoryParty:
    return replace(_below(parent, her_id, name, PartyType.PERSON), hpr_number=hpr_number)


_HOSPITAL = _organisation("9101000", "Vikefjord sykehus", "310412007", "Vikefjord", "101")
_LABORATORY = _organisation("9102000", "Brattholmen laboratorium", "310412090", "Vikefjord", "99")
_PRACTICE = _organisation("9103000", "Kaien legekontor", "310412279", "Brattholmen", "103")
_NAV = _organisation("9104000", "NAV (simulert)", "889640782", "Oslo", "99")


def _author(given: str, family: str, hpr: str, phone: str) -> Professional:
    return Professional(
        family,
        "",
        given,
        (person_ident(hpr, "HPR"),),
        CodedValue("LE", oid(9060), "Lege"),
        telecoms=(Telecom(CodedValue("WP", oid(9061), "Arbeidsplass"), f"tel:{phone}"),),
    )


PARTNERS: tuple[Partner, ...] = (
    Partner(
        "hospital",
        _HOSPITAL,
        (
            _service(_HOSPITAL, "9101001", "Kirurgisk poliklinikk", "8655", "S02"),
            _service(_HOSPITAL, "9101002", "Medisinsk avdeling", "8655", "S03"),
            _service(_HOSPITAL, "9101003", "Øyeblikkelig hjelp", "8655", "S"),
            _service(_HOSPITAL, "9101004", "Ortopedisk poliklinikk", "8655", "S0208"),
            _service(_HOSPITAL, "9101005", "Hjertepoliklinikken", "8655", "S0306"),
            _service(_HOSPITAL, "9101006", "Gynekologisk poliklinikk", "8655", "S04"),
        ),
        _author("Torunn", "Skarvnes", "9900101", "55900101"),
    ),
    Partner(
        "laboratory",
        _LABORATORY,
        (_service(_LABORATORY, "9102001", "Medisinsk biokjemi", "8654", "L03"),),
        _author("Eskil", "Havmo", "9900201", "55900201"),
    ),
    Partner(
        "gp",
        _PRACTICE,
        (
            _service(_PRACTICE, "9103001", "Allmennlege", "8666", "05"),
            _person(_PRACTICE, "9103002", "Ragna Holmsund", "9900301"),
        ),
        _author("Ragna", "Holmsund", "9900301", "55900301"),
    ),
    # NAV is addressed as an organisation, without services below it.
    Partner("nav", _NAV, (_NAV,), wants_signature=True, makes_agreements=True),
)
"""Everyone who answers on the simulated Helsenett."""


def partner_of(her_id: str) -> Partner | None:
    """Return the partner that ``her_id`` is or belongs to, on either level."""
    return next((partner for partner in PARTNERS if her_id in partner.her_ids), None)


def named(name: str) -> Partner | None:
    """Return the partner that commands call ``name``."""
    return next((partner for partner in PARTNERS if partner.name == name), None)


def as_sender(partner: Partner, party: DirectoryParty) -> Party:
    """Return ``party`` of ``partner`` as a document names it: unit, service, and the author under it."""
    organisation = partner.organisation
    unit = Unit(organisation.name, (_her(organisation.her_id), _enh(organisation.organisation_number)))
    if party.type is PartyType.ORGANIZATION:
        return Party(unit)
    if party.type is PartyType.PERSON and (author := partner.author):
        return Party(unit, None, replace(author, idents=(_her(party.her_id), *author.idents)))
    return Party(unit, Unit(party.name, (_her(party.her_id),)), partner.author)


def as_receiver(party: DirectoryParty) -> Party:
    """Return a registered party as a document addresses it (HIS 1153-2 AD2.2-AD2.4)."""
    if party.type is PartyType.ORGANIZATION:
        return Party(Unit(party.name, (_her(party.her_id), _enh(party.organisation_number))), role="PRIM")
    unit = Unit(party.parent_name, (_her(party.parent_her_id), _enh(party.organisation_number)))
    return Party(unit, Unit(party.name, (_her(party.her_id),)), role="PRIM")


def _her(number: str) -> Ident:
    return unit_ident(number, "HER")


def _enh(number: str) -> Ident:
    return Ident(number, CodedValue("ENH", oid(9051), "Organisasjonsnummeret i Enhetsregisteret"))


def _patient(given: str, family: str, born: date, sex: str, number: str) -> Patient:
    sexes = {"1": "Mann", "2": "Kvinne"}
    ident = Ident(number, CodedValue("FNR", oid(8116), "Fødselsnummer"))
    return Patient(family, "", given, born, CodedValue(sex, oid(3101), sexes[sex]), (ident,))


PATIENTS: tuple[Patient, ...] = (
    _patient("Solveig", "Tangvald", date(1949, 5, 3), "2", "03854910077"),
    _patient("Even", "Strømsnes", date(1971, 8, 22), "1", "22887110178"),
    _patient("Mari", "Lyngholm", date(1962, 1, 14), "2", "14816210047"),
    _patient("Ida", "Fjærevik", date(1995, 7, 9), "2", "09879510039"),
    _patient("Nils", "Sandøy", date(1938, 9, 17), "1", "17893810196"),
)
"""People whom the partners write about."""
