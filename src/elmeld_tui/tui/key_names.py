"""The names of keys: a keyboard's (``/``, ``F9``, ``pgdn``) and the framework's (``slash``, ``f9``, ``pagedown``)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character

from elmeld_tui.i18n import t

_WORDS: dict[str, Callable[[], str]] = {
    "slash": lambda: "/",
    "full_stop": lambda: ".",
    "comma": lambda: ",",
    "asterisk": lambda: "*",
    "plus": lambda: "+",
    "minus": lambda: "-",
    "at": lambda: "@",
    "backslash": lambda: "\\",
    "underscore": lambda: "_",
    "question_mark": lambda: "?",
    "escape": lambda: "esc",
    "space": lambda: t("mellomrom"),
    "pagedown": lambda: "pgdn",
    "pageup": lambda: "pgup",
    "down": lambda: "↓",
    "up": lambda: "↑",
    "left": lambda: "←",
    "right": lambda: "→",
}
_MOVING = frozenset({"home", "end", "pageup", "pagedown", "up", "down", "left", "right"})
_EDITING = frozenset({"escape", "enter", "tab", "space", "backspace", "delete", "insert"})
_NAMED = _MOVING | _EDITING | {f"f{number}" for number in range(1, 13)}
_MODIFIERS = ("ctrl", "alt", "shift")
_SAME_BYTE = {
    "ctrl+i": "tab",
    "ctrl+tab": "tab",
    "ctrl+m": "enter",
    "ctrl+enter": "enter",
    "shift+enter": "enter",
    "ctrl+h": "backspace",
    "ctrl+backspace": "backspace",
    "shift+backspace": "backspace",
    "ctrl+left_square_bracket": "escape",
    "ctrl+escape": "escape",
    "shift+space": "space",
}
"""What a terminal cannot tell from another key: it sends the same byte for both (ECMA-48)."""
_WITH_CTRL = frozenset("abcdefghijklmnopqrstuvwxyz") | {
    "backslash",
    "right_square_bracket",
    "circumflex_accent",
    "underscore",
}
"""The characters that every terminal has a byte of its own for together with ctrl."""


class NoKeyError(ValueError):
    """What is written names no key that can be used; the text says why."""


def key_word(key: str) -> str:
    """Return a key as a keyboard says it: ``slash`` is ``/``, ``f9`` is ``F9``, ``pagedown`` is ``pgdn``."""
    *modifiers, last = key.split("+")
    if len(last) > 1 and last[0] == "f" and last[1:].isdigit():
        last = last.upper()
    word = _WORDS.get(last)
    shown = word() if word else last if last.lower() in _NAMED else key_to_character(last) or last
    return "+".join([*modifiers, shown])


def written_key(key: str) -> str:
    """Return a key as a file says it: as a keyboard does, but in no language."""
    return key if key.endswith("space") else key_word(key)


def key_named(word: str) -> str:
    """Return the framework's name of the key that a user calls ``word``.

    Raises:
        NoKeyError: there is no such key, or no terminal can tell it from another.
    """
    word = word.strip()
    # The sign that joins the parts is a key as well: "+", "alt++".
    joined, last = (word[:-1], "+") if word == "+" or word.endswith("++") else word.rpartition("+")[::2]
    modifiers = joined.rstrip("+").split("+") if joined else []
    modifiers = [modifier.lower() for modifier in modifiers]
    if any(modifier not in _MODIFIERS for modifier in modifiers) or len(set(modifiers)) < len(modifiers):
        raise NoKeyError(_unknown(word))
    name = _one_key(last.lower() if "ctrl" in modifiers and last.isascii() else last, word)
    _check_sent(modifiers, name, word)
    key = "+".join([*(modifier for modifier in _MODIFIERS if modifier in modifiers), name])
    if key in _SAME_BYTE:
        told = t("{key} er samme tast som {other} i en terminal", key=word, other=key_word(_SAME_BYTE[key]))
        raise NoKeyError(told)
    return key


def _check_sent(modifiers: Sequence[str], name: str, word: str) -> None:
    """Hold that every terminal sends this key, over a plain line too, and as the same one every time.

    Raises:
        NoKeyError: not all do.
    """
    character = name not in _NAMED
    if "shift" in modifiers and character:
        raise NoKeyError(t("{key}: skriv tegnet slik det blir med shift, for eksempel K", key=word))
    if "ctrl" in modifiers and ("alt" in modifiers or (character and name not in _WITH_CTRL)):
        told = t("{key} sendes ikke av alle terminaler. Velg F-tast, ctrl+bokstav (a–z) eller alt+tegn.", key=word)
        raise NoKeyError(told)


def _one_key(last: str, word: str) -> str:
    """Return the name of a key without ctrl, alt and shift."""
    said = {shown(): name for name, shown in _WORDS.items()}
    if last in said:
        return said[last]
    if last.lower() in _NAMED:
        return last.lower()
    if len(last) != 1 or not last.isprintable():
        raise NoKeyError(_unknown(word))
    if last.isalnum():
        return last
    name = unicodedata.name(last, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def writes(key: str) -> bool:
    """Return whether a key writes a character where one types."""
    return "+" not in key and (key == "space" or key not in _NAMED)


def _unknown(word: str) -> str:
    return t("«{word}» er ingen tast. Skriv for eksempel k, ø, /, F5, ctrl+g, alt+1, pgdn.", word=word)
