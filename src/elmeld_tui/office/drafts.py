"""Drafts: beginning to write, and what is kept of it until it is sent or thrown away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.states import State
from elmeld_tui.office import addresses, policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message, reply_form_to
from elmeld_tui.office.replies import deviation_form
from elmeld_tui.store import drafts, known_addresses
from elmeld_tui.store.drafts import DraftContent
from elmeld_tui.store.rows import Message


class Named(NamedTuple):
    """Something chosen, and what its field shows: a HER-id with a name, a document with what it is called."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Something being written.

    Attributes:
        form: name of its form description.
        answers: to the form's questions.
        recipient_her: HER-id of the receiver; empty until chosen.
        recipient_name: what the recipient field shows.
        sender_her: HER-id of the service it is written under.
        patient_id: whom it is about; None until chosen.
        in_reply_to: the message it answers, or None.
        copies: who else gets it, by HER-id.
        enclosures: documents of the patient that go with it (`office.enclosing`).
        service_type: N new, M change, C cancellation, A addition (7309).
        changes: the sent message that is changed, cancelled or added to; None for a new document.
        recreates: the failed message whose place it takes; None where it takes none.
        id: of the draft as kept; None until it is kept.
    """

    form: str
    answers: Answers = field(default_factory=dict)
    recipient_her: str = ""
    recipient_name: str = ""
    sender_her: str = ""
    patient_id: int | None = None
    in_reply_to: int | None = None
    copies: tuple[Named, ...] = ()
    enclosures: tuple[Named, ...] = ()
    service_type: str = "N"
    changes: int | None = None
    recreates: int | None = None
    id: int | None = None


_MENU = (
    "referral",
    "dialogue",
    "order",
    "treatment-note",
    "discharge-summary",
    "sick-note",
    "medical-certificate",
)
"""The families in the order a menu offers them: what a clinic writes most comes first."""


def startable_forms() -> list[FormDescription]:
    """Return the forms a user can begin a message with, in the order they are offered."""
    startable = [form for form in writing.forms().values() if not form.answers_a_message]
    return sorted(startable, key=lambda form: _MENU.index(form.family))


def form_of(draft: Draft) -> FormDescription:
    """Return the form description of a draft."""
    return writing.form_named(draft.form)


def new_draft(office: Office, form_name: str, *, patient_id: int | None = None) -> Draft:
    """Return an empty draft from whom the user last wrote as, else the clinic's usual sender; not kept until saved.

    What goes to NAV alone is addressed to it already, where the register has it.
    """
    policy.require(office, Action.WRITE)
    draft = Draft(form_name, sender_her=_usual_sender(office), patient_id=patient_id)
    receiver = addresses.nav(office) if form_of(draft).to_nav else None
    if receiver is None:
        return draft
    return replace(draft, recipient_her=receiver.her_id, recipient_name=receiver.full_name)


def _usual_sender(office: Office) -> str:
    senders = [sender.her_id for sender in office.senders]
    with office.database.snapshot() as connection:
        return known_addresses.latest(connection, office.user.name, senders) or senders[0]


def reply_draft(office: Office, message_id: int) -> Draft:
    """Return the beginning of an answer to a message: addressed back, about the same patient.

    Raises:
        OfficeError: nothing answers a message of this type.
    """
    message = find_message(office, message_id)
    policy.require(office, Action.REPLY, message_id)
    form_name = reply_form_to(office, message)
    if not form_name:
        raise OfficeError(t("Denne meldingen kan ikke besvares. Skriv en ny melding i stedet."))
    return _draft_about(office, message, form_name)


def deviation_draft(office: Office, message_id: int) -> Draft:
    """Return the beginning of a DIALOG_AVVIK about a received message, addressed to its sender (HIS 1152:2006).

    Raises:
        OfficeError: the message is ours, was not accepted, or its sender takes no deviations.
    """
    message = find_message(office, message_id)
    policy.require(office, Action.DEVIATE, message_id)
    raw = office.reader.part(message_id, "document")
    header = documents.read(raw).header if raw and message.state == State.IMPORTED else None
    form_name = deviation_form(message.direction, message.type_code, header) if header else ""
    if not form_name:
        raise OfficeError(t("Avvik kan bare meldes på meldinger som er tatt imot og kvittert positivt."))
    return _draft_about(office, message, form_name)


def _draft_about(office: Office, message: Message, form_name: str) -> Draft:
    ours = {sender.her_id for sender in office.senders}
    return Draft(
        form_name,
        recipient_her=message.sender_her,
        recipient_name=message.sender_name,
        sender_her=message.receiver_her if message.receiver_her in ours else _usual_sender(office),
        patient_id=message.patient_id,
        in_reply_to=message.id,
    )


_VERBS = {
    "M": lambda: t("endres"),
    "C": lambda: t("kanselleres"),
    "A": lambda: t("suppleres"),
}


def follow_up_draft(office: Office, message_id: int, service_type: str) -> Draft:
    """Return a draft that changes (M), cancels (C) or adds to (A) a document we have sent, with its content as sent.

    Every such message carries the complete document, to the same receivers (HISD 1154; HITS 1102 §3.3).

    Raises:
        OfficeError: the message is not ours, or its kind cannot be changed so.
    """
    message = find_message(office, message_id)
    policy.require(office, Action.CHANGE, message_id)
    sent = sent_document(office, message)
    form = writing.form_of(sent)
    verb = _VERBS[service_type]()
    if form is None or service_type not in form.changes:
        raise OfficeError(
            t("Meldinger av denne typen kan ikke {verb}. Ring mottakeren, eller skriv en ny.", verb=verb)
        )
    if sent.header.service_type == "C":
        raise OfficeError(t("Dokumentet er allerede kansellert, og kan ikke {verb}.", verb=verb))
    primary, *copies = sent.header.receivers
    return Draft(
        form.name,
        answers=writing.answers_of(form.name, sent),
        recipient_her=primary.her_id,
        recipient_name=primary.name,
        sender_her=message.sender_her,
        patient_id=message.patient_id,
        in_reply_to=message.answers_message_id,
        copies=tuple(Named(party.her_id, party.name) for party in copies),
        service_type=service_type,
        changes=message_id,
    )


def sent_document(office: Office, message: Message) -> Document:
    """Return the document of a message we have sent.

    Raises:
        OfficeError: it came from others, or is not kept.
    """
    raw = office.reader.part(message.id, "document")
    if message.direction != "out" or raw is None:
        raise OfficeError(t("Bare det klinikken selv har sendt, kan endres eller kanselleres."))
    return documents.read(raw)


def save_draft(office: Office, draft: Draft) -> Draft:
    """Keep a draft as it stands, finished or not; return it with its id."""
    content = DraftContent(
        form=draft.form,
        answers=draft.answers,
        owner=office.user.name,
        recipient_her=draft.recipient_her,
        recipient_name=draft.recipient_name,
        sender_her=draft.sender_her,
        patient_id=draft.patient_id,
        in_reply_to=draft.in_reply_to,
        frame=_frame(draft),
    )
    with office.database.transaction() as connection:
        draft_id = drafts.save(connection, content, at=to_text(office.clock()), draft_id=draft.id)
    return replace(draft, id=draft_id)


def _frame(draft: Draft) -> dict[str, Any]:
    return {
        "copies": [list(copy) for copy in draft.copies],
        "enclosures": [list(enclosure) for enclosure in draft.enclosures],
        "service_type": draft.service_type,
        "changes": draft.changes,
        "recreates": draft.recreates,
        # So that a list of drafts can be drawn without the room that knows the forms.
        "title": form_of(draft).title,
    }


def load_draft(office: Office, draft_id: int) -> Draft:
    """Return a kept draft.

    Raises:
        OfficeError: it is gone, or somebody else's.
    """
    kept = office.reader.draft(draft_id)
    if kept is None or kept.owner != office.user.name:
        raise OfficeError(t("Utkastet finnes ikke lenger. Det kan være sendt fra et annet vindu."))
    return Draft(
        form=kept.form,
        answers=kept.answers,
        recipient_her=kept.recipient_her,
        recipient_name=kept.recipient_name,
        sender_her=kept.sender_her,
        patient_id=kept.patient_id,
        in_reply_to=kept.in_reply_to,
        copies=tuple(Named(*copy) for copy in kept.frame.get("copies", ())),
        enclosures=tuple(Named(*enclosure) for enclosure in kept.frame.get("enclosures", ())),
        service_type=kept.frame.get("service_type", "N"),
        changes=kept.frame.get("changes"),
        recreates=kept.frame.get("recreates"),
        id=kept.id,
    )


def discard_draft(office: Office, draft: Draft) -> None:
    """Throw a draft away."""
    if draft.id is not None:
        with office.database.transaction() as connection:
            drafts.remove(connection, draft.id)
