"""A document as light nodes: one pass over lxml's tree, after which nothing is asked of it twice.

Header and view ask every element for its name, text and children many times, and each of those is a call into lxml
that makes a new string or a new proxy. A node has them at hand, named without the namespace (see `reading`). Nodes
are never changed: what a reader needs to note about one, it keeps itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import attrgetter
from sys import intern
from typing import Any

from elmeld_tui.messages.reading import Element, MaybeElement
from elmeld_tui.model.codes import NO_CODE, CodedValue

# What most nodes have none of is the same for all of them.
_NO_ATTRIBUTES: dict[str, str] = {}
_NO_CHILDREN: list[Node] = []

# Names come from outside: how many paths are remembered, and how long a name in one may be.
_MOST_PLACES = 20_000
_LONGEST_TAG = 200


SOUGHT = frozenset(
    {
        "Animal",
        "CollectedDate",
        "DiagComment",
        "Event",
        "InfItem",
        "InvDate",
        "Material",
        "Patient",
        "RefDoc",
        "ResultItem",
        "TextResult",
        "TextResultValue",
    }
)
"""Names that are looked for at any depth (`Tree.named`). To note every name would double what a large tree costs."""


class Place:
    """A path of names from the root; of one path there is one place, whatever the document.

    What follows from the names alone is found out once and kept here: every message of a kind has the same paths.

    Attributes:
        name: of the last element, without the namespace.
        namespace: of the last element.
        above: the place of its parent; None for a root.
        below: the places of its children that were met, by lxml's name.
        meanings: by language, the label of what stands there and the code lists a CS there belongs to (`labels`).
    """

    __slots__ = ("above", "below", "meanings", "name", "namespace")

    def __init__(self, name: str, namespace: str, above: Place | None, below: dict[Any, Place]) -> None:
        """Begin with nothing known."""
        self.name = name
        self.namespace = namespace
        self.above = above
        self.below = below
        self.meanings: dict[str, tuple[str, tuple[str, ...]]] = {}


_NOWHERE: dict[Any, Place] = {}
"""What is known below a place that is not remembered: nothing."""


class _Places:
    """The paths of every document that was read."""

    __slots__ = ("count", "roots")

    def __init__(self) -> None:
        self.roots: dict[Any, Place] = {}
        self.count = 0

    def add(self, tag: Any, parent: Node | None) -> Place:
        """Return the place of ``tag`` in ``parent``, and remember it where there is room."""
        above = None if parent is None else parent.place
        siblings = self.roots if above is None else above.below
        # lxml's name of a reference to an entity is a function.
        namespace, _, name = str(tag).rpartition("}")
        if self.count >= _MOST_PLACES or len(name) + len(namespace) > _LONGEST_TAG or siblings is _NOWHERE:
            return Place(name, namespace[1:], above, _NOWHERE)
        self.count += 1
        siblings[tag] = place = Place(intern(name), intern(namespace[1:]), above, {})
        return place


_places = _Places()


class Node:
    """One element.

    Attributes:
        name: without the namespace.
        place: the names above it and its own.
        text: its own text before the first child.
        tail: the text that follows it in its parent.
        attributes: by name, as lxml writes it where it has a namespace.
        children: the elements in it.
        parent: None for the root.
        number: its place in document order, from 0.
    """

    __slots__ = ("attributes", "children", "name", "number", "parent", "place", "tail", "text")

    # No constructor: `Tree` makes nodes by the thousand, and calling one costs as much as all else about a node.
    name: str
    place: Place
    text: str
    tail: str
    attributes: dict[str, str]
    children: list[Node]
    parent: Node | None
    number: int


class Tree:
    """A document as nodes.

    Attributes:
        nodes: all of them, in document order.
    """

    __slots__ = ("_sought", "nodes")

    def __init__(self, root: Element) -> None:
        """Read ``root`` and everything below it."""
        self.nodes: list[Node] = []
        self._sought: dict[str, list[Node]] = {name: [] for name in SOUGHT}
        keep, sought = self.nodes.append, self._sought
        # Whose children come next, their places, how many are left, and the same of those above it.
        parent: Node | None = None
        siblings: list[Node] = []
        places = _places.roots
        left = 1
        above: list[tuple[Node | None, list[Node], dict[Any, Place], int]] = []
        for number, element in enumerate(root.iter()):
            tag = element.tag
            place = places.get(tag) or _places.add(tag, parent)
            name = place.name
            attributes = element.items()
            size = len(element)
            node = Node()
            node.name = name
            node.place = place
            node.text = element.text or ""
            node.tail = element.tail or ""
            node.attributes = dict(attributes) if attributes else _NO_ATTRIBUTES  # type: ignore[arg-type] # strings, as parsed
            node.parent = parent
            node.number = number
            keep(node)
            siblings.append(node)
            if name in sought:
                sought[name].append(node)
            left -= 1
            if size:
                above.append((parent, siblings, places, left))
                node.children = siblings = []
                parent, places, left = node, place.below, size
            else:
                node.children = _NO_CHILDREN
                while not left and above:
                    parent, siblings, places, left = above.pop()

    @property
    def top(self) -> Node:
        """The node of the root."""
        return self.nodes[0]

    def holding(self, names: frozenset[str]) -> set[Node]:
        """Return every node that has one of ``names`` below it."""
        found: set[Node] = set()
        for node in self.nodes:
            if node.name in names:
                above = node.parent
                while above is not None and above not in found:
                    found.add(above)
                    above = above.parent
        return found

    def named(self, node: Node, *names: str) -> list[Node]:
        """Return ``node`` and everything below it that has one of ``names``, in document order.

        Raises:
            KeyError: a name is not one of `SOUGHT`.
        """
        named = [alike for name in names if (alike := self._sought[name])]
        if not named:
            return []
        last = node
        while last.children:
            last = last.children[-1]
        found: list[Node] = []
        for alike in named:
            start = bisect_left(alike, node.number, key=_number)
            found += alike[start : bisect_right(alike, last.number, start, key=_number)]
        if len(names) > 1:
            found.sort(key=_number)
        return found


_number = attrgetter("number")


def of(element: MaybeElement) -> Node | None:
    """Return ``element`` and everything below it as nodes; None where there is no element."""
    return None if element is None else Tree(element).top


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
    waiting: list[Node | str] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            pieces.append(one)
        else:
            pieces.append(one.text)
            for child in reversed(one.children):
                waiting += (child.tail, child)
    return "".join(pieces)


def text(node: Node | None, path: str = "") -> str:
    """Return the trimmed character data of ``node``, or of the first node at ``path`` below it."""
    found = find(node, path) if path else node
    if found is None:
        return ""
    return (raw_text(found) if found.children else found.text).strip()


def value(node: Node | None, path: str = "") -> str:
    """Return what a simple element holds, in ``V`` or as text, trimmed."""
    found = find(node, path) if path else node
    return "" if found is None else (found.attributes.get("V") or raw_text(found)).strip()


def coded(node: Node | None, path: str = "") -> CodedValue:
    """Return a CS or CV as received."""
    found = find(node, path) if path else node
    if found is None or not found.attributes:
        return NO_CODE
    get = found.attributes.get
    return CodedValue(get("V", "").strip(), get("S", "").strip(), get("DN", "").strip(), get("OT", "").strip())


def said(node: Node | None) -> str:
    """Return what a coded or simple element says in words, without placing it: DN, OT, V or its text."""
    if node is None:
        return ""
    attributes = node.attributes
    return (attributes.get("DN") or attributes.get("OT") or attributes.get("V") or raw_text(node)).strip()
