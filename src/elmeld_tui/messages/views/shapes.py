"""Any part of any message as fields and sections, by shapes the whole field shares.

Names in pieces become one name, an id with its type becomes a field labelled by the type, an address becomes one
line. What has no such shape is shown element by element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from elmeld_tui import i18n
from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.reading import Element, find, find_all, local, value
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Field, Section

_LONG = 100
_PROSE = frozenset({"TextResultValue", "TekstNotatInnhold", "Sporsmal", "Description", "Begrunnelse"})

OWN_SECTION = frozenset(
    {
        "AnsvarForRapport",
        "AssistertKommunikasjon",
        "Behandler",
        "Comment",
        "ContactPerson",
        "CopyDest",
        "Document",
        "Event",
        "Foresporsel",
        "InfItem",
        "InfoAssistertKommunikasjon",
        "KontaktpersonHelsepersonell",
        "Notat",
        "OriginalMsgId",
        "OtherReceiver",
        "Pakkeforlop",
        "ParorendeForesatt",
        "PatRelHCP",
        "PatRelInst",
        "Patient",
        "PaymentResponsible",
        "Periode",
        "ReasonAsText",
        "Receiver",
        "RelServProv",
        "RelServProvider",
        "ReqInvestigation",
        "ReqServ",
        "Requester",
        "ResponsibleHcp",
        "RollerRelatertNotat",
        "Sender",
        "ServProvider",
        "ServReq",
        "SpmGruppe",
        "VurderingAvHenvisning",
    }
)
"""Elements that begin a section of their own when a whole document is shown as it comes."""

# The child that says what a group is: its text becomes the title of the section.
_TITLES = ("Heading", "Relation", "RolleNotat", "RoleToPatient", "Type")


def sections(placing: Placing, element: Element, title: str = "") -> list[Section]:
    """Place all of ``element``: what stands directly in it as one section, then each part that has its own."""
    title = title or title_of(placing, element)
    own = section(placing, [child for child in element if not _begins_section(child)], title)
    if own is None and title != labels.word(element):
        own = Section(title)
    nested = [part for child in element if _begins_section(child) for part in sections(placing, child)]
    return joined([own, *nested] if own else nested)


def joined(parts: list[Section]) -> list[Section]:
    """Return ``parts`` with neighbours of one title made one, as five findings are one list of findings."""
    found: list[Section] = []
    for part in parts:
        before = found[-1] if found else None
        if before and before.title == part.title:
            found[-1] = Section(
                part.title, before.fields + part.fields, before.tables + part.tables, before.text + part.text
            )
        else:
            found.append(part)
    return found


def _begins_section(element: Element) -> bool:
    return (local(element) in OWN_SECTION and len(element) > 0) or _holds_section(element)


def _holds_section(element: Element) -> bool:
    return any(local(inner) in OWN_SECTION for inner in element.iterdescendants())


def title_of(placing: Placing, element: Element) -> str:
    """Return what a group calls itself (placed by that), else the word for its element."""
    for child in (find(element, name) for name in _TITLES):
        if child is None or len(child) or placing.is_placed(child):
            continue
        if said := placing.text_of(child):
            return said
    return labels.word(element)


def section(placing: Placing, elements: Iterable[Element], title: str) -> Section | None:
    """Place ``elements`` in one section: short values as fields, running text as paragraphs; None when empty."""
    placed = members(placing, list(elements))
    short = tuple(field for field in placed if not _is_running(field))
    running = [field for field in placed if _is_running(field)]
    if not placed:
        return None
    return Section(title, fields=short, text=tuple(_paragraph(field) for field in running))


def _is_running(field: Field) -> bool:
    if field.code or field.codelist:
        return False
    return len(field.value) > _LONG or "\n" in field.value or _needs_no_label(field)


def _needs_no_label(field: Field) -> bool:
    return field.label in {t("Tekst"), t("Beskrivelse")}


def _paragraph(field: Field) -> str:
    return field.value if _needs_no_label(field) else f"{field.label}:\n{field.value}"


def fields(placing: Placing, element: Element) -> list[Field]:
    """Place ``element`` and all below it as fields, in document order; what says nothing gives none."""
    if placing.is_placed(element):
        return []
    shape = None if placing.is_begun(element) else _SHAPES.get(local(element))
    found = list(shape(placing, element)) if shape else []
    if not found and (not len(element) or local(element) in _PROSE):
        field = placing.field(element)
        return ([field] if field.value or field.code or field.codelist else []) + _attributes(placing, element)
    found += names(placing, element)
    found += _attributes(placing, element)
    return found + members(placing, list(element))


def members(placing: Placing, elements: list[Element]) -> list[Field]:
    """Place elements that stand beside each other, an id together with the type that follows it."""
    found = []
    for element, following in zip(elements, [*elements[1:], None], strict=False):
        if not placing.is_placed(element):
            found += _identified(placing, element, following) or fields(placing, element)
    return found


def _attributes(placing: Placing, element: Element) -> list[Field]:
    found = []
    for name, content in ((str(name), str(content)) for name, content in element.attrib.items()):
        if name not in {"V", "S", "DN", "OT", "U"} and not name.startswith("{") and content.strip():
            placing.mark_attributes(element, name)
            found.append(Field(labels.name_in_words(name), content))
    return found


def names(placing: Placing, element: Element) -> Iterator[Field]:
    """A person's name in pieces, as one reads it."""
    pieces = [find(element, name) for name in ("GivenName", "MiddleName", "FamilyName")]
    if any(piece is not None and placing.is_placed(piece) for piece in pieces):
        return
    if name := " ".join(part for part in map(placing.value, pieces) if part):
        yield Field(t("Navn"), name)


