"""Whether a document identifies its patient well enough to act on (AR11 §3.3.4, HIS 1001:2010)."""

from __future__ import annotations

import re
from enum import StrEnum

from elmeld_tui.i18n import t
from elmeld_tui.messages import apprec
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import find
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import NationalIdKind, read_national_id, with_check_digits
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.parties import Ident, Patient

_ABOUT_PATIENTS = frozenset(
    {
        Kind.REFERRAL,
        Kind.DISCHARGE_SUMMARY,
        Kind.DIALOGUE,
        Kind.ORDER,
        Kind.SERVICE_REPORT,
        Kind.SICK_NOTE,
        Kind.MEDICAL_CERTIFICATE,
    }
)


class Record(StrEnum):
    """Whether the patient of a message has a record here.

    NAMED_OTHERWISE where the number is that of somebody who shares no name with them, UNSURE where it may be under
    another number.
    """

    HERE = "here"
    NAMED_OTHERWISE = "named_otherwise"
    NONE = "none"
    UNSURE = "unsure"


_NEEDS_RECORD = frozenset({Kind.DISCHARGE_SUMMARY, Kind.SERVICE_REPORT})

# A deviation speaks of a message, a test of the line; neither need have a patient.
_WITHOUT_PATIENT = frozenset({"DIALOG_AVVIK", "DIALOG_INNBYGGER_TEST"})


def faults(document: Document) -> list[Finding]:
    """Return why the patient cannot be identified; empty where they can, or where none is expected.

    AppRec 1.1 has one code for it (E36); 1.0 names what is missing (E30, E31, E32).
    """
    header = document.header
    if not _expects_patient(document) or (header.patient and _is_named_and_identified(header.patient)):
        return []
    new = apprec.version_for(header) == "1.1"
    if header.patient is None:
        code = "E36" if new else "E30"
        return [_fault(code, t("Meldingen oppgir ingen pasient."))]
    found = []
    if not header.patient.name:
        found.append(_fault("E36" if new else "E32", t("Pasientens navn mangler.")))
    if not _is_identified(header.patient):
        if wrong := header.patient.national_id:
            found.append(_fault("E36" if new else "E31", _wrong_number(wrong)))
        else:
            found.append(
                _fault(
                    "E36" if new else "E30",
                    t("Pasienten er verken oppgitt med gyldig nummer eller med fødselsdato og kjønn."),
                )
            )
    return found


def _expects_patient(document: Document) -> bool:
    header = document.header
    if header.kind not in _ABOUT_PATIENTS or header.type_code in _WITHOUT_PATIENT:
        return False
    # A report or an order may be about an animal or a material instead of a patient.
    return all(find(document.root, f"*/{subject}") is None for subject in ("Animal", "Material"))


def _is_named_and_identified(patient: Patient) -> bool:
    return bool(patient.name) and _is_identified(patient)


def _is_identified(patient: Patient) -> bool:
    if _national(patient):
        return True
    return bool(patient.birth_date and patient.sex) or local_id(patient) is not None


def _national(patient: Patient) -> Ident | None:
    """Return the number that says who the patient is, where its check digits hold."""
    number = patient.national_id
    return number if number and _holds(number) else None


def _holds(ident: Ident) -> bool:
    """Return whether the check digits hold; series of test numbers have months no calendar has."""
    return with_check_digits(ident.id[:9]) == ident.id if re.fullmatch("[0-9]{11}", ident.id) else False


def linking_id(patient: Patient | None, *, test_mode: bool) -> Ident | None:
    """Return the number a patient is found by here, or None where none may link by itself.

    A number that fails its check digits may be anybody's, one that holds only where it was made is not a person's
    everywhere, and a test person has no record in an ordinary clinic (HIS 1001:2010).
    """
    number = _national(patient) if patient else None
    return number if number and (test_mode or not _is_synthetic(number)) else None


def local_id(patient: Patient) -> Ident | None:
    """Return the first identifier that holds only where it was made: H-number, passport, a hospital's own."""
    return next(
        (ident for ident in patient.idents if ident.id and ident.type.value not in {"FNR", "DNR", "FHN"}), None
    )


def needs_a_human(header: Header) -> bool:
    """Return whether only a local number (H-number or the like) tells who the patient is."""
    patient = header.patient
    if patient is None or header.kind not in _ABOUT_PATIENTS:
        return False
    return not _national(patient) and not (patient.birth_date and patient.sex) and local_id(patient) is not None


