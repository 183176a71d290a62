"""A received document: its bytes, its tree, and what its header says, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.messages import hcp, msghead, xml
from elmeld_tui.messages.nodes import Node, Tree, find, find_all
from elmeld_tui.messages.reading import Element
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
        tree: all that was sent as light nodes, a wrapper included; header and view are read from them.
        top: the node of ``root``.
    """

    raw: bytes
    root: Element
    body: Element
    header: Header
    tree: Tree
    top: Node


def read(raw: bytes) -> Document:
    """Read a business document of any kind; one that is not known gets `Kind.UNKNOWN`.

    Raises:
        UnreadableError: it is not XML, or not XML that is safe to read.
    """
    return read_tree(raw, xml.parse(raw))


def read_tree(raw: bytes, outermost: Element) -> Document:
    """Read a document whose XML is parsed already; ``outermost`` may be NAV's wrapper around it."""
    tree = Tree(outermost)
    top = _unwrap(tree.top)
    body = _body(top)
    form = FORMS.get(body.place.namespace)
    kind, version = (form.kind, form.version) if form else (Kind.UNKNOWN, "")
    read_header = msghead.read_header if top.place.namespace == MSGHEAD else hcp.read_header
    header = read_header(top, body, kind, version)
    return Document(raw, _element(top, outermost), _element(body, outermost), header, tree, top)


def _unwrap(outermost: Node) -> Node:
    """Take off NAV's intake wrapper, EI_fellesformat, which its test corpora carry."""
    if outermost.name != "EI_fellesformat":
        return outermost
    return next((child for child in outermost.children if child.place.namespace in _WRAPPED), outermost)


def _body(top: Node) -> Node:
    if top.place.namespace != MSGHEAD:
        return top
    documents = find_all(top, "Document") or find_all(top, "PatientReport/Document")
    content = find(documents[0], "RefDoc/Content") if documents else None
    return content.children[0] if content is not None and content.children else top


def _element(node: Node, outermost: Element) -> Element:
    """Return the element that ``node`` was read from."""
    if node.parent is None:
        return outermost
    return _element(node.parent, outermost)[node.parent.children.index(node)]
