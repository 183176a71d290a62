"""Starting to write: a new message, an answer, a deviation report (avvik), or a change of what was sent."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.states import State
from elmeld_tui.office import addresses, policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, Named, form_of
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message, reply_form_to
from elmeld_tui.office.replies import deviation_form
from elmeld_tui.store import known_addresses
from elmeld_tui.store.rows import Message

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


def new_draft(office: Office, form_name: str, *, patient_id: int | None = None, recipient_her: str = "") -> Draft:
    """Return an empty draft from whom the user last wrote as, else the clinic's usual sender; not kept until saved.

    What goes to NAV alone is addressed to it already, where the register has it.

    Args:
        office: where it is written.
        form_name: of what.
        patient_id: about whom, where that is known.
        recipient_her: HER-id of who gets it, where that is known.

    Raises:
        OfficeError: she may not write, or nobody has that HER-id.
    """
    policy.require(office, Action.WRITE)
    draft = Draft(form_name, sender_her=_usual_sender(office), patient_id=patient_id)
    receiver = addresses.nav(office) if form_of(draft).to_nav else None
    if receiver is None and recipient_her:
        receiver = addresses.recipient(office, recipient_her)
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
