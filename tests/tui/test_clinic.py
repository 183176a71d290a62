"""Klinikk, as an administrator uses it, and what others are told there."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.retention import Retention
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.people import add_person
from elmeld_tui.store import audit, tables
from elmeld_tui.store.people_reading import Person
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.settings import read_clinic
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.clinic import keys
from elmeld_tui.tui.keymap import read_keymap
from elmeld_tui.tui.session import Session
from tests.tui.conftest import NARROW, WIDE, OpenApp, press, rest, shown, until, write
from tests.tui.klinikk import go_to_part, one_line

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJJ1cAVbSvbQGHSbIaj7hDHlmYn8dZ3xBmNL5lO3nFpK kari@pc"


@pytest.fixture(autouse=True)
def _as_she_is_known(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system calls her what the clinic does."""
    monkeypatch.setattr("elmeld_tui.office.people.operating_system_login", lambda: office.user.name)


def _persons(office: Office) -> dict[str, Person]:
    return {person.login: person for person in office.reader.people.persons()}


async def test_the_checklist_tests_itself_and_names_each_mend(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "alt+6", "right")
        screen = shown(pilot)
        assert "✗ Sertifikater fra Buypass" in screen
        assert "! Avtale (CPA) med NAV" in screen
        assert "✓ Mappe og lager" in screen
        await press(pilot, "down", "down")
        screen = shown(pilot)
        assert "✗ Nøkkelen til signering mangler i oppsettet." in screen
        assert "→ Sett «signing» og «decryption» under [keys]" in screen
        assert "Når de går ut, stopper all post." in screen


async def test_what_has_been_mended_shows_when_it_is_tried_again(
    open_app: OpenApp, office: Office, session: Session
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "alt+6")
        assert "! Brukere og deres HER-id" in shown(pilot)
        for person in office.reader.people.persons():
            with office.database.transaction() as connection:
                from elmeld_tui.store import people

                people.change(connection, person.id, profession="")
        await press(pilot, "r")
        assert "✓ Brukere og deres HER-id" in shown(pilot)


