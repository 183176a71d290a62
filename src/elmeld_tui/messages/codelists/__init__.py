"""The code lists used in messages: a compact built-in selection with the standards' own texts, and imported lists.

A list is named by its OID, its national number (``8221``) or its short name (``ICPC-2``). The selection is not the
national register: a code that is missing here is shown as it came, and is never a reason to reject (HISD 1165). Where
a clinic has imported the national list (`use`), codes are chosen from that one; the selection's texts remain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TypedDict

from elmeld_tui.messages.codelists import searching
from elmeld_tui.model.codes import NATIONAL_ROOT, NO_CODE, CodedValue, oid

_NUMBERS = {"ICPC-2": "7170", "ICD-10": "7110", "NLK": "7280", "NCRP": "7270", "ATC": "7180", "NORPAT": "7010"}

# What lists are called comes from messages: what is remembered of it is bounded in number and in length.
_REMEMBERED = 512
_LONGEST_NAME = 40


class CodeList(TypedDict):
    """One list: what it is called, and its codes with their texts, in the order they are offered."""

    name: str
    codes: dict[str, str]


class ImportedListError(OSError):
    """An imported list cannot be read; the text is the path of its file and the reason."""


_imported: Path | None = None


def use(directory: Path | None) -> None:
    """Prefer the lists in ``directory``, one file ``<number>.json`` each; None for the built-in selection alone.

    A list is read when it is first asked for; call again to see one that was imported since.
    """
    global _imported  # noqa: PLW0603 - one process works in one clinic, chosen at start
    _imported = directory
    _kept.cache_clear()
    _name.cache_clear()
    entries.cache_clear()
    _index.cache_clear()


@cache
def _built_in() -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            for number, part in json.loads(file.read_text(encoding="utf-8")).items():
                lists.setdefault(number, part)["codes"].update(part["codes"])
    return lists


def _list(number: str) -> CodeList | None:
    """Return the list in use; None where it is unknown."""
    return _kept(number) if len(number) <= _LONGEST_NAME else None


@lru_cache(maxsize=_REMEMBERED)
def _kept(number: str) -> CodeList | None:
    own = _built_in().get(number)
    file = _imported / f"{number}.json" if _imported and number.isdecimal() else None
    if file is None or not file.exists():
        return own
    kept = read(file)
    # What the selection has comes first, so that a form's default stays what it was.
    first = [code for code in own["codes"] if code in kept["codes"]] if own else []
    return CodeList(name=kept["name"], codes={code: kept["codes"][code] for code in first} | kept["codes"])


def read(file: Path) -> CodeList:
    """Read an imported list.

    Raises:
        ImportedListError: the file cannot be read, or holds no list.
    """
    try:
        data = json.loads(file.read_bytes())
        return CodeList(
            name=str(data["name"]), codes={str(code): str(text) for code, text in data["codes"].items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImportedListError(f"{file}: {error}") from error


def number_of(codelist: str) -> str:
    """Return the national number of a list by any of its names; ``codelist`` itself where it has none."""
    return _NUMBERS.get(codelist.upper(), codelist.removeprefix(NATIONAL_ROOT))


def numbers() -> tuple[str, ...]:
    """Return the numbers of every list that has codes, built in or imported, in order."""
    known = {number for number, one in _built_in().items() if one["codes"]}
    if _imported and _imported.is_dir():
        known |= {file.stem for file in _imported.glob("*.json") if file.stem.isdecimal()}
    return tuple(sorted(known, key=lambda number: (len(number), number)))


def is_imported(codelist: str) -> bool:
    """Return whether the list in use is one that was imported."""
    return _imported is not None and (_imported / f"{number_of(codelist)}.json").exists()


def name(codelist: str) -> str:
    """Return what the list is called, with its number; ``codelist`` itself where the list is unknown."""
    return _name(codelist) if len(codelist) <= _LONGEST_NAME else codelist


@lru_cache(maxsize=_REMEMBERED)
def _name(codelist: str) -> str:
    number = number_of(codelist)
    known = _list(number)
    return f"{known['name']} ({number})" if known else codelist


def codes(codelist: str) -> dict[str, str]:
    """Return the codes of the list in use with their texts; empty where the list is unknown."""
    known = _list(number_of(codelist))
    return known["codes"] if known else {}


def text(codelist: str, code: str) -> str:
    """Return the meaning of ``code``, or an empty string where list or code is not known.

    A code that the imported list has no more keeps the text of the selection: messages that have it are still read.
    """
    if found := codes(codelist).get(code, ""):
        return found
    own = _built_in().get(number_of(codelist))
    return own["codes"].get(code, "") if own else ""


def coded(codelist: str, code: str) -> CodedValue:
    """Return ``code`` as a document writes it, with the list's OID and the text."""
    number = number_of(codelist)
    return CodedValue(code, oid(int(number)), text(number, code))


@cache
def entries(codelist: str) -> tuple[CodedValue, ...]:
    """Return every code of the list in use, in the order they are offered.

    Raises:
        KeyError: there is no such list.
    """
    number = number_of(codelist)
    known = _list(number)
    if known is None:
        raise KeyError(codelist)
    system = oid(int(number))
    return tuple(CodedValue(code, system, words) for code, words in known["codes"].items())


def default_first(codelist: str, default: str) -> tuple[CodedValue, ...]:
    """Return every code of the list in use, the usual one before the others.

    Raises:
        KeyError: there is no such list.
    """
    return tuple(sorted(entries(codelist), key=lambda entry: entry.value != default))


@cache
def _index(number: str) -> searching.Index:
    return searching.index(codes(number))


def search(codelist: str, words: str, limit: int = 20) -> list[CodedValue]:
    """Return codes that match every word in code or text, best first; letter case and accents do not matter.

    «ore» finds «Øre»; the points of a code can be typed or left out.
    """
    number = number_of(codelist)
    return [coded(number, code) for code in _index(number).search(words, limit)]


def answers_with(written: Iterable[str], words: str) -> list[str]:
    """Return those of the answers ``<list>:<code>`` whose code or text has every word, in their order.

    One that the list in use has no more is left out.
    """
    wanted = searching.fold(words).split()
    known = ((one, answer(one)) for one in written)
    return [
        one
        for one, code in known
        if code.value and all(word in searching.fold(f"{code.value} {code.text}") for word in wanted)
    ]


def answer(written: str) -> CodedValue:
    """Read an answer ``<list>:<code>``, e.g. ``ICPC-2:T90``; `NO_CODE` where the list in use has no such code."""
    codelist, colon, code = (part.strip() for part in written.partition(":"))
    if not colon or not codes(codelist).get(code):
        return NO_CODE
    return coded(codelist, code)
