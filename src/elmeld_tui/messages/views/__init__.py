"""A document as a clinician reads it, whatever its kind; nothing in it is hidden (design §4.3).

The patient comes first, then the content, laid out by the module of its kind, then the parties, and last what only a
technician needs. What no section places by name is listed under «Øvrige opplysninger».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from elmeld_tui.i18n import t
from elmeld_tui.messages import attachments
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.hcp import LAYOUTS
from elmeld_tui.messages.nodes import Node, find, find_all, value
from elmeld_tui.messages.views import (
    certificate,
    dialogue,
    discharge,
    enclosures,
    frame,
    order,
    receipt,
    referral,
    report,
    shapes,
    sick_note,
)
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.view import Section, Table, View


def view(document: Document, *, our_her_ids: frozenset[str] = frozenset()) -> View:
    """Return ``document`` ready to be shown.

    Args:
        document: as read.
        our_her_ids: HER-ids of the clinic that reads it; tells whether it came as a copy.
    """
    root = document.top
    placing = Placing(document.tree, shapes.OWN_SECTION)
    references = attachments.references(document)
    enclosed = attachments.read(references)
    attached = enclosures.section(placing, references, enclosed)
    found = [
        *_content(placing, root, document.header),
        *([attached] if attached else []),
        *_parties(placing, root, document.header),
        *frame.technical(placing, root),
    ]
    if placing.codes:
        columns = (t("Tekst"), t("Kode"), t("Kodeverk"))
        found.append(Section(t("Koder"), tables=(Table(columns, tuple(placing.codes)),)))
    # A wrapper around the message is shown too: what stands in it is no section's, and is listed last.
    if rest := shapes.leftovers(placing, document.tree.top):
        found.append(Section(t("Øvrige opplysninger"), fields=tuple(rest)))
    return View(
        title=_title(placing, root, document.header),
        kind=document.header.kind.value,
        version=document.header.version,
        banner=tuple(_banner(root, document.header, our_her_ids)),
        sections=tuple(found),
        attachments=enclosed,
    )


def content_first(view: View) -> View:
    """Return a view for who is to answer: what is said in running text first, whom it is about last.

    What is said of a table stays below it.
    """
    about = [section for section in view.sections if frame.is_patient(section)]
    others = [section for section in view.sections if section not in about]
    said = [Section(one.title, text=one.text) for one in others if one.text and not one.tables]
    rest = [one if one.tables else one._replace(text=()) for one in others if one.fields or one.tables]
    return replace(view, sections=(*said, *rest, *about))


def _document(root: Node, header: Header) -> Node | None:
    """The document element of a message that is its own root."""
    layout = LAYOUTS.get(header.kind)
    return find(root, layout.document) if layout else None


_OWN_ROOT: dict[Kind, Callable[[Placing, Node, Node | None], list[Section]]] = {
    Kind.REFERRAL: referral.content,
    Kind.DISCHARGE_SUMMARY: discharge.content,
    Kind.ORDER: order.content,
}


def _content(placing: Placing, root: Node, header: Header) -> list[Section]:
    """The patient, and what the message says."""
    document = _document(root, header)
    patient = find(root, "MsgInfo/Patient") if document is None else find(document, "Patient")
    about = frame.patient(placing, patient)
    if header.kind is Kind.SERVICE_REPORT:
        return [*about, *report.content(placing, root)]
    if document is not None:
        return [*about, *_OWN_ROOT[header.kind](placing, document, patient)]
    if find(root, "MsgInfo") is not None:
        documents = [*find_all(root, "Document"), *find_all(root, "PatientReport/Document")]
        bodies = [body for one in documents[:1] for body in frame.bodies(one)]
        found = [section for body in bodies for section in _body(placing, header, body)]
        return shapes.joined(
            [*about, *found, *(part for one in documents for part in frame.enclosed(placing, one))]
        )
    return [*about, *_body(placing, header, root), *shapes.sections(placing, root)]


def _body(placing: Placing, header: Header, body: Node) -> list[Section]:
    """What has no root of its own, by its kind; of any other kind nothing, and it is placed as it stands."""
    if header.kind is Kind.DIALOGUE:
        return dialogue.content(placing, body, header.type_code)
    if header.kind is Kind.REFERRAL:
        return referral.content(placing, body, None)
    in_full = _BODIES.get(header.kind)
    return in_full(placing, body) if in_full else []


_BODIES: dict[Kind, Callable[[Placing, Node], list[Section]]] = {
    Kind.SICK_NOTE: sick_note.content,
    Kind.MEDICAL_CERTIFICATE: certificate.content,
    Kind.APPREC: receipt.content,
}


def _title(placing: Placing, root: Node, header: Header) -> str:
    name = type_name(header.type_code, header.kind)
    document = _document(root, header)
    if header.kind is Kind.DIALOGUE:
        return dialogue.title(root, header.type_code, header.title)
    if header.kind is Kind.SERVICE_REPORT:
        return report.title(placing, root, name)
    if document is not None and header.kind is Kind.DISCHARGE_SUMMARY:
        return discharge.title(placing, document, name)
    if document is not None and header.kind is Kind.ORDER:
        return order.title(document, name)
    return frame.words(name, header.title)


def _banner(root: Node, header: Header, our_her_ids: frozenset[str]) -> list[str]:
    """What must be seen before anything else."""
    ours = [party for party in header.receivers if party.her_id in our_her_ids]
    warnings = (
        (header.processing in {"T", "D"}, t("TESTMELDING: ikke pasientopplysninger")),
        (header.emergency, t("ØYEBLIKKELIG HJELP")),
        (header.service_type == "C", t("KANSELLERT: dokumentet er trukket tilbake av avsender")),
        (header.service_type == "M", t("ENDRET: erstatter det som er sendt før av dette dokumentet")),
        (header.service_type == "A", t("TILLEGG til det som er sendt før")),
        (value(find(root, "ServReport"), "Status") == "P", t("FORELØPIG SVAR: flere resultater kommer")),
        (bool(ours) and all(party.role == "COP" for party in ours), t("KOPI: hovedmottaker er en annen")),
        (header.kind is Kind.UNKNOWN, t("UKJENT MELDINGSTYPE: vises slik den er mottatt")),
    )
    return [warning for holds, warning in warnings if holds]


def _parties(placing: Placing, root: Node, header: Header) -> list[Section]:
    layout = LAYOUTS.get(header.kind)
    document = _document(root, header)
    titles = {layout.sender: t("Avsender"), layout.receiver: t("Mottaker")} if layout else {}
    if header.kind is Kind.SERVICE_REPORT:
        places = find_all(root, "ServReport")
    else:
        places = [document or find(root, "MsgInfo") or root]
    return [section for place in places for section in frame.parties(placing, place, titles)]
