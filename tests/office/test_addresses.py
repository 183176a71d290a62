"""Those we write to, by their HER-id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from tests.office.conftest import Register
from tests.office.registers import NAV


@pytest.mark.parametrize(("her_id", "said"), [("99999", "Ingen i adresseregisteret"), ("abc", "ikke en HER-id")])
def test_an_unknown_recipient_is_told(office: Office, her_id: str, said: str) -> None:
    with pytest.raises(OfficeError, match=said):
        recipient(office, her_id)


class _WithNav(Register):
    """A register that has NAV, as an organisation and with nothing below it."""

    def search(self, words: str, *, limit: int = 50) -> list[DirectoryParty]:
        found = super().search(words, limit=limit)
        return [*found, NAV] if words.casefold() in "nav" else found


@pytest.mark.parametrize("form", ["sick-note", "medical-certificate"])
def test_what_goes_to_nav_alone_is_addressed_from_the_start(office: Office, form: str) -> None:
    draft = new_draft(replace(office, directory=_WithNav()), form)
    assert (draft.recipient_her, draft.recipient_name) == ("9104000", "NAV")


def test_what_goes_to_nav_can_be_begun_where_the_register_is_away(office: Office, register: Register) -> None:
    register.away = True
    assert new_draft(office, "sick-note").recipient_her == ""
