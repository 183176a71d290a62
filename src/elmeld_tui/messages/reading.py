"""Lenient reading of the field's data types, whatever version they stand in.

Elements are found by local name: the body's namespace has already decided what they mean, and one reader serves
all versions of a kind. What is absent reads as empty.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from lxml import etree

from elmeld_tui.model import clock
from elmeld_tui.model.codes import NO_CODE, CodedValue

Element = etree._Element  # noqa: SLF001 - lxml's element type has no public name
MaybeElement = Element | None


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """Return the namespace of the element's name, or an empty string."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(f"{{*}}{step}" for step in path.split("/"))


def find(element: MaybeElement, path: str) -> MaybeElement:
    """Return the first element at ``path`` (local names, ``/`` between) below ``element``, or None."""
    return None if element is None else _first(element, _steps(path))


def _first(element: Element, steps: tuple[str, ...]) -> MaybeElement:
    # Several times as fast as lxml's own paths, and a header asks fifty times.
    below = steps[1:]
    for child in element.iterchildren(steps[0]):
        found = _first(child, below) if below else child
        if found is not None:
            return found
    return None


def find_all(element: MaybeElement, path: str) -> list[Element]:
    """Return every element at ``path`` (local names) below ``element``, in document order."""
    found = [] if element is None else [element]
    for step in _steps(path):
        found = [child for one in found for child in one.iterchildren(step)]
    return found


def raw_text(element: MaybeElement) -> str:
    """Return all character data inside ``element``, as it stands."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    return "".join(str(piece) for piece in element.itertext())


def text(element: MaybeElement, path: str = "") -> str:
    """Return the trimmed character data of ``element``, or of the first element at ``path`` below it."""
    return raw_text(find(element, path) if path else element).strip()


def value(element: MaybeElement, path: str = "") -> str:
    """Return what a simple element holds, in ``V`` (TS, URL, CS) or as text, trimmed."""
    found = find(element, path) if path else element
    if found is None:
        return ""
    return (found.get("V") or raw_text(found)).strip()


def coded(element: MaybeElement, path: str = "") -> CodedValue:
    """Return a CS or CV as received."""
    found = find(element, path) if path else element
    if found is None:
        return NO_CODE
    get = found.get
    return CodedValue(get("V", "").strip(), get("S", "").strip(), get("DN", "").strip(), get("OT", "").strip())


def moment(written: str) -> datetime | None:
    """Return a business time, aware, in UTC; None where it is absent or unreadable."""
    try:
        return clock.parse_business_time(written)
    except (ValueError, OverflowError):
        return None


def day(written: str) -> date | None:
    """Return the date of an xs:date or xs:dateTime as it was written; None where it is absent or partial."""
    try:
        return date.fromisoformat(written.strip()[:10])
    except ValueError:
        return None
