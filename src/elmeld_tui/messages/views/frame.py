"""What surrounds the content of every message: the patient, the parties, the attachments, and the identifiers."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, text
from elmeld_tui.messages.views import labels, shapes, values
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Section

PARTIES = frozenset({"Sender", "Receiver", "OtherReceiver", "Requester", "ServProvider", "CopyDest"})
"""Who sent and received. In an own-root document they stand among the clinical parts; they are shown after them."""

_CLINICAL = shapes.OWN_SECTION | {"AnalysedSubject", "ResultItem", "PatientPrecaution", "AdmLocation", "Patient"}

# Who it is, before where they live.
_IDENTITY = {
    **dict.fromkeys(("Name", "FamilyName", "MiddleName", "GivenName"), 0),
    **dict.fromkeys(("OffId", "TypeOffId", "Ident"), 1),
    "AdditionalId": 2,
    **dict.fromkeys(("DateOfBirth", "DateOfDeath"), 3),
    "Sex": 4,
}


def patient(placing: Placing, node: Node | None) -> list[Section]:
    """Place who it is about; clinical content that stands inside the patient is left for its own headings."""
    if node is None:
        return []
    identity = [child for child in node.children if child.name not in _CLINICAL]
    identity.sort(key=lambda child: _IDENTITY.get(child.name, 5))
    fields = (*values.names(placing, node), *shapes.members(placing, identity))
    return [Section(_patient_title(), fields=fields)] if fields else []


def is_patient(section: Section) -> bool:
    """Return whether a section says who a message is about."""
    return section.title == _patient_title()


def _patient_title() -> str:
    return t("Pasient")


def clinical_of(patient: Node | None) -> list[Node]:
    """Return what stands inside the patient that does not say who it is."""
    return [] if patient is None else [child for child in patient.children if child.name in _CLINICAL]


def the_rest(placing: Placing, nodes: list[Node], title: str) -> list[Section]:
    """Place what a layout has no place of its own for: groups under their own titles, single values together."""
    groups = [node for node in nodes if node.children and node.name not in PARTIES]
    singles = [node for node in nodes if not node.children]
    found = [section for node in groups for section in shapes.sections(placing, node)]
    own = shapes.section(placing, singles, title)
    return [*found, own] if own else found


def enclosed(placing: Placing, document: Node) -> list[Section]:
    """Place what a Document of a MsgHead holds, before what is said of it."""
    found = [section for body in bodies(document) for section in shapes.sections(placing, body)]
    about = shapes.section(placing, [document], t("Om dokumentet"))
    return [*found, about] if about else found


def bodies(document: Node) -> list[Node]:
    """Return what a Document of a MsgHead holds."""
    return [inner for content in find_all(document, "RefDoc/Content") for inner in content.children]


def parties(placing: Placing, place: Node, titles: dict[str, str]) -> list[Section]:
    """Place who sent and received, each under its part in the message."""
    known = {
        "Sender": t("Avsender"),
        "Receiver": t("Mottaker"),
        "OtherReceiver": t("Kopimottaker"),
        "CopyDest": t("Kopimottaker"),
    } | titles
    found = (
        shapes.section(placing, [child], known.get(child.name) or labels.word(child))
        for child in place.children
        if child.name in PARTIES
    )
    return [section for section in found if section]


def technical(placing: Placing, root: Node) -> list[Section]:
    """Place what identifies the message, and any signature in it."""
    info = find(root, "MsgInfo")
    found = (
        shapes.section(placing, (root if info is None else info).children, t("Om meldingen")),
        shapes.section(placing, find_all(root, "Signature"), t("Personlig signatur")),
    )
    return [section for section in found if section]


def party_line(party: Node | None) -> str:
    """Return unit, department and person of a party (an HCP inside) in one line, without placing them."""
    hcp = find(party, "HCP")
    names = ("Inst/Name", "Inst/Dept/Name", "Inst/HCPerson/Name", "HCProf/Name")
    return ", ".join(name for name in (text(hcp, path) for path in names) if name)


def words(*parts: str) -> str:
    """Return the parts of a title that say something, each once."""
    return " · ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part and not part.isspace()))
