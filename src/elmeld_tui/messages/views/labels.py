"""The label of each element and attribute of a message, and the code list of each simple code (CS) by its place.

A name that is not here is shown as the schema spells it, cut at its capitals: nothing is left out for want of a word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from elmeld_tui import i18n
from elmeld_tui.messages.nodes import Node
from elmeld_tui.messages.views.words import CODELISTS, words

_CAPITAL = re.compile(r"(?<=[a-zæøå0-9])(?=[A-ZÆØÅ])")

# Names come from outside: what is remembered of them is bounded in number and in length.
_REMEMBERED = 4096
_LONGEST_NAME = 80


def word(node: Node) -> str:
    """Return the label of ``node``: by its name and its ancestors', by its name, or the name itself."""
    return at(node)[0]


def at(node: Node) -> tuple[str, tuple[str, ...]]:
    """Return the label of ``node``, and the numbers of the code lists a CS in its place belongs to."""
    parent = node.parent
    if parent is None:
        above, below = "", ""
    else:
        grandparent = parent.parent
        above, below = grandparent.name if grandparent else "", parent.name
    if len(above) > _LONGEST_NAME or len(below) > _LONGEST_NAME or len(node.name) > _LONGEST_NAME:
        return name_in_words(node.name), ()
    return _remembered(i18n.language(), above, below, node.name)


def attribute(name: str) -> str:
    """Return the label of an attribute."""
    return words(i18n.language()).get(f"@{name}") or name_in_words(name)


def name_in_words(name: str) -> str:
    """Return ``BehandletDato`` as «Behandlet dato»."""
    first, *rest = _CAPITAL.split(name)
    return " ".join([first[:1].upper() + first[1:], *(part if part.isupper() else part.lower() for part in rest)])


@lru_cache(maxsize=_REMEMBERED)
def _remembered(language: str, above: str, parent: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the label and the code lists of what stands there; what is told of the most ancestors counts."""
    known = words(language)
    paths = (f"{above}/{parent}/{name}", f"{parent}/{name}", name)
    label = next((known[path] for path in paths if path in known), None)
    lists = next((CODELISTS[path] for path in paths if path in CODELISTS), "")
    return name_in_words(name) if label is None else label, tuple(lists.split())
