"""The border between message text and a terminal: nothing that passes here can drive the screen.

Message content may hold what a terminal obeys: escape sequences (C0 and C1 controls), and bidirectional controls
that make a text read otherwise than it is. Each such character is shown as a visible sign of its own, so that no
character is lost and none is obeyed.
"""

from __future__ import annotations

import json
import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_SIGNS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\N{SYMBOL FOR DELETE}",
    **dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT),
    # Arabic letter mark, left-to-right and right-to-left marks, line and paragraph separators,
    # embeddings, overrides and isolates.
    **dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)), _REPLACEMENT),
    # Zero-width no-break space, interlinear annotation, and invisible tag characters.
    **dict.fromkeys((0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)), _REPLACEMENT),
    # A lone surrogate (from a file name) cannot be encoded and would end the program.
    **dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT),
}

_DANGEROUS = re.compile("[" + "".join(re.escape(chr(code)) for code in _SIGNS) + "]")


def harmless(text: str) -> str:
    """Return ``text`` as a terminal may show it.

    Newline and tab stay; CR LF, the line break of many senders, becomes a newline. Every other control character
    becomes a visible sign, one for one.
    """
    if not _DANGEROUS.search(text):
        return text
    return text.replace("\r\n", "\n").translate(_SIGNS)


def json_line(data: object) -> str:
    """Return ``data`` as one line of JSON that a terminal may show and a parser reads back unchanged.

    JSON itself escapes only some control characters; here every dangerous one is written as an escape.
    """
    return _DANGEROUS.sub(_escape, json.dumps(data, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    # Beyond the first plane JSON has no single escape; `json` writes the pair.
    return json.dumps(found[0])[1:-1]
