"""Searching a code list as one types: any letter case, with or without Norwegian letters, among tens of thousands.

Each row is case-folded once, when the list is first searched; each keystroke then costs a few passes over plain
strings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

_NORWEGIAN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "đ": "d", "ŋ": "n", "ß": "ss", ".": None})
_NO_LETTER = re.compile(r"[\W_]+")
_TEXT = "\n"
"""Stands between code and text of a row; every word, and the code, has a space before it."""


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents and points, its words with one space between: «Øre» is «ore»."""
    plain = text.casefold().translate(_NORWEGIAN)
    if not plain.isascii():
        plain = "".join(
            letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)
        )
    return _NO_LETTER.sub(" ", plain).strip()


@dataclass(frozen=True, slots=True)
class Index:
    """One list, ready to be searched: its codes, and of each the folded row."""

    codes: tuple[str, ...]
    rows: tuple[str, ...]

    def search(self, words: str, limit: int) -> list[str]:
        """Return at most ``limit`` codes that have every word in code or text, in the list's order within each rank.

        The code itself comes first, then texts that begin so, then texts with words that begin so, then the rest.
        """
        wanted = fold(words).split()
        if not wanted:
            return list(self.codes[:limit])
        # In a dict each row stands once, where it ranks best.
        found: dict[int, None] = {}
        for rank in self._ranks(wanted, self._having(wanted)):
            found |= dict.fromkeys(islice(rank, limit))
            if len(found) >= limit:
                break
        return [self.codes[number] for number in islice(found, limit)]

    def _having(self, wanted: list[str]) -> list[int]:
        """Return the numbers of the rows that have every word; the longest, which has the fewest, is asked first."""
        first, *others = sorted(wanted, key=len, reverse=True)
        having = [number for number, row in enumerate(self.rows) if first in row]
        for word in others:
            having = [number for number in having if word in self.rows[number]]
        return having

    def _ranks(self, wanted: list[str], having: list[int]) -> Iterator[Iterator[int]]:
        rows = self.rows
        code, text, begun = f" {wanted[0]}", f"{_TEXT} {wanted[0]}", [f" {word}" for word in wanted]
        yield (number for number in having if rows[number].startswith(code))
        yield (number for number in having if text in rows[number])
        yield (number for number in having if all(word in rows[number] for word in begun))
        yield iter(having)


def index(codes: Mapping[str, str]) -> Index:
    """Return the index of ``codes``, code to text, in their order."""
    rows = (f" {fold(code).replace(' ', '')}{_TEXT} {fold(text)}" for code, text in codes.items())
    return Index(tuple(codes), tuple(rows))
