"""What can be enclosed in a message: attachments from messages about the patient, received and sent.

A composer offers no free choice of files (HIS 1036 §2.1): what goes out again is already in the record. On the
command line, where a file is named deliberately, files can be enclosed (`elmeld compose`).
"""

from __future__ import annotations

from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.messages import attachments, document, enclosing
from elmeld_tui.messages.attached.opening import format_of
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.view import Attachment
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Named
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.filters import Filter

_MOST_MESSAGES = 50
"""So many of the patient's latest messages are looked through."""


class Enclosable(NamedTuple):
    """A document of the patient that can be enclosed.

    Attributes:
        chosen: what stands for it in a draft.
        format: what people call its format: «PDF».
        size: bytes of it.
        party: who sent it, or got it.
        at: when the message that brought it came (UTC, as text).
    """

    chosen: Named
    format: str
    size: int
    party: str
    at: str


def documents(office: Office, patient_id: int) -> list[Enclosable]:
    """Return the patient's documents that can be enclosed, the newest first."""
    return [
        Enclosable(
            Named(f"{row.id}:{number}", _called(attachment)),
            format_of(attachment).label(),
            attachment.size,
            row.party,
            row.at,
        )
        for row in office.reader.page(Filter(patient_id=patient_id), 0, _MOST_MESSAGES)
        if row.attachments
        for number, attachment in enumerate(_attachments(office, row.id))
        if attachment.content and format_of(attachment) in enclosing.SENT
    ]


def enclosable(office: Office, patient_id: int, words: str) -> list[Named]:
    """Return the patient's documents whose description holds every word, the newest first."""
    wanted = words.casefold().split()
    found = (one.chosen for one in documents(office, patient_id))
    return [named for named in found if all(word in named.name.casefold() for word in wanted)]


def enclosed_in(office: Office, message_id: int) -> tuple[Named, ...]:
    """Return what a message has enclosed, to be enclosed again."""
    return tuple(
        Named(f"{message_id}:{number}", _called(attachment))
        for number, attachment in enumerate(_attachments(office, message_id))
        if attachment.content
    )


def _called(attachment: Attachment) -> str:
    return f"{attachment.description or attachment.name} ({max(1, attachment.size // 1000)} kB)"


def enclosures(office: Office, chosen: tuple[Named, ...], patient_id: int | None) -> tuple[Enclosure, ...]:
    """Return the content of documents chosen for a message about a patient.

    Raises:
        OfficeError: one of them is another patient's or is not kept any more, or they cannot be sent.
    """
    for one in chosen:
        if is_of_another(office, one, patient_id):
            raise OfficeError(t("Vedlegget «{name}» gjelder en annen pasient. Ta det bort.", name=one.name))
    found = tuple(_enclosure(office, one) for one in chosen)
    fault = next((one for one in enclosing.findings(found) if one.severity is Severity.ERROR), None)
    if fault is not None:
        raise OfficeError(fault.message)
    return found


def is_of_another(office: Office, chosen: Named, patient_id: int | None) -> bool:
    """Return whether a document came or went with a message about somebody else than the patient."""
    message = office.reader.message(_numbers(chosen)[0])
    return message is not None and message.patient_id not in {None, patient_id}


def _numbers(chosen: Named) -> tuple[int, int]:
    """Return in which message a document lies, and which of its attachments it is, from 0."""
    message, _, number = chosen.value.partition(":")
    return int(message), int(number)


def warnings(enclosed: tuple[Enclosure, ...]) -> list[Finding]:
    """Return what the sender should know of what is enclosed, though it can be sent."""
    return [one for one in enclosing.findings(enclosed) if one.severity is not Severity.ERROR]


def _enclosure(office: Office, chosen: Named) -> Enclosure:
    message, number = _numbers(chosen)
    found = _attachments(office, message)
    if number >= len(found) or not found[number].content:
        raise OfficeError(
            t("Vedlegget «{name}» finnes ikke lenger. Ta det bort, og velg på nytt.", name=chosen.name)
        )
    attachment = found[number]
    # What it is, not what its first sender called it.
    mime = format_of(attachment).mime or attachment.mime
    return Enclosure(attachment.description or attachment.name, mime, attachment.content)


def _attachments(office: Office, message_id: int) -> tuple[Attachment, ...]:
    raw = office.reader.part(message_id, "document")
    try:
        return () if raw is None else attachments.read(attachments.references(document.read(raw)))
    except UnreadableError:
        return ()
