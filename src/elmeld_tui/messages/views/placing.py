"""Placing what a document says in its view, so that nothing is shown twice by mistake and nothing is left out.

Every piece of text and every attribute that is put into the view is marked; what is unmarked when the view is done
is listed under «Øvrige opplysninger» (design §4.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.reading import Element, MaybeElement, local, moment
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model import clock
from elmeld_tui.model.view import Field

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_YES_OR_NO = {"true": lambda: t("ja"), "false": lambda: t("nei")}
_DIMENSIONLESS = frozenset({"0", "1"})
_SCHEMES = {"tel": lambda: t("Telefon"), "mailto": lambda: t("E-post"), "fax": lambda: t("Faks")}


class Placing:
    """The pieces of one document that are placed.

    Attributes:
        codes: of coded values that stand in tables as text alone: (text, code, list) in the order they were met.
    """

    def __init__(self) -> None:
        self._elements: set[Element] = set()
        self._attributes: set[tuple[Element, str]] = set()
        self.codes: dict[tuple[str, str, str], None] = {}

    def mark(self, element: Element, *attributes: str) -> None:
        """Take note that ``element``'s own text, and these attributes of it, are in the view."""
        self._elements.add(element)
        self.mark_attributes(element, *attributes)

    def mark_attributes(self, element: Element, *attributes: str) -> None:
        """Take note that these attributes are in the view, without a word of the element's text."""
        self._attributes.update((element, attribute) for attribute in attributes)

    def is_placed(self, element: Element) -> bool:
        """Return whether ``element``'s own text is in the view."""
        return element in self._elements

    def is_begun(self, element: Element) -> bool:
        """Return whether something below ``element`` is in the view."""
        return any(inner in self._elements for inner in element.iterdescendants())

    def prose(self, element: MaybeElement) -> str:
        """Place running text, formatted or not, as plain text with its line breaks."""
        if element is None:
            return ""
        for inner in element.iter():
            self.mark(inner)
        return plain_text(element)

    def value(self, element: MaybeElement) -> str:
        """Place a simple value: a date as one reads it, a quantity with its unit, a yes or no, else the text."""
        if element is None:
            return ""
        written = element.get("V", "").strip()
        prose = self.prose(element)
        self.mark(element, "V")
        return " ".join(part for part in (readable(written), self._unit(element), readable(prose)) if part)

    def _unit(self, element: Element) -> str:
        unit = element.get("U", "").strip()
        if unit in _DIMENSIONLESS:
            # Beside a number it would read as one more digit; it is listed with what has no place.
            return ""
        self.mark(element, "U")
        return unit

    def text_of(self, element: MaybeElement) -> str:
        """Place a coded or simple value where only its text has room; its code goes to the list of codes."""
        if element is None:
            return ""
        field = self.field(element)
        if field.code or field.codelist:
            self.codes.setdefault((field.value, field.code, field.codelist))
        return field.value

    def noted(self, element: MaybeElement) -> str:
        """Place a value that the view says in words of its own; what was written goes to the list of codes."""
        if element is None:
            return ""
        field = self.field(element)
        if field.value or field.code or field.codelist:
            self.codes.setdefault((field.value, field.code, field.codelist))
        return field.value

    def field(self, element: Element, label: str = "") -> Field:
        """Place one element without children as a field."""
        label = label or labels.word(element)
        if not any(element.get(name) for name in ("DN", "OT", "S")) and not _is_code(element):
            return Field(_telecom_label(element) or label, _without_scheme(self.value(element)))
        self.mark(element, "V", "S", "DN", "OT")
        code, system = element.get("V", "").strip(), element.get("S", "").strip()
        codelist = system or labels.codelist_at(element)
        said = [element.get("DN", "").strip(), element.get("OT", "").strip()]
        words = " – ".join(dict.fromkeys(part for part in said if part)) or codelists.text(codelist, code)
        prose = self.prose(element)
        value = " ".join(part for part in (words or code, prose) if part)
        return Field(label, value, code, codelists.name(codelist) if codelist else "")

    def unplaced(self, element: Element) -> Iterator[tuple[Element, str]]:
        """Yield what is not placed, in document order: (element, attribute), the attribute empty for own text."""
        for inner in element.iter():
            if inner not in self._elements and (inner.text or "").strip():
                yield inner, ""
            parent = inner.getparent()
            if inner is not element and (inner.tail or "").strip() and parent not in self._elements:
                yield inner, "tail"
            for name, content in inner.attrib.items():
                if (
                    not str(name).startswith(_XSI)
                    and (inner, str(name)) not in self._attributes
                    and content.strip()
                ):
                    yield inner, str(name)


def readable(written: str) -> str:
    """Return a date, a time or a yes-or-no as one reads it; anything else as it is."""
    if date := _DATE.fullmatch(written):
        return f"{date[3]}.{date[2]}.{date[1]}"
    if _DATE_TIME.fullmatch(written) and (at := moment(written)):
        shown = clock.long(at)
        return shown.removesuffix(":00")
    return _YES_OR_NO[written]() if written in _YES_OR_NO else written


def _is_code(element: Element) -> bool:
    return bool(element.get("V") and labels.codelist_at(element))


def _telecom_label(element: Element) -> str:
    scheme = element.get("V", "").partition(":")[0].casefold()
    return _SCHEMES[scheme]() if local(element) == "TeleAddress" and scheme in _SCHEMES else ""


def _without_scheme(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    return rest if colon and scheme.casefold() in _SCHEMES else value