async def test_an_administrator_takes_in_a_user_and_gives_her_all_messages(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Brukere")
        await press(pilot, "n")
        await write(pilot, "kari")
        await press(pilot, "enter")
        await write(pilot, "Kari Ås 中")
        await press(pilot, "ctrl+s")
        assert _persons(office)["kari"].full_name == "Kari Ås 中"
        assert not _persons(office)["kari"].reads_all
        await press(
            pilot,
            *["down"] * sorted(_persons(office), key=lambda one: _persons(office)[one].full_name).index("kari"),
        )
        await press(pilot, "t")
        assert "Tilgang for Kari Ås 中" in shown(pilot)
        await press(pilot, "enter")
        assert _persons(office)["kari"].reads_all
        assert "alle meldinger" in shown(pilot)
        with office.database.snapshot() as connection:
            done = [(row.action, row.user) for row in audit.entries(connection)]
        assert done[-2:] == [("add_person", office.user.name), ("grant", office.user.name)]


async def test_what_cannot_be_is_told_in_the_box_and_what_was_written_stands(
    open_app: OpenApp, office: Office
) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Brukere")
        await press(pilot, "n")
        await write(pilot, "kari")
        await press(pilot, "enter")
        await write(pilot, "Kari Nes")
        await press(pilot, "enter", "tab")
        await write(pilot, "12ab")
        await press(pilot, "f9")
        screen = shown(pilot)
        assert "! «12ab» er ikke et HPR-nummer. Det har fra 7 til 9 sifre." in screen
        assert "Kari Nes" in screen
        assert "kari" not in _persons(office)
        await press(pilot, *["backspace"] * 4, "f9")
        assert "kari" in _persons(office)


async def test_one_who_is_no_administrator_is_told_and_the_trail_has_it(office: Office) -> None:
    add_person(office, User("marit", "Marit Odden"))
    user = office.reader.people.user("marit")
    assert user is not None
    reader = open_reader(office.data_dir)
    session = Session(
        office.data_dir, None, office.clinic, user, reader, office.clock, replace(office, user=user, reader=reader)
    )
    async with ElmeldApp(session).run_test(size=WIDE, notifications=True) as pilot:
        await rest(pilot)
        await go_to_part(pilot, "Brukere")
        for key in ("n", "e", "t", "d"):
            await press(pilot, "ctrl+l", key)
            assert "Dette kan bare klinikkens administrator gjøre." in " ".join(shown(pilot).split())
    session.close()
    with office.database.snapshot() as connection:
        refused = audit.entries(connection, user="marit", action="refused")
    assert [row.detail["action"] for row in refused] == ["manage_people"] * 4


async def test_a_group_gets_a_member_with_her_functions_and_is_closed(open_app: OpenApp, office: Office) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Grupper")
        await press(pilot, "n")
        await write(pilot, "Akutt")
        await press(pilot, "ctrl+s", "m", "enter", "tab")
        await write(pilot, "Vakthavende")
        await press(pilot, "ctrl+s")
        (group,) = office.reader.people.groups()
        assert (group.name, list(group.members.values())) == ("Akutt", [("Vakthavende",)])
        assert "Vakthavende" in shown(pilot)
        await press(pilot, "d", "down", "enter")
        assert not office.reader.people.groups()[0].active
        assert "lagt ned" in shown(pilot)


async def test_a_position_is_made_and_somebody_holds_it(open_app: OpenApp, office: Office) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Stillinger")
        await press(pilot, "n")
        await write(pilot, "Daglig leder")
        await press(pilot, "ctrl+s")
        assert "! Daglig leder" in shown(pilot)
        await press(pilot, "e", "right", "ctrl+s")
        (position,) = office.reader.people.positions()
        assert position.person_id == min(person.id for person in office.reader.people.persons())


async def test_an_ssh_key_is_given_and_taken(open_app: OpenApp, office: Office) -> None:
    async with open_app(WIDE) as pilot:
        await go_to_part(pilot, "Brukere")
        await press(pilot, "t", "down", "down", "enter")
        await write(pilot, "dette er ingen nøkkel")
        await press(pilot, "enter")
        assert "! Dette er ingen offentlig SSH-nøkkel." in shown(pilot)
        await press(pilot, *["backspace"] * 21)
        await write(pilot, KEY)
        await press(pilot, "enter")
        assert "SHA256:" in shown(pilot)
        await press(pilot, "t", "end", "enter")
        assert "SHA256:" not in shown(pilot)


async def test_what_a_part_cannot_do_is_said_and_its_keys_are_not_shown(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Oppbevaring")
        keys = shown(pilot).split("\n")[-1]
        assert "e endre" in keys
        assert "tilgang" not in keys
        await press(pilot, "t")
        assert "Det kan ikke gjøres under" in shown(pilot)


@pytest.mark.parametrize("part", ["Hurtigtaster", "Avtaler (CPA)", "Kodeverk", "Taster", "Oppbevaring"])
async def test_every_part_shows_what_there_is_or_how_to_get_it(part: str, open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, part)
        assert len(" ".join(shown(pilot).split("\n")[3].partition("│")[2].split())) > 10


def test_what_the_pages_of_keys_say_to_write_is_what_the_program_takes(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "elmeld" / "keymap.toml"
    file.parent.mkdir()
    for entry in keys.PART.load(office):
        told, heading, setting = entry.page.sections[-1].text[1:4]
        assert str(file) in told
        file.write_text(f"{heading}\n{setting}\n", encoding="utf-8")
        assert read_keymap(os.environ).problems == (), entry.key


async def test_an_administrator_changes_how_long_something_is_kept_and_is_told_what_it_takes(
    open_app: OpenApp, office: Office
) -> None:
    file = office.data_dir / "clinic.toml"
    # As no program writes it.
    own = '\n[address] # vår\nstreet = \'A 1\'\npostal_code="5555"\ncity = "B"\n'
    file.write_text("# Vårt.\n" + file.read_text(encoding="utf-8") + own, encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    old = to_text(office.clock() - timedelta(days=400))
    with office.database.transaction() as connection:
        connection.execute(update(tables.message).where(tables.message.c.direction == "in").values(updated=old))
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Oppbevaring")
        await press(pilot, "down", "down", "e")
        for written, told in {
            "et år": "! Skriv et helt tall fra 1 til 36500 dager, eller 0 for alltid.",
            "36501": "! Skriv et helt tall fra 1 til 36500 dager, eller 0 for alltid.",
        }.items():
            await press(pilot, "ctrl+u")
            await write(pilot, written)
            await press(pilot, "enter")
            assert told in one_line(shown(pilot)), written
        await press(pilot, "ctrl+u", "3", "6", "5")
        await pilot.press("enter")
        await until(pilot, "Endre oppbevaringen av «Dokumenter»?")
        screen = one_line(shown(pilot))
        assert "Oppbevares 365 dager fra alt er besvart; nå alltid." in screen
        assert "tar dette fra 2 meldinger. Det kommer ikke tilbake." in screen
        assert file.read_text(encoding="utf-8") == before, "nothing is changed before one has said so"
        await press(pilot, "down", "enter")
        await until(pilot, "365 dager fra alt er besvart")
    assert file.read_text(encoding="utf-8") == before + "\n[retention]\ndocuments = 365\n"
    assert read_clinic(office.data_dir, None).retention == Retention(documents=365)
    with office.database.snapshot() as connection:
        (noted,) = audit.entries(connection, action="change_retention")
    assert (noted.user, noted.detail) == (office.user.name, {"part": "documents", "days": 365, "before": 0})


async def test_what_must_be_kept_for_duplicates_is_explained(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Oppbevaring")
        await press(pilot, "down", "enter", "ctrl+u", "7", "enter")
        assert "må tas vare på i minst 30 dager" in one_line(shown(pilot))
