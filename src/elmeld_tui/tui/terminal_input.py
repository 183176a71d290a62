"""What a terminal sends, split into keys, pastes and answers by ECMA-48 §5.4 and xterm's "Control Sequences".

The framework takes a sequence it does not know for the keys of its characters. So the answer to a question that
another program asked, half a sequence from a dropped line, or an escape in a paste would become letters, and letters
are commands here: one of them signs a message off. Here a sequence is read to its end and does what it is known for,
or nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator, Iterable

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import ParseEOF, ParseTimeout, Peek1, Read1, TokenCallback
from textual._time import get_time
from textual._xterm_parser import (
    IS_ITERM,
    XTermParser,
    _re_in_band_window_resize,
    _re_mouse_event,
    _re_terminal_mode_response,
)
from textual.keys import Keys
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

_ESCAPE = "\x1b"
_EIGHT_BITS = {"\x8f": "O", "\x90": "P", "\x9b": "[", "\x9d": "]", "\x9f": "_"}
"""What stands for an escape and a character (ECMA-48 §5.3)."""

_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
_LOOKED_AT, _LOOKED_AWAY = "\x1b[I", "\x1b[O"

_STRINGS = {"]": "0123456789lL", "P": "0123456789;!$+=>?|", "_": "G"}
"""How an answer begins that is a string (OSC, DCS, APC), and what its first character is.

