"""Text shortcuts (hurtigtaster): a short name for a text one writes often, and the placeholders filled in on use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from elmeld_tui.model.harmless import harmless

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


def placeholders(writer: str, today: date, *, patient: str = "", born: str = "") -> dict[str, str]:
    """Return what the placeholders stand for; what is not known is empty.

    Args:
        writer: given and family name.
        today: in Norway.
        patient: given and family name; empty where none is chosen.
        born: ISO date of the patient, or empty.
    """
    return {"dato": f"{today:%d.%m.%Y}", "meg": writer, "pasient": patient, "alder": _age(born, today)}


def _age(born: str, today: date) -> str:
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return ""
    return str(today.year - day.year - ((today.month, today.day) < (day.month, day.day)))


def expand(text: str, known: Mapping[str, str]) -> Expanded:
    """Return what a shortcut's text writes.

    What is not known stays as it is written, in its braces, so that a writer sees that it is missing.

    Args:
        text: of the shortcut.
        known: from `placeholders`; those left out or empty are not known.
    """
    # The sign is sought before anything is filled in: a name may have one in it.
    text, known = harmless(text), {name: harmless(value) for name, value in known.items()}
    at = text.find(_CURSOR)
    parts = [text] if at < 0 else [text[:at], text[at + 1 :]]
    filled = [_PLACEHOLDER.sub(lambda found: known.get(found[1]) or found[0], part) for part in parts]
    whole = "".join(filled)
    if at >= 0:
        return Expanded(whole, len(filled[0]))
    blank = whole.find(_BLANK)
    return Expanded(whole, len(whole)) if blank < 0 else Expanded(whole, blank, len(_BLANK))
