"""Texts made to steer, break or deceive a terminal, and what a reader must see of them; the same for the same seed."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from unicodedata import category

MANY = int(os.environ.get("ELMELD_FUZZ", "10000"))
"""How many texts; ``make fuzz`` asks for more."""

SEED = int(os.environ.get("ELMELD_FUZZ_SEED", "20261130"))

OBEYED = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal would obey, or could not be sent."""

_PIECES = (
    *("\x1b", "\x1b[2J", "\x1b[31m", "\x1b[999;999H", "\x1b[?1049l", "\x1b[6n", "\x1b[?1000h", "\x1bc", "\x1b(0"),
    *("\x1b]52;c;ZXZpbA==\x07", "\x1b]0;tittel\x1b\\", "\x1b]8;;https://example.org\x07her\x1b]8;;\x07"),
    *(
        "\x1bP+q544e\x1b\\",
        "\x1b_skjult\x1b\\",
        "\x1b^x\x1b\\",
        "\x9b31m",
        "\x9d0;tittel\x9c",
        "\x90q\x9c",
        "\x84",
    ),
    *("\u202e123\u202c", "\u2066abc\u2069", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\x85"),
    *("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "e\u0301", "a" + "\u0300" * 40, "\u0301", "\ufe0f"),
    *("中文診療所", "한국어", "ｗｉｄｅ", "👩‍⚕️", "👨‍👩‍👧‍👦", "🇳🇴", "❤️", "1️⃣", "👍🏽", "\U000e0041", "\U0001f9ea"),
    *("\ud800", "\udfff", "\ufffe", "\uffff", "\ufff9", "\U0010ffff", "\ue000"),
    *(
        "[/]",
        "[bold red]",
        "[link=https://example.org]x[/link]",
        "[@click=app.quit]her[/]",
        "[g/dL]",
        "\\[",
        "{0}",
        "%s",
    ),
    *("\x00", "\r", "\r\n", "\n", "\t", "\x08\x08", "\x0b", "\x0c", "\x0e", "\x7f", "\xa0", "\u3000", "  ", " "),
    *("&amp;", "<b>", "]]>", "Ørjan Åsen", "blåbær", "48 mmol/mol", "…", "│", "▐", "x" * 200),
)


def texts(many: int = MANY, *, seed: int = SEED) -> Iterator[str]:
    """Yield ``many`` texts: pieces put together, and now and then any characters at all, or a very long line."""
    chance = random.Random(seed)
    for number in range(many):
        if number % 2_500 == 1_000:
            yield "".join(chance.choices(_PIECES, k=12_000)).replace("\n", " ")[:100_000]
        elif number % 4 == 3:
            yield "".join(
                chr(chance.choice(_SPANS[chance.randrange(len(_SPANS))])) for _ in range(chance.randrange(40))
            )
        else:
            yield "".join(chance.choices(_PIECES, k=chance.randrange(1, 9)))


_SPANS = (
    range(0x20),
    range(0x20, 0x7F),
    range(0x7F, 0x250),
    range(0x300, 0x370),
    range(0x2000, 0x2070),
    range(0x110000),
)


def seen(text: str) -> str:
    """Return what a reader must find of ``text``: each character, or what stands in for it; as `squeezed` has it."""
    return squeezed("".join(_stand_in(char) for char in text.replace("\r\n", "\n")))


def _stand_in(char: str) -> str:
    code = ord(char)
    if char in "\n\t":
        return char
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    return "\N{REPLACEMENT CHARACTER}" if OBEYED.match(char) or char in _UNSEEN else char


_UNSEEN = {"\ufeff", *map(chr, range(0xFFF9, 0xFFFC)), *map(chr, range(0xE0000, 0xE0080))}


def squeezed(text: str) -> str:
    """Return ``text`` without white space and without what takes no place and shows nothing, as joiners do."""
    return "".join(char for char in text if not char.isspace() and category(char) != "Cf")


def in_xml(text: str) -> str:
    """Return of ``text`` what XML 1.0 can hold: of control characters, C1 alone."""
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text.replace("\r", "\n"))
