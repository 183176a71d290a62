"""The code lists messages use: a compact selection with the words of the standards, in Norwegian.

A list is named by its OID, its national number (``8221``) or its short name (``ICPC-2``). The selection is not the
national register: a code that is missing here is shown as it came, and is never a reason to reject (HISD 1165).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TypedDict

from elmeld_tui.model.codes import NATIONAL_ROOT, NO_CODE, CodedValue, oid

_NUMBERS = {"ICPC-2": "7170", "ICD-10": "7110"}


class _CodeList(TypedDict):
    name: str
    codes: dict[str, str]


@cache
def _lists() -> dict[str, _CodeList]:
    lists: dict[str, _CodeList] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            for number, part in json.loads(file.read_text(encoding="utf-8")).items():
                lists.setdefault(number, part)["codes"].update(part["codes"])
    return lists


def _number(codelist: str) -> str:
    return _NUMBERS.get(codelist, codelist.removeprefix(NATIONAL_ROOT))


def name(codelist: str) -> str:
    """Return what the list is called, with its number; ``codelist`` itself where the list is unknown."""
    number = _number(codelist)
    known = _lists().get(number)
    return f"{known['name']} ({number})" if known else codelist


def text(codelist: str, code: str) -> str:
    """Return the meaning of ``code``, or an empty string where list or code is not in the selection."""
    known = _lists().get(_number(codelist))
    return known["codes"].get(code, "") if known else ""


def coded(codelist: str, code: str) -> CodedValue:
    """Return ``code`` as a document writes it, with the list's OID and the text."""
    number = _number(codelist)
    return CodedValue(code, oid(int(number)), text(number, code))


def entries(codelist: str) -> tuple[CodedValue, ...]:
    """Return every code of the list, in the order of the selection."""
    number = _number(codelist)
    return tuple(coded(number, code) for code in _lists()[number]["codes"])


def search(codelist: str, words: str, limit: int = 20) -> list[CodedValue]:
    """Return codes that match every word in code or text, whatever the case; those that begin so come first."""
    wanted = words.casefold().split()
    hits = [
        entry
        for entry in entries(codelist)
        if all(word in f"{entry.value} {entry.text}".casefold() for word in wanted)
    ]
    hits.sort(key=lambda entry: not _begins(entry, wanted))
    return hits[:limit]


def _begins(entry: CodedValue, words: list[str]) -> bool:
    return all(entry.value.casefold().startswith(word) or entry.text.casefold().startswith(word) for word in words)


def answer(written: str) -> CodedValue:
    """Read an answer ``<list>:<code>``, e.g. ``ICPC-2:T90``; `NO_CODE` where list or code is unknown."""
    codelist, colon, code = written.partition(":")
    if not colon or not text(codelist.strip(), code.strip()):
        return NO_CODE
    return coded(codelist.strip(), code.strip())
