"""The attachments of a stored message: listed, read and saved, each time with a line in the audit trail."""

from __future__ import annotations

from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.messages import attachments, document
from elmeld_tui.messages.attached.opening import ClosedAttachmentError, Opened, open_attachment
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.view import Attachment
from elmeld_tui.office import policy, saved_files
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action


def list_attachments(office: Office, message_id: int) -> tuple[Attachment, ...]:
    """Return the attachments of a message, in document order.

    Raises:
        OfficeError: there is no such message, or it cannot be read.
    """
    policy.require(office, Action.OPEN, message_id)
    found = _attachments(office, message_id)
    _note(office, message_id, what="list")
    return found


def read_attachment(office: Office, message_id: int, number: int) -> Opened:
    """Open attachment ``number`` (from 1) of a message, to be shown here. Nothing of it is written anywhere.

    Raises:
        OfficeError: there is none with that number, or it cannot be shown; the text says what to do.
    """
    policy.require(office, Action.OPEN, message_id)
    attachment = _numbered(_attachments(office, message_id), number)
    _note(office, message_id, what="read", number=number, sha256=attachment.sha256)
    try:
        return open_attachment(attachment)
    except ClosedAttachmentError as error:
        raise OfficeError(str(error)) from error


def save_attachment(office: Office, message_id: int, number: int, directory: Path) -> Path:
    """Save attachment ``number`` (from 1) under its safe name in ``directory``; return where it lies.

    Raises:
        OfficeError: there is none with that number, nothing is enclosed, or it cannot be saved there.
    """
    policy.require(office, Action.SAVE, message_id)
    attachment = _numbered(_attachments(office, message_id), number)
    path = save(attachment, directory)
    # The name holds what the sender called it, which may be about the patient; the digest identifies it.
    _note(office, message_id, what="save", number=number, sha256=attachment.sha256)
    return path


def save(attachment: Attachment, directory: Path) -> Path:
    """Save an attachment that has been read from anywhere; return where it lies.

    Raises:
        OfficeError: nothing is enclosed, or it cannot be saved there.
    """
    if not attachment.content:
        raise OfficeError(attachment.problem or t("Vedlegget er tomt."))
    return saved_files.save(directory, attachment.name, attachment.content)


def _attachments(office: Office, message_id: int) -> tuple[Attachment, ...]:
    raw = office.reader.part(message_id, "document")
    if raw is None:
        raise OfficeError(t("Innholdet i meldingen er ikke lagret, så det er ingen vedlegg å vise."))
    try:
        return attachments.read(attachments.references(document.read(raw)))
    except UnreadableError as error:
        raise OfficeError(str(error)) from error


def _numbered(found: tuple[Attachment, ...], number: int) -> Attachment:
    if not 1 <= number <= len(found):
        raise OfficeError(t("Meldingen har ikke noe vedlegg nummer {number}.", number=number))
    return found[number - 1]


def _note(office: Office, message_id: int, **detail: object) -> None:
    with office.database.transaction() as connection:
        office.note(connection, "attachment", message_id, **detail)
