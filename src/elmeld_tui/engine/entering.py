"""What follows from a judgement: a document is filed in the post and the journal, or set aside, and answered.

All of it happens in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import mailboxes, receipts, search_words
from elmeld_tui.engine.outbox import enqueue_apprec
from elmeld_tui.messages import apprec
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.lab_values import outside_reference
from elmeld_tui.messages.patients import linking_id
from elmeld_tui.messages.rules import Decision, Judgement
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.findings import Finding
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.kinds import Kind, known_type, type_name
from elmeld_tui.model.parties import Party
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import alerts, answering, editions, messages, post
from elmeld_tui.store.events import Chronicle
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a document.

    Attributes:
        message_id: in the store.
        state: what became of it.
        findings: what was found, in the user's language.
        apprecs: the receipts that were enqueued, one for each of our parties that was addressed.
    """

    message_id: int
    state: State
    findings: tuple[Finding, ...] = ()
    apprecs: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A document and what is known of it.

    Attributes:
        message_id: in the store.
        document: as read.
        judgement: of the rules.
        envelope: what brought it; None for a bare document.
        now: aware.
        our_her_ids: every HER-id that is this clinic, of either level.
        test_mode: whether synthetic persons are everyday here.
        user: who decided, where a human did.
    """

    message_id: int
    document: Document
    judgement: Judgement
    envelope: Row[Any] | None
    now: datetime
    our_her_ids: frozenset[str]
    test_mode: bool
    user: str = ""

    @property
    def at(self) -> str:
        """The moment as the store writes it."""
        return to_text(self.now)


_ENDS: dict[State, tuple[EventName, AlertCode | None]] = {
    State.QUARANTINED: (EventName.QUARANTINED, AlertCode.SENDER_MISMATCH),
    State.NOT_FOR_US: (EventName.NOT_FOR_US, AlertCode.NOT_FOR_US),
    State.DUPLICATE: (EventName.DUPLICATE, None),
    State.MANUAL: (EventName.MANUAL, AlertCode.MANUAL),
    State.REJECTED: (EventName.REJECTED, None),
    State.IMPORTED: (EventName.IMPORTED, None),
}
"""What is told, and to whom, of each way a document can go."""

_BY_DECISION = {
    Decision.IMPORT: State.IMPORTED,
    Decision.REJECT: State.REJECTED,
    Decision.MANUAL: State.MANUAL,
    Decision.NOT_FOR_US: State.NOT_FOR_US,
}


def enter(connection: Connection, judged: Judged) -> Imported:
    """Do everything that follows from a judgement, in the caller's transaction."""
    header, message_id = judged.document.header, judged.message_id
    state = _where_to(connection, judged)
    patient = _patient(connection, judged) if state is State.IMPORTED else None
    ours = next(iter(judged.judgement.recipients), None)
    messages.change(
        connection,
        message_id,
        **messages.header_columns(header, ours),
        attachments=search_words.attachments(judged.document),
        outside_reference=outside_reference(judged.document) if state is State.IMPORTED else 0,
        patient_id=patient,
    )
    # Only what a person decides on has been here before.
    search_words.index(connection, message_id, judged.document, again=bool(judged.user))
    findings = tuple(judged.judgement.findings)
    messages.keep_findings(connection, message_id, findings)
    if state is State.IMPORTED and header.kind is Kind.APPREC:
        signer = judged.envelope.sender_her if judged.envelope else ""
        state = receipts.take(connection, message_id, judged.document, signer=signer, at=judged.at)
        return Imported(message_id, state, findings)
    told = _moved(connection, judged, state)
    answer = _answer(connection, judged, told) if state in {State.IMPORTED, State.REJECTED} else ()
    told.write(connection)
    if state is State.IMPORTED:
        _put_in_post(connection, judged, patient)
    return Imported(message_id, state, findings, answer)


def _patient(connection: Connection, judged: Judged) -> int | None:
    """Return whose record a document that is taken in goes into; a receipt goes into none."""
    header = judged.document.header
    if header.kind is Kind.APPREC or not linking_id(header.patient, test_mode=judged.test_mode):
        return None
    return messages.patient_id(connection, header.patient)


def _where_to(connection: Connection, judged: Judged) -> State:
    """Say what becomes of a document; what the envelope or the store says weighs more than what it says itself."""
    if not _speaks_for_its_sender(connection, judged):
        return State.QUARANTINED
    state = _BY_DECISION[judged.judgement.decision]
    answered = state is not State.NOT_FOR_US and judged.document.header.kind is not Kind.APPREC
    if answered and _is_duplicate(connection, judged):
        return State.DUPLICATE
    return state


