"""Reading hostile XML and writing canonical octets: what signatures are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
"""Canonical XML 1.0, inclusive, without comments: the only one the envelope profile uses (HIS 1037 §5.5)."""

C14N_WITH_COMMENTS = f"{C14N}#WithComments"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
"""What personal signatures are also seen to use, within a message; never the envelope's."""

INCLUSIVE_NAMESPACES = f"{{{EXCLUSIVE_C14N}}}InclusiveNamespaces"
"""What may stand within an element that asks for the exclusive one."""

_XML_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}"


MAX_MARKUP = 20_000
"""Tags, attributes and namespaces together, ten times what an envelope or a CPA has."""

MAX_ATTRIBUTES = 1000
"""Of one element: canonical octets take time by the square of them."""

MAX_SCOPE = 50_000_000
"""Elements times the square of the prefixes: canonical octets take time by it, here some tenths of a second."""

_PREFIX = re.compile(rb"xmlns(?::([^\s=]+))?\s*=")
_TOO_WIDE = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")
_ENCODINGS = frozenset(
    {"UTF-8", "UTF8", "UTF-16", "US-ASCII", "ASCII", "ISO-8859-1", "ISO-8859-15", "WINDOWS-1252"}
)
"""In each of these what costs can be counted before it is paid for."""


class UnsafeXmlError(Exception):
    """Text that is not XML, or XML with a document type declaration; the message is the parser's own."""


def parse(data: bytes, *, bounded: bool = True) -> etree._Element:
    """Parse XML from a stranger: no entities, no DTD, no network, no document type declaration.

    Args:
        data: the XML.
        bounded: whether it is an envelope or the like: no more than `MAX_MARKUP`, no processing instructions (SOAP
            1.1 §3), and comments, which no signature of an envelope covers, are left out, so that every text is
            whole. False for business documents.

    Raises:
        UnsafeXmlError: ``data`` is not well-formed, declares a document type, or costs too much to treat.
    """
    _refuse_costly(data, bounded=bounded)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=not bounded,
        remove_comments=bounded,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnsafeXmlError(str(error)) from error
    document = root.getroottree().docinfo
    if document.internalDTD is not None:
        raise UnsafeXmlError("DOCTYPE")
    if bounded and next(root.iter(etree.PI), None) is not None:
        raise UnsafeXmlError("processing instruction")
    if (document.encoding or "UTF-8").upper() not in _ENCODINGS:
        raise UnsafeXmlError("unusual encoding")
    if data.count(b"=") > MAX_ATTRIBUTES and _TOO_WIDE(root):
        raise UnsafeXmlError("too many attributes")
    return root


def _refuse_costly(data: bytes, *, bounded: bool) -> None:
    elements, attributes = data.count(b"<"), data.count(b"=")
    if bounded and elements + attributes > MAX_MARKUP:
        raise UnsafeXmlError("too many elements and attributes")
    if elements * attributes**2 <= MAX_SCOPE:
        return
    # UTF-16 has a null beside every letter of a name.
    prefixes = set(_PREFIX.findall(data.translate(None, b"\0")))
    if elements * len(prefixes) ** 2 > MAX_SCOPE:
        raise UnsafeXmlError("too many namespaces")


_FORBIDDEN = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What no XML document can hold (XML 1.0 §2.2)."""

_NOT_AS_IT_IS = re.compile(f'[&<>"\t\n\r]|{_FORBIDDEN}')
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_IN_ATTRIBUTE = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}


def text(value: str) -> str:
    """Return ``value`` as canonical XML writes it between tags (Canonical XML 1.0 §2.3).

    What a stranger sent may be told again in an answer: a character that XML forbids is replaced (U+FFFD).
    """
    return _NOT_AS_IT_IS.sub(lambda found: _written(found[0], _IN_TEXT), value)


def attribute(value: str) -> str:
    """Return ``value`` as canonical XML writes it within quotes, likewise."""
    return _NOT_AS_IT_IS.sub(lambda found: _written(found[0], _IN_ATTRIBUTE), value)


def _written(character: str, special: Mapping[str, str]) -> str:
    return special.get(character, character if character in '<>"\t\n\r' else "\ufffd")


def namespaces(scope: Mapping[str, str]) -> str:
    """Return the declarations of ``scope`` (namespace by prefix, empty for the default) in canonical order."""
    return "".join(
        f' xmlns{f":{prefix}" if prefix else ""}="{attribute(uri)}"' for prefix, uri in sorted(scope.items())
    )


def canonical_within(elements: bytes, declared: str) -> str:
    """Return elements as canonical XML writes them where some namespaces are declared already.

    Args:
        elements: well-formed, with every namespace they use.
        declared: from `namespaces`.
    """
    start, end = f"<x{declared}>", "</x>"
    octets = document_octets(etree.fromstring(start.encode() + elements + end.encode()))
    return octets.decode()[len(start) : -len(end)]


def document_octets(root: etree._Element, method: str = C14N, prefixes: Sequence[str] = ()) -> bytes:
    """Return the canonical octets of the whole document that ``root`` belongs to, by one of the methods above.

    Comments are never among them: a reference to the whole document does not reach them (XML-Signature §4.3.3.3).

    Args:
        root: of the document.
        method: of canonicalisation.
        prefixes: that the exclusive one keeps all the same.

    Raises:
        UnsafeXmlError: it has no canonical form (a namespace that is no absolute URI).
    """
    return _octets(root.getroottree(), method, prefixes)


def subtree_octets(element: etree._Element, method: str = C14N, prefixes: Sequence[str] = ()) -> bytes:
    """Return the canonical octets of ``element`` where it stands: namespaces and xml: attributes above it count.

    The subtree is parsed anew first, because lxml writes false ``xmlns=""`` when it canonicalises a subtree in
    place under a default namespace.

    Raises:
        UnsafeXmlError: it has no canonical form (a namespace that is no absolute URI).
    """
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    parent = element.getparent()
    # Exclusive canonicalisation leaves out what stands above (Exclusive XML Canonicalization §2).
    if parent is not None and method != EXCLUSIVE_C14N:
        for name, value in inherited_attributes(parent).items():
            if _XML_ATTRIBUTE + name not in alone.attrib:
                alone.set(_XML_ATTRIBUTE + name, value)
    return _octets(alone.getroottree(), method, prefixes, with_comments=method == C14N_WITH_COMMENTS)


def inherited_attributes(parent: etree._Element) -> dict[str, str]:
    """Return the xml: attributes, by local name, that a child of ``parent`` stands under (Canonical XML 1.0 §2.4)."""
    found: dict[str, str] = {}
    for element in (parent, *parent.iterancestors()):
        for name, value in element.attrib.items():
            if str(name).startswith(_XML_ATTRIBUTE):
                found.setdefault(str(name).removeprefix(_XML_ATTRIBUTE), str(value))
    return found


def _octets(
    tree: etree._ElementTree, method: str, prefixes: Sequence[str], *, with_comments: bool = False
) -> bytes:
    exclusive = method == EXCLUSIVE_C14N
    try:
        return etree.tostring(
            tree,
            method="c14n",
            exclusive=exclusive,
            with_comments=with_comments,
            inclusive_ns_prefixes=prefixes or None,
        )
    except etree.C14NError as error:
        raise UnsafeXmlError(str(error)) from error


def remove(element: etree._Element) -> None:
    """Take ``element`` out of its document and leave the text that follows it."""
    parent = element.getparent()
    assert parent is not None
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
