"""Keys as they arrive over plain SSH and in tmux, given the names that the rest of the program uses.

Without the kitty protocol a terminal sends alt as an escape before the character, and Textual 8.2 reads escape-digit
and escape-sign as the symbols of a Mac's option key (alt+1 becomes ``¡``, alt++ loses its alt). ctrl+space arrives as
ctrl+@, and shift+F6 as F18. A terminal set to ISO-8859-1 sends ``ø`` as a byte that is not UTF-8, which would end the
framework's program; here it becomes a visible sign. Only this module and `terminal_input` override the framework's
private names here; their tests show when a new version no longer needs that. Every alt key also has a second key that
needs none of this.
"""

from __future__ import annotations

import re
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Iterable, MutableMapping
from functools import partial
from typing import cast

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual.drivers import linux_driver

from elmeld_tui.tui.driver import in_browser
from elmeld_tui.tui.terminal_input import TerminalInput

_ESCAPE = "\x1b"

_SHIFTED = {f"f{number + 12}": f"shift+f{number}" for number in range(1, 13)}
"""The framework's names of F13 to F24, which terminals send for shift with a function key."""

_NUMBERED = re.compile(
    r"\x1b\[(?P<key>\d*)(?::\d*)*"
    r"(?:;(?P<modifiers>\d*)(?::(?P<kind>\d*))?(?:;(?P<text>[\d:]*))?)?;?"
    r"(?P<end>[u~A-FHPQRS])"
)
"""A key by its number (kitty's keyboard protocol, "An overview"): the framework reads what stands in groups here."""
_RELEASED = "3"


def install() -> None:
    """Let the framework read what a terminal sends, and name its keys, as this program does. Safe to call again."""
    known = cast(MutableMapping[str, object], ANSI_SEQUENCES_KEYS)
    for sequence, key in list(known.items()):
        if len(sequence) == 2 and sequence[0] == _ESCAPE and isinstance(key, str):
            del known[sequence]
    linux_driver.XTermParser = Keyboard  # type: ignore[attr-defined]
    linux_driver.getincrementaldecoder = _forgiving_decoder  # type: ignore[assignment, attr-defined]
    if in_browser():
        from textual.drivers import web_driver

        web_driver.XTermParser = Keyboard  # type: ignore[attr-defined]
        web_driver.getincrementaldecoder = _forgiving_decoder  # type: ignore[assignment, attr-defined]


def _forgiving_decoder(encoding: str) -> Callable[[], IncrementalDecoder]:
    """Return what makes a decoder of ``encoding`` that shows a byte it cannot read instead of failing."""
    return partial(getincrementaldecoder(encoding), errors="replace")


class Keyboard(TerminalInput):
    """A terminal's input, with keys by our names."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002
        for event in super()._sequence_to_key_events(sequence, alt):
            if event.key == "ctrl+@":
                yield events.Key("ctrl+space", None)
            elif event.key in _SHIFTED:
                yield events.Key(_SHIFTED[event.key], None)
            elif alt and event.key != "escape" and not event.key.startswith("alt+"):
                yield events.Key(f"alt+{event.key}", None)
            else:
                yield event

    def _parse_extended_key(self, sequence: str) -> list[events.Key] | None:  # type: ignore[override]
        """Return what a key by its number stands for; None where it is none, or has a name in the framework's table.

        The framework fails at a number beyond Unicode, at other forms of a key and at what says that it was let go,
        and takes ``CSI 107 ~`` for a ``k``.
        """
        found = _NUMBERED.fullmatch(sequence)
        if found is None:
            return None
        key, end = int(found["key"] or 1), found["end"]
        text = (found["text"] or "") if end == "u" else ""
        if f"{key}{end}" not in FUNCTIONAL_KEYS and (end != "u" or not _are_characters(str(key))):
            return None if sequence in ANSI_SEQUENCES_KEYS else []
        if found["kind"] == _RELEASED or not _are_characters(text):
            return []
        return super()._parse_extended_key(f"\x1b[{key};{found['modifiers'] or ''};{text}{end}")


def _are_characters(codes: str) -> bool:
    return all(int(code) <= sys.maxunicode for code in codes.split(":") if code)
