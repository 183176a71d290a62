"""The frame of a new message: from whom, to whom, about whom, and, for a change, which document it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import moment, value
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Party, Patient
from elmeld_tui.model.receiver import receiver_party
from elmeld_tui.model.sender import sender_party
from elmeld_tui.model.states import Receipt
from elmeld_tui.office import recipients
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.beginning import sent_document
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, form_of
from elmeld_tui.office.enclosing import enclosures
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import document_patient
from elmeld_tui.office.reading import find_message


def frame_of(office: Office, draft: Draft) -> writing.Addressing:
    """Return from whom, to whom, about whom; for a change, also which document, since when, in which thread.

    Raises:
        OfficeError: a receiver may get nothing, or what the draft builds on is gone.
    """
    frame = writing.Addressing(
        sender=sender_party(
            office.clinic, office.service(draft.sender_her), office.user, signs=form_of(draft).signed
        ),
        receiver=_receiver(office, draft.recipient_her, "PRIM"),
        patient=Patient() if draft.patient_id is None else document_patient(office, draft.patient_id),
        msg_id=new_uuid(),
        now=office.clock(),
        test=office.clinic.test,
        copies=tuple(_receiver(office, copy.value, "COP") for copy in draft.copies),
        enclosures=enclosures(office, draft.enclosures, draft.patient_id),
        service_type=draft.service_type,
    )
    if draft.recreates is not None:
        return _as_it_was(office, draft, frame, draft.recreates)
    if draft.changes is None:
        return frame
    sent = sent_document(office, find_message(office, draft.changes))
    return replace(
        frame,
        document_id=sent.header.document_id,
        issued=_issued(sent),
        conversation=_thread_of_change(sent) if sent.body is not sent.root else None,
    )


def _as_it_was(office: Office, draft: Draft, frame: writing.Addressing, failed: int) -> writing.Addressing:
    """Return the frame of a message made anew: in the thread it was in, and under its document's id where that may be.

    The id may be kept (AR11 §3.2). It is where the document may have arrived all the same, so that whoever has both
    sees one document; not where it was refused or goes to somebody else, nor where its AppRec names nothing else.
    """
    earlier = sent_document(office, find_message(office, failed))
    sent = earlier.header
    frame = replace(frame, conversation=sent.conversation)
    accounts = {account.her_id: account.receipt for account in office.reader.receivers(failed)}
    may_have_arrived = accounts.get(draft.recipient_her, Receipt.REJECTED) != Receipt.REJECTED
    told_apart = sent.original_id != sent.document_id
    if draft.service_type == "N" and not (may_have_arrived and told_apart):
        return frame
    return replace(frame, document_id=sent.document_id, issued=_issued(earlier))


def _issued(sent: Document) -> datetime | None:
    """IssueDate, which an own-root message has in its document and a MsgHead in the body."""
    return moment(value(sent.body, "IssueDate") or value(sent.body, "*/IssueDate"))


def _thread_of_change(sent: Document) -> Conversation:
    """A change in a MsgHead points to the message that began the conversation (HIS 80517:2017 §5)."""
    started = sent.header.conversation.start if sent.header.conversation else sent.header.msg_id
    return Conversation(parent=sent.header.msg_id, start=started)


def _receiver(office: Office, her_id: str, role: str) -> Party:
    found = recipient(office, her_id)
    if problem := recipients.closed(office, found):
        raise OfficeError(problem)
    return replace(receiver_party(found), role=role)
