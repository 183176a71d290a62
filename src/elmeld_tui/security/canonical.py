"""Reading hostile XML and writing canonical octets: what signatures are made of."""

from __future__ import annotations

from lxml import etree

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
"""Canonical XML 1.0, inclusive, without comments: the only one the envelope profile uses (HIS 1037 §5.5)."""

_XML_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}"


class UnsafeXmlError(Exception):
    """Text that is not XML, or XML with a document type declaration; the message is the parser's own."""


def parse(data: bytes) -> etree._Element:
    """Parse XML from a stranger: no entities, no DTD, no network, no document type declaration.

    Raises:
        UnsafeXmlError: ``data`` is not well-formed, or declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnsafeXmlError(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXmlError("DOCTYPE")
    return root


def document_octets(root: etree._Element) -> bytes:
    """Return the canonical octets of the whole document that ``root`` belongs to.

    Raises:
        UnsafeXmlError: it has no canonical form (a namespace that is no absolute URI).
    """
    return _octets(root.getroottree())


def subtree_octets(element: etree._Element) -> bytes:
    """Return the canonical octets of ``element`` where it stands: namespaces and xml: attributes above it count.

    The subtree is parsed anew first, because lxml writes false ``xmlns=""`` when it canonicalises a subtree in
    place under a default namespace.

    Raises:
        UnsafeXmlError: it has no canonical form (a namespace that is no absolute URI).
    """
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if str(name).startswith(_XML_ATTRIBUTE) and name not in alone.attrib:
                alone.set(name, value)
    return _octets(alone.getroottree())


def _octets(tree: etree._ElementTree) -> bytes:
    try:
        return etree.tostring(tree, method="c14n", with_comments=False)
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
