"""Any part of any message as fields and sections, by shapes the whole field shares (`values`).

An id with its type becomes a field labelled by the type. What has no shape is shown element by element.
"""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.nodes import Node, find
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.views.placing import Placing, tell
from elmeld_tui.messages.views.values import SHAPES, names
from elmeld_tui.model.view import Field, Section

_LONG = 100
_PROSE = frozenset({"TextResultValue", "TekstNotatInnhold", "Sporsmal", "Description", "Begrunnelse"})
_CODED = frozenset({"V", "S", "DN", "OT", "U"})

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


# What is so unless something is said: a reader is told nothing by it, and finds it among the codes.
_SILENT = {"ServType": "N", "MsgType": "XML"}


def sections(placing: Placing, node: Node, title: str = "") -> list[Section]:
    """Place all of ``node``: what stands directly in it as one section, then each part that has its own."""
    found: list[Section] = []
    _add_sections(placing, node, title, _that_hold_sections(node), found)
    return joined(found)


def _that_hold_sections(top: Node) -> set[int]:
    """Return the identities of the nodes below ``top`` with a part that begins a section somewhere inside."""
    holding: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.name in OWN_SECTION:
            above = node.parent
            while above is not None and above is not top and id(above) not in holding:
                holding.add(id(above))
                above = above.parent
    return holding


def _add_sections(placing: Placing, node: Node, title: str, holding: set[int], found: list[Section]) -> None:
    titled = title or title_of(placing, node)
    nested: list[Node] = []
    own: list[Node] = []
    for child in node.children:
        begins = (child.children and child.name in OWN_SECTION) or id(child) in holding
        (nested if begins else own).append(child)
    if part := section(placing, own, titled):
        found.append(part)
    elif titled != labels.word(node):
        found.append(Section(titled))
    for child in nested:
        _add_sections(placing, child, "", holding, found)


def joined(parts: list[Section]) -> list[Section]:
    """Return ``parts`` with neighbours of one title made one, as five findings are one list of findings."""
    found: list[Section] = []
    same: list[Section] = []
    for part in parts:
        if same and same[0].title != part.title:
            found.append(_merged(same))
            same = []
        same.append(part)
    return [*found, _merged(same)] if same else found


def _merged(parts: list[Section]) -> Section:
    if len(parts) == 1:
        return parts[0]
    return Section(
        parts[0].title,
        tuple(field for part in parts for field in part.fields),
        tuple(table for part in parts for table in part.tables),
        tuple(paragraph for part in parts for paragraph in part.text),
    )


def title_of(placing: Placing, node: Node) -> str:
    """Return what a group calls itself (placed by that), else the word for its element."""
    for name in _TITLES:
        child = find(node, name)
        if child is None or child.children or child.placed:
            continue
        if said := placing.text_of(child):
            return said
    return labels.word(node)


def section(placing: Placing, nodes: Iterable[Node], title: str) -> Section | None:
    """Place ``nodes`` in one section: short values as fields, running text as paragraphs; None when empty."""
    placed = members(placing, list(nodes))
    return laid_out(title, placed) if placed else None


def laid_out(title: str, placed: list[Field]) -> Section:
    """Return a section of what is placed: short values as fields, running text as paragraphs."""
    unlabelled = (t("Tekst"), t("Beskrivelse"))
    short: list[Field] = []
    running: list[str] = []
    for field in placed:
        if field.code or field.codelist:
            short.append(field)
        elif field.label in unlabelled:
            running.append(field.value)
        elif len(field.value) > _LONG or "\n" in field.value:
            running.append(f"{field.label}:\n{field.value}")
        else:
            short.append(field)
    return Section(title, fields=tuple(short), text=tuple(running))


def fields(placing: Placing, node: Node) -> list[Field]:
    """Place ``node`` and all below it as fields, in document order; what says nothing gives none."""
    found: list[Field] = []
    _add_fields(placing, node, found)
    return found


def _add_fields(placing: Placing, node: Node, found: list[Field]) -> None:
    if node.placed:
        return
    before = len(found)
    if node.children and not node.begun:
        shape = SHAPES.get(node.name)
        if shape:
            found += shape(placing, node)
    if not node.children and _SILENT.get(node.name) == node.attributes.get("V", ""):
        placing.noted(node)
        return
    if len(found) == before and (not node.children or node.name in _PROSE):
        field = placing.field(node)
        if field.value or field.code or field.codelist:
            found.append(field)
        _add_attributes(node, found)
        return
    found += names(placing, node)
    _add_attributes(node, found)
    _add_members(placing, node.children, found)


def members(placing: Placing, nodes: list[Node]) -> list[Field]:
    """Place nodes that stand beside each other, an id together with the type that follows it."""
    found: list[Field] = []
    _add_members(placing, nodes, found)
    return found


def _add_members(placing: Placing, nodes: list[Node], found: list[Field]) -> None:
    last = len(nodes) - 1
    for number, node in enumerate(nodes):
        if node.placed:
            continue
        types = _ID_PAIRS.get(node.name)
        if types and number < last and _is_pair(node, nodes[number + 1], types):
            label = placing.text_of(nodes[number + 1]) or labels.word(node)
            found.append(Field(label, placing.value(node)))
        else:
            _add_fields(placing, node, found)


_ID_PAIRS = {"Id": ("TypeId", "Type"), "OffId": ("TypeOffId",)}

# The Type beside the Id of a document is no type of the Id.
_WITH_PAIRS = frozenset(
    {"AdditionalId", "Dept", "Fodselsnummer", "HCPerson", "HCProf", "Id", "Ident", "Inst", "Patient"}
)


def _is_pair(node: Node, following: Node, types: tuple[str, ...]) -> bool:
    """Whether ``following`` says what kind of id ``node`` is."""
    if node.children or following.name not in types:
        return False
    return node.parent is not None and node.parent.name in _WITH_PAIRS


def _add_attributes(node: Node, found: list[Field]) -> None:
    if not node.attributes:
        return
    for name, content in node.attributes.items():
        if name not in _CODED and name not in node.told and not name.startswith("{") and content.strip():
            tell(node, frozenset({name}))
            found.append(Field(labels.attribute(name), content))


def in_a_line(placing: Placing, node: Node) -> str:
    """Place what is left of ``node`` as one line: ``Antall: 2; Undersøkt: 20.11.2026``."""
    told: list[str] = []
    for field in fields(placing, node):
        if field.code or field.codelist:
            placing.codes[field.value, field.code, field.codelist] = None
        told.append(f"{field.label}: {field.value}")
    return "; ".join(told)


def leftovers(placing: Placing, top: Node) -> list[Field]:
    """Place what nothing else has placed, each piece labelled with where it stands."""
    found: list[Field] = []
    for node, attribute in placing.unplaced(top):
        if attribute == "tail":
            found.append(Field(_path(node.parent, top), node.tail.strip()))
        elif not attribute:
            # The element's own text alone: what is inside it has its own entries.
            found.append(Field(_path(node, top), node.text.strip()))
        elif attribute in {"V", "DN", "OT"}:
            found.append(Field(_path(node, top), node.attributes[attribute]))
        elif attribute == "S":
            found.append(Field(f"{_path(node, top)}: {t('Kodeverk')}", codelists.name(node.attributes["S"])))
        else:
            found.append(Field(f"{_path(node, top)}: {attribute}", node.attributes[attribute]))
    return found


def _path(node: Node | None, top: Node) -> str:
    names: list[str] = []
    while node is not None and node is not top and len(names) < 3:
        names.insert(0, labels.word(node))
        node = node.parent
    return " › ".join(names)
