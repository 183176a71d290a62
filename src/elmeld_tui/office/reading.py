"""Opening messages: their content, and how they travelled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from elmeld_tui.i18n import t
from elmeld_tui.messages import document, views
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import from_text
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.model.view import Section, View
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.connections import Link, answers_given, links, with_connections
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.office.replies import reply_form
from elmeld_tui.store import post
from elmeld_tui.store.rows import Message

if TYPE_CHECKING:
    from elmeld_tui.security.keys import KeyPair


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """A message as it lies open.

    Attributes:
        id: of the message.
        view: what it says.
        reply_form: name of the form that answers it; empty where nothing does.
        links: what belongs with it; the view tells of them too.
    """

    id: int
    view: View
    reply_form: str
    links: tuple[Link, ...] = ()


def open_message(office: Office, message_id: int) -> OpenedMessage:
    """Open a message: it counts as read, and the audit trail says who saw it.

    A document that cannot be read is opened too; the view then says what is wrong with it.

    Raises:
        OfficeError: there is no such message, she may not open it, or nothing of it is kept.
    """
    message = find_message(office, message_id)
    policy.require(office, Action.OPEN, message_id)
    raw = office.reader.part(message_id, "document")
    with office.database.transaction() as connection:
        post.mark_read(connection, message_id, (*office.actor.own_mailboxes, CLINIC_MAILBOX))
        office.note(connection, "open", message_id)
    return OpenedMessage(
        id=message_id,
        view=with_connections(office.reader, message_id, _view(office, message, raw)),
        reply_form=reply_form_to(office, message),
        links=links(office.reader, message_id),
    )


def answered_message(office: Office, message_id: int) -> View:
    """Open a message for who writes about it: whether it is answered already, what it says, whom it is about last.

    Raises:
        OfficeError: as `open_message`.
    """
    view = views.content_first(open_message(office, message_id).view)
    return replace(view, banner=(*answers_given(office.reader, message_id), *view.banner))


def document_source(office: Office, message_id: int) -> bytes | None:
    """Return a message's document as it came or went, or None where it is not kept; the audit trail says who saw it.

    Raises:
        OfficeError: there is no such message, or she may not open it.
    """
    find_message(office, message_id)
    policy.require(office, Action.OPEN, message_id)
    with office.database.transaction() as connection:
        office.note(connection, "open", message_id)
    return office.reader.part(message_id, "document")


def reply_form_to(office: Office, message: Message) -> str:
    """Return the name of the form that answers a message, told from its document; empty where nothing does."""
    raw = office.reader.part(message.id, "document")
    if raw is None or not reply_form(message.direction, message.type_code):
        return ""
    try:
        return reply_form(message.direction, message.type_code, document.read(raw).header)
    except UnreadableError:
        return ""


def find_message(office: Office, message_id: int) -> Message:
    """Return a message's row.

    Raises:
        OfficeError: there is no such message.
    """
    message = office.reader.message(message_id)
    if message is None:
        raise OfficeError(t("Det finnes ingen melding med nummer {number}.", number=message_id))
    return message


def _view(office: Office, message: Message, raw: bytes | None) -> View:
    if raw is None:
        raise OfficeError(
            t("Innholdet i melding {number} er ikke lagret. Se tidslinjen i meldingsloggen.", number=message.id)
        )
    try:
        return views.view(document.read(raw), our_her_ids=office.clinic.her_ids)
    except UnreadableError as error:
        told = Section(t("Dette er galt"), text=(str(error),))
        return View(t("Uleselig melding"), message.kind, message.version, (), (told,), ())


def inspect_message(office: Office, message_id: int) -> dict[str, Any] | None:
    """Return how a message travelled: header, signature, certificate, parts; the object `elmeld inspect` prints.

    Returns:
        None where no envelope is kept: not packed yet, or taken in as a bare file.

    Raises:
        OfficeError: there is no such message, she may not see the log, or whom the clinic trusts cannot be read.
    """
    from elmeld_tui.engine.keys import EngineError, trusted
    from elmeld_tui.transport.inspection import inspect

    message = find_message(office, message_id)
    policy.require(office, Action.SEE_LOG, message_id)
    stored = office.reader.envelope(message_id)
    if stored is None:
        return None
    try:
        anchors = trusted(office.clinic)
    except EngineError as error:
        raise OfficeError(str(error)) from error
    return inspect(stored, keys=_opening_keys(office.clinic), anchors=anchors, at=from_text(message.created))


def _opening_keys(clinic: Clinic) -> tuple[KeyPair, ...]:
    from elmeld_tui.engine.keys import EngineError, company_keys

    try:
        return company_keys(clinic).decryption
    except EngineError:
        # A terminal need not be given the password of the keys; the payload is then shown as closed.
        return ()
