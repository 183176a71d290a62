"""A user's own keys: taken in whole, told everywhere, and refused with a line number where something is wrong."""

from __future__ import annotations

import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui.tui.actions import ACTIONS, key_of, use_keys
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.key_names import NoKeyError, key_named, key_word
from elmeld_tui.tui.keymap import Keymap, keymap_schema, read_keymap
from elmeld_tui.tui.preferences import terminal_schema
from elmeld_tui.tui.session import Session
from tests.json_schema import accepts
from tests.tui.conftest import NARROW, press, rest, shown, until


@pytest.fixture(autouse=True)
def _usual_keys_again() -> Iterator[None]:
    yield
    use_keys({})


def read(home: Path, text: str) -> Keymap:
    path = home / "elmeld" / "keymap.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_keymap({"XDG_CONFIG_HOME": str(home)})


def test_every_action_has_an_id_of_its_own() -> None:
    ids = Counter(action.id for action in ACTIONS)
    assert [name for name, times in ids.items() if times > 1] == []
    assert all(name.replace(".", "").replace("_", "").isalnum() for name in ids)


@pytest.mark.parametrize("sign", [*string.printable.strip(), *"æøåÆØÅé§"])
def test_every_sign_of_a_keyboard_is_a_key_and_is_shown_as_it_is(sign: str) -> None:
    assert key_word(key_named(sign)) == sign
    assert key_word(key_named(f"alt+{sign}")) == f"alt+{sign}"


@pytest.mark.parametrize("key", sorted({key for action in ACTIONS for key in action.usual_keys}))
def test_every_key_can_be_written_as_it_is_shown(key: str) -> None:
    assert key_named(key_word(key)) == key


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("ø", "ø"),
        ("/", "slash"),
        ("Å", "Å"),
        ("f5", "f5"),
        ("Ctrl+G", "ctrl+g"),
        ("ctrl+\\", "ctrl+backslash"),
        ("alt+(", "alt+left_parenthesis"),
        ("shift+F9", "shift+f9"),
        ("mellomrom", "space"),
        ("alt++", "alt+plus"),
        ("+", "plus"),
    ],
)
def test_a_key_is_written_as_people_do(word: str, key: str) -> None:
    assert key_named(word) == key


@pytest.mark.parametrize(
    "word",
    [
        *("", "ctrl+", "hyper+x", "F99", "kk", "ctrl+i", "ctrl+m", "ctrl+ctrl+x", "ctrl+enter", "shift+enter"),
        *("ctrl+1", "ctrl+ø", "ctrl+.", "ctrl+shift+g", "shift+k", "alt+shift+k", "ctrl+alt+k", "ctrl+alt+pgdn"),
    ],
)
def test_what_no_terminal_sends_is_no_key(word: str) -> None:
    with pytest.raises(NoKeyError):
        key_named(word)


def test_without_a_file_the_keys_are_the_usual_ones(tmp_path: Path) -> None:
    assert read_keymap({"XDG_CONFIG_HOME": str(tmp_path)}) == Keymap({}, {}, ())


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('[post]\nsign_off = "u"\n', 2, "post.undo"),
        ('[post]\nsign_off = "F1"\n', 2, "everywhere.help"),
        ('[post]\nsign_off = "down"\n', 2, "list.next_line"),
        ('# mine\n[post]\n\nsign_of = "k"\n', 4, "sign_off"),
        ('[posten]\nsign_off = "k"\n', 1, "post"),
        ('[post]\nsign_off = "F99"\n', 2, "F99"),
        ('[post]\nsign_off = "ctrl+i"\n', 2, "tab"),
        ('[everywhere]\nhelp = "h"\n', 2, "F-tast"),
        ("[post]\nsign_off = []\n", 2, "hermetegn"),
        ("[post]\nsign_off = k\n", 2, "TOML"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_taken_in(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    keymap = read(tmp_path, text + '[log]\nnext_trouble = "F7"\n')
    assert keymap.keys == {}
    assert any(
        problem.where.endswith(f"keymap.toml:{line}") and told in problem.text for problem in keymap.problems
    ), keymap.problems


def test_two_actions_can_change_keys_with_each_other(tmp_path: Path) -> None:
    keymap = read(tmp_path, '[post]\nsign_off = "u"\nundo = ["k", "F7"]\n')
    assert keymap.problems == ()
    assert keymap.keys == {"post.sign_off": ("u",), "post.undo": ("k", "f7")}


async def test_the_users_keys_work_and_are_told_everywhere(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keymap = read(tmp_path, '[post]\nsign_off = "ø"\n[everywhere]\nhelp = "ctrl+k"\ntheme = "ctrl+y"\n')
    app = ElmeldApp(session, keymap=keymap)
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await rest(pilot)
        assert "ø kvitter" in shown(pilot)
        assert "ctrl+k hjelp" in shown(pilot)
        await press(pilot, "k")
        assert "Innboks · 2" in shown(pilot), "the usual key means nothing now"
        await press(pilot, "ctrl+l", "ø", "ø")
        assert "Innboks · 1" in shown(pilot)
        await press(pilot, "ctrl+k")
        assert "Kvitter" in shown(pilot) or "Bekreft at meldingen er sett" in shown(pilot)
        await press(pilot, "escape")
        await pilot.press("ctrl+y")
        # What has no key by itself can be given one.
        await until(pilot, "Høy kontrast")
    assert key_of("post.sign_off") == "ø"


def test_the_schemas_say_what_the_program_takes() -> None:
    schema = keymap_schema()
    assert accepts(schema, tomllib.loads('[post]\nsign_off = "ø"\nreply = ["s", "r"]\n'))
    for wrong in ('[post]\nsign_of = "k"\n', "[post]\nsign_off = 1\n", '[nowhere]\nsign_off = "k"\n'):
        assert not accepts(schema, tomllib.loads(wrong))
    assert accepts(terminal_schema(), tomllib.loads('[terminal]\ntheme = "light"\nmouse = false\n'))
    assert not accepts(terminal_schema(), tomllib.loads('[terminal]\ntheme = "blue"\n'))
