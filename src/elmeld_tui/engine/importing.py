"""Taking in a document that has been received: judged, put in the post, noted for the patient, and answered.

Everything a document causes is one transaction that moves its message out of ``received``: begun twice, or again
after a crash, it is done once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import mailboxes, receipts, search_words
from elmeld_tui.engine.judging import judge_here
from elmeld_tui.engine.outbox import XML, enqueue_apprec
from elmeld_tui.messages import apprec
from elmeld_tui.messages import document as documents
from elmeld_tui.messages.apprec import AppRecError
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.lab_values import outside_reference
from elmeld_tui.messages.patients import linking_id
from elmeld_tui.messages.recovery import recover
from elmeld_tui.messages.rules import Decision, Judgement, judge_unreadable
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock, to_text
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.kinds import Kind, known_type, type_name
from elmeld_tui.model.parties import Party
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import alerts, answering, audit, editions, envelopes, events, messages, post
from elmeld_tui.store.database import Database
from elmeld_tui.store.events import Chronicle
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

_NOT_YET = 0
"""The number of no message: of one that is not in the store yet."""


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


def take_in_document(database: Database, clinic: Clinic, clock: Clock, raw: bytes) -> Imported:
    """Take in a bare document as if it had arrived: without an envelope, but otherwise the same way.

    It is there with what became of it or not at all, so that no engine that runs here comes between.
    """
    now = clock()
    read = _read(database, clinic, raw, _NOT_YET)
    with database.transaction() as connection:
        message_id = messages.begin(
            connection, direction="in", state=State.RECEIVED, name=EventName.RECEIVED, at=to_text(now)
        )
        messages.add_part(connection, message_id, "document", XML, raw)
        return _take_in(connection, clinic, message_id, read, None, now)


def import_message(database: Database, clinic: Clinic, clock: Clock, message_id: int) -> Imported:
    """Judge a received message and do what follows from it; one that was dealt with already is left as it is."""
    with database.snapshot() as connection:
        state = messages.state_of(connection, message_id)
        raw = messages.part(connection, message_id, "document")
        envelope = envelopes.of_message(connection, message_id)
    if state is not State.RECEIVED:
        return Imported(message_id, state)
    assert raw is not None
    now = clock()
    read = _read(database, clinic, raw, message_id)
    # What is lost with the power is done again from the document; the AppRec leaves after a durable commit.
    with database.transaction(durable=False) as connection:
        if messages.state_of(connection, message_id) is not State.RECEIVED:
            return Imported(message_id, messages.state_of(connection, message_id))
        return _take_in(connection, clinic, message_id, read, envelope, now)


_Read = tuple[Document, Judgement] | UnreadableError


def _read(database: Database, clinic: Clinic, raw: bytes, message_id: int) -> _Read:
    """Return a document and what is to become of it, or why not even its header can be made out."""
    try:
        document = documents.read(raw)
    except UnreadableError as error:
        recovered = recover(raw)
        if recovered is None:
            return error
        return recovered, judge_unreadable(recovered, _told(error), our_her_ids=clinic.her_ids)
    return document, judge_here(database, clinic, document, message_id)


def _take_in(
    connection: Connection,
    clinic: Clinic,
    message_id: int,
    read: _Read,
    envelope: Row[Any] | None,
    now: datetime,
) -> Imported:
    if isinstance(read, UnreadableError):
        return _quarantine(connection, message_id, read, to_text(now))
    document, judgement = read
    return _enter(
        connection, _Arrival(message_id, document, judgement, envelope, now, clinic.her_ids, clinic.test)
    )


def decide(
    database: Database,
    clinic: Clinic,
    clock: Clock,
    message_id: int,
    *,
    errors: tuple[AppRecError, ...] = (),
    user: str,
) -> Imported:
    """Accept a message that awaits a human, or with ``errors`` refuse it; the sender gets its AppRec either way.

    Raises:
        ImpossibleMoveError: the message does not await a decision.
    """
    with database.snapshot() as connection:
        raw = messages.part(connection, message_id, "document")
        envelope = envelopes.of_message(connection, message_id)
    assert raw is not None
    document = documents.read(raw)
    judged = judge_here(database, clinic, document, message_id, checked=True)
    decision = Decision.REJECT if errors else Decision.IMPORT
    judgement = Judgement(decision, errors, judged.findings, judged.recipients, judged.unknown)
    with database.transaction() as connection:
        at = to_text(clock())
        alerts.clear_for(connection, AlertCode.MANUAL, at=at, message_id=message_id)
        codes = {"errors": [error.code.value for error in errors]}
        audit.note(connection, at=at, user=user, action="decide", message_id=message_id, detail=codes)
        return _enter(
            connection,
            _Arrival(message_id, document, judgement, envelope, clock(), clinic.her_ids, clinic.test, user),
        )


def _quarantine(connection: Connection, message_id: int, error: UnreadableError, at: str) -> Imported:
    """Keep what cannot be read for a human; nobody can be answered where no sender can be told (1168 §5.3)."""
    events.move(
        connection,
        message_id,
        State.RECEIVED,
        State.QUARANTINED,
        at=at,
        name=EventName.QUARANTINED,
        detail={"code": error.code, "text": error.message},
    )
    alerts.raise_alert(connection, AlertCode.DOCUMENT_UNREADABLE, at=at, message_id=message_id)
    return Imported(message_id, State.QUARANTINED, (_told(error),))


def _told(error: UnreadableError) -> Finding:
    return Finding(Severity.ERROR, error.code, error.where, error.message)


@dataclass(frozen=True, slots=True)
class _Arrival:
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


def _enter(connection: Connection, arrival: _Arrival) -> Imported:
    """Do everything that follows from a judgement, in the caller's transaction."""
    header, message_id = arrival.document.header, arrival.message_id
    state = _where_to(connection, arrival)
    patient = _patient(connection, arrival) if state is State.IMPORTED else None
    ours = next(iter(arrival.judgement.recipients), None)
    messages.change(
        connection,
        message_id,
        **messages.header_columns(header, ours),
        attachments=search_words.attachments(arrival.document),
        outside_reference=outside_reference(arrival.document) if state is State.IMPORTED else 0,
        patient_id=patient,
    )
    # Only what a person decides on has been here before.
    search_words.index(connection, message_id, arrival.document, again=bool(arrival.user))
    findings = tuple(arrival.judgement.findings)
    messages.keep_findings(connection, message_id, findings)
    if state is State.IMPORTED and header.kind is Kind.APPREC:
        signer = arrival.envelope.sender_her if arrival.envelope else ""
        state = receipts.take(connection, message_id, arrival.document, signer=signer, at=arrival.at)
        return Imported(message_id, state, findings)
    told = _moved(connection, arrival, state)
    answer = _answer(connection, arrival, told) if state in {State.IMPORTED, State.REJECTED} else ()
    told.write(connection)
    if state is State.IMPORTED:
        _put_in_post(connection, arrival, patient)
    return Imported(message_id, state, findings, answer)


