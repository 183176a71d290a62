"""Placing what a document says in its view, so that nothing is shown twice by mistake and nothing is left out.

Every piece of text and every attribute that is put into the view is marked on its node; what is unmarked when the
view is done is listed under «Øvrige opplysninger» (design §4.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.nodes import Node, Tree, inside
from elmeld_tui.messages.reading import moment
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.xhtml import text_of as prose_of
from elmeld_tui.model import clock
from elmeld_tui.model.view import Field

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_YES_OR_NO = {"true": lambda: t("ja"), "false": lambda: t("nei")}
_DIMENSIONLESS = frozenset({"0", "1"})
_SCHEMES = {"tel": lambda: t("Telefon"), "mailto": lambda: t("E-post"), "fax": lambda: t("Faks")}

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_VALUE = frozenset({"V"})
_QUANTITY = frozenset({"V", "U"})
_CODED = frozenset({"V", "S", "DN", "OT"})


class Placing:
    """What is placed of one document.

    Attributes:
        named: finds the nodes of a name below another (`Tree.named`).
        codes: of coded values that stand in tables as text alone: (text, code, list) in the order they were met.
    """

    __slots__ = ("_tree", "codes", "named")

    def __init__(self, tree: Tree) -> None:
        """Begin with the whole document."""
        self._tree = tree
        self.named = tree.named
        self.codes: dict[tuple[str, str, str], None] = {}

    def prose(self, node: Node | None) -> str:
        """Place running text, formatted or not, as plain text with its line breaks."""
        if node is None:
            return ""
        if node.children:
            for inner in inside(node):
                mark(inner)
            return prose_of(node)
        mark(node)
        return prose_of(node) if node.text else ""

    def value(self, node: Node | None) -> str:
        """Place a simple value: a date as one reads it, a quantity with its unit, a yes or no, else the text."""
        if node is None:
            return ""
        prose = self.prose(node)
        attributes = node.attributes
        if not attributes or ("V" not in attributes and "U" not in attributes):
            return readable(prose)
        written = readable(attributes.get("V", "").strip())
        unit = attributes.get("U", "").strip()
        if unit in _DIMENSIONLESS:
            # Beside a number it would read as one more digit; it is listed with what has no place.
            unit = ""
            tell(node, _VALUE)
        else:
            tell(node, _QUANTITY)
        if not unit and not prose:
            return written
        return " ".join(part for part in (written, unit, readable(prose)) if part)

    def text_of(self, node: Node | None) -> str:
        """Place a coded or simple value where only its text has room; its code goes to the list of codes."""
        if node is None:
            return ""
        field = self.field(node)
        if field.code or field.codelist:
            self.codes[field.value, field.code, field.codelist] = None
        return field.value

    def noted(self, node: Node | None) -> str:
        """Place a value that the view says in words of its own; what was written goes to the list of codes."""
        if node is None:
            return ""
        field = self.field(node)
        if field.value or field.code or field.codelist:
            self.codes[field.value, field.code, field.codelist] = None
        return field.value

    def field(self, node: Node, label: str = "") -> Field:
        """Place one element without children as a field."""
        named, lists = labels.at(node)
        label = label or named
        if not node.attributes:
            return Field(label, self.value(node))
        said = node.attributes.get
        codelist, words, original, code = (
            said("S", "").strip(),
            said("DN", "").strip(),
            said("OT", "").strip(),
            said("V", "").strip(),
        )
        if lists and code and not codelist:
            codelist = lists[0] if len(lists) == 1 else _that_knows(code, lists)
        if not (codelist or words or original):
            shown = self.value(node)
            if node.name == "TeleAddress":
                return Field(_telecom_label(code) or label, _without_scheme(shown))
            return Field(label, shown)
        tell(node, _CODED)
        if original and original != words:
            words = f"{words} – {original}" if words else original
        elif not words and code:
            words = codelists.text(codelist, code) or code
        if prose := self.prose(node):
            words = f"{words} {prose}" if words else prose
        return Field(label, words, code, codelists.name(codelist) if codelist else "")

    def unplaced(self, top: Node) -> Iterator[tuple[Node, str]]:
        """Yield what is not placed, in document order: (node, attribute), the attribute empty for own text."""
        for node in self._tree.nodes:
            if node.text and not node.placed and not node.text.isspace():
                yield node, ""
            if node.tail and not node.tail.isspace() and node is not top:
                parent = node.parent
                if parent and not parent.placed:
                    yield node, "tail"
            if not node.attributes or node.attributes.keys() <= node.told:
                continue
            for name, content in node.attributes.items():
                if name not in node.told and content and not content.isspace() and not name.startswith(_XSI):
                    yield node, name


def mark(node: Node) -> None:
    """Take note that ``node``'s own text is in the view."""
    node.placed = True
    above = node.parent
    # Whoever is begun has ancestors that are, so that all marks together climb each step of the tree once.
    while above is not None and not above.begun:
        above.begun = True
        above = above.parent


def tell(node: Node, attributes: frozenset[str]) -> None:
    """Take note that these attributes are in the view, without a word of the element's text."""
    node.told = node.told | attributes if node.told else attributes


def _that_knows(code: str, lists: tuple[str, ...]) -> str:
    return next((one for one in lists if codelists.text(one, code)), lists[0])


def readable(written: str) -> str:
    """Return a date, a time or a yes-or-no as one reads it; anything else as it is."""
    if not 4 <= len(written) <= 40:
        return written
    if not "0" <= written[0] <= "9":
        return _YES_OR_NO[written]() if written in _YES_OR_NO else written
    if "-" not in written:
        return written
    if date := _DATE.fullmatch(written):
        return f"{date[3]}.{date[2]}.{date[1]}"
    return _time(written)


@lru_cache(maxsize=1024)
def _time(written: str) -> str:
    """Return a moment in Oslo time; one without a zone is Norwegian local time and stands as it was written."""
    time = _TIME.fullmatch(written)
    at = moment(written) if time else None
    if not time or not at:
        return written
    if time[7]:
        return clock.long(at).removesuffix(":00")
    return f"{time[3]}.{time[2]}.{time[1]} {time[4]}{(time[5] or '').removesuffix(':00')}"


def _telecom_label(written: str) -> str:
    scheme = written.partition(":")[0].casefold()
    return _SCHEMES[scheme]() if scheme in _SCHEMES else ""


def _without_scheme(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    return rest if colon and scheme.casefold() in _SCHEMES else value
