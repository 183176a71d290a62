"""Taking in a patient: a wrong number is told in words and never kept."""

from __future__ import annotations

import pytest

from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import document_patient, number_problem, register_patient
from elmeld_tui.store.rows import Patient


def test_a_patient_is_found_by_any_part_of_the_name_or_the_beginning_of_the_number(
    office: Office, patient: Patient
) -> None:
    for words in ("ørj", "åsen ørjan", "2185"):
        assert office.reader.patients(words) == [patient]
    assert office.reader.patients("Ørjan Berg") == []


def test_the_same_number_is_the_same_patient(office: Office, patient: Patient) -> None:
    assert register_patient(office, "218582 30052", "Orjan", "Aasen").id == patient.id


def test_a_document_names_the_patient_as_taken_in(office: Office) -> None:
    taken_in = register_patient(office, "21858230052", "Anne Lise", "van der Berg")
    named = document_patient(office, taken_in.id)
    assert (named.given_name, named.family_name) == ("Anne Lise", "van der Berg")
    assert named.national_id is not None
    assert named.national_id.id == "21858230052"
    assert named.birth_date is not None
    assert named.sex.value == "2"


@pytest.mark.parametrize(
    ("number", "said"),
    [("123", "elleve siffer"), ("21858230053", "Kontrollsifrene"), ("", "elleve siffer")],
)
def test_a_wrong_number_is_told_and_not_kept(office: Office, number: str, said: str) -> None:
    with pytest.raises(OfficeError, match=said):
        register_patient(office, number, "Ørjan", "Åsen")
    assert office.reader.patients("Åsen") == []


def test_a_patient_needs_both_names(office: Office) -> None:
    with pytest.raises(OfficeError, match="fornavn og etternavn"):
        register_patient(office, "21858230052", "Ørjan", " ")


def test_a_synthetic_number_is_for_exercises_only() -> None:
    assert number_problem("21858230052", synthetic_allowed=True) == ""
    assert "syntetisk" in number_problem("21858230052", synthetic_allowed=False)
