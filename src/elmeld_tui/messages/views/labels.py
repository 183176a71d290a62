"""The label of each element and attribute of a message, and the code list of each simple code (CS), by place.

A name that is not in the tables is shown as the schema spells it, split at its capitals: nothing is left out for want
of a label.
"""

from __future__ import annotations

import re

from elmeld_tui import i18n
from elmeld_tui.messages.nodes import Node, Place
from elmeld_tui.messages.views.coded_places import CODELISTS
from elmeld_tui.messages.views.words import words

_CAPITAL = re.compile(r"(?<=[a-zæøå0-9])(?=[A-ZÆØÅ])")


def word(node: Node) -> str:
    """Return the label of ``node``: by its name and its ancestors', by its name, or the name itself."""
    return of(node.place)[0]


def of(place: Place) -> tuple[str, tuple[str, ...]]:
    """Return the label of what stands in ``place``, and the numbers of the code lists a CS there belongs to.

    What is told of the most ancestors counts. It is found out once for each place.
    """
    language = i18n.language()
    if language not in place.meanings:
        place.meanings[language] = _found(words(language), place)
    return place.meanings[language]


def _found(known: dict[str, str], place: Place) -> tuple[str, tuple[str, ...]]:
    parent = place.above
    above = parent.above if parent else None
    in_parent = f"{parent.name if parent else ''}/{place.name}"
    paths = (f"{above.name if above else ''}/{in_parent}", in_parent, place.name)
    label = next((known[path] for path in paths if path in known), None)
    lists = next((CODELISTS[path] for path in paths if path in CODELISTS), "")
    return name_in_words(place.name) if label is None else label, tuple(lists.split())


def attribute(name: str) -> str:
    """Return the label of an attribute."""
    return words(i18n.language()).get(f"@{name}") or name_in_words(name)


def name_in_words(name: str) -> str:
    """Return ``BehandletDato`` as «Behandlet dato»."""
    first, *rest = _CAPITAL.split(name)
    return " ".join([first[:1].upper() + first[1:], *(part if part.isupper() else part.lower() for part in rest)])
