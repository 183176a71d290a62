"""The structure of a document without its content: elements and attributes, with only the type of each value.

It lets somebody who may not read a message see how it is built: what is missing, empty, repeated, out of order. Names
that are in none of our schemas are left out too, since a sender may put anything there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from lxml import etree

from elmeld_tui import resources
from elmeld_tui.messages.xml import parse
from elmeld_tui.model.kinds import FORMS, MSGHEAD

_DECLARED = re.compile(r'<xs:(?:element|attribute)\s[^>]*\bname="([^"]+)"')
_CODE_LIST = re.compile(r"2\.16\.578\.1\.12\.4\.1\.1\.[0-9]{4}")
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_PLACE = re.compile(r"[^\w/@.\[\]-]")
_WORD = re.compile(r"(?P<index>(?<=\[)[0-9]{1,4}(?=\]))|[\w.-]+")
_UNKNOWN = "unknown"
_ELEVEN, _LONG = 11, 200

_SORTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("date", lambda text: bool(re.fullmatch(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}", text))),
    ("moment", lambda text: bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]+", text))),
    ("uuid", lambda text: bool(re.fullmatch(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", text))),
    ("eleven digits", lambda text: text.isdecimal() and len(text) == _ELEVEN),
    ("digits", str.isdecimal),
    ("number", lambda text: bool(re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", text))),
    ("base64", lambda text: len(text) > _LONG and bool(re.fullmatch(r"[A-Za-z0-9+/\s]+=*\s*", text))),
    ("one word", lambda text: not re.search(r"\s", text)),
    ("words", lambda text: len(text) <= _LONG),
)


def skeleton(raw: bytes) -> bytes:
    """Return a document's structure as XML in UTF-8, each value replaced by what sort of thing it is in brackets.

    A value that is only space stays empty, since that is often the fault. The names of national code lists (attribute
    ``S``) stay, and the namespaces we know.

    Raises:
        UnreadableError: it cannot be read as XML.
    """
    root = _copy(parse(raw))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _copy(element: etree._Element) -> etree._Element:
    made = etree.Element(_name(str(element.tag)))
    for attribute, value in element.attrib.items():
        name = _name(str(attribute))
        made.set(name, value if _may_stay(str(attribute), str(value)) else sort_of(str(value)))
    made.text = sort_of(element.text or "") or None
    for child in element:
        copied = _copy(child)
        copied.tail = sort_of(child.tail or "") or None
        made.append(copied)
    return made


def _name(tag: str) -> str:
    name = etree.QName(tag)
    if tag.startswith(_XSI):
        return tag
    known = name.localname if name.localname in _vocabulary() else _UNKNOWN
    return f"{{{name.namespace}}}{known}" if name.namespace in _NAMESPACES else known


def path_of(where: str) -> str:
    """Return a place in a document, an XPath of local names, without the names that no schema of ours knows."""
    known = _vocabulary()
    return _WORD.sub(
        lambda each: each[0] if each["index"] or each[0] in known else _UNKNOWN, _PLACE.sub("", where)
    )


def _may_stay(attribute: str, value: str) -> bool:
    return attribute == "S" and bool(_CODE_LIST.fullmatch(value))


def sort_of(value: str) -> str:
    """Return what sort of thing a value is, in brackets; empty for nothing but space."""
    text = value.strip()
    if not text:
        return ""
    return f"[{next((sort for sort, holds in _SORTS if holds(text)), 'text')}]"


_NAMESPACES = frozenset({MSGHEAD, *FORMS})


@cache
def _vocabulary() -> frozenset[str]:
    """Return every element and attribute name that a schema of ours declares."""
    schemas = resources.directory("schemas").rglob("*.xsd")
    return frozenset(name for schema in schemas for name in _DECLARED.findall(schema.read_text(encoding="utf-8")))
