"""Texts in the user's language.

The source strings are Norwegian bokmål; the English catalogue lies beside this file, one JSON object a room
(``en/<room>.json``: Norwegian text to English text). A text missing from a catalogue is shown in Norwegian,
and a test keeps the catalogue whole.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["nb", "en"]

_current: Language = "nb"


def set_language(language: Language) -> None:
    """Choose the language of every later `t` call in this process."""
    global _current  # noqa: PLW0603 - one process speaks one language, chosen at start
    _current = language


def language() -> Language:
    """Return the language in use."""
    return _current


def t(text: str, /, **values: object) -> str:
    """Return ``text`` (Norwegian, a literal at the call site) in the language in use.

    Args:
        text: the source string, with ``{name}`` where a value goes.
        **values: what goes in; values are inserted as they are and never translated.
    """
    if _current != "nb":
        text = _catalogue(_current).get(text, text)
    return text.format(**values) if values else text


@cache
def _catalogue(language: Language) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.json")):
        texts |= json.loads(path.read_text(encoding="utf-8"))
    return texts