_ID_PAIRS = {"Id": ("TypeId", "Type"), "OffId": ("TypeOffId",)}


def _identified(placing: Placing, element: Element, following: Element | None) -> list[Field]:
    """An id and the type that follows it: one field, labelled by the type."""
    types = _ID_PAIRS.get(local(element), ())
    if len(element) or following is None or local(following) not in types or not _is_pair(element):
        return []
    return [Field(placing.text_of(following) or labels.word(element), placing.value(element))]


def _is_pair(element: Element) -> bool:
    parent = element.getparent()
    # The Type beside the Id of a document is no type of the Id.
    return parent is not None and local(parent) in {
        "AdditionalId",
        "Dept",
        "HCPerson",
        "HCProf",
        "Ident",
        "Inst",
        "Patient",
    }


def _address(placing: Placing, element: Element) -> Iterator[Field]:
    kind = placing.noted(find(element, "Type"))
    lines = [placing.value(one) for name in ("StreetAdr", "Postbox") for one in find_all(element, name)]
    lines.append(
        " ".join(placing.value(one) for name in ("PostalCode", "City") for one in find_all(element, name))
    )
    lines += [placing.text_of(one) for name in ("County", "Country") for one in find_all(element, name)]
    if written := ", ".join(line for line in lines if line.strip()):
        yield Field(kind or labels.word(element), written)
    for telephone in find_all(element, "TeleAddress"):
        yield placing.field(telephone)


def _telecom(placing: Placing, element: Element) -> Iterator[Field]:
    address = find(element, "TeleAddress")
    if address is not None:
        number = placing.field(address)
        yield Field(placing.text_of(find(element, "TypeTelecom")) or number.label, number.value)


def _number(placing: Placing, element: Element) -> Iterator[Field]:
    if number := number_with_unit(placing, element):
        yield Field(t("Resultat"), number)


_DECIMAL = re.compile(r"^(-?\d+)\.(\d+)")
_SIGNS = {"EQ": "", "LT": "<", "GT": ">", "LE": "≤", "GE": "≥", "ML": "<<", "MG": ">>", "NE": "≠"}


def number_with_unit(placing: Placing, element: Element) -> str:
    """Place a NumResult: ``<5 mg/L``; a comparator that is not known stands as it came."""
    comparator = find(element, "ArithmeticComp")
    sign = ""
    if comparator is not None:
        words = placing.text_of(comparator)
        sign = _SIGNS.get(comparator.get("V", ""), f"{words} ")
    return sign + _with_decimal_mark(placing.value(find(element, "NumResultValue")))


def _with_decimal_mark(number: str) -> str:
    return _DECIMAL.sub(r"\1,\2", number) if i18n.language() == "nb" else number


def _interval(placing: Placing, element: Element) -> Iterator[Field]:
    low, high = placing.value(find(element, "Low")), placing.value(find(element, "High"))
    if low or high:
        yield Field(labels.word(element), f"{low} – {high}".strip())


def _code_pair(placing: Placing, element: Element) -> Iterator[Field]:
    """A diagnosis or the like whose one coded child says it all."""
    concept = find(element, "Concept")
    if concept is not None:
        yield placing.field(concept)


def _clinical_result(placing: Placing, element: Element) -> Iterator[Field]:
    """A result told in a referral or a discharge summary: the analysis, and beside it what was found."""
    analysis = find(element, "ClinInv/Id")
    if analysis is None:
        return
    numbers = [number_with_unit(placing, one) for one in find_all(element, "NumResult")]
    intervals = [field.value for one in find_all(element, "Interval") for field in _interval(placing, one)]
    flag = deviation(placing, find(element, "DevResultInd"))
    parts = (*numbers, *intervals, flag, placing.value(find(element, "InvDate")))
    yield Field(placing.text_of(analysis), ", ".join(part for part in parts if part))


_DEVIATIONS = {"1": lambda: t("↑ høy"), "2": lambda: t("↓ lav"), "3": lambda: t("* utenfor")}


def deviation(placing: Placing, indicator: Element | None) -> str:
    """Place a DevResultInd (8244) as a sign and a word, so that colour is never needed."""
    said = placing.noted(indicator)
    sign = _DEVIATIONS.get(value(indicator))
    return sign() if sign else f"* {said}" if said else ""


_SHAPES: dict[str, Callable[[Placing, Element], Iterator[Field]]] = {
    "Address": _address,
    "TeleCom": _telecom,
    "NumResult": _number,
    "Interval": _interval,
    "Diagnosis": _code_pair,
    "ResultItem": _clinical_result,
}


def leftovers(placing: Placing, root: Element) -> list[Field]:
    """Place what nothing else has placed, each piece labelled with where it stands."""
    found = []
    for element, attribute in list(placing.unplaced(root)):
        if attribute == "tail":
            found.append(Field(_path(element.getparent(), root), (element.tail or "").strip()))
        elif not attribute:
            # The element's own text alone: what is inside it has its own entries.
            found.append(Field(_path(element, root), (element.text or "").strip()))
        elif attribute in {"V", "DN", "OT"}:
            found.append(Field(_path(element, root), element.get(attribute, "")))
        elif attribute == "S":
            found.append(Field(f"{_path(element, root)}: {t('Kodeverk')}", codelists.name(element.get("S", ""))))
        else:
            found.append(Field(f"{_path(element, root)}: {attribute}", element.get(attribute, "")))
    return found


def _path(element: Element | None, root: Element) -> str:
    names: list[str] = []
    while element is not None and element is not root and len(names) < 3:
        names.insert(0, labels.word(element))
        element = element.getparent()
    return " › ".join(names)
