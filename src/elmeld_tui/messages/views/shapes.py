"""Any part of any message as fields and sections, by the structures that all kinds share (`values`).

An id with its type becomes a field labelled by the type. What has no known structure is shown element by element.
"""

from __future__ import annotations

from collections.abc import Sequence

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.nodes import Node
from elmeld_tui.messages.views import labels
from elmeld_tui.messages.views.placing import Placing
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

# The child that says what a group is, the surest first: its text becomes the title of the section.
_TITLES = {"Heading": 1, "Relation": 2, "RolleNotat": 3, "RoleToPatient": 4, "Type": 5}


# What is so unless something is said: a reader is told nothing by it, and finds it among the codes.
_SILENT = {"ServType": "N", "MsgType": "XML"}


def sections(placing: Placing, node: Node, title: str = "") -> list[Section]:
    """Place all of ``node``: what stands directly in it as one section, then each part that has its own."""
    found: list[Section] = []
    _add_sections(placing, node, title, found)
    return joined(found) if len(found) > 1 else found


def _add_sections(placing: Placing, node: Node, title: str, found: list[Section]) -> None:
    titled = title or title_of(placing, node)
    nested: list[Node] = []
    own: list[Node] = []
    for child in node.children:
        begins = child in placing.sectioned or (child.children and child.name in OWN_SECTION)
        (nested if begins else own).append(child)
    if part := section(placing, own, titled):
        found.append(part)
    elif titled != labels.word(node):
        found.append(Section(titled))
    for child in nested:
        _add_sections(placing, child, "", found)


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
    says = [one for one in node.children if one.name in _TITLES and not one.children and one not in placing.placed]
    for one in sorted(says, key=_surest) if len(says) > 1 else says:
        if said := placing.text_of(one):
            return said
    return labels.word(node)


def _surest(node: Node) -> int:
    return _TITLES[node.name]


def section(placing: Placing, nodes: Sequence[Node], title: str) -> Section | None:
    """Place ``nodes`` in one section: short values as fields, running text as paragraphs; None when empty."""
    placed = members(placing, nodes)
    return laid_out(title, placed) if placed else None


def laid_out(title: str, placed: list[Field]) -> Section:
    """Return a section of what is placed: short values as fields, running text as paragraphs."""
    unlabelled = (t("Tekst"), t("Beskrivelse"))
    short: list[Field] = []
    running: list[str] = []
    for field in placed:
        label, words, code, codelist = field
        if code or codelist:
            short.append(field)
        elif label in unlabelled:
            running.append(words)
        elif len(words) > _LONG or "\n" in words:
            running.append(f"{label}:\n{words}")
        else:
            short.append(field)
    return Section(title, tuple(short), (), tuple(running))


def _add_group(placing: Placing, node: Node, found: list[Field]) -> None:
    """Place an element with others in it."""
    before = len(found)
    has_left = placing.has_left(node)
    shape = SHAPES.get(node.name) if has_left else None
    if shape and not placing.begun(node):
        found += shape(placing, node)
    if len(found) == before and node.name in _PROSE:
        _add_leaf(placing, node, found)
        return
    if has_left:
        found += names(placing, node)
    if node.attributes and not node.attributes.keys() <= _CODED:
        _add_attributes(placing, node, found)
    if has_left:
        _add_members(placing, node.children, found)
    placing.gone_through.add(node)


def _add_leaf(placing: Placing, node: Node, found: list[Field]) -> None:
    """Place what is one value, with whatever attributes it has besides."""
    attributes = node.attributes
    if node.name in _SILENT and attributes.get("V") == _SILENT[node.name]:
        placing.noted(node)
        return
    label, words, code, codelist = placing.said(node)
    if words or code or codelist:
        found.append(Field(label, words, code, codelist))
    if attributes and not attributes.keys() <= _CODED:
        _add_attributes(placing, node, found)


def members(placing: Placing, nodes: Sequence[Node]) -> list[Field]:
    """Place nodes that stand beside each other, an id together with the type that follows it."""
    found: list[Field] = []
    _add_members(placing, nodes, found)
    return found


def _add_members(placing: Placing, nodes: Sequence[Node], found: list[Field]) -> None:
    gone_through = placing.gone_through
    for after, node in enumerate(nodes, start=1):
        if node in gone_through:
            continue
        if node.name in _ID_PAIRS and after < len(nodes) and _is_pair(node, nodes[after]):
            found.append(Field(placing.text_of(nodes[after]) or labels.word(node), placing.value(node)))
        elif node.children:
            if node.attributes or node.name in _PROSE or not gone_through.issuperset(node.children):
                _add_group(placing, node, found)
            else:
                gone_through.add(node)
        else:
            _add_leaf(placing, node, found)


_ID_PAIRS = {"Id": ("TypeId", "Type"), "OffId": ("TypeOffId",)}

# The Type beside the Id of a document is no type of the Id.
_WITH_PAIRS = frozenset(
    {"AdditionalId", "Dept", "Fodselsnummer", "HCPerson", "HCProf", "Id", "Ident", "Inst", "Patient"}
)


def _is_pair(node: Node, following: Node) -> bool:
    """Whether ``following`` says what kind of id ``node`` is."""
    if node.children or following.name not in _ID_PAIRS[node.name]:
        return False
    return node.parent is not None and node.parent.name in _WITH_PAIRS


def _add_attributes(placing: Placing, node: Node, found: list[Field]) -> None:
    told = placing.told.get(node, _CODED) | _CODED
    untold = [name for name in node.attributes if name not in told and name[0] != "{"]
    if untold:
        placing.tell(node, frozenset(untold))
        said = ((name, node.attributes[name]) for name in untold)
        found += [Field(labels.attribute(name), content) for name, content in said if content.strip()]


def in_a_line(placing: Placing, nodes: Sequence[Node]) -> str:
    """Place what is left of ``nodes`` as one line: ``Antall: 2; Undersøkt: 20.11.2026``."""
    told: list[str] = []
    for label, words, code, codelist in members(placing, nodes):
        if code or codelist:
            placing.codes[words, code, codelist] = None
        told.append(f"{label}: {words}")
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
