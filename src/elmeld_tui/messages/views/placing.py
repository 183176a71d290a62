"""Keeping account of what a view shows, so that nothing is shown twice by mistake and nothing is left out.

Every piece of text and every attribute that is put into the view is noted with its node; whatever has not been noted
when the view is done is listed under «Øvrige opplysninger» (design §4.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from elmeld_tui import i18n
from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.nodes import Node, Tree, inside
from elmeld_tui.messages.reading import moment
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.xhtml import clean_lines
from elmeld_tui.messages.xhtml import text_of as prose_of
from elmeld_tui.model import clock
from elmeld_tui.model.view import Field

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_YES_OR_NO = {"true": lambda: t("ja"), "false": lambda: t("nei")}
_DIMENSIONLESS = frozenset({"0", "1"})
_SCHEMES = {"tel": lambda: t("Telefon"), "mailto": lambda: t("E-post"), "fax": lambda: t("Faks")}

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NOTHING: frozenset[str] = frozenset()
_VALUE = frozenset({"V"})
_QUANTITY = frozenset({"V", "U"})
_CODED = frozenset({"V", "S", "DN", "OT"})


class Placing:
    """What is placed of one document.

    Attributes:
        named: finds the nodes of a name below another (`Tree.named`).
        sectioned: below which something begins a section of its own.
        placed: whose own text is in the view.
        gone_through: what is placed, and that of which all below is; what is not placed of it then has no place.
        told: names of the attributes that are in the view.
        codes: of coded values that stand in tables as text alone: (text, code, list) in the order they were met.
    """

    __slots__ = ("_language", "_tree", "codes", "gone_through", "named", "placed", "sectioned", "told")

    def __init__(self, tree: Tree, own_section: frozenset[str]) -> None:
        """Begin with the whole document; what is called one of ``own_section`` has a section of its own."""
        self._language = i18n.language()
        self._tree = tree
        self.named = tree.named
        self.sectioned = tree.holding(own_section)
        self.placed: set[Node] = set()
        self.gone_through: set[Node] = set()
        self.told: dict[Node, frozenset[str]] = {}
        self.codes: dict[tuple[str, str, str], None] = {}

    def has_left(self, node: Node) -> bool:
        """Whether anything directly in ``node`` has not been gone through."""
        return not self.gone_through.issuperset(node.children)

    def begun(self, node: Node) -> bool:
        """Whether the text of something below ``node`` is in the view."""
        waiting = [*node.children]
        while waiting:
            one = waiting.pop()
            if one in self.placed:
                return True
            waiting += one.children
        return False

    def mark(self, node: Node) -> None:
        """Take note that the text of ``node`` is in the view."""
        self.placed.add(node)
        self.gone_through.add(node)

    def tell(self, node: Node, attributes: frozenset[str]) -> None:
        """Take note that these attributes are in the view, without a word of the element's text."""
        told = self.told
        told[node] = told[node] | attributes if node in told else attributes

    def prose(self, node: Node | None) -> str:
        """Place running text, formatted or not, as plain text with its line breaks."""
        if node is None:
            return ""
        if node.children:
            self.placed.update(inside(node))
            self.gone_through.update(inside(node))
            return prose_of(node)
        self.placed.add(node)
        self.gone_through.add(node)
        return clean_lines(node.text) if node.text else ""

    def value(self, node: Node | None) -> str:
        """Place a simple value: a date as one reads it, a quantity with its unit, a yes or no, else the text."""
        if node is None:
            return ""
        if node.children:
            prose = self.prose(node)
        else:
            self.placed.add(node)
            self.gone_through.add(node)
            prose = clean_lines(node.text) if node.text else ""
        attributes = node.attributes
        if not attributes or ("V" not in attributes and "U" not in attributes):
            return readable(prose)
        written = readable(attributes["V"].strip()) if "V" in attributes else ""
        unit = attributes["U"].strip() if "U" in attributes else ""
        if unit in _DIMENSIONLESS:
            # Beside a number it would read as one more digit; it is listed with what has no place.
            unit = ""
            self.tell(node, _VALUE)
        else:
            self.tell(node, _QUANTITY)
        if prose:
            return " ".join(part for part in (written, unit, readable(prose)) if part)
        return f"{written} {unit}" if written and unit else written or unit

    def text_of(self, node: Node | None) -> str:
        """Place a coded or simple value where only its text has room; its code goes to the list of codes."""
        if node is None:
            return ""
        _, words, code, codelist = self.said(node)
        if code or codelist:
            self.codes[words, code, codelist] = None
        return words

    def noted(self, node: Node | None) -> str:
        """Place a value that the view says in words of its own; what was written goes to the list of codes."""
        if node is None:
            return ""
        _, words, code, codelist = self.said(node)
        if words or code or codelist:
            self.codes[words, code, codelist] = None
        return words

    def field(self, node: Node, label: str = "") -> Field:
        """Place one element without children as a field."""
        named, words, code, codelist = self.said(node)
        return Field(label or named, words, code, codelist)

    def said(self, node: Node) -> tuple[str, str, str, str]:
        """Place a coded or simple value.

        Returns:
            Label, words, and where it is coded its code and what the list is called: a `Field` that is not made yet.
        """
        label, lists = node.place.meanings.get(self._language) or labels.of(node.place)
        if not node.attributes:
            return label, self.value(node), "", ""
        code, codelist, words, original = _written(node.attributes)
        if lists and code and not codelist:
            codelist = lists[0] if len(lists) == 1 else _that_knows(code, lists)
        if not (codelist or words or original):
            shown = self.value(node)
            if node.name == "TeleAddress":
                return _telecom_label(code) or label, _without_scheme(shown), "", ""
            return label, shown, "", ""
        self.told[node] = self.told[node] | _CODED if node in self.told else _CODED
        if original and original != words:
            words = f"{words} – {original}" if words else original
        elif not words and code:
            words = codelists.text(codelist, code) or code
        if prose := self.prose(node):
            words = f"{words} {prose}" if words else prose
        return label, words, code, codelists.name(codelist) if codelist else ""

    def unplaced(self, top: Node) -> Iterator[tuple[Node, str]]:
        """Yield what is not placed, in document order: (node, attribute), the attribute empty for own text."""
        placed, all_told = self.placed, self.told
        for node in self._tree.nodes:
            if node.text and node not in placed and not node.text.isspace():
                yield node, ""
            if node.tail and not node.tail.isspace() and node is not top and node.parent not in placed:
                yield node, "tail"
            if node.attributes and not node.attributes.keys() <= (told := all_told.get(node, _NOTHING)):
                for name, content in node.attributes.items():
                    if name not in told and content and not content.isspace() and not name.startswith(_XSI):
                        yield node, name


def _written(attributes: dict[str, str]) -> tuple[str, str, str, str]:
    """Return V, S, DN and OT of a coded value, trimmed."""
    code = codelist = words = original = ""
    for name, content in attributes.items():
        if name == "V":
            code = content.strip()
        elif name == "DN":
            words = content.strip()
        elif name == "S":
            codelist = content.strip()
        elif name == "OT":
            original = content.strip()
    return code, codelist, words, original


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
