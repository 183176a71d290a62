"""A document as light nodes: one pass over lxml's tree, after which nothing in it is asked for twice.

A view asks every element for its name, its text and its children many times, and each of those is a call into lxml
that makes a new string or a new proxy. A node has them at hand, named without the namespace (see `reading`).
"""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern

from elmeld_tui.messages.reading import Element

_NOT_TOLD: frozenset[str] = frozenset()


class Node:
    """One element.

    Attributes:
        name: without the namespace; of one spelling there is one string.
        text: its own text before the first child.
        tail: the text that follows it in its parent.
        attributes: by name, as lxml writes it where it has a namespace.
        children: the elements in it.
        parent: None for the root.
        sectioned: whether something below it begins a section of its own in the view.
        placed: whether its own text is in the view.
        done: whether all below it has been gone through; what is not placed of it then has no place.
        begun: whether the text of something below it is in the view.
        told: names of the attributes that are in the view.
    """

    __slots__ = (
        *("name", "text", "tail", "attributes", "children", "parent"),
        *("sectioned", "placed", "begun", "done", "told"),
    )

    def __init__(
        self,
        name: str,
        text: str,
        tail: str,
        attributes: dict[str, str],
        children: list[Node],
        parent: Node | None,
    ) -> None:
        self.name = name
        self.text = text
        self.tail = tail
        self.attributes = attributes
        self.children = children
        self.parent = parent
        self.sectioned = False
        self.placed = False
        self.begun = False
        self.done = False
        self.told = _NOT_TOLD


def tree(root: Element) -> list[Node]:
    """Return ``root`` and everything below it as nodes, in document order."""
    found: list[Node] = []
    names: dict[str, str] = {}
    # Whose children come next, how many are left, and the same of those above it.
    parent: Node | None = None
    left = 0
    above: list[tuple[Node | None, int]] = []
    for element in root.iter():
        tag = str(element.tag)
        name = names.get(tag)
        if name is None:
            name = names[tag] = intern(tag.rpartition("}")[2])
        node = Node(name, element.text or "", element.tail or "", dict(element.items()), [], parent)  # type: ignore[arg-type] # strings, as parsed
        found.append(node)
        if parent is not None:
            parent.children.append(node)
            left -= 1
        if size := len(element):
            above.append((parent, left))
            parent, left = node, size
        else:
            while not left and above:
                parent, left = above.pop()
    return found


def find(node: Node | None, path: str) -> Node | None:
    """Return the first node at ``path`` (names, ``/`` between) below ``node``, or None."""
    if node is None:
        return None
    name, _, rest = path.partition("/")
    for child in node.children:
        if child.name == name:
            found = find(child, rest) if rest else child
            if found is not None:
                return found
    return None


def find_all(node: Node | None, path: str) -> list[Node]:
    """Return every node at ``path`` below ``node``, in document order."""
    if node is None:
        return []
    name, _, rest = path.partition("/")
    found = [child for child in node.children if child.name == name]
    return [inner for child in found for inner in find_all(child, rest)] if rest else found


def inside(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything below it, in document order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if one.children:
            waiting += reversed(one.children)


def named(node: Node, *names: str) -> list[Node]:
    """Return ``node`` and everything below it that has one of ``names``, in document order."""
    wanted = frozenset(names)
    found: list[Node] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.name in wanted:
            found.append(one)
        if one.children:
            waiting += reversed(one.children)
    return found


def raw_text(node: Node) -> str:
    """Return all character data inside ``node``, as it stands."""
    if not node.children:
        return node.text
    pieces: list[str] = []
    _collect(node, pieces)
    return "".join(pieces)


def _collect(node: Node, pieces: list[str]) -> None:
    pieces.append(node.text)
    for child in node.children:
        _collect(child, pieces)
        pieces.append(child.tail)


def text(node: Node | None, path: str = "") -> str:
    """Return the trimmed character data of ``node``, or of the first node at ``path`` below it."""
    found = find(node, path) if path else node
    return "" if found is None else raw_text(found).strip()


def value(node: Node | None, path: str = "") -> str:
    """Return what a simple element holds, in ``V`` or as text, trimmed."""
    found = find(node, path) if path else node
    return "" if found is None else (found.attributes.get("V") or raw_text(found)).strip()


def said(node: Node | None) -> str:
    """Return what a coded or simple element says in words, without placing it: DN, OT, V or its text."""
    if node is None:
        return ""
    attributes = node.attributes
    return (attributes.get("DN") or attributes.get("OT") or attributes.get("V") or raw_text(node)).strip()
