"""What a message is sorted as."""

from __future__ import annotations

import pytest

from elmeld_tui.model.communication_types import CommunicationType, communication_type
from elmeld_tui.model.kinds import FORMS, Kind


@pytest.mark.parametrize(
    ("kind", "type_code", "label"),
    [
        (Kind.REFERRAL, "HENVISNING_VIDERE", "Henvisning"),
        (Kind.REFERRAL, "H", "Henvisning"),
        (Kind.DISCHARGE_SUMMARY, "EPIKRISE", "Epikrise"),
        (Kind.DIALOGUE, "DIALOG_FORESPORSEL", "Dialog"),
        (Kind.DIALOGUE, "DIALOG_NOE_NYTT", "Dialog"),
        (Kind.DIALOGUE, "DIALOG_NOTAT", "Notat"),
        (Kind.DIALOGUE, "DIALOG_AVVIK", "Avvik"),
        (Kind.DIALOGUE, "DIALOG_INNBYGGER_EKONTAKT", "E-dialog"),
        (Kind.DIALOGUE, "DIALOG_INNBYGGER_NOE_NYTT", "E-dialog"),
        (Kind.DIALOGUE, "DIALOG_INNBYGGER_EKONSULTASJON", "E-konsultasjon"),
        (Kind.ORDER, "REQ_MBIO", "LAB-rekvisisjon"),
        (Kind.ORDER, "REQ_RTG", "Radiologirekvisisjon"),
        (Kind.SERVICE_REPORT, "SVAR_LAB", "LAB-resultat"),
        (Kind.SERVICE_REPORT, "SVAR_RTG", "Radiologisvar"),
        (Kind.SICK_NOTE, "en fri tekst", "Sykmelding"),
        (Kind.MEDICAL_CERTIFICATE, "LEGEERKL", "Legeerklæring"),
        (Kind.APPREC, "APPREC", "Kvittering"),
        (Kind.UNKNOWN, "LOG_DOD", "Pleie og omsorg"),
        (Kind.UNKNOWN, "REQ_RTG", "Radiologirekvisisjon"),
        (Kind.UNKNOWN, "", "Annet"),
        (Kind.UNKNOWN, "*", "Annet"),
    ],
)
def test_a_message_is_sorted_by_what_it_is_and_then_by_its_type_code(
    kind: Kind, type_code: str, label: str
) -> None:
    assert communication_type(kind, type_code).label == label


def test_an_old_type_code_in_a_new_namespace_does_not_mislead() -> None:
    assert communication_type(Kind.SERVICE_REPORT, "S") is CommunicationType.LAB_RESULT
    assert communication_type(Kind.SERVICE_REPORT, "EPIKRISE") is CommunicationType.LAB_RESULT


def test_a_note_that_travels_as_a_summary_is_a_note() -> None:
    found = communication_type(Kind.DISCHARGE_SUMMARY, "EPIKRISE", "Behandlingsnotat ")
    assert found is CommunicationType.NOTE


def test_every_kind_that_is_known_has_a_type_of_its_own() -> None:
    kinds = {form.kind for form in FORMS.values()}
    found = {communication_type(kind, "") for kind in kinds}
    assert len(found) == len(kinds)
    assert CommunicationType.OTHER not in found
