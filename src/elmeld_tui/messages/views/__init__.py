"""A document as a clinician reads it, whatever its kind; nothing it says is hidden (design §4.3).

The patient first, then what the message says, then between whom, and last what only a technician needs. What no
section places by name is listed under «Øvrige opplysninger».
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import attachments
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.hcp import LAYOUTS
from elmeld_tui.messages.reading import Element, find, find_all, local, value
from elmeld_tui.messages.views import enclosures, labels, report_view, shapes
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.view import Section, Table, View


def view(document: Document, *, our_her_ids: frozenset[str] = frozenset()) -> View:
    """Return ``document`` ready to be shown.

    Args:
        document: as read.
        our_her_ids: HER-ids of the clinic that reads it; tells whether it came as a copy.
    """
    placing = Placing()
    root = document.root
    references = attachments.references(root)
    enclosed = attachments.read(references)
    about_attachments = enclosures.section(placing, references, enclosed)
    sections = [
        *_patient(placing, document),
        *_content(placing, document),
        *([about_attachments] if about_attachments else []),
        *_parties(placing, document),
        *_technical(placing, document),
    ]
    if placing.codes:
        columns = (t("Tekst"), t("Kode"), t("Kodeverk"))
        sections.append(Section(t("Koder"), tables=(Table(columns, tuple(placing.codes)),)))
    if rest := shapes.leftovers(placing, root.getroottree().getroot()):
        sections.append(Section(t("Øvrige opplysninger"), fields=tuple(rest)))
    return View(
        title=_title(document),
        kind=document.header.kind.value,
        version=document.header.version,
        banner=tuple(_banner(document, our_her_ids)),
        sections=tuple(sections),
        attachments=enclosed,
    )


def _title(document: Document) -> str:
    header = document.header
    name = type_name(header.type_code, header.kind)
    return f"{name} · {header.title}" if header.title and header.title != name else name


def _banner(document: Document, our_her_ids: frozenset[str]) -> list[str]:
    """What must be seen before anything else."""
    header = document.header
    ours = [party for party in header.receivers if party.her_id in our_her_ids]
    report = find(document.root, "ServReport")
    warnings = (
        (header.processing in {"T", "D"}, t("TESTMELDING: ikke pasientopplysninger")),
        (header.emergency, t("ØYEBLIKKELIG HJELP")),
        (header.service_type == "C", t("KANSELLERT: dokumentet er trukket tilbake av avsender")),
        (header.service_type == "M", t("ENDRET: erstatter det som er sendt før av dette dokumentet")),
        (header.service_type == "A", t("TILLEGG til det som er sendt før")),
        (value(report, "Status") == "P", t("FORELØPIG SVAR: flere resultater kommer")),
        (bool(ours) and all(party.role == "COP" for party in ours), t("KOPI: hovedmottaker er en annen")),
        (header.kind is Kind.UNKNOWN, t("UKJENT MELDINGSTYPE: vises slik den er mottatt")),
    )
    return [warning for holds, warning in warnings if holds]


def _document_element(document: Document) -> Element | None:
    layout = LAYOUTS.get(document.header.kind)
    return find(document.root, layout.document) if layout else None


_CLINICAL = shapes.OWN_SECTION | {"AnalysedSubject", "ResultItem"}


def _patient(placing: Placing, document: Document) -> list[Section]:
    """Who it is about: from MsgInfo, or from the document in a message that is its own root."""
    inner = _document_element(document)
    patient = find(document.root, "MsgInfo/Patient") if inner is None else find(inner, "Patient")
    if patient is None:
        return []
    # Clinical content that stands inside the patient comes later, under its own headings.
    identity = [child for child in patient if local(child) not in _CLINICAL]
    fields = (*shapes.names(placing, patient), *shapes.members(placing, identity))
    return [Section(t("Pasient"), fields=fields)] if fields else []


def _content(placing: Placing, document: Document) -> list[Section]:
    root, header = document.root, document.header
    if header.kind is Kind.SERVICE_REPORT:
        return report_view.sections(placing, root, _PARTIES)
    inner = _document_element(document)
    if inner is not None:
        return _clinical_first(placing, inner)
    if document.body is not root:
        documents = [*find_all(root, "Document"), *find_all(root, "PatientReport/Document")]
        return [section for one in documents for section in _enclosed(placing, one)]
    if header.kind is Kind.APPREC:
        return _receipt(placing, root)
    return shapes.sections(placing, root)


def _enclosed(placing: Placing, enclosed: Element) -> list[Section]:
    """What a Document of a MsgHead holds, before what is said of it."""
    contents = [inner for content in find_all(enclosed, "RefDoc/Content") for inner in content]
    found = [section for inner in contents for section in shapes.sections(placing, inner)]
    about = shapes.section(placing, [enclosed], t("Om dokumentet"))
    return [*found, about] if about else found


def _receipt(placing: Placing, root: Element) -> list[Section]:
    """The answer and its reasons first, then what it answers."""
    answer = shapes.section(placing, [*find_all(root, "Status"), *find_all(root, "Error")], t("Kvittering"))
    original = [section for one in find_all(root, "OriginalMsgId") for section in shapes.sections(placing, one)]
    return [answer, *original] if answer else original


# In an own-root document, who sent and received stands among the clinical parts; it is shown after them.
_PARTIES = ("Sender", "Receiver", "OtherReceiver", "Requester", "ServProvider", "CopyDest")


# What a referral is read for comes first; the rest stays in the order it has.
_FIRST = ("ReqServ", "Diagnosis", "ReasonAsText")


def _clinical_first(placing: Placing, inner: Element) -> list[Section]:
    clinical = [child for child in inner if local(child) not in _PARTIES]
    groups = [child for child in clinical if len(child) and local(child) not in _FIRST]
    leading = [one for name in _FIRST for one in find_all(inner, name)]
    leading.sort(key=_is_secondary_reason)
    first = [section for one in leading for section in shapes.sections(placing, one)]
    found = [section for child in groups for section in shapes.sections(placing, child)]
    own = shapes.section(placing, [child for child in clinical if not len(child)], t("Om dokumentet"))
    return shapes.joined([*first, *found, *([own] if own else [])])


def _is_secondary_reason(element: Element) -> bool:
    """Whether it is another reason than the problem itself, which is read before them."""
    return local(element) == "ReasonAsText" and value(element, "Heading") != "PROB"


def _parties(placing: Placing, document: Document) -> list[Section]:
    inner = _document_element(document)
    place = inner if inner is not None else find(document.root, "MsgInfo")
    place = place if place is not None else document.root
    found = [
        shapes.section(placing, [child], _party_title(document, child)) for child in place if _is_party(child)
    ]
    return [section for section in found if section]


def _is_party(element: Element) -> bool:
    return local(element) in _PARTIES


def _party_title(document: Document, element: Element) -> str:
    layout = LAYOUTS.get(document.header.kind)
    titles = {
        "Sender": t("Avsender"),
        "Receiver": t("Mottaker"),
        "OtherReceiver": t("Kopimottaker"),
        "CopyDest": t("Kopimottaker"),
    }
    if layout:
        titles |= {layout.sender: t("Avsender"), layout.receiver: t("Mottaker")}
    return titles.get(local(element), labels.word(element))


def _technical(placing: Placing, document: Document) -> list[Section]:
    """What identifies the message, and any signature in it."""
    info = find(document.root, "MsgInfo")
    elements = list(document.root if info is None else info)
    signatures = find_all(document.root, "Signature")
    found = [
        shapes.section(placing, elements, t("Om meldingen")),
        shapes.section(placing, signatures, t("Personlig signatur")),
    ]
    return [section for section in found if section]
