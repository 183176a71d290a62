"""Strict writing: output is valid by schema, UTF-8 with an XML declaration, and has no empty elements.

A CS gets V and DN, a CV gets V, S and DN (or OT alone), both from the code lists where the caller gives no text
(acceptance criteria S4, S6, S7).
"""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from elmeld_tui.messages import codelists
from elmeld_tui.messages.reading import Element
from elmeld_tui.model.codes import CodedValue

XHTML = "http://www.w3.org/1999/xhtml"

LINE_BREAK = f"{{{XHTML}}}br"
"""The one element that says something by being empty."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_writable(text: str) -> bool:
    """Return whether XML can carry every character of ``text``."""
    return not _FORBIDDEN.search(text)


def writable(text: str) -> str:
    """Return ``text`` with the replacement character for everything XML cannot carry."""
    return _FORBIDDEN.sub("\ufffd", text)


def root(namespace: str, name: str, prefixes: dict[str, str] | None = None) -> Element:
    """Return a new root element whose namespace is the default one, with ``prefixes`` for others below it."""
    return etree.Element(etree.QName(namespace, name), nsmap=_prefixes(namespace) | (prefixes or {}))


def _prefixes(default: str) -> dict[str, str]:
    return {None: default}  # type: ignore[dict-item] # lxml's name for the default namespace, unknown to its stubs


def section(parent: Element, name: str, namespace: str = "") -> Element:
    """Append an element that will hold others; in the parent's namespace where none is given."""
    if namespace:
        return etree.SubElement(parent, etree.QName(namespace, name), nsmap=_prefixes(namespace))
    return etree.SubElement(parent, f"{str(parent.tag).rpartition('}')[0]}}}{name}")


def text(parent: Element, name: str, content: str, namespace: str = "") -> None:
    """Append a text element; nothing where there is no text."""
    if content:
        section(parent, name, namespace).text = content


def value(parent: Element, name: str, content: str, namespace: str = "") -> None:
    """Append an element with attribute V (TS, URL, BL); nothing where there is no value."""
    if content:
        section(parent, name, namespace).set("V", content)


def cs(parent: Element, name: str, code: CodedValue | str, codelist: str = "", namespace: str = "") -> None:
    """Append a coded simple value, its text looked up in ``codelist`` where the code brings none."""
    given = CodedValue(code) if isinstance(code, str) else code
    if not given:
        return
    words = given.text or codelists.text(codelist or given.system, given.value) or given.original_text
    _attributes(section(parent, name, namespace), V=given.value, DN=words or given.value)


def cv(parent: Element, name: str, code: CodedValue, codelist: str = "", namespace: str = "") -> None:
    """Append a coded value with its list; one without code is written as original text alone."""
    if not code:
        return
    element = section(parent, name, namespace)
    if not code.value:
        _attributes(element, S=code.system, OT=code.original_text or code.text)
        return
    if codelist and not code.system:
        code = replace(code, system=codelists.coded(codelist, code.value).system)
    words = code.text or codelists.text(code.system, code.value) or code.value
    _attributes(element, V=code.value, S=code.system, DN=words, OT=code.original_text)


def _attributes(element: Element, **values: str) -> None:
    for name, content in values.items():
        if content:
            element.set(name, content)


def serialise(document: Element) -> bytes:
    """Return the document as UTF-8 bytes with a declaration, without elements that say nothing."""
    _prune(document)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def _prune(element: Element) -> None:
    for child in list(element):
        _prune(child)
        if not len(child) and not child.attrib and not (child.text or "").strip() and child.tag != LINE_BREAK:
            element.remove(child)