def _patient(connection: Connection, arrival: _Arrival) -> int | None:
    """Return whose record a document that is taken in goes into; a receipt goes into none."""
    header = arrival.document.header
    if header.kind is Kind.APPREC or not linking_id(header.patient, test_mode=arrival.test_mode):
        return None
    return messages.patient_id(connection, header.patient)


def _where_to(connection: Connection, arrival: _Arrival) -> State:
    """Say what becomes of a document; what the envelope or the store says weighs more than what it says itself."""
    if not _speaks_for_its_sender(connection, arrival):
        return State.QUARANTINED
    state = _BY_DECISION[arrival.judgement.decision]
    answered = state is not State.NOT_FOR_US and arrival.document.header.kind is not Kind.APPREC
    if answered and _is_duplicate(connection, arrival):
        return State.DUPLICATE
    return state


def _speaks_for_its_sender(connection: Connection, arrival: _Arrival) -> bool:
    """Whether the envelope's signer is the document's sender, at either level; a bare document has no envelope."""
    sender = arrival.document.header.sender
    if arrival.envelope is None or sender is None:
        return True
    if arrival.document.header.kind is Kind.APPREC:
        return receipts.may_give(connection, arrival.document, arrival.envelope.sender_her)
    return arrival.envelope.sender_her in {sender.her_id, sender.organisation.her_id}


