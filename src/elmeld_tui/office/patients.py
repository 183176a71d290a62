"""Registering a patient, and identifying one in a document."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.composing import identity
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.identifiers import NationalIdKind, read_national_id
from elmeld_tui.model.parties import Patient, person_ident
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store import messages
from elmeld_tui.store.rows import Patient as PatientRecord

_SEX_NAMES = {"1": "Mann", "2": "Kvinne"}


def register_patient(office: Office, national_id: str, given_name: str, family_name: str) -> PatientRecord:
    """Take in a patient, or find the one who has this number already.

    Raises:
        OfficeError: she may not do it, or the number or the name cannot be right; the text says what to mend.
    """
    policy.require(office, policy.Action.WRITE)
    number = national_id.replace(" ", "")
    problem = number_problem(number, synthetic_allowed=office.clinic.test)
    if problem:
        raise OfficeError(problem)
    if not given_name.strip() or not family_name.strip():
        raise OfficeError(t("Skriv både fornavn og etternavn."))
    read = read_national_id(number)
    assert read is not None
    patient = Patient(
        family_name=family_name.strip(),
        given_name=given_name.strip(),
        birth_date=read.birth_date,
        sex=_sex(number) if read.kind is not NationalIdKind.FHN else CodedValue("0", oid(3101), "Ikke kjent"),
        idents=(person_ident(number, read.kind),),
    )
    with office.database.transaction() as connection:
        patient_id = messages.patient_id(connection, patient)
    return _record(office, patient_id)


def number_problem(number: str, *, synthetic_allowed: bool) -> str:
    """Return what is wrong with an identity number, or an empty string; only the right ones may be sent."""
    read = read_national_id(number)
    if read is not None and read.kind is NationalIdKind.HNR:
        return t("Et H-nummer gjelder bare der det er laget. Bruk fødselsnummer eller D-nummer.")
    return identity.number_problem(number, synthetic_allowed=synthetic_allowed)


def document_patient(office: Office, patient_id: int) -> Patient:
    """Return a patient as a document names them.

    Raises:
        OfficeError: there is no such patient.
    """
    record = _record(office, patient_id)
    read = read_national_id(record.national_id)
    return Patient(
        family_name=record.family_name,
        given_name=record.given_name,
        birth_date=read.birth_date if read else None,
        sex=CodedValue(record.sex, oid(3101), _SEX_NAMES[record.sex])
        if record.sex in _SEX_NAMES
        else CodedValue(),
        idents=(person_ident(record.national_id, record.id_type),),
    )


def _record(office: Office, patient_id: int | None) -> PatientRecord:
    record = office.reader.patient(patient_id) if patient_id is not None else None
    if record is None:
        raise OfficeError(t("Pasienten finnes ikke. Søk på nytt."))
    return record


def _sex(number: str) -> CodedValue:
    code = "2" if int(number[8]) % 2 == 0 else "1"
    return CodedValue(code, oid(3101), _SEX_NAMES[code])
