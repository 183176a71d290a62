"""A document as it arrived: its bytes, its tree, and what its header says, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.messages import hcp, msghead, xml
from elmeld_tui.messages.reading import Element, find, find_all, local, namespace
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import APPREC_1_0, APPREC_1_1, FORMS, MSGHEAD, Kind

_WRAPPED = frozenset({MSGHEAD, APPREC_1_0, APPREC_1_1})


@dataclass(frozen=True, slots=True)
class Document:
    """A business document that has been read.

    Attributes:
        raw: the bytes, unchanged.
        root: MsgHead, Message, AppRec or whatever the sender made; a wrapper around it is taken off.
        body: what decides the kind: the content of the first Document of a MsgHead, else the root itself.
        header: addressing, read leniently.
    """

    raw: bytes
    root: Element
    body: Element
    header: Header


def read(raw: bytes) -> Document:
    """Read a business document of any kind; one that is not known gets `Kind.UNKNOWN`.

    Raises:
        UnreadableError: it is not XML, or not XML that is safe to read.
    """
    return read_tree(raw, xml.parse(raw))


def read_tree(raw: bytes, root: Element) -> Document:
    """Read a document whose XML is parsed already; ``root`` may be NAV's wrapper around it."""
    root = _unwrap(root)
    body = _body(root)
    form = FORMS.get(namespace(body))
    kind, version = (form.kind, form.version) if form else (Kind.UNKNOWN, "")
    read_header = msghead.read_header if namespace(root) == MSGHEAD else hcp.read_header
    return Document(raw, root, body, read_header(root, body, kind, version))


def _unwrap(root: Element) -> Element:
    """Take off NAV's intake wrapper, EI_fellesformat, which its test corpora carry."""
    if local(root) != "EI_fellesformat":
        return root
    return next((child for child in root if namespace(child) in _WRAPPED), root)


def _body(root: Element) -> Element:
    if namespace(root) != MSGHEAD:
        return root
    documents = find_all(root, "Document") or find_all(root, "PatientReport/Document")
    content = find(documents[0], "RefDoc/Content") if documents else None
    return content[0] if content is not None and len(content) else root
