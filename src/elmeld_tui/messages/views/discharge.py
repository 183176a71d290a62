"""A discharge summary or treatment note as its reader wants it: who, when and what for; the diagnoses; the story.

The heading names document type, main diagnosis, sender and times (acceptance criterion R34; HIS 80226:2014).
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, said, value
from elmeld_tui.messages.views import clinical, frame, labels, shapes
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Field, Section

_STAYS = frozenset({"1", "2"})

# Kinds of note that travel as a discharge summary, by the free text that names them (HIS 80226:2014 §4).
_NOTES = {"behandlingsnotat": lambda: t("Behandlingsnotat"), "poliklinisk notat": lambda: t("Poliklinisk notat")}


def title(placing: Placing, document: Node, kind: str) -> str:
    """Return document type and main diagnosis."""
    note = _NOTES.get(said(find(document, "MsgDescr")).casefold())
    return frame.words(note() if note else kind, clinical.main_diagnosis(_information(placing, document)))


def _information(placing: Placing, document: Node) -> list[Node]:
    return placing.named(document, "InfItem")


def content(placing: Placing, document: Node, patient: Node | None) -> list[Section]:
    """Place a ServRprt."""
    items = _information(placing, document)
    events = placing.named(document, "Event")
    comments = [comment for event in events for comment in find_all(event, "Comment")]
    found = [
        *_contact(placing, document, events),
        *clinical.diagnoses(placing, items),
        *clinical.information(placing, [item for item in items if value(item, "Type") == "CAVE"]),
        *(section for comment in comments for section in shapes.sections(placing, comment)),
        *clinical.information(placing, items),
        *(section for event in find_all(document, "Event") for section in shapes.sections(placing, event)),
    ]
    rest = [*document.children, *frame.clinical_of(patient)]
    rest = [node for node in rest if node is not patient and node.name != "Event"]
    return shapes.joined([*found, *frame.the_rest(placing, rest, t("Om dokumentet"))])


def _contact(placing: Placing, document: Node, events: list[Node]) -> list[Section]:
    """What kind of document, from whom, and when the patient was there."""
    kind = find(document, "MsgDescr")
    title = placing.noted(kind) or t("Epikrise")
    found: list[Field] = []
    if sender := frame.party_line(find(document, "ServProvider")):
        found.append(Field(t("Fra"), sender))
    for event in events:
        found += _times(placing, event)
        found += [placing.field(node) for path in _ABOUT_CONTACT for node in find_all(event, path)]
    status = find(document, "Status")
    if status is not None:
        found.append(placing.field(status))
    return [Section(title, tuple(field for field in found if field.value))] if found else []


_ABOUT_CONTACT = ("Service/AdmCat", "Service/ServId", "Service/MedSpecialty", "AdmOutcome")


def _times(placing: Placing, event: Node) -> list[Field]:
    """When the contact began and ended, in one line; a contact that is planned says so."""
    label = t("Opphold") if value(event, "Service/AdmCat") in _STAYS else t("Kontakt")
    found = []
    for reported in find_all(event, "ReportedEvent"):
        ends = [placing.value(find(reported, name)) for name in ("StartDateTime", "EndDateTime")]
        if any(ends):
            found.append(Field(label, " – ".join(end for end in ends if end)))
    for planned in find_all(event, "PlannedEvent"):
        scheduled = find(planned, "ScheduledDate")
        if scheduled is not None:
            found.append(placing.field(scheduled, labels.word(planned)))
    return found
