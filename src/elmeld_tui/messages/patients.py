"""Whether a document says which patient it is about, well enough to act on (AR11 §3.3.4, HIS 1001:2010)."""

from __future__ import annotations

import re

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
    {Kind.REFERRAL, Kind.DISCHARGE_SUMMARY, Kind.DIALOGUE, Kind.ORDER, Kind.SERVICE_REPORT, Kind.SICK_NOTE}
)

# A deviation speaks of a message, and may have no patient.
_WITHOUT_PATIENT = frozenset({"DIALOG_AVVIK"})


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
    national = patient.national_id
    if national and _holds(national):
        return True
    return bool(patient.birth_date and patient.sex) or _local_id(patient) is not None


def _holds(ident: Ident) -> bool:
    """Return whether the check digits hold; series of test numbers have months no calendar has."""
    return with_check_digits(ident.id[:9]) == ident.id if re.fullmatch("[0-9]{11}", ident.id) else False


def _local_id(patient: Patient) -> Ident | None:
    return next(
        (ident for ident in patient.idents if ident.id and ident.type.value not in {"FNR", "DNR", "FHN"}), None
    )


def needs_a_human(header: Header) -> bool:
    """Return whether only a local number (H-number or the like) tells who the patient is."""
    patient = header.patient
    if patient is None or header.kind not in _ABOUT_PATIENTS:
        return False
    identified = patient.national_id and _holds(patient.national_id)
    return not identified and not (patient.birth_date and patient.sex) and _local_id(patient) is not None


def remarks(header: Header, *, test_mode: bool) -> list[Finding]:
    """Return what a reader must know about the patient's identity, though it stops nothing."""
    patient = header.patient
    if patient is None:
        return []
    found = []
    national = patient.national_id
    if national is None and patient.name:
        found.append(
            _warning(
                "no_national_id", t("Pasienten har ikke fødselsnummer eller D-nummer i meldingen. Kontroller.")
            )
        )
    elif national and not _holds(national):
        found.append(_warning("E31", _wrong_number(national)))
    elif national and not test_mode and _is_synthetic(national):
        found.append(
            _warning(
                "synthetic_person", t("Pasientens nummer er syntetisk (testperson), men dette er ikke en test.")
            )
        )
    local = _local_id(patient)
    if local and needs_a_human(header):
        kind = local.type.text or local.type.value
        found.append(
            _warning(
                "local_id_only", t("Pasienten kjennes bare på {kind}. Koble til riktig pasient selv.", kind=kind)
            )
        )
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
