"""Whose a message is, when that is uncertain: the patients known here, and how well each agrees with the message.

A person decides; nothing here links. An H-number is valid only where it was issued, so it never identifies anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.i18n import t
from elmeld_tui.messages import document
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.identifiers import NationalIdKind, read_national_id
from elmeld_tui.model.parties import Patient, ident_of
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.reading import find_message
from elmeld_tui.store.rows import Patient as PatientRecord

_MOST = 8
"""More candidates than this help nobody to decide."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody known here whom a message may be about.

    Attributes:
        patient: as known here.
        agrees: what is the same, in words.
        differs: what is not, in words; what either does not say is in neither.
    """

    patient: PatientRecord
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a message says it is about, and who that may be.

    Attributes:
        name: as the message has it.
        given_name: the given part of it, with any middle name.
        family_name: the family part of it.
        birth_date: ISO date, or empty.
        number: as the message has it; empty where it has none.
        remark: what should be known of the number; may be empty.
        linked: whose record the message lies in; None where in none.
        candidates: those who agree in most first.
    """

    name: str
    given_name: str
    family_name: str
    birth_date: str
    number: str
    remark: str
    linked: PatientRecord | None
    candidates: tuple[Candidate, ...]


def identity(office: Office, message_id: int) -> Identity:
    """Return whom a message says it is about, and those known here whom that may be.

    Raises:
        OfficeError: there is no such message, it cannot be read, or it names no patient.
    """
    message = find_message(office, message_id)
    stated = _stated(office, message_id)
    local = "" if stated.national_id else ident_of(stated.idents, "HNR")
    number = stated.national_id.id.strip() if stated.national_id else local
    born = stated.birth_date.isoformat() if stated.birth_date else ""
    linked = office.reader.patient(message.patient_id) if message.patient_id is not None else None
    found = [_compare(one, stated, number, born) for one in _known(office, stated, number)]
    found.sort(key=lambda one: (len(one.differs), -len(one.agrees), one.patient.name))
    return Identity(
        stated.name,
        _given(stated),
        stated.family_name.strip(),
        born,
        number,
        _remark(number, is_local=bool(local)),
        linked,
        tuple(found[:_MOST]),
    )


def _stated(office: Office, message_id: int) -> Patient:
    raw = office.reader.part(message_id, "document")
    try:
        patient = document.read(raw).header.patient if raw else None
    except UnreadableError as error:
        raise OfficeError(t("Meldingen kan ikke leses, så det er ikke sikkert hvem den gjelder.")) from error
    if patient is None:
        raise OfficeError(t("Meldingen nevner ingen pasient."))
    return patient


def _holds(number: str) -> bool:
    """Return whether a number tells who somebody is, wherever it is read."""
    read = read_national_id(number)
    return read is not None and read.kind is not NationalIdKind.HNR


def _known(office: Office, stated: Patient, number: str) -> list[PatientRecord]:
    """Return who has the number, or was born that day, or has the family name; each once."""
    born = stated.birth_date.isoformat() if stated.birth_date else ""
    asked = [(number if _holds(number) else "", ""), ("", born), (stated.family_name.strip(), "")]
    found = (one for words, day in asked if words or day for one in office.reader.patients(words, born=day))
    return list({one.id: one for one in found}.values())


def _compare(patient: PatientRecord, stated: Patient, number: str, born: str) -> Candidate:
    told = {
        t("nummer"): (patient.national_id, number if _holds(number) else ""),
        t("fødselsdato"): (patient.birth_date, born),
        t("etternavn"): (patient.family_name.casefold(), stated.family_name.strip().casefold()),
        t("fornavn"): (patient.given_name.casefold(), _given(stated).casefold()),
        t("kjønn"): (patient.sex, stated.sex.value),
    }
    both = {what: here == there for what, (here, there) in told.items() if here and there}
    return Candidate(
        patient,
        agrees=tuple(what for what, same in both.items() if same),
        differs=tuple(what for what, same in both.items() if not same),
    )


def _given(stated: Patient) -> str:
    return " ".join(part.strip() for part in (stated.given_name, stated.middle_name) if part)


def _remark(number: str, *, is_local: bool) -> str:
    read = read_national_id(number) if number else None
    if not number:
        return t("Meldingen har ikke noe fødselsnummer.")
    if not is_local and (read is None or not read.valid):
        return t("Nummeret i meldingen er ikke et gyldig fødselsnummer.")
    if is_local or not _holds(number):
        return t("Nummeret er et H-nummer. Det gjelder bare der det er laget, og sier ikke hvem dette er.")
    return ""