After another character the first was a key with alt: nobody who presses alt+P and writes on shall lose what is written.
"""
_STRING_ENDS, _CANCELS = "\a\x9c", "\x18\x1a"

_STALLED = 1.0
"""Seconds without a byte after which a paste or a string that has no end is over: what follows may be a person."""

_CURSOR = re.compile(r"\x1b\[\d+;\d+R")
"""Where the cursor is, which an older program may have asked; F3 with shift or ctrl may look the same."""

_LONGEST = 64
"""Characters of the longest sequence that says anything here."""
_MOST_CELLS = 1_000_000

Reading = Generator[Read1 | Peek1, str, None]
Told = Generator[Read1 | Peek1, str, str]


class TerminalInput(XTermParser):
    """Reads what a terminal sends.

    What it has read too far is held, and read first.
    """

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - the framework's
        self._held: deque[str] = deque()
        super().__init__(debug)

    def tick(self) -> Iterable[Message]:
        """Look whether the wait for more is over; what was held may wait anew, which the framework does not see."""
        yield from super().tick()
        if self._timeout_time is None and self._awaiting.timeout is not None:
            self._timeout_time = get_time() + self._awaiting.timeout

    def parse(self, token_callback: TokenCallback[Message]) -> Reading:
        """Tell of keys, pastes, the mouse and what else a terminal says."""
        self._tell = token_callback
        while not self.is_eof:
            character = yield from self._next()
            if character == _ESCAPE:
                yield from self._escaped((yield from self._next(constants.ESCAPE_DELAY)))
            elif character in _EIGHT_BITS:
                yield from self._escaped(_EIGHT_BITS[character])
            elif character:
                self._tell_keys(character)

    def _next(self, patience: float | None = None) -> Told:
        """Return the next character; empty where none comes in ``patience`` seconds, or none will come."""
        if self._held:
            return self._held.popleft()
        try:
            return (yield Read1(patience))
        except (ParseTimeout, ParseEOF):
            return ""

    def _hold(self, text: str) -> None:
        self._held.extendleft(reversed(text))

    def _escaped(self, character: str) -> Reading:
        """Read what an escape and ``character`` begin."""
        if character in ("", _ESCAPE):
            self._tell(events.Key("escape", _ESCAPE))
            self._hold(character)
        elif character == "[":
            yield from self._control_sequence()
        elif character == "O":
            yield from self._single_shift()
        elif character in _STRINGS:
            yield from self._string(character)
        else:
            self._tell_alt(character)

    def _single_shift(self) -> Reading:
        """Read a key of the keypad, or one with a name (SS3)."""
        last = yield from self._next(constants.ESCAPE_DELAY)
        if " " <= last <= "~":
            self._tell_keys(f"\x1bO{last}")
        else:
            self._tell_alt("O")
            self._hold(last)

    def _control_sequence(self) -> Reading:
        """Read a control sequence to its end; one without an end says nothing."""
        sequence = "\x1b["
        while True:
            character = yield from self._next(constants.ESCAPE_DELAY)
            if not " " <= character <= "~":
                # One more escape begins anew; a letter that cannot be in a sequence was typed.
                self._hold(character)
                if sequence == "\x1b[":
                    self._tell_alt("[")
                return
            sequence = (sequence + character)[:_LONGEST]
            if sequence in ANSI_SEQUENCES_KEYS or (character >= "@" and sequence != "\x1b[["):
                break
        if sequence == _PASTE:
            yield from self._paste()
        elif sequence == "\x1b[M":
            for _ in range(3):  # the mouse, by a terminal that knows no newer way: a button and a place
                yield from self._next(constants.ESCAPE_DELAY)
        else:
            self._tell_sequence(sequence)

    def _string(self, begins: str) -> Reading:
        """Pass over an answer that is a string: nobody here has asked."""
        character = yield from self._next(constants.ESCAPE_DELAY)
        if not character or character not in _STRINGS[begins]:
            self._tell_alt(begins)
            self._hold(character)
            return
        while character and character not in _STRING_ENDS + _CANCELS:
            character = yield from self._next(_STALLED)
            if character == _ESCAPE:
                follows = yield from self._next(constants.ESCAPE_DELAY)
                if follows not in ("", "\\"):
                    self._hold(_ESCAPE + follows)
                return

    def _paste(self) -> Reading:
        """Read what is pasted, to its end.

        Most terminals let no end into what they paste, but not all: what comes in one breath with an end, and has an
        end of its own, was pasted too.
        """
        ended = yield from self._paste_until_end_or_silence()
        while ended:
            text, ended = yield from self._up_to_end(constants.ESCAPE_DELAY)
            if not ended:
                self._hold(text)
            elif text.startswith(_PASTE):
                self._tell(events.Paste(text.removeprefix(_PASTE)))
            else:
                self._tell(events.Paste(_PASTED + text))

    def _paste_until_end_or_silence(self) -> Generator[Read1 | Peek1, str, bool]:
        """Tell what is pasted; return whether it came to its end.

        Where the line has lost the end, what came is told, and the next single key is a key. What comes more at once
        is of the same paste, that a slow line has held back.
        """
        while True:
            text, ended = yield from self._up_to_end(_STALLED)
            self._tell(events.Paste(text))
            if ended or self.is_eof:
                return ended
            first = yield from self._next()
            more, ended = yield from self._up_to_end(constants.ESCAPE_DELAY)
            self._hold(first + more + (_PASTED if ended else ""))
            if not ended and (not more or first == _ESCAPE):
                return False

    def _up_to_end(self, patience: float) -> Generator[Read1 | Peek1, str, tuple[str, bool]]:
        """Return what comes up to the end of a paste, or until nothing comes, and whether the end came."""
        text: list[str] = []
        while character := (yield from self._next(patience)):
            text.append(character)
            if character == _PASTED[-1] and "".join(text[-len(_PASTED) :]) == _PASTED:
                return "".join(text[: -len(_PASTED)]), True
        return "".join(text), False

    def _tell_keys(self, sequence: str) -> None:
        for key in self._sequence_to_key_events(sequence):
            if key.key != Keys.Ignore:
                self._tell(key)

    def _tell_alt(self, character: str) -> None:
        """Tell of a key with alt; control characters may have a name of their own with it."""
        if f"{_ESCAPE}{character}" in ANSI_SEQUENCES_KEYS and not character.isprintable():
            self._tell_keys(f"{_ESCAPE}{character}")
            return
        for key in self._sequence_to_key_events(character, alt=True):
            self._tell(key)

    def _tell_sequence(self, sequence: str) -> None:
        """Tell what a whole sequence says; what is not known here is the answer to somebody else's question."""
        if sequence == _LOOKED_AT:
            self._tell(events.AppFocus())
        elif sequence == _LOOKED_AWAY:
            self._tell(events.AppBlur())
        elif size := _re_in_band_window_resize.fullmatch(sequence):
            self._tell_size(*(int(number.partition(":")[0]) for number in size.groups()))
        elif _CURSOR.fullmatch(sequence):
            return
        elif mode := _re_terminal_mode_response.match(sequence):
            self._tell_mode(mode["mode_id"], int(mode["setting_parameter"]))
        elif _re_mouse_event.match(sequence):
            if (event := self.parse_mouse_code(sequence)) is not None:
                self._tell(event)
        else:
            self._tell_keys(sequence)

    def _tell_size(self, rows: int, columns: int, height: int, width: int) -> None:
        """Tell a new size, where it can be one."""
        if 0 < rows * columns <= _MOST_CELLS and height and width:
            resized = events.Resize.from_dimensions((columns, rows), (width, height))
            self.terminal_size, self.terminal_pixel_size = resized.size, resized.pixel_size
            self.mouse_pixels = True
            self._tell(resized)

    def _tell_mode(self, mode: str, setting: int) -> None:
        """Tell what the terminal can, of what the driver has asked."""
        if mode == "2026" and setting:
            self._tell(TerminalSupportsSynchronizedOutput())
        elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
            self._tell(InBandWindowResize.from_setting_parameter(setting))
