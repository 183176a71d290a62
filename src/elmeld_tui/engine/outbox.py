"""Queueing: a message is committed with its ledger and its outbox row before any socket is opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import agreements, mailboxes, search_words
from elmeld_tui.engine.policy import APPREC_DEADLINE
from elmeld_tui.messages.document import Document
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration, collaboration
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.kinds import type_name
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.model.terms import Terms
from elmeld_tui.registry.agreements import NotAgreedError
from elmeld_tui.store import answering, editions, ledger, messages, outbox, post
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

    Raises:
        NotAgreedError: the agreement with a receiver lacks the message; nothing is stored.
    """
    header = document.header
    at = to_text(now)
    assert header.sender is not None
    ours, names = header.sender.her_id, collaboration(header)
    terms = {
        receiver.her_id: agreements.between(connection, names, ours=ours, theirs=receiver.her_id, at=now)
        for receiver in header.receivers
    }
    patient = messages.patient_id(connection, header.patient)
    message_id = messages.begin(
        connection,
        direction="out",
        state=State.QUEUED,
        name=EventName.QUEUED,
        at=at,
        detail=({"user": user} if user else {}) | _told(terms.values()),
        **messages.header_columns(header),
        receipt=Receipt.AWAITED if header.receivers else Receipt.NONE,
        patient_id=patient,
        attachments=search_words.attachments(document),
    )
    messages.add_part(connection, message_id, "document", XML, document.raw)
    ledger.open_account(
        connection, message_id, header.receivers, due=to_text((header.generated or now) + APPREC_DEADLINE)
    )
    owed = [
        _owed(message_id, ours, receiver.her_id, terms[receiver.her_id], now, **_schema(header))
        for receiver in header.receivers
    ]
    outbox.add_all(connection, owed, now=at)
    others = mailboxes.sending(connection, header, user)
    post.put_all(connection, message_id, folder="sent", unread=False, at=at, mailboxes=others)
    if patient is not None:
        title = header.title or type_name(header.type_code, header.kind)
        messages.add_journal_event(connection, patient, message_id, at=at, title=title)
    search_words.index(connection, message_id, document)
    editions.settle(connection, message_id, at=at)
    answering.settle(connection, message_id, at=at)
    return message_id


def enqueue_apprec(
    connection: Connection,
    receipt: Document,
    *,
    sender_her: str,
    answers: int,
    answered: Header,
    envelope: Row[Any] | None,
    now: datetime,
) -> int:
    """Owe the sender of a message its AppRec, in the caller's transaction; return the AppRec's message id.

    It travels to where the message came from, under the same service, agreement and conversation (HISD 1209 §3.3,
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
    header = receipt.header
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
    payload_id = messages.add_part(connection, message_id, "document", XML, receipt.raw)
    messages.link_part(connection, answers, "apprec", XML, payload_id)
    if envelope is None:
        assert answered.sender is not None, "somebody to answer"
        theirs, said = answered.sender.her_id, {}
        terms = _anyhow(
            connection, apprec_collaboration(collaboration(answered)), ours=sender_her, theirs=theirs, at=now
        )
    else:
        came, theirs = envelope.header, str(envelope.sender_her)
        names = apprec_collaboration(agreements.names_of(came))
        terms = agreements.terms_of(
            connection, names, cpa_id=came["cpa_id"], ours=sender_her, theirs=theirs, at=now
        )
        said = {
            "conversation_id": came["conversation_id"],
            "cpa_id": came["cpa_id"],
            # HITS 1171 §5.2.1.10.1: a later message of a conversation may say what it answers.
            "ref_to_message_id": str(envelope.eb_message_id),
        }
    outbox.add(connection, _owed(message_id, sender_her, theirs, terms, now, **said, **_schema(header)), now=at)
    search_words.index(connection, message_id, receipt)
    return message_id


def once_more(connection: Connection, row: Row[Any], now: datetime) -> Owed:
    """Return a new envelope for what a row of the outbox carried, under the terms of today.

    Raises:
        NotAgreedError: the agreement with its receiver lacks the message.
    """
    ours, theirs = row.sender_her, row.receiver_her
    terms = agreements.between(connection, agreements.names_of(row.header), ours=ours, theirs=theirs, at=now)
    said = {name: row.header[name] for name in _STAYS if name in row.header}
    return _owed(row.message_id, ours, theirs, terms, now, **said)


_STAYS = ("conversation_id", "ref_to_message_id", "schema_location", "schema_version")
"""What a new envelope says as the old one did, whatever has been agreed meanwhile."""


def _schema(header: Header) -> dict[str, str]:
    """Return what the envelope says of its document (HITS 1210 §5.3)."""
    return {"schema_location": header.namespace, "schema_version": header.version}


def _anyhow(connection: Connection, names: Collaboration, *, ours: str, theirs: str, at: datetime) -> Terms:
    """Return the terms of an answer, which is owed whether an agreement has it or not."""
    try:
        return agreements.between(connection, names, ours=ours, theirs=theirs, at=at)
    except NotAgreedError:
        return Terms(names)


def _owed(message_id: int, ours: str, theirs: str, terms: Terms, now: datetime, **said: str) -> Owed:
    return Owed(
        message_id,
        ours,
        theirs,
        eb_message_id=new_uuid(),
        give_up_at=to_text(now + terms.lifetime),
        interval=int(terms.interval.total_seconds()),
        header={"conversation_id": new_uuid(), **_names(terms), **said},
        once=terms.once,
    )


def _names(terms: Terms) -> dict[str, str]:
    return {
        "service": terms.names.service,
        "service_type": terms.service_type,
        "action": terms.names.action,
        "from_role": terms.names.from_role,
        "to_role": terms.names.to_role,
        "cpa_id": terms.cpa_id,
    }


def _told(several: Iterable[Terms]) -> dict[str, str]:
    """Return what the timeline says of the agreements that a message goes under."""
    under = {terms.cpa_id: terms.ended for terms in several if terms.cpa_id}
    told = {"agreement": ", ".join(sorted(under))} if under else {}
    ended = [moment for moment in under.values() if moment]
    return told | ({"agreement_ended": to_text(min(ended))} if ended else {})
