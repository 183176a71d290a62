"""Text shortcuts (hurtigtaster): a name for a text one writes often, and what is filled in where it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAME_RULE = re.compile(r"[\wæøåÆØÅ][\w.-]{0,29}")
"""A name: letters, digits, point, hyphen and underscore, thirty at most, so that it can be typed after a point."""

LONGEST = 10_000
"""Characters of a text."""

PLACEHOLDERS = ("pasient", "dato", "alder", "meg")
"""What a text may ask to have filled in, in braces."""

_BLANK = "___"
_CURSOR = "|"
_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One text shortcut.

    Attributes:
        id: of it; None for one that is not kept.
        owner: login of whose it is; empty for everybody at the clinic.
        name: what it is called.
        text: what it writes: ``{pasient}``, ``{dato}``, ``{alder}`` and ``{meg}`` are filled in, and the cursor comes to
            the first ``|``, else to the first ``___``.
    """

    id: int | None
    owner: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text to insert, and how many characters into it the cursor comes to stand; ``blank`` more are selected."""

    text: str
    cursor: int
    blank: int = 0


def expand(text: str, known: Mapping[str, str]) -> Expanded:
    """Return what a shortcut's text writes.

    What is not known stays as it is written, in its braces, so that a writer sees that it is missing.

    Args:
        text: of the shortcut.
        known: what the placeholders stand for; those left out or empty are not known.
    """
    # The sign is sought before anything is filled in: a name may have one in it.
    at = text.find(_CURSOR)
    parts = [text] if at < 0 else [text[:at], text[at + 1 :]]
    filled = [_PLACEHOLDER.sub(lambda found: known.get(found[1]) or found[0], part) for part in parts]
    whole = "".join(filled)
    if at >= 0:
        return Expanded(whole, len(filled[0]))
    blank = whole.find(_BLANK)
    return Expanded(whole, len(whole)) if blank < 0 else Expanded(whole, blank, len(_BLANK))
