"""Drafts: beginning to write, and what is kept of it until it is sent or thrown away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document
from elmeld_tui.model import clock
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.states import State
from elmeld_tui.office import addresses, policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message, reply_form_to
from elmeld_tui.office.replies import deviation_form
from elmeld_tui.office.terminals import LEASE
from elmeld_tui.store import audit, drafts, known_addresses, people
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
        id: of the draft as stored; None until it is.
        version: that this was made from; 0 for one that is not stored.
        kept: whether it lies among the drafts; False for a copy to recover from.
        terminal: the opening it is written in (`office.terminals`); empty where it lies open nowhere.
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
    version: int = 0
    kept: bool = True
    terminal: str = ""


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


class DraftMovedError(OfficeError):
    """The stored draft is not what this was made from: it was taken over, changed, sent or thrown away meanwhile."""


def save_draft(office: Office, draft: Draft) -> Draft:
    """Store a draft as it stands, finished or not; return it with its id and version.

    Raises:
        DraftMovedError: it is not in the version this was made from; nothing is overwritten.
    """
    now = office.clock()
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
        kept=draft.kept,
        terminal=draft.terminal,
        terminal_until=to_text(now + LEASE) if draft.terminal else "",
    )
    with office.database.transaction() as connection:
        if draft.id is None:
            mailbox = people.mailbox_of_login(connection, office.user.name) or ""
            return replace(draft, id=drafts.add(connection, content, at=to_text(now), mailbox=mailbox), version=1)
        if not drafts.change(connection, draft.id, content, at=to_text(now), version=draft.version):
            raise DraftMovedError(_what_happened(connection, draft.id))
    return replace(draft, version=draft.version + 1)


def remove_sent(connection: Connection, draft: Draft) -> None:
    """End a stored draft in the transaction that sends it.

    Raises:
        DraftMovedError: it was sent, changed or taken over meanwhile.
    """
    if draft.id is not None and not drafts.remove(connection, draft.id, version=draft.version):
        raise DraftMovedError(t("Meldingen er ikke sendt.") + " " + _what_happened(connection, draft.id))


def _what_happened(connection: Connection, draft_id: int) -> str:
    if (row := drafts.find(connection, draft_id)) is not None:
        at = clock.short(clock.from_text(row.updated))
        return t("Utkastet er endret eller tatt over i et annet vindu (sist lagret {time}).", time=at)
    for entry in reversed(audit.entries(connection, action="send", at_most=_LOOK_BACK)):
        if entry.detail.get("draft") == draft_id:
            return t(
                "Utkastet er allerede sendt av {user}, {time}, som melding {number}.",
                user=entry.user,
                time=clock.short(clock.from_text(entry.at)),
                number=entry.message_id,
            )
    return t("Utkastet er forkastet i et annet vindu.")


_LOOK_BACK = 500
"""How many of the last messages that were sent are looked through for one that a draft became."""


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
    """Return a stored draft, to be read.

    Raises:
        OfficeError: it is gone, or somebody else's.
    """
    stored = office.reader.draft(draft_id)
    if stored is None or stored.owner != office.user.name:
        raise OfficeError(t("Utkastet finnes ikke lenger. Det kan være sendt fra et annet vindu."))
    return draft_of(stored)


def draft_of(row: Any) -> Draft:
    """Return the draft that a row of the store holds."""
    return Draft(
        form=row.form,
        answers=row.answers,
        recipient_her=row.recipient_her,
        recipient_name=row.recipient_name,
        sender_her=row.sender_her,
        patient_id=row.patient_id,
        in_reply_to=row.in_reply_to,
        copies=tuple(Named(*copy) for copy in row.frame.get("copies", ())),
        enclosures=tuple(Named(*enclosure) for enclosure in row.frame.get("enclosures", ())),
        service_type=row.frame.get("service_type", "N"),
        changes=row.frame.get("changes"),
        recreates=row.frame.get("recreates"),
        id=row.id,
        version=row.version,
        kept=bool(row.kept),
        terminal=row.terminal,
    )


def discard_draft(office: Office, draft: Draft) -> None:
    """Throw a draft away; one that was changed elsewhere meanwhile is left."""
    if draft.id is not None:
        with office.database.transaction() as connection:
            drafts.remove(connection, draft.id, version=draft.version)
