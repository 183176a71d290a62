"""What can be told of a document that is not well-formed: enough to answer it, never enough to import it.

The sender of a broken message must be told, where it can be seen who that is (AR11 §3.3.4, T01). libxml2 repairs what
it can within its own limits; no entity is expanded, nothing is fetched, and a document type is ignored.
"""

from __future__ import annotations

import re

from lxml import etree

from elmeld_tui.messages.building import writable
from elmeld_tui.messages.document import Document, read_tree
from elmeld_tui.messages.reading import namespace
from elmeld_tui.messages.xml import MAX_BYTES, MAX_MARKUP
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.model.kinds import MSGHEAD, Kind

_HEAD = 4_000_000
"""Bytes in which sender and receivers must stand; attachments may come before them."""

_CHUNK = 4096
_MOST_FAULTS = 1000
"""Faults after which a document is given up: each is noted, and a hostile one could have millions."""

_DOCUMENT_TYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ID = re.compile(r"[0-9A-Za-z:{}._-]{1,100}")


def recover(raw: bytes) -> Document | None:
    """Return what can be made of a document that cannot be read, or None where it cannot be told whom to answer.

    Sender, receivers, MsgId and GenDate are there, each in the form it must have; all else may be lost or wrong.
    """
    if len(raw) > MAX_BYTES or raw.count(b"<") > MAX_MARKUP or _DOCUMENT_TYPE.search(_ascii(raw)):
        return None
    root = _mended(raw[:_HEAD])
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    try:
        _make_writable(root)
        document = read_tree(raw, root)
    except UnicodeDecodeError:
        # libxml2 mends a reference to half a character into bytes that are no text.
        return None
    return document if _says_whom_to_answer(document) else None


def _ascii(raw: bytes) -> bytes:
    """Return ``raw`` without the zero bytes that wider encodings put between its letters."""
    return raw.replace(b"\x00", b"")


def _mended(raw: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for start in range(0, len(raw), _CHUNK):
            parser.feed(raw[start : start + _CHUNK])
            if len(parser.feed_error_log) > _MOST_FAULTS:
                return None
        return parser.close()
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def _make_writable(root: etree._Element) -> None:
    """Put a sign in place of what no XML may carry: what is mirrored into the answer must itself be XML.

    An attribute whose name is none goes: with a prefix that is not declared, or with nothing beside the colon. libxml2
    leaves it as it is, nothing is read from it, and lxml does not write it.
    """
    for node in root.iter():
        node.tail = writable(node.tail or "")
    # A reference to an entity that is not declared has no text to write.
    for element in root.iter(etree.Element):
        element.text = writable(element.text or "")
        for name, content in element.attrib.items():
            if ":" in str(name).rpartition("}")[2]:
                del element.attrib[name]
            else:
                element.set(name, writable(str(content)))


def _says_whom_to_answer(document: Document) -> bool:
    header, sender = document.header, document.header.sender
    return bool(
        (header.kind not in {Kind.APPREC, Kind.UNKNOWN} or namespace(document.root) == MSGHEAD)
        and sender
        and is_her_id(sender.her_id)
        and any(is_her_id(party.her_id) for party in header.receivers)
        and header.type_code
        and _ID.fullmatch(header.msg_id)
        and _ID.fullmatch(header.original_id)
        and header.generated
    )
