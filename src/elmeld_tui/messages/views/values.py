"""The small structures every kind shares, each as one line: names in pieces, addresses, numbers, intervals, flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from elmeld_tui import i18n
from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, value
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Field

_NAME_PIECES = ("GivenName", "MiddleName", "FamilyName")
_NORWEGIAN_PIECES = ("Fornavn", "Mellomnavn", "Etternavn")
_ALL_PIECES = frozenset({*_NAME_PIECES, *_NORWEGIAN_PIECES})


def names(placing: Placing, node: Node) -> list[Field]:
    """Place a person's name in pieces, as one reads it; nothing where it is not in pieces, or placed before."""
    pieces: dict[str, Node] = {}
    for child in node.children:
        if child.name in _ALL_PIECES and child not in placing.placed:
            pieces[child.name] = child
    if not pieces:
        return []
    order = _NAME_PIECES if pieces.keys() & set(_NAME_PIECES) else _NORWEGIAN_PIECES
    name = " ".join(part for part in (placing.value(pieces.get(piece)) for piece in order) if part)
    return [Field(t("Navn"), name)] if name else []


def _address(placing: Placing, node: Node) -> Iterator[Field]:
    kind = placing.noted(find(node, "Type"))
    streets = [placing.value(one) for name in ("StreetAdr", "Postbox") for one in find_all(node, name)]
    city = " ".join(placing.value(one) for name in ("PostalCode", "City") for one in find_all(node, name))
    lands = [placing.text_of(one) for name in ("County", "Country") for one in find_all(node, name)]
    if written := ", ".join(line for line in (*streets, city, *lands) if line.strip()):
        yield Field(kind or labels.word(node), written)
    for telephone in find_all(node, "TeleAddress"):
        yield placing.field(telephone)


def _telecom(placing: Placing, node: Node) -> Iterator[Field]:
    address = find(node, "TeleAddress")
    if address is not None:
        number = placing.field(address)
        yield Field(_telecom_label(number.label, placing.text_of(find(node, "TypeTelecom"))), number.value)


def _telecom_label(what: str, kind: str) -> str:
    """Return what a number is and where: «Telefon (Arbeidsplass)»; «Mobiltelefon» says both."""
    if not kind or what.casefold() in kind.casefold():
        return kind or what
    return f"{what} ({kind})"


def _ident(placing: Placing, node: Node) -> Iterator[Field]:
    """An identifier whose own element holds another: «Fødselsnummer 12…» instead of two lines."""
    number, kind = find(node, "Id"), find(node, "TypeId")
    if number is not None and kind is not None and not number.children:
        yield Field(placing.text_of(kind) or labels.word(node), placing.value(number))


def _number(placing: Placing, node: Node) -> Iterator[Field]:
    if number := number_with_unit(placing, node):
        yield Field(t("Resultat"), number)


_DECIMAL = re.compile(r"^(-?\d+)\.(\d+)")
_SIGNS = {"EQ": "", "LT": "<", "GT": ">", "LE": "≤", "GE": "≥", "ML": "<<", "MG": ">>", "NE": "≠"}


def number_with_unit(placing: Placing, node: Node) -> str:
    """Place a NumResult: ``<5 mg/L``; a comparator that is not known stands as it came."""
    comparator = find(node, "ArithmeticComp")
    sign = ""
    if comparator is not None:
        words = placing.text_of(comparator)
        sign = _SIGNS.get(comparator.attributes.get("V", ""), f"{words} ")
    return sign + _with_decimal_mark(placing.value(find(node, "NumResultValue")))


def _with_decimal_mark(number: str) -> str:
    return _DECIMAL.sub(r"\1,\2", number) if "." in number and i18n.language() == "nb" else number


def interval(placing: Placing, node: Node) -> str:
    """Place an interval as ``2 – 5 mmol/L``."""
    low, high = placing.value(find(node, "Low")), placing.value(find(node, "High"))
    return f"{low} – {high}".strip() if low or high else ""


def _interval(placing: Placing, node: Node) -> Iterator[Field]:
    if written := interval(placing, node):
        yield Field(labels.word(node), written)


def _concept(placing: Placing, node: Node) -> Iterator[Field]:
    """A diagnosis or the like whose one coded child says it all."""
    concept = find(node, "Concept")
    if concept is not None:
        yield placing.field(concept)


def _modifier(placing: Placing, node: Node) -> Iterator[Field]:
    """What makes a diagnosis more precise: labelled by what it says of it."""
    name, said = find(node, "Name"), find_all(node, "Value")
    if name is not None and said:
        label = placing.text_of(name) or labels.word(node)
        for one in said:
            yield placing.field(one, label)


def _clinical_result(placing: Placing, node: Node) -> Iterator[Field]:
    """A result told in a referral or a discharge summary: the analysis, and beside it what was found."""
    analysis = find(node, "ClinInv/Id")
    if analysis is None:
        return
    numbers = [number_with_unit(placing, one) for one in find_all(node, "NumResult")]
    intervals = [interval(placing, one) for one in find_all(node, "Interval")]
    flag = deviation(placing, find(node, "DevResultInd"))
    parts = (*numbers, *intervals, flag, placing.value(find(node, "InvDate")))
    yield Field(placing.text_of(analysis), ", ".join(part for part in parts if part))


_DEVIATIONS = {"1": lambda: t("↑ over"), "2": lambda: t("↓ under"), "3": lambda: t("* utenfor")}


def deviation(placing: Placing, indicator: Node | None) -> str:
    """Place a DevResultInd (8244) as a sign and a word, so that colour is never needed."""
    if indicator is None:
        return ""
    said = placing.noted(indicator)
    sign = _DEVIATIONS.get(value(indicator))
    return sign() if sign else f"* {said}" if said else ""


SHAPES: dict[str, Callable[[Placing, Node], Iterator[Field]]] = {
    "Address": _address,
    "Adresse": _address,
    "Diagnosis": _concept,
    "CodedDescr": _concept,
    "DiagComment": _concept,
    "Fodselsnummer": _ident,
    "Id": _ident,
    "Interval": _interval,
    "KontaktInfo": _telecom,
    "Modifier": _modifier,
    "NumResult": _number,
    "ResultItem": _clinical_result,
    "TeleCom": _telecom,
}
"""What an element of this name looks like, whatever it stands in. A shape places what it yields."""
