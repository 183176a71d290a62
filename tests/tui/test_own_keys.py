"""Each user chooses her keys in Klinikk: pressed or written, refused with the reason, at work at once, in her file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from elmeld_tui.store import people
from elmeld_tui.tui.actions import ACTIONS, use_keys
from tests.tui.conftest import NARROW, OpenApp, press, rest, shown, until, write
from tests.tui.klinikk import go_to_part, one_line

HERS = """# Mine taster
[log]
next_trouble = "F7"   # som før

[post]
zoom = [ "z",
  "ctrl+z" ]
"""


@pytest.fixture(autouse=True)
def _usual_keys_again() -> Iterator[None]:
    yield
    use_keys({})


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Her file, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "hers"))
    return tmp_path / "hers" / "elmeld" / "keymap.toml"


def write_hers(file: Path, text: str = HERS) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")


def written(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


async def go_to_action(pilot: Pilot[None], identity: str) -> None:
    """Go to Klinikk › Taster, and to an action there."""
    await go_to_part(pilot, "Taster")
    await pilot.press(*["down"] * [action.id for action in ACTIONS].index(identity))
    await rest(pilot)
    assert identity in shown(pilot)


async def test_a_key_is_pressed_twice_and_works_at_once_in_every_place(open_app: OpenApp, file: Path) -> None:
    async with open_app(NARROW) as pilot:
        await go_to_action(pilot, "post.sign_off")
        await pilot.press("e")
        await until(pilot, "Trykk den nye tasten")
        await pilot.press("enter")
        await until(pilot, "Trykk tasten du vil ha.")
        for key, told in {
            "f1": "! F1 er «hjelp» (Overalt). Velg en annen tast",
            "u": "! u er «angre» (Post). Velg en annen tast, eller gi den en annen først.",
            "down": "! ↓ er «",
            "ctrl+1": "! ctrl+1 sendes ikke av alle terminaler.",
            "ø": "Det var ø, og den er ledig. Trykk den en gang til for å velge den.",
            "alt+g": "Det var alt+g, og den er ledig.",
        }.items():
            await press(pilot, key)
            assert told in one_line(shown(pilot)), key
        assert written(file) == ""
        await press(pilot, "ø", "ø")
        await until(pilot, "«kvitter» har nå: ø.")
        assert "ø · Post · egen" in shown(pilot)
        assert written(file) == '[post]\nsign_off = "ø"\n'
        await press(pilot, "alt+1")
        assert "ø kvitter" in shown(pilot)
        await press(pilot, "k")
        assert "Innboks · 2" in shown(pilot)
        await press(pilot, "ctrl+l", "ø", "ø")
        assert "Innboks · 1" in shown(pilot)


async def test_keys_are_written_by_name_and_what_cannot_be_is_told(open_app: OpenApp, file: Path) -> None:
    write_hers(file)
    async with open_app(NARROW) as pilot:
        await go_to_action(pilot, "everywhere.help")
        await pilot.press("e")
        await until(pilot, "Skriv tastene med navn")
        await press(pilot, "s")
        await press(pilot, "enter")
        for words, told in {
            "h": "! h skriver et tegn der denne gjelder. Velg en F-tast eller ctrl+bokstav.",
            "ctrl+i": "! ctrl+i er samme tast som tab i en terminal.",
            "shift+k": "skriv tegnet slik det blir med shift",
            "F99": "! «F99» er ingen tast.",
            "F1 k": "! k skriver et tegn der denne gjelder.",
        }.items():
            await press(pilot, "ctrl+u")
            await write(pilot, words)
            await press(pilot, "enter")
            assert told in one_line(shown(pilot)), words
        assert written(file) == HERS
        await press(pilot, "ctrl+u")
        await write(pilot, "F1 ctrl+k")
        await press(pilot, "enter")
        await until(pilot, "har nå: F1 ctrl+k.")
        assert written(file) == HERS + '\n[everywhere]\nhelp = ["F1", "ctrl+k"]\n'
        await press(pilot, "ctrl+k")
        assert "Taster · Klinikk" in shown(pilot)


async def test_the_usual_keys_come_back_and_the_rest_of_the_file_stays(open_app: OpenApp, file: Path) -> None:
    write_hers(file)
    async with open_app(NARROW) as pilot:
        await go_to_action(pilot, "post.zoom")
        # What the file says is read when the terminal opens, or when something in it is changed here.
        await pilot.press("e")
        await until(pilot, "Trykk en tast til")
        await press(pilot, "down", "enter", "ctrl+g", "ctrl+g")
        await until(pilot, "har nå: z ctrl+g.")
        assert 'zoom = ["z", "ctrl+g"]\n' in written(file)
        assert "d vanlige taster" in shown(pilot) or "delete vanlige taster" in shown(pilot)
        await press(pilot, "d")
        await until(pilot, "har nå: z.")
        assert written(file) == HERS[: HERS.index("zoom")]
        await press(pilot, "d")
        assert "har sine vanlige taster" in one_line(shown(pilot))


async def test_a_file_with_a_fault_in_it_is_left_as_it_is_and_the_fault_told(
    open_app: OpenApp, file: Path
) -> None:
    write_hers(file, '[post]\nsign_of = "k"\n')
    async with open_app(NARROW) as pilot:
        await go_to_action(pilot, "post.sign_off")
        await pilot.press("e")
        await until(pilot, "Trykk den nye tasten")
        await press(pilot, "enter", "ø")
        assert "Rett dette i filen først" in one_line(shown(pilot))
        assert "keymap.toml:2" in "".join(one_line(shown(pilot)).split())
        await press(pilot, "escape")
    assert written(file) == '[post]\nsign_of = "k"\n'


async def test_who_is_no_administrator_chooses_her_own_keys_too(
    open_app: OpenApp, office: Office, file: Path
) -> None:
    with office.database.transaction() as connection:
        people.change(connection, 1, administrator=False)
    async with open_app(NARROW) as pilot:
        await go_to_action(pilot, "post.sign_off")
        await pilot.press("e")
        await until(pilot, "Trykk den nye tasten")
        await press(pilot, "enter", "ø", "ø")
        await until(pilot, "har nå: ø.")
    assert written(file) == '[post]\nsign_off = "ø"\n'
