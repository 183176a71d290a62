"""Finding whom to write to."""

from __future__ import annotations

import pytest

from elmeld_tui.office.addresses import find_recipients, recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from tests.office.conftest import SURGERY, Register


def test_a_department_is_found_by_its_own_and_its_hospital_s_name(office: Office) -> None:
    assert find_recipients(office, "fjord kirurg").parties == [SURGERY]


def test_a_whole_organisation_is_not_offered_since_only_its_parties_can_be_addressed(office: Office) -> None:
    assert all(party.her_id != "8200000" for party in find_recipients(office, "fjord sykehus").parties)


def test_the_clinic_itself_is_not_offered(office: Office) -> None:
    assert find_recipients(office, "allmennlege").parties == []


def test_a_register_that_is_away_is_told(office: Office, register: Register) -> None:
    register.away = True
    found = find_recipients(office, "fjord")
    assert found.parties == []
    assert "svarer ikke" in found.note


@pytest.mark.parametrize(("her_id", "said"), [("99999", "Ingen i adresseregisteret"), ("abc", "ikke en HER-id")])
def test_an_unknown_recipient_is_told(office: Office, her_id: str, said: str) -> None:
    with pytest.raises(OfficeError, match=said):
        recipient(office, her_id)
