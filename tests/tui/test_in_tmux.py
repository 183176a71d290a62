"""In a real tmux as it comes: every documented key arrives under its name, and what is copied is on its clipboard."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill

from elmeld_tui.model.clinic import User
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.tui.actions import ACTIONS
from tests.engine.world import CLINIC as WORLD_CLINIC
from tests.engine.world import open_world
from tests.tmux import Tmux, needs_tmux
from tests.waiting import assert_soon

pytestmark = needs_tmux

_PROBE = """
import sys
from elmeld_tui.tui import keys
keys.install()
from textual import events
from textual.app import App
class Probe(App):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []
    async def on_event(self, event):
        if isinstance(event, events.Key):
            with open(sys.argv[1], "a") as file:
                print(event.key, file=file)
        else:
            await super().on_event(event)
    def on_ready(self):
        open(sys.argv[1], "w").close()
Probe().run()
"""
_TMUX_NAMES = {
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "question_mark": "?",
    "escape": "Escape",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "pagedown": "NPage",
    "pageup": "PPage",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "plus": "+",
    "asterisk": "*",
    "backspace": "BSpace",
    "delete": "DC",
}


def tmux_name(key: str) -> str:
    *modifiers, last = key.split("+")
    if key == "shift+tab":
        return "BTab"
    prefix = "".join({"ctrl": "C-", "alt": "M-", "shift": "S-"}[modifier] for modifier in modifiers)
    name = _TMUX_NAMES.get(last, last)
    return prefix + (name.upper() if name[0] == "f" and name[1:].isdigit() else name)


def test_every_documented_key_arrives(tmux: Tmux, tmp_path: Path) -> None:
    heard = tmp_path / "keys"
    tmux.start(sys.executable, "-c", _PROBE, str(heard))
    assert_soon(heard.exists)
    keys = sorted({key for action in ACTIONS for key in action.usual_keys} - {"escape"})
    tmux.press(*(tmux_name(key) for key in keys))
    assert_soon(lambda: len(heard.read_text().split()) >= len(keys))
    assert heard.read_text().split() == keys


@pytest.fixture
def postbox(tmp_path: Path) -> Path:
    fill(tmp_path, 50)
    return tmp_path


def open_postbox(tmux: Tmux, postbox: Path) -> None:
    tmux.start(sys.executable, "-m", "elmeld_tui", "--data-dir", str(postbox))
    assert_soon(lambda: "Innboks ·" in tmux.screen())


def test_y_puts_the_number_of_a_message_in_tmux(tmux: Tmux, postbox: Path) -> None:
    open_postbox(tmux, postbox)
    tmux.press("Down")
    assert_soon(lambda: _is_copied(tmux, str.isdigit))


def _is_copied(tmux: Tmux, is_wanted: Callable[[str], bool]) -> bool:
    """Press «y», and return whether what is wanted is in tmux then.

    A machine with much to do may give tmux up, and copy in another way; then it is asked once more.
    """
    tmux.press("y")
    until = time.monotonic() + 3
    while time.monotonic() < until:
        if tmux.run("list-buffers") and is_wanted(tmux.run("show-buffer")):
            return True
    return False


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """A clinic that has got one letter, and answered it."""
    world = open_world(tmp_path)
    world.post(world.pack(world.letter()))
    world.take_in()
    world.close()
    write_clinic(tmp_path, replace(WORLD_CLINIC, users=(User("kari", "Kari Prøve"),)))
    return tmp_path


def test_y_puts_each_view_of_a_message_in_tmux(tmux: Tmux, received: Path) -> None:
    open_postbox(tmux, received)
    tmux.press("F4")
    assert_soon(lambda: "Meldingslogg · 2" in tmux.screen())
    tmux.press("Down", "Enter")
    assert_soon(lambda: "nr. 1" in tmux.screen())
    tmux.press("z")

    # The key that shows a view, what is seen of it first, and what must be in the copy.
    for key, seen, wanted in (
        ("Home", "Hva skjedde", "mottatt"),
        ("Right", "Svar fra sykehuset", "Svar fra sykehuset"),
        ("Right", "<MsgInfo>", "\n  <MsgInfo>"),
        ("x", "byte for byte", "<?xml"),
        ("Right", "ebXML-hode", "conversation_id"),
        ("Right", "Signaturen stemmer", "Sertifikatkjede: 1 av "),
        ("Right", "SHA-256", "SHA-256"),
        ("Right", "skjema: gyldig", "applikasjonskvittering fra "),
    ):
        tmux.press(key)
        assert_soon(lambda seen=seen: seen in tmux.screen())
        assert_soon(lambda wanted=wanted: _is_copied(tmux, lambda copied: wanted in copied))
