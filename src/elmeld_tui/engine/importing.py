"""Importing a received document: it is read and judged here, and entered with everything that follows by `entering`.

Everything a document causes is one transaction that moves its message out of ``received``. Whether it is begun twice,
or again after a crash, it takes effect once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine.entering import Imported, Judged, enter
from elmeld_tui.engine.judging import judge_here
from elmeld_tui.engine.outbox import XML
from elmeld_tui.messages import document as documents
from elmeld_tui.messages.apprec import AppRecError
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.recovery import recover
from elmeld_tui.messages.rules import Decision, Judgement, judge_unreadable
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock, to_text
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.states import State
from elmeld_tui.store import alerts, audit, envelopes, events, messages
from elmeld_tui.store.database import Database
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

_NOT_YET = 0
"""The number of no message: of one that is not in the store yet."""


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
    return enter(connection, Judged(message_id, document, judgement, envelope, now, clinic.her_ids, clinic.test))


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
        return enter(
            connection,
            Judged(message_id, document, judgement, envelope, clock(), clinic.her_ids, clinic.test, user),
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
