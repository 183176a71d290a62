"""Keys as they arrive over plain SSH and in tmux, given the names the rest of the program uses.

Without the kitty protocol a terminal sends alt as an escape before the character, and Textual 8.2 reads
escape-digit and escape-sign as the symbols a Mac's option key types (alt+1 becomes ``¡``, alt++ loses its alt).
ctrl+space arrives as ctrl+@, and shift+F6 as F18. A terminal that is set to ISO-8859-1 sends ``ø`` as a byte that is
no UTF-8, and the framework ends the program at the first of them; here it becomes a visible sign. This module, the
only one that touches the framework's private names, keeps ours; its test says when a new version no longer needs it.
Every alt key still has a second key that needs none of this.
"""

from __future__ import annotations

from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Iterable, MutableMapping
from functools import partial
from typing import cast

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

_ESCAPE = "\x1b"
_BEGINNINGS = "[O"
"""What follows an escape in the sequences of function keys (ECMA-48 CSI, SS3)."""

_SHIFTED = {f"f{number + 12}": f"shift+f{number}" for number in range(1, 13)}
"""The framework's names of F13 to F24, which terminals send for shift with a function key."""
_framework_reading = XTermParser._sequence_to_key_events  # noqa: SLF001 - see the module's text


def install() -> None:
    """Make the framework name alt and ctrl+space keys as this program does. Safe to call again."""
    known = cast(MutableMapping[str, object], ANSI_SEQUENCES_KEYS)
    for sequence, key in list(known.items()):
        if len(sequence) == 2 and sequence[0] == _ESCAPE and isinstance(key, str):
            del known[sequence]
    XTermParser._sequence_to_key_events = _key_events  # type: ignore[assignment, method-assign]  # noqa: SLF001
    linux_driver.getincrementaldecoder = _forgiving_decoder  # type: ignore[assignment, attr-defined]


def _forgiving_decoder(encoding: str) -> Callable[[], IncrementalDecoder]:
    """Return what makes a decoder of ``encoding`` that shows a byte it cannot read instead of failing."""
    return partial(getincrementaldecoder(encoding), errors="replace")


def _key_events(parser: XTermParser, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002
    if (
        len(sequence) == 2
        and sequence[0] == _ESCAPE
        and sequence[1].isprintable()
        and sequence[1] not in _BEGINNINGS
    ):
        # The framework waits for more, and where the next key comes at once takes the two for ``^`` and a letter.
        yield from _key_events(parser, sequence[1], alt=True)
        return
    for event in _framework_reading(parser, sequence, alt):
        if event.key == "ctrl+@":
            yield events.Key("ctrl+space", None)
        elif event.key in _SHIFTED:
            yield events.Key(_SHIFTED[event.key], None)
        elif alt and event.key != "escape" and not event.key.startswith("alt+"):
            yield events.Key(f"alt+{event.key}", None)
        else:
            yield event