def _is_duplicate(connection: Connection, arrival: _Arrival) -> bool:
    """Whether its sender has sent this MsgId before: ignored, without a new AppRec (HITS 1168 §5.4)."""
    header = arrival.document.header
    if not header.msg_id:
        return False
    sender_her = header.sender.her_id if header.sender else ""
    earlier = messages.same_document(
        connection, sender_her=sender_her, msg_id=header.msg_id, but=arrival.message_id
    )
    return earlier is not None


def _moved(connection: Connection, arrival: _Arrival, state: State) -> Chronicle:
    """Begin telling what becomes of a message; the caller writes it."""
    name, alert = _ENDS[state]
    detail: dict[str, Any] = {"user": arrival.user} if arrival.user else {}
    if state is State.REJECTED:
        detail["errors"] = [error.code.value for error in arrival.judgement.errors]
    by_hand = bool(arrival.user)
    old = messages.state_of(connection, arrival.message_id) if by_hand else State.RECEIVED
    told = Chronicle({arrival.message_id: old})
    told.move(arrival.message_id, state, name, at=arrival.at, detail=detail, by_hand=by_hand)
    if alert is not None:
        alerts.raise_alert(connection, alert, at=arrival.at, message_id=arrival.message_id)
    return told


def _put_in_post(connection: Connection, arrival: _Arrival, patient: int | None) -> None:
    header, message_id = arrival.document.header, arrival.message_id
    others = mailboxes.addressed(connection, header, arrival.judgement.recipients)
    post.put_all(connection, message_id, folder="inbox", unread=True, at=arrival.at, mailboxes=others)
    editions.settle(connection, message_id, at=arrival.at)
    answering.settle(connection, message_id, at=arrival.at)
    if any(finding.code == "other_number" for finding in arrival.judgement.findings):
        alerts.raise_alert(connection, AlertCode.PATIENT_UNSURE, at=arrival.at, message_id=message_id)
    if patient is not None:
        title = header.title or type_name(header.type_code, header.kind)
        messages.add_journal_event(connection, patient, message_id, at=arrival.at, title=title)


def _answer(connection: Connection, arrival: _Arrival, told: Chronicle) -> tuple[bytes, ...]:
    """Enqueue what our parties answer, and return it.

    One AppRec for each of them that was addressed (HIS 80415:2012 §3.2), and for each report, where one message
    holds several (HIS 80415:2004 §3.2).
    """
    header, judgement, built = _answered(arrival), arrival.judgement, []
    # An emergency referral is taken in even where it does not name its sender or itself.
    recipients = judgement.recipients if apprec.is_answerable(header) else ()
    originals = (header.original_id, *header.further_original_ids)
    for recipient, original in product(recipients, originals):
        receipt = apprec.build_document(
            header,
            recipient,
            judgement.outcome(recipient),
            apprec_id=new_uuid(),
            now=arrival.now,
            original_id=original,
        )
        enqueue_apprec(
            connection,
            receipt,
            sender_her=_our_her_id(arrival, recipient),
            answers=arrival.message_id,
            answered=header,
            envelope=arrival.envelope,
            now=arrival.now,
        )
        built.append(receipt.raw)
    if built:
        outcome = judgement.outcome(recipients[0])
        given = Receipt.REJECTED if outcome.errors else Receipt.ACCEPTED
        told.record(
            arrival.message_id,
            EventName.APPREC_QUEUED,
            at=arrival.at,
            receipt=given,
            detail={"status": outcome.status, "count": len(built)},
        )
    return tuple(built)


def _answered(arrival: _Arrival) -> Header:
    """Return what a receipt answers; its type is the envelope's Action (HISD 1209 §3.1) where it names none itself."""
    header = arrival.document.header
    if header.type_code or arrival.envelope is None:
        return header
    action = str(arrival.envelope.header["action"])
    return replace(header, type_code=action) if known_type(action) else header


def _our_her_id(arrival: _Arrival, recipient: Party) -> str:
    """Return who sends the envelope of an AppRec: a party that is not ours is answered for by one that is."""
    if recipient.her_id in arrival.our_her_ids:
        return recipient.her_id
    return str(arrival.envelope.receiver_her) if arrival.envelope else recipient.organisation.her_id