def without_record(header: Header, record: Record | None) -> list[Finding]:
    """Return E35 for a discharge summary or report about somebody who has no record here (AR11 §3.3.4).

    A referral or an order must be receivable for unknown patients (AR10 §3.3.2).
    """
    if record is not Record.NONE or header.kind not in _NEEDS_RECORD:
        return []
    return [_fault("E35", t("Pasienten finnes ikke her."))]


def remarks(header: Header, *, test_mode: bool, record: Record | None = None) -> list[Finding]:
    """Return what a reader must know about the patient's identity, though it stops nothing.

    Args:
        header: of the document.
        test_mode: whether synthetic persons are everyday here.
        record: whether the patient has a record here; None where nobody has looked.
    """
    patient = header.patient
    if patient is None:
        return []
    found = _number_remarks(patient, test_mode=test_mode)
    local = local_id(patient)
    if local and needs_a_human(header):
        kind = local.type.text or local.type.value
        found.append(
            _warning(
                "local_id_only", t("Pasienten kjennes bare på {kind}. Koble til riktig pasient selv.", kind=kind)
            )
        )
    if record is Record.NONE and header.kind in _NEEDS_RECORD | {Kind.DIALOGUE}:
        found.append(_warning("unknown_patient", t("Pasienten finnes ikke her.")))
    if record is Record.NAMED_OTHERWISE:
        text = t(
            "Den som har dette nummeret her, heter noe annet. Kontroller at meldingen gjelder riktig pasient."
        )
        found.append(_warning("other_name", text))
    if record is Record.UNSURE:
        text = t(
            "Pasienten kan være kjent her under et annet nummer. Kontroller, og koble til riktig pasient selv."
        )
        found.append(_warning("other_number", text))
    return found


def shares_a_name(one: str, other: str) -> bool:
    """Return whether two full names have a given or family name in common; what has no name contradicts none.

    Who marries keeps the given name, and a child that is given one keeps the family's: where both are others, the
    number may be a stranger's.
    """
    names = [set(re.split(r"[\s-]+", name.casefold().strip())) - {""} for name in (one, other)]
    return not all(names) or bool(names[0] & names[1])


def _number_remarks(patient: Patient, *, test_mode: bool) -> list[Finding]:
    number = patient.national_id
    if number is None:
        if not patient.name:
            return []
        text = t("Pasienten har ikke fødselsnummer eller D-nummer i meldingen. Kontroller.")
        return [_warning("no_national_id", text)]
    if not _holds(number):
        return [_warning("E31", _wrong_number(number))]
    found = _contradictions(patient, number)
    if not test_mode and _is_synthetic(number):
        text = t("Pasientens nummer er syntetisk (testperson), men dette er ikke en test.")
        found.append(_warning("synthetic_person", text))
    return found


def _contradictions(patient: Patient, number: Ident) -> list[Finding]:
    """What the number says of itself (HIS 1001:2010 ch. 2-4), against what the message says beside it."""
    said = read_national_id(number.id)
    assert said is not None, "its check digits hold"
    found = []
    if said.kind.value != number.type.value and said.kind is not NationalIdKind.HNR:
        kind = number.type.text or number.type.value
        found.append(
            _warning("id_type", t("Pasientens nummer er oppgitt som {kind}, men er av et annet slag.", kind=kind))
        )
    born = said.birth_date
    if (
        born
        and patient.birth_date
        and (born.day, born.month) != (patient.birth_date.day, patient.birth_date.month)
    ):
        found.append(_warning("birth_date", t("Fødselsdatoen er en annen enn den i fødselsnummeret. Kontroller.")))
    woman = said.kind is not NationalIdKind.FHN and int(number.id[8]) % 2 == 0
    sexes = {"1": False, "2": True}
    if said.kind is not NationalIdKind.FHN and sexes.get(patient.sex.value, woman) != woman:
        found.append(_warning("sex", t("Kjønnet er et annet enn det i fødselsnummeret. Kontroller.")))
    return found


def _is_synthetic(ident: Ident) -> bool:
    number = read_national_id(ident.id)
    # NAV's test persons have month + 40, which elsewhere is an H-number; Norsk helsenett's have month + 65, which
    # no calendar has. Where the number is said to be a national one, either can only be a test.
    return number is not None and (number.synthetic or number.kind is NationalIdKind.HNR or not number.valid)


def _wrong_number(ident: Ident) -> str:
    kind = ident.type.text or ident.type.value
    return t("Pasientens nummer ({kind}) har feil kontrollsiffer. Det vises som mottatt.", kind=kind)


def _fault(code: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, "Patient", message)


def _warning(code: str, message: str) -> Finding:
    return Finding(Severity.WARNING, code, "Patient", message)
