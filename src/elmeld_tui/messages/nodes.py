"""A document as light nodes: one pass over lxml's tree, after which nothing in it is asked for twice.

A view asks every element for its name, its text and its children many times, and each of those is a call into lxml
that makes a new string or a new proxy. A node has them at hand, named without the namespace (see `reading`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from operator import attrgetter
from sys import intern

from elmeld_tui.messages.reading import Element

_NOT_TOLD: frozenset[str] = frozenset()

# What most nodes have none of is the same for all of them; nothing changes it.
_NO_ATTRIBUTES: dict[str, str] = {}
_NO_CHILDREN: list[Node] = []


class Node:
    """One element.

    Attributes:
        name: without the namespace; of one spelling there is one string.
        text: its own text before the first child.
        tail: the text that follows it in its parent.
        attributes: by name, as lxml writes it where it has a namespace.
        children: the elements in it.
        parent: None for the root.
        number: its place in document order, from 0.
        sectioned: whether something below it begins a section of its own in the view.
        placed: whether its own text is in the view.
        done: whether all below it has been gone through; what is not placed of it then has no place.
        begun: whether the text of something below it is in the view.
        told: names of the attributes that are in the view.
    """

    __slots__ = (
        *("name", "text", "tail", "attributes", "children", "parent", "number"),
        *("sectioned", "placed", "begun", "done", "told"),
    )

    # No constructor: `Tree` makes nodes by the thousand, and calling one costs as much as all else about a node.
    name: str
    text: str
    tail: str
    attributes: dict[str, str]
    children: list[Node]
    parent: Node | None
    number: int
    sectioned: bool
    placed: bool
    begun: bool
    done: bool
    told: frozenset[str]


class Tree:
    """A document as nodes.

    Attributes:
        nodes: all of them, in document order.
        by_name: those of each name, in document order.
    """

    __slots__ = ("by_name", "nodes")

    def __init__(self, root: Element) -> None:
        """Read ``root`` and everything below it."""
        self.nodes: list[Node] = []
        self.by_name: dict[str, list[Node]] = {}
        keep = self.nodes.append
        # By lxml's name: ours, and how to keep one more of that name.
        names: dict[str, tuple[str, Callable[[Node], None]]] = {}
        # Whose children come next, how many are left, and the same of those above it.
        parent: Node | None = None
        siblings: list[Node] = []
        left = 1
        above: list[tuple[Node | None, list[Node], int]] = []
        for number, element in enumerate(root.iter()):
            tag = element.tag
            if tag not in names:
                name = intern(str(tag).rpartition("}")[2])
                names[tag] = name, self.by_name.setdefault(name, []).append
            name, keep_alike = names[tag]
            attributes = element.items()
            size = len(element)
            node = Node()
            node.name = name
            node.text = element.text or ""
            node.tail = element.tail or ""
            node.attributes = dict(attributes) if attributes else _NO_ATTRIBUTES  # type: ignore[arg-type] # strings, as parsed
            node.children = [] if size else _NO_CHILDREN
            node.parent = parent
            node.number = number
            node.sectioned = node.placed = node.begun = node.done = False
            node.told = _NOT_TOLD
            keep(node)
            keep_alike(node)
            siblings.append(node)
            left -= 1
            if size:
                above.append((parent, siblings, left))
                parent, siblings, left = node, node.children, size
            else:
                while not left and above:
                    parent, siblings, left = above.pop()

    def named(self, node: Node, *names: str) -> list[Node]:
        """Return ``node`` and everything below it that has one of ``names``, in document order."""
        last = node
        while last.children:
            last = last.children[-1]
        found: list[Node] = []
        for name in names:
            if alike := self.by_name.get(name):
                start = bisect_left(alike, node.number, key=_number)
                found += alike[start : bisect_right(alike, last.number, start, key=_number)]
        if len(names) > 1:
            found.sort(key=_number)
        return found


_number = attrgetter("number")


def find(node: Node | None, path: str) -> Node | None:
    """Return the first node at ``path`` (names, ``/`` between) below ``node``, or None."""
    if node is None:
        return None
    if "/" not in path:
        for child in node.children:
            if child.name == path:
                return child
        return None
    name, _, rest = path.partition("/")
    for child in node.children:
        if child.name == name:
            found = find(child, rest)
            if found is not None:
                return found
    return None


def find_all(node: Node | None, path: str) -> list[Node]:
    """Return every node at ``path`` below ``node``, in document order."""
    if node is None:
        return []
    if "/" not in path:
        return [child for child in node.children if child.name == path]
    name, _, rest = path.partition("/")
    return [inner for child in node.children if child.name == name for inner in find_all(child, rest)]


def children_by_name(node: Node) -> dict[str, list[Node]]:
    """Return the children of ``node`` by their names, those of a name in document order."""
    found: dict[str, list[Node]] = {}
    for child in node.children:
        name = child.name
        if name in found:
            found[name].append(child)
        else:
            found[name] = [child]
    return found


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
