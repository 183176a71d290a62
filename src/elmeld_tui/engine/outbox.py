"""What is owed the network: a message is committed with its ledger and its outbox before any socket opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import search_words
from elmeld_tui.engine.policy import ACK_INTERVAL, APPREC_DEADLINE, LIFETIME
from elmeld_tui.messages import document as documents
from elmeld_tui.messages.document import Document
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration, collaboration
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.kinds import type_name
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import answering, editions, events, ledger, messages, outbox, post
from elmeld_tui.store.outbox import Owed
from elmeld_tui.store.timeline import EventName

XML = "application/xml"


def enqueue(connection: Connection, document: Document, *, now: datetime, user: str = "") -> int:
    """Owe a ready document to each of its receivers, in the caller's transaction; return the message's id.

    Ledger, outbox, post, patient and search change with it: if the transaction commits, the message will be sent.

    Args:
        connection: of the caller's transaction.
        document: as it shall arrive; its sender is the clinic.
        now: aware.
        user: who sends it, for the timeline.
    """
    header = document.header
    at = to_text(now)
    patient = messages.patient_id(connection, header.patient)
    message_id = messages.begin(
        connection,
        direction="out",
        state=State.QUEUED,
        name=EventName.QUEUED,
        at=at,
        detail={"user": user} if user else {},
        **messages.header_columns(header),
        receipt=Receipt.AWAITED if header.receivers else Receipt.NONE,
        patient_id=patient,
        attachments=search_words.attachments(document),
    )
    messages.add_part(connection, message_id, "document", XML, document.raw)
    ledger.open_account(
        connection, message_id, header.receivers, due=to_text((header.generated or now) + APPREC_DEADLINE)
    )
    names = _names(collaboration(header))
    assert header.sender is not None
    sender_her = header.sender.her_id
    owed = [_owed(message_id, sender_her, receiver.her_id, names, now) for receiver in header.receivers]
    outbox.add_all(connection, owed, now=at)
    post.put(connection, message_id, folder="sent", unread=False, at=at)
    if patient is not None:
        title = header.title or type_name(header.type_code, header.kind)
        messages.add_journal_event(connection, patient, message_id, at=at, title=title)
    search_words.index(connection, message_id, document)
    editions.settle(connection, message_id, at=at)
    answering.settle(connection, message_id, at=at)
    return message_id


def enqueue_apprec(
    connection: Connection,
    receipt: bytes,
    *,
    sender_her: str,
    answers: int,
    answered: Header,
    envelope: Row[Any] | None,
    now: datetime,
) -> int:
    """Owe the sender of a message its AppRec, in the caller's transaction; return the AppRec's message id.

    It travels to where the message came from, under the same service and conversation (HISD 1209 §3.3,
    HITS 1171 §9.1).

    Args:
        connection: of the caller's transaction.
        receipt: the AppRec.
        sender_her: HER-id of ours that the envelope comes from.
        answers: the message that is answered.
        answered: what its document says of itself, as far as that could be read.
        envelope: what brought it; None for a bare document.
        now: aware.
    """
    document = documents.read(receipt)
    header = document.header
    at = to_text(now)
    message_id = messages.begin(
        connection,
        direction="out",
        state=State.QUEUED,
        name=EventName.QUEUED,
        at=at,
        **messages.header_columns(header),
        answers_message_id=answers,
    )
    payload_id = messages.add_part(connection, message_id, "document", XML, receipt)
    messages.link_part(connection, answers, "apprec", XML, payload_id)
    if envelope is None:
        assert answered.sender is not None, "somebody to answer"
        names = _names(apprec_collaboration(collaboration(answered)))
        receiver_her = answered.sender.her_id
    else:
        came = envelope.header
        names = _names(
            apprec_collaboration(
                Collaboration(came["service"], came["action"], came["from_role"], came["to_role"])
            )
        )
        names |= {
            "conversation_id": came["conversation_id"],
            "cpa_id": came["cpa_id"],
            # HITS 1171 §5.2.1.10.1: a later message of a conversation may say what it answers.
            "ref_to_message_id": str(envelope.eb_message_id),
        }
        receiver_her = str(envelope.sender_her)
    outbox.add(connection, _owed(message_id, sender_her, receiver_her, names, now), now=at)
    search_words.index(connection, message_id, document)
    return message_id


def resend(connection: Connection, message_id: int, *, now: datetime, user: str) -> None:
    """Owe a message that did not get through once more, in new envelopes (HITS 1171 §9.7).

    Only receivers it failed to reach get it again; the document is the same, so that one who has it all the same
    knows it by its MsgId.

    Raises:
        ImpossibleMoveError: the message is not one that failed.
    """
    old = messages.state_of(connection, message_id)
    failed = outbox.failed(connection, message_id)
    events.move(
        connection,
        message_id,
        old,
        State.QUEUED,
        at=to_text(now),
        name=EventName.RESENT,
        detail={"user": user},
    )
    for row in failed:
        outbox.replace(connection, row.id)
    owed = [_owed(message_id, row.sender_her, row.receiver_her, row.header, now) for row in failed]
    outbox.add_all(connection, owed, now=to_text(now))


def _owed(message_id: int, sender_her: str, receiver_her: str, names: Mapping[str, str], now: datetime) -> Owed:
    return Owed(
        message_id,
        sender_her,
        receiver_her,
        eb_message_id=new_uuid(),
        give_up_at=to_text(now + LIFETIME),
        interval=int(ACK_INTERVAL.total_seconds()),
        header={"conversation_id": new_uuid(), "cpa_id": "", **names},
    )


def _names(names: Collaboration) -> dict[str, str]:
    return {
        "service": names.service,
        "action": names.action,
        "from_role": names.from_role,
        "to_role": names.to_role,
    }
