"""The clinic as its documents name it."""

from __future__ import annotations

from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.sender import sender_party

CLINIC = Clinic(
    "Fjellveien legesenter",
    "8094001",
    "889640782",
    (Service("8094002", "Allmennlege"),),
    users=(User("kari", "Kari Anne Prøve", "LE", "9144889", "555 12 345"), User("ola", "Ola Prøve", "HE")),
)


def test_a_document_names_both_levels_and_who_can_be_called_back() -> None:
    """HIS 1153-2 AD2.2; HITS 1174 ch. 3: the responsible professional with a telephone number."""
    party = sender_party(CLINIC, CLINIC.services[0], CLINIC.users[0])
    assert (party.organisation.her_id, party.her_id) == ("8094001", "8094002")
    assert party.person is not None
    assert (party.person.given_name, party.person.family_name) == ("Kari Anne", "Prøve")
    assert [telecom.address for telecom in party.person.telecoms] == ["tel:55512345"]


def test_a_user_is_known_by_login_and_a_stranger_is_a_stranger() -> None:
    assert CLINIC.user_named("ola").full_name == "Ola Prøve"
    assert CLINIC.user_named("gjest") == User("gjest", "gjest")


def test_every_her_id_of_the_clinic_is_its_own() -> None:
    assert CLINIC.her_ids == {"8094001", "8094002"}
