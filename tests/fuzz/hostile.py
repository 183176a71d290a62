"""Texts made to steer, break or deceive a terminal, and what a reader must see of them; the same for the same seed."""

from __future__ import annotations

import os
import random
import re
from bisect import bisect_left
from collections.abc import Iterator
from unicodedata import category

MANY = int(os.environ.get("ELMELD_FUZZ", "10000"))
"""How many texts; ``make fuzz`` asks for more."""

SEED = int(os.environ.get("ELMELD_FUZZ_SEED", "20261130"))

UNSENT = (
    "\x00-\x1f\x7f-\x9f"  # C0 and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # Bidi_Control (UAX 9)
    "\u2028\u2029"  # line and paragraph separator
    "\ud800-\udfff"  # lone surrogates
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # byte order mark, interlinear annotation, tags
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
)
"""What is never sent to a terminal, as a class of a pattern."""

OBEYED = re.compile(f"[{UNSENT}]".replace("\x00-\x1f", "\x00-\x08\x0a-\x1f"))
"""The same in a text that is not cut into lines yet; it may have tabs."""

# fmt: off
_PIECES = (
    # What steers a terminal: one by one, as sequences, in seven bits and in eight.
    *("\x1b", "\x1b[2J", "\x1b[31m", "\x1b[999;999H", "\x1b[?1049l", "\x1b[6n", "\x1b[?1000h", "\x1bc", "\x1b(0"),
    *("\x1b]52;c;ZXZpbA==\x07", "\x1b]0;tittel\x1b\\", "\x1b]8;;https://example.org\x07her\x1b]8;;\x07"),
    *("\x1bP+q544e\x1b\\", "\x1b_Gf=24;AAAA\x1b\\", "\x1b^x\x1b\\", "\x1bX", "\x1b[200~", "\x1b[201~", "\x1b[?2026h"),
    *("\x9b31m", "\x9d0;tittel\x9c", "\x90q\x9c", "\x84", "\x9f", "\x98", "\x80"),
    *("\x00", "\a", "\r", "\r\n", "\n\r", "\n", "\t", "\x08\x08", "\v", "\f", "\x0e", "\x0f"),
    *("\x11", "\x13", "\x1a", "\x7f"),
    # What turns the reading round, or hides.
    *("\u202e123\u202c", "\u202d", "\u2066abc\u2069", "\u2067", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029"),
    "\x85",
    *("\u200b", "\u200c", "\u200d", "\u2060", "\u2064", "\ufeff", "\u00ad", "\u034f", "\u180e", "\u115f", "\u3164"),
    "\uffa0",
    *("\U000e0001", "\U000e0041", "\U000e007f", "\U000e0100", "\ufe0e", "\ufe0f", "\ufff9", "\ufffb", "\ufffc"),
    # What takes no cell, two, or as many as a terminal likes.
    *("e\u0301", "a" + "\u0300" * 40, "Z" + "\u0489\u0334" * 12, "\u0301", "\u20e3", "\u0e33"),
    "\u0915\u094d\u0937\u093f",
    *("中文診療所", "한국어", "각", "ｗｉｄｅ", "ﾊﾝｶｸ", "±½°Å", "┼│▐…", "⅓™", "①", "שלום", "مرحبا", "𝔘𝔫", "𐎀", "￥"),
    *("👩‍⚕️", "👨‍👩‍👧‍👦", "🇳🇴", "🇳", "🏴\U000e0067\U000e0062\U000e007f", "❤️", "1️⃣", "👍🏽", "\U0001f3fd", "🧪", "☺︎"),
    # What is no character, or not yet.
    *("\ud800", "\udfff", "\udc9b", "\udce6", "\ufffe", "\uffff", "\U0001fffe", "\ufdd0", "\U0010ffff", "\ue000",
      "\U000f0000", "\u0378"),
    # What others obey: markup, templates, SQL and its full-text search, paths, shells, XML.
    *("[/]", "[bold red]", "[link=https://example.org]x[/link]", "[@click=app.quit]her[/]", "[g/dL]", "\\[", "[]"),
    *("[[", "]"),
    *("{0}", "{pasient}", "{", "}}", "%s", "%(a)s", "$HOME", "`id`", "$(id)", "; rm -rf ~", "| cat", "\\n", "\\x1b[31m"),
    *("' OR 1=1 --", '"', "''", "'; DROP TABLE message; --", "%", "_", "*", "NEAR(", "a AND", "NOT", "title:", "^a"),
    *("-a", "(", ")"),
    *("../../etc/passwd", "..\\..\\", "/", "~root", "~", "CON", "C:\\", "file:///etc/passwd", ".", "-rf", "--help"),
    *("&amp;", "&#27;", "&#x1b;", "<b>", "]]>", "<![CDATA[", "<!--", "<?xml?>", "<!DOCTYPE a>", "\u02bc", "\uff1c"),
    *("Ørjan Åsen", "blåbær", "48 mmol/mol", "fra:", "status:feilet", "-type:henvisning", "|", "___", "x" * 200),
    *(" ", "  ", "\xa0", "\u2003", "\u3000", "\u202f", "\u1680"),
)
# fmt: on


def texts(many: int = MANY, *, seed: int = SEED) -> Iterator[str]:
    """Yield ``many`` texts, no two alike: each piece, then several put together, now and then any characters at all."""
    chance = random.Random(seed)
    known: set[str] = set()
    for piece in _PIECES[:many]:
        known.add(piece)
        yield piece
    while len(known) < many:
        text = _made(chance, len(known))
        if text not in known:
            known.add(text)
            yield text


def _made(chance: random.Random, number: int) -> str:
    if number % 2_500 == 1_000:
        return "".join(chance.choices(_PIECES, k=12_000)).replace("\n", " ")[:100_000]
    if number % 4 == 3:
        return "".join(
            chr(chance.choice(_SPANS[chance.randrange(len(_SPANS))])) for _ in range(chance.randrange(40))
        )
    return "".join(chance.choices(_PIECES, k=chance.randrange(1, 9)))


_SPANS = (
    range(0x20),
    range(0x20, 0x7F),
    range(0x7F, 0x250),
    range(0x300, 0x370),
    range(0x2000, 0x2070),
    range(0x110000),
)


def seen(text: str) -> str:
    """Return what a reader must find of ``text``: each character, or what stands in for it."""
    return "".join(_stand_in(char) for char in text.replace("\r\n", "\n"))


def _stand_in(char: str) -> str:
    code = ord(char)
    if char in "\n\t" or not (OBEYED.match(char) or category(char) == "Cn"):
        return char
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


_BREAK = "␊"
"""How a line break is shown where there is one line alone."""


def squeezed(text: str) -> str:
    """Return ``text`` without white space and without what takes no place and shows nothing, as joiners do."""
    return "".join(char for char in text if not (char.isspace() or char == _BREAK or category(char) == "Cf"))


def spaced(text: str) -> str:
    """Return ``text`` with one space for any white space or line break, without what shows nothing."""
    return " ".join("".join(char for char in text.replace(_BREAK, " ") if category(char) != "Cf").split())


def in_xml(text: str) -> str:
    """Return of ``text`` what XML 1.0 can hold: of control characters, C1 alone."""
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text.replace("\r", "\n"))


def assert_in(wanted: str, shown: str, where: str) -> None:
    """Assert that ``wanted`` stands in ``shown``; say where it does not begin to differ from it."""
    if wanted in shown:
        return
    at = bisect_left(range(len(wanted)), True, key=lambda end: wanted[: end + 1] not in shown)
    raise AssertionError(f"{where}: after {wanted[max(0, at - 30) : at]!a} was lost {wanted[at : at + 30]!a}")
