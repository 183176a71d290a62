"""A card that does not sign, as the doctor meets it: she is told why, her sick note waits, and leaves when it signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from elmeld_tui.model.clinic import KeyFile
from elmeld_tui.office import beginning, drafts
from elmeld_tui.office.clinic import Office
from elmeld_tui.security.authority import to_pkcs12
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.screens import begin
from tests.judges import xmlsec_accepts
from tests.office.conftest import PARTIES
from tests.office.test_signing import NAV, NOTE, PASSWORD, card
from tests.tui.conftest import WIDE, OpenApp, press, shown, until

__all__ = ["card"]


@pytest.fixture
def office(office: Office, card: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The clinic, with a key that stands for the doctor's card and does not open."""
    monkeypatch.setenv(PASSWORD, "feil")
    monkeypatch.setattr("tests.office.conftest.PARTIES", (*PARTIES, NAV))
    (tmp_path / "card.p12").write_bytes(to_pkcs12(card, b"hemmelig"))
    clinic = replace(office.clinic, exercise_signature=KeyFile(tmp_path / "card.p12", PASSWORD))
    return replace(office, clinic=clinic, user=replace(office.user, national_id="21867842265"))


@pytest.fixture
def note(office: Office) -> Draft:
    """Her sick note, written and not sent."""
    (patient,) = office.reader.patients("Åsen")
    fresh = beginning.new_draft(office, "sick-note", patient_id=patient.id)
    drafts.save_draft(office, replace(fresh, answers=NOTE, recipient_her=NAV.her_id, recipient_name=NAV.name))
    (kept,) = office.reader.drafts(office.user.name)
    return kept


async def send(pilot: Pilot[None], note: Draft) -> None:
    """Open the sick note, and say that it is to be sent."""
    assert isinstance(pilot.app, ElmeldApp)
    pilot.app.write(begin.kept(note.id))
    await until(pilot, "Brygga kafé")
    await pilot.press("f9")
    await until(pilot, "Send nå")
    await pilot.press("enter")


async def test_a_card_that_does_not_sign_is_told_of_until_it_does_and_the_sick_note_waits(
    open_app: OpenApp, office: Office, note: Draft, card: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(WIDE) as pilot:
        await send(pilot, note)
        await until(pilot, "kan ikke åpnes")
        assert "Brygga kafé" in shown(pilot), "she is still where she wrote"
        await pilot.press("escape")
        await until(pilot, "Innboks ·")
        assert [draft.id for draft in office.reader.drafts(office.user.name)] == [note.id]
        sent_before = office.reader.page(Filter(folder="sent"), 0)
        assert all(row.party != NAV.name for row in sent_before)
        await press(pilot, "alt+4")
        await until(pilot, "Kort virker ikke")
        await press(pilot, "end", "enter")
        await until(pilot, "Smartkortet signerte ikke. Meldinger til NAV blir liggende som utkast.")
        page = " ".join(shown(pilot).split())
        assert "Se om kortet er gyldig, og det rette" in page
        assert office.user.full_name in page
        monkeypatch.setenv(PASSWORD, "hemmelig")
        await press(pilot, "alt+1")
        await send(pilot, note)
        await until(pilot, "Meldingen er lagt i kø og sendes nå.")
        assert office.reader.drafts(office.user.name) == []
        (left,) = [row for row in office.reader.page(Filter(folder="sent"), 0) if row not in sent_before]
        document = office.reader.part(left.id, "document")
        assert document is not None
        assert xmlsec_accepts(document, card.certificate)
        await press(pilot, "alt+4")
        await until(pilot, "Kort virker ikke", there=False)
        assert all(alert.code != "card_trouble" for alert in office.reader.open_alerts())
