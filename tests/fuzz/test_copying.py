"""What is copied of hostile texts reaches a clipboard whole and harmless, and nothing else of it a terminal."""

from __future__ import annotations

import re
from base64 import b64decode
from itertools import islice
from pathlib import Path

import pytest
from benchmarks.pty_harness import Terminal
from textual.screen import Screen

from elmeld_tui.model.harmless import harmless
from elmeld_tui.tui import clipboard, terminal_choices
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.preferences import Preferences
from elmeld_tui.tui.widgets.entry import Entry
from elmeld_tui.tui.widgets.fields import TextField
from tests.fuzz.hostile import MANY, OBEYED, texts
from tests.fuzz.wire import Wire, pieces
from tests.tmux import Tmux, needs_tmux
from tests.tui.conftest import press, rest
from tests.waiting import PATIENCE, assert_soon

SIZE = (80, 24)
_HANDED_ON = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]*)(?:\a|\x1b\\)")


@pytest.fixture(autouse=True)
def _terminal_with_a_clipboard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("TMUX", raising=False)


async def test_a_terminal_is_asked_for_what_was_copied_and_sent_nothing_else(
    app: ElmeldApp, wire: Wire, tmp_path: Path
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        for text in islice(texts(), 0, MANY, 1 if MANY > 10_000 else 20):
            wire.take()
            await terminal_choices.copy(app, text)
            (copied,) = wire.copied() or [(tmp_path / "elmeld-copied.txt").read_text(encoding="utf-8")]
            assert copied == harmless(text)
            assert not OBEYED.search(copied.replace("\n", ""))
            list(pieces(wire.take(), *SIZE))  # which fails at what this program has no reason to write


async def test_what_is_too_long_for_a_terminal_goes_to_a_file(app: ElmeldApp, wire: Wire, tmp_path: Path) -> None:
    text = "\x1b]52;c;ZXZpbA==\x07ø" * 20_000
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        await terminal_choices.copy(app, text)
        await rest(pilot)
        assert wire.copied() == []
    assert (tmp_path / "elmeld-copied.txt").read_text(encoding="utf-8") == harmless(text)


async def test_what_is_marked_in_a_field_goes_the_same_way(app: ElmeldApp, wire: Wire) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        field = TextField("text")
        await app.push_screen(Screen[None]())
        await app.screen.mount(field)
        field.fill("Hb 14,2\x1b[31m")
        field.focus()
        field.select_all()
        await press(pilot, "ctrl+c")
        assert wire.copied() == ["Hb 14,2\u241b[31m"]
        app.preferences = Preferences(clipboard=False)
        await press(pilot, "ctrl+x")
        assert (wire.copied(), field.answer) == ([], "")
        await press(pilot, "ctrl+v")  # here, it can be put back all the same
        assert field.answer == "Hb 14,2\u241b[31m"


async def test_what_is_hidden_in_a_field_is_not_copied(app: ElmeldApp, wire: Wire) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        field = Entry("hemmelig", secret=True)
        await app.push_screen(Screen[None]())
        await app.screen.mount(field)
        field.focus()
        for key in ("ctrl+c", "ctrl+x"):
            field.select_all()
            await press(pilot, key)
            assert wire.copied() == []
        assert app.clipboard == ""


@needs_tmux
async def test_tmux_has_it_whole_and_hands_on_nothing_but_that(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_PATIENCE", PATIENCE)
    directory = tmp_path_factory.mktemp("t")
    tmux = Tmux(directory)
    tmux.start("sleep", "600")
    text = harmless("\n".join(islice((text for text in texts() if len(text) < 200), 1_500)))
    try:
        attach = ["tmux", "-u", "-S", str(directory / "tmux"), "-f", "/dev/null", "attach"]
        with Terminal(attach, columns=80, rows=24, environment={"TMUX": ""}) as terminal:

            def handed_on() -> list[bytes]:
                terminal.read(0.05)
                return _HANDED_ON.findall(terminal.written)

            assert_soon(lambda: bool(handed_on() or tmux.run("list-clients")))
            monkeypatch.setenv("TMUX", f"{directory / 'tmux'},1,0")
            before = len(terminal.written)
            assert await clipboard.to_tmux(text)
            assert_soon(lambda: bool(handed_on()))
            terminal.settle(quiet=0.5)
            rest = re.sub(rb"\x1b\]52;[^\a\x1b]*(?:\a|\x1b\\)", b"", terminal.written[before:])
        assert tmux.run("show-buffer") == text
        assert [b64decode(one).decode() for one in _HANDED_ON.findall(terminal.written)] == [text]
        assert b"\x1b]52" not in rest
    finally:
        tmux.end()
