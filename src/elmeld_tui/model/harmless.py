"""The border between message text and a terminal: nothing that passes here can control the screen.

Message content may hold what a terminal obeys: escape sequences (C0 and C1 controls), and bidirectional controls that
change the order in which a text is read. It may also hold characters that Unicode has not assigned, which a terminal
silently leaves out. Each of these is shown as a visible sign, so that no character is lost and none is obeyed.
"""

from __future__ import annotations

import json
import re
from functools import cache
from unicodedata import category

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Controls but tab and newline; Arabic letter mark, directional marks; line and paragraph separators, embeddings,
# overrides and isolates; lone surrogates (from file names), which cannot be encoded and would end the program;
# zero-width no-break space, interlinear annotation and invisible tag characters; Hangul's fillers, which count as
# letters and are nothing to see, so that some terminals leave them out.
_FILLERS = ((0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0))
_RANGES = (
    *_FILLERS,
    (0x00, 0x08),
    (0x0B, 0x1F),
    (0x7F, 0x9F),
    (0x061C, 0x061C),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2066, 0x2069),
    (0xD800, 0xDFFF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)

_SIGNS = {
    **{code: _REPLACEMENT for first, last in _RANGES for code in range(first, last + 1)},
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\N{SYMBOL FOR DELETE}",
}

_NOT_LATIN = ((0x0370, 0x200F), (0x2065, 0x218F), (0x2400, 0x24FF), (0x27C0, 0x10FFFF))
"""Where there are characters that Unicode has not assigned; which they are is asked of each."""


def _any_of(*ranges: tuple[int, int]) -> re.Pattern[str]:
    # Ranges, not the characters one by one: a class of ranges is many times faster to search by.
    return re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]")


_FILLER = _any_of(*_FILLERS)


@cache
def _doubtful() -> re.Pattern[str]:
    """What is looked at one by one; put together when first asked for, which the first screen seldom does."""
    return _any_of(*_RANGES, *_NOT_LATIN)


def harmless(text: str) -> str:
    """Return ``text`` as a terminal may show it.

    Newline and tab stay; CR LF, the line break of many senders, becomes a newline. Every other control character
    becomes a visible sign, one for one: of C0 its picture, of the others the replacement character, as of what is no
    character in Unicode.
    """
    if text.isprintable() and (text.isascii() or not _FILLER.search(text)):
        return text
    if not _doubtful().search(text):
        return text
    return _doubtful().sub(_shown, text.replace("\r\n", "\n"))


def _shown(found: re.Match[str]) -> str:
    char = found[0]
    return _SIGNS.get(ord(char)) or (_REPLACEMENT if category(char) == "Cn" else char)


def json_line(data: object) -> str:
    """Return ``data`` as one line of JSON that a terminal may show and a parser reads back unchanged.

    JSON itself escapes only some control characters; here every dangerous one is written as an escape.
    """
    return _doubtful().sub(_escape, json.dumps(data, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    # Beyond the first plane JSON has no single escape; `json` writes the pair.
    return found[0] if _shown(found) == found[0] else json.dumps(found[0])[1:-1]
