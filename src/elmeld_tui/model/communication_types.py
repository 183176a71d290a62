"""Communication types (kommunikasjonstype): the few categories by which a postbox and a patient's messages are sorted.

The kind of message decides first, and the kind follows from the namespace; the type code (list 8279: HIS 80601
§4.1.1, HISD 1209 ch. 3) decides the rest. Codes of dialogue with citizens: HIS 1176. A treatment note travels as a
discharge summary that calls itself one. A message of an unknown namespace is sorted by its type code alone.
"""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model.kinds import CITIZEN_DIALOGUE, Kind, is_note


class CommunicationType(StrEnum):
    """What a postbox is filtered by, in the order lists and tabs have it. The values are stable names in JSON."""

    REFERRAL = "referral"
    DISCHARGE_SUMMARY = "discharge_summary"
    DIALOGUE = "dialogue"
    E_DIALOGUE = "e_dialogue"
    E_CONSULTATION = "e_consultation"
    LAB_ORDER = "lab_order"
    LAB_RESULT = "lab_result"
    RADIOLOGY_ORDER = "radiology_order"
    RADIOLOGY_RESULT = "radiology_result"
    SICK_NOTE = "sick_note"
    MEDICAL_CERTIFICATE = "medical_certificate"
    NOTE = "note"
    DEVIATION = "deviation"
    CARE = "care"
    RECEIPT = "receipt"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What a user calls it."""
        return _LABELS[self]()


_C, _K = CommunicationType, Kind

_LABELS = {
    _C.REFERRAL: lambda: t("Henvisning"),
    _C.DISCHARGE_SUMMARY: lambda: t("Epikrise"),
    _C.DIALOGUE: lambda: t("Dialog"),
    _C.E_DIALOGUE: lambda: t("E-dialog"),
    _C.E_CONSULTATION: lambda: t("E-konsultasjon"),
    _C.LAB_ORDER: lambda: t("LAB-rekvisisjon"),
    _C.LAB_RESULT: lambda: t("LAB-resultat"),
    _C.RADIOLOGY_ORDER: lambda: t("Radiologirekvisisjon"),
    _C.RADIOLOGY_RESULT: lambda: t("Radiologisvar"),
    _C.SICK_NOTE: lambda: t("Sykmelding"),
    _C.MEDICAL_CERTIFICATE: lambda: t("Legeerklæring"),
    _C.NOTE: lambda: t("Notat"),
    _C.DEVIATION: lambda: t("Avvik"),
    _C.CARE: lambda: t("Pleie og omsorg"),
    _C.RECEIPT: lambda: t("Kvittering"),
    _C.OTHER: lambda: t("Annet"),
}


class _Line(NamedTuple):
    """Messages of ``kind`` whose type code looks like ``code`` are of ``type``; the first line that fits counts."""

    type: CommunicationType
    kind: Kind
    code: str


_LINES = (
    _Line(_C.REFERRAL, _K.REFERRAL, "*"),
    _Line(_C.DISCHARGE_SUMMARY, _K.DISCHARGE_SUMMARY, "*"),
    _Line(_C.E_CONSULTATION, _K.DIALOGUE, "DIALOG_INNBYGGER_EKONSULTASJON"),
    _Line(_C.E_DIALOGUE, _K.DIALOGUE, f"{CITIZEN_DIALOGUE}*"),
    _Line(_C.NOTE, _K.DIALOGUE, "DIALOG_NOTAT"),
    _Line(_C.DEVIATION, _K.DIALOGUE, "DIALOG_AVVIK"),
    _Line(_C.DIALOGUE, _K.DIALOGUE, "*"),
    _Line(_C.RADIOLOGY_ORDER, _K.ORDER, "REQ_RTG"),
    _Line(_C.LAB_ORDER, _K.ORDER, "*"),
    _Line(_C.RADIOLOGY_RESULT, _K.SERVICE_REPORT, "SVAR_RTG"),
    _Line(_C.LAB_RESULT, _K.SERVICE_REPORT, "*"),
    _Line(_C.SICK_NOTE, _K.SICK_NOTE, "*"),
    _Line(_C.MEDICAL_CERTIFICATE, _K.MEDICAL_CERTIFICATE, "*"),
    _Line(_C.RECEIPT, _K.APPREC, "*"),
    _Line(_C.E_CONSULTATION, _K.UNKNOWN, "DIALOG_INNBYGGER_EKONSULTASJON"),
    _Line(_C.E_DIALOGUE, _K.UNKNOWN, f"{CITIZEN_DIALOGUE}*"),
    _Line(_C.NOTE, _K.UNKNOWN, "DIALOG_NOTAT"),
    _Line(_C.DEVIATION, _K.UNKNOWN, "DIALOG_AVVIK"),
    _Line(_C.DIALOGUE, _K.UNKNOWN, "DIALOG_*"),
    _Line(_C.DIALOGUE, _K.UNKNOWN, "TILBAKEMELD"),
    _Line(_C.REFERRAL, _K.UNKNOWN, "HENVISNING*"),
    _Line(_C.DISCHARGE_SUMMARY, _K.UNKNOWN, "EPIKRISE"),
    _Line(_C.RADIOLOGY_ORDER, _K.UNKNOWN, "REQ_RTG"),
    _Line(_C.LAB_ORDER, _K.UNKNOWN, "REQ_*"),
    _Line(_C.RADIOLOGY_RESULT, _K.UNKNOWN, "SVAR_RTG"),
    _Line(_C.LAB_RESULT, _K.UNKNOWN, "SVAR_*"),
    _Line(_C.SICK_NOTE, _K.UNKNOWN, "SYKMELD"),
    _Line(_C.MEDICAL_CERTIFICATE, _K.UNKNOWN, "LEGEERKL"),
    _Line(_C.CARE, _K.UNKNOWN, "LOG_*"),
    _Line(_C.CARE, _K.UNKNOWN, "HELSEOPPL*"),
    _Line(_C.CARE, _K.UNKNOWN, "INNLEGGELSESRAPPORT"),
    _Line(_C.CARE, _K.UNKNOWN, "UTSKRIVNINGSRAPPORT"),
    _Line(_C.CARE, _K.UNKNOWN, "MEDISINSKE_OPPLYSNINGER"),
    _Line(_C.CARE, _K.UNKNOWN, "ORIENTERING_TJENESTETILBUD"),
    _Line(_C.OTHER, _K.UNKNOWN, "*"),
)


def communication_type(kind: str, type_code: str, title: str = "") -> CommunicationType:
    """Return what a message is sorted as.

    Args:
        kind: value of `model.kinds.Kind`.
        type_code: as received (8279).
        title: what it calls itself.
    """
    if kind == Kind.DISCHARGE_SUMMARY and is_note(title):
        return CommunicationType.NOTE
    fits = (line.type for line in _LINES if line.kind == kind and fnmatchcase(type_code, line.code))
    return next(fits, CommunicationType.OTHER)
