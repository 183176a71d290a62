"""Keys as a terminal without the kitty protocol sends them, over plain SSH or in tmux."""

from __future__ import annotations

import pytest
from textual import events

from elmeld_tui.tui import keys


@pytest.fixture(autouse=True)
def _installed() -> None:
    keys.install()


def read(sent: str) -> list[str]:
    parser = keys.Keyboard()
    return [event.key for event in (*parser.feed(sent), *parser.feed("")) if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\x1b1", "alt+1"),
        ("\x1b3", "alt+3"),
        ("\x1b+", "alt+plus"),
        ("\x1ba", "alt+a"),
        ("\x00", "ctrl+space"),
        ("\x1b[17;2~", "shift+f6"),
        ("\x0f", "ctrl+o"),
        ("\x10", "ctrl+p"),
        ("\x1bOQ", "f2"),
        ("\x1b[B", "down"),
        ("+", "plus"),
        ("ø", "ø"),
        ("\r", "enter"),
    ],
)
def test_a_key_keeps_its_name(sent: str, key: str) -> None:
    assert read(sent) == [key]


def test_keys_that_come_together_are_kept_apart() -> None:
    assert read("a\x1b1\x1b3\x1bøk\x1b[B") == ["a", "alt+1", "alt+3", "alt+ø", "k", "down"]


def test_alt_enter_is_not_taken_for_enter() -> None:
    assert read("\x1b\r") == ["alt+enter"]


def test_installing_twice_is_installing_once() -> None:
    keys.install()
    assert read("\x1b1") == ["alt+1"]


def test_a_byte_of_another_encoding_is_shown_and_ends_nothing() -> None:
    from textual.drivers import linux_driver

    decode = linux_driver.getincrementaldecoder("utf-8")().decode
    assert decode(b"Bl" + "å".encode("latin-1") + b"veis") == "Bl\ufffdveis"
    assert decode("æ".encode()[:1]) + decode("æ".encode()[1:]) == "æ"