def _speaks_for_its_sender(connection: Connection, judged: Judged) -> bool:
    """Whether the envelope's signer is the document's sender, at either level; a bare document has no envelope."""
    sender = judged.document.header.sender
    if judged.envelope is None or sender is None:
        return True
    if judged.document.header.kind is Kind.APPREC:
        return receipts.may_give(connection, judged.document, judged.envelope.sender_her)
    return judged.envelope.sender_her in {sender.her_id, sender.organisation.her_id}


def _is_duplicate(connection: Connection, judged: Judged) -> bool:
    """Whether its sender has sent this MsgId before: ignored, without a new AppRec (HITS 1168 §5.4)."""
    header = judged.document.header
    if not header.msg_id:
        return False
    sender_her = header.sender.her_id if header.sender else ""
    earlier = messages.same_document(
        connection, sender_her=sender_her, msg_id=header.msg_id, but=judged.message_id
    )
    return earlier is not None


def _moved(connection: Connection, judged: Judged, state: State) -> Chronicle:
    """Begin telling what becomes of a message; the caller writes it."""
    name, alert = _ENDS[state]
    detail: dict[str, Any] = {"user": judged.user} if judged.user else {}
    if state is State.REJECTED:
        detail["errors"] = [error.code.value for error in judged.judgement.errors]
    by_hand = bool(judged.user)
    old = messages.state_of(connection, judged.message_id) if by_hand else State.RECEIVED
    told = Chronicle({judged.message_id: old})
    told.move(judged.message_id, state, name, at=judged.at, detail=detail, by_hand=by_hand)
    if alert is not None:
        alerts.raise_alert(connection, alert, at=judged.at, message_id=judged.message_id)
    return told


def _put_in_post(connection: Connection, judged: Judged, patient: int | None) -> None:
    header, message_id = judged.document.header, judged.message_id
    others = mailboxes.addressed(connection, header, judged.judgement.recipients)
    post.put_all(connection, message_id, folder="inbox", unread=True, at=judged.at, mailboxes=others)
    editions.settle(connection, message_id, at=judged.at)
    answering.settle(connection, message_id, at=judged.at)
    if any(finding.code == "other_number" for finding in judged.judgement.findings):
        alerts.raise_alert(connection, AlertCode.PATIENT_UNSURE, at=judged.at, message_id=message_id)
    if patient is not None:
        title = header.title or type_name(header.type_code, header.kind)
        messages.add_journal_event(connection, patient, message_id, at=judged.at, title=title)


def _answer(connection: Connection, judged: Judged, told: Chronicle) -> tuple[bytes, ...]:
    """Enqueue what our parties answer, and return it.

    One AppRec for each of them that was addressed (HIS 80415:2012 §3.2), and for each report, where one message
    holds several (HIS 80415:2004 §3.2).
    """
    header, judgement, built = _answered(judged), judged.judgement, []
    # An emergency referral is taken in even where it does not name its sender or itself.
    recipients = judgement.recipients if apprec.is_answerable(header) else ()
    originals = (header.original_id, *header.further_original_ids)
    for recipient, original in product(recipients, originals):
        receipt = apprec.build_document(
            header,
            recipient,
            judgement.outcome(recipient),
            apprec_id=new_uuid(),
            now=judged.now,
            original_id=original,
        )
        enqueue_apprec(
            connection,
            receipt,
            sender_her=_our_her_id(judged, recipient),
            answers=judged.message_id,
            answered=header,
            envelope=judged.envelope,
            now=judged.now,
        )
        built.append(receipt.raw)
    if built:
        outcome = judgement.outcome(recipients[0])
        given = Receipt.REJECTED if outcome.errors else Receipt.ACCEPTED
        told.record(
            judged.message_id,
            EventName.APPREC_QUEUED,
            at=judged.at,
            receipt=given,
            detail={"status": outcome.status, "count": len(built)},
        )
    return tuple(built)


def _answered(judged: Judged) -> Header:
    """Return what a receipt answers; its type is the envelope's Action (HISD 1209 §3.1) where it names none itself."""
    header = judged.document.header
    if header.type_code or judged.envelope is None:
        return header
    action = str(judged.envelope.header["action"])
    return replace(header, type_code=action) if known_type(action) else header


def _our_her_id(judged: Judged, recipient: Party) -> str:
    """Return who sends the envelope of an AppRec: a party that is not ours is answered for by one that is."""
    if recipient.her_id in judged.our_her_ids:
        return recipient.her_id
    return str(judged.envelope.receiver_her) if judged.envelope else recipient.organisation.her_id
