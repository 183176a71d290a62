"""Finding whom to write to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.office.addresses import find_recipients, recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import new_draft
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


class _WithNav(Register):
    """A register that has NAV, as an organisation and with nothing below it."""

    nav = replace(
        SURGERY,
        her_id="9104000",
        name="NAV",
        type=PartyType.ORGANIZATION,
        parent_her_id="",
        parent_name="",
        organisation_number="889640782",
    )

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        found = super().search(words, limit=limit)
        return [*found, self.nav] if words.casefold() in "nav" else found


def test_nav_can_be_written_to_though_it_is_a_whole_organisation(office: Office) -> None:
    assert find_recipients(replace(office, directory=_WithNav()), "nav").parties == [_WithNav.nav]


@pytest.mark.parametrize("form", ["sick-note", "medical-certificate"])
def test_what_goes_to_nav_alone_is_addressed_from_the_start(office: Office, form: str) -> None:
    draft = new_draft(replace(office, directory=_WithNav()), form)
    assert (draft.recipient_her, draft.recipient_name) == ("9104000", "NAV")


def test_what_goes_to_nav_can_be_begun_where_the_register_is_away(office: Office, register: Register) -> None:
    register.away = True
    assert new_draft(office, "sick-note").recipient_her == ""
