"""What reaches a terminal, read by somebody who knows no sequence but those this program may write."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import category

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from tests.fuzz.hostile import UNSENT

_MOVE = re.compile(r"\x1b\[(?P<row>[1-9][0-9]*)(?:;(?P<column>[1-9][0-9]*))?H")
_ALONG = re.compile(r"\x1b\[(?P<column>[1-9][0-9]*)G|\r")
_ERASE = re.compile(r"\x1b\[(?:K|[1-9][0-9]*X)")
_WRAP = re.compile(r"\x1b\[\?7[hl]")
_LOOK = re.compile(r"\x1b\[(?:[0-9]{1,3}(?:;[0-9]{1,3})*)?m")
_POINTER = re.compile(r"\x1b\]22;(?:default|pointer|text)\x07")
_COPY = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/]*={0,2})\x07")
_TEXT = re.compile(f"[^{UNSENT}]+")

_EVERYWHERE = (_LOOK, _ERASE, _WRAP, _POINTER)

_ASKED_AT_START_AND_END = re.compile(
    r"\x1b\[\?(?:25|1000|1002|1004|1006|1016|1049|2004|2026|2048)[hl]"  # what the driver switches on and off
    r"|\x1b\[\?20(?:26|48)\$p|\x1b\[[><][0-9]*u|\x1b\[c"  # whether it has frames, sizes in band, all keys
)


class NotOursError(AssertionError):
    """Something stands on the wire that this program has no reason to write."""


class Piece(NamedTuple):
    """A text and where it is written: row and column from 1."""

    row: int
    column: int
    text: str


def pieces(written: str, columns: int, rows: int, *, by_a_driver: bool = False) -> Iterator[Piece]:
    """Yield the texts in ``written``.

    Args:
        written: what was sent to the terminal.
        columns: width of the terminal.
        rows: its height.
        by_a_driver: whether the sequences that a real terminal is opened and closed with may be there.

    Raises:
        NotOursError: anything else than texts, moves within the terminal and looks stands there.
    """
    at, row, column = 0, 1, 1
    while at < len(written):
        if found := _TEXT.match(written, at):
            if any(category(char) == "Cn" for char in found[0]):
                raise NotOursError(f"what a terminal leaves out: {found[0]!a}")
            yield Piece(row, column, found[0])
            column += len(found[0])  # only what is moved to counts as a place
        elif found := _MOVE.match(written, at) or _ALONG.match(written, at):
            to = found.groupdict()
            row, column = int(to.get("row") or row), int(to["column"] or 1)
            if row > rows or column > columns:
                raise NotOursError(f"a move to {row};{column} of {rows};{columns}")
        elif not (
            (found := next((one for known in _EVERYWHERE if (one := known.match(written, at))), None))
            or (by_a_driver and (found := _ASKED_AT_START_AND_END.match(written, at)))
        ):
            raise NotOursError(f"at {at}: {written[max(0, at - 40) : at + 40]!a}")
        at = found.end()


class Wire:
    """A terminal's line, with nothing at its end but somebody who listens."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, data: str) -> None:
        """Send ``data``."""
        self._written.append(data)

    async def settle(self) -> None:
        """Wait until nothing has been sent for a while: a frame may be put off until its parts are together."""
        before = -1
        while before < (now := len(self._written)):
            before = now
            await asyncio.sleep(0.1)

    def take(self) -> str:
        """Return what was sent since this was asked last."""
        taken = "".join(self._written)
        self._written.clear()
        return taken

    def copied(self) -> list[str]:
        """Return the texts that the terminal was asked to put on its clipboard since anything was taken."""
        both = "".join(self._written)
        self._written = [_COPY.sub("", both)]
        return [b64decode(text).decode() for text in _COPY.findall(both)]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Let applications in this test write as to a terminal."""
    opened = Wire()
    monkeypatch.setattr(HeadlessDriver, "is_headless", False)
    monkeypatch.setattr(HeadlessDriver, "write", lambda _driver, data: opened.write(data))
    return opened
