"""Sending: claim, pack once, note that the bytes leave, send, settle.

Each step is committed before the next begins. Wherever the process dies, the row is still claimed or still owed,
and the next engine sends the same bytes under the same eb:MessageId, which the partner knows again (HITS 1171 §9.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from sqlalchemy import Connection, Row

from elmeld_tui.engine import answers
from elmeld_tui.engine.answers import Answer
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.policy import ACK_INTERVAL, LEASE, back_off
from elmeld_tui.engine.trust import certificate_problem
from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.directory import DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.model.states import State
from elmeld_tui.security.certificates import UnreadableCertificateError, Use, read_certificate
from elmeld_tui.store import alerts, envelopes, events, messages, outbox, payloads
from elmeld_tui.store.envelopes import PackedEnvelope
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.packing import pack, unpack
from elmeld_tui.transport.port import NotDeliveredError, Reply


class _CannotSendError(Exception):
    """This message cannot leave as things stand, and waiting will not help."""


@dataclass(frozen=True, slots=True)
class _Claim:
    row: Row[Any]
    owner: str


def deliver_next(equipment: Equipment, owner: str) -> bool:
    """Send the envelope that is due longest, and settle it by what the partner answers.

    Args:
        equipment: of the engine.
        owner: who claims; unique to this worker of this process.

    Returns:
        False when nothing was due.
    """
    now = equipment.clock()
    # With the power goes the engine that claimed, and with it the claim.
    with equipment.database.transaction(durable=False) as connection:
        row = outbox.claim(connection, owner=owner, now=to_text(now), lease_until=to_text(now + LEASE))
        if row is None:
            return False
        if row.give_up_at <= to_text(now):
            _give_up(connection, row, to_text(now))
            return True
    claim = _Claim(row, owner)
    try:
        partner = _partner(equipment, row)
        envelope = _packed(equipment, row) or _pack(equipment, row, partner, now)
    except _CannotSendError as error:
        _settle(equipment, claim, Answer(State.TRANSPORT_REJECTED, {"reason": str(error)}), None)
        return True
    except DirectoryUnavailableError as error:
        _try_later(equipment, claim, EventName.UNREACHABLE, {"reason": str(error)})
        return True
    if _begin(equipment, claim, envelope, partner.endpoint):
        _send(equipment, claim, envelope, partner.endpoint)
    return True


def _give_up(connection: Connection, row: Row[Any], at: str) -> None:
    outbox.finish(connection, row.id, State.UNDELIVERED)
    detail = {"receiver": row.receiver_her, "attempts": row.attempts}
    answers.end(connection, row, State.UNDELIVERED, EventName.UNDELIVERED, detail=detail, at=at)
    alerts.raise_alert(connection, AlertCode.UNDELIVERED, at=at, message_id=row.message_id, detail=detail)


def _partner(equipment: Equipment, row: Row[Any]) -> DirectoryParty:
    try:
        # Whoever could not be reached may have moved: then the register is asked, and not the copy of an hour ago.
        look_up = equipment.directory.renew if row.failures else equipment.directory.get
        partner = look_up(row.receiver_her)
    except UnknownPartyError as error:
        raise _CannotSendError(str(error)) from error
    if not partner.endpoint:
        raise _CannotSendError(
            t("{name} har ingen adresse for meldinger i adresseregisteret.", name=partner.full_name)
        )
    return partner


def _packed(equipment: Equipment, row: Row[Any]) -> PackedEnvelope | None:
    """Return what was packed for this row before, which is what every attempt sends."""
    with equipment.database.snapshot() as connection:
        kept = envelopes.packed(connection, sender_her=row.sender_her, eb_message_id=row.eb_message_id)
        if kept is None:
            return None
        body = payloads.read(connection, kept.payload_id)
    return PackedEnvelope(
        row.eb_message_id, row.sender_her, row.receiver_her, kept.digests, kept.content_type, body
    )


def _pack(equipment: Equipment, row: Row[Any], partner: DirectoryParty, now: datetime) -> PackedEnvelope:
    with equipment.database.snapshot() as connection:
        raw = messages.part(connection, row.message_id, "document")
    assert raw is not None
    header = documents.read(raw).header
    packed = pack(
        raw,
        EnvelopeHeader(
            from_her=row.sender_her,
            to_her=row.receiver_her,
            timestamp=now,
            message_id=row.eb_message_id,
            **row.header,
        ),
        schema_location=header.namespace,
        schema_version=header.version,
        keys=equipment.keys,
        recipient_certificate=_encryption_certificate(equipment, partner, now),
    )
    return PackedEnvelope(
        row.eb_message_id, row.sender_her, row.receiver_her, packed.digests, packed.content_type, packed.body
    )


def _encryption_certificate(equipment: Equipment, partner: DirectoryParty, now: datetime) -> x509.Certificate:
    if not partner.encryption_certificate:
        raise _CannotSendError(t("{name} har ikke noe sertifikat å kryptere med.", name=partner.full_name))
    try:
        certificate = read_certificate(partner.encryption_certificate)
    except UnreadableCertificateError as error:
        raise _CannotSendError(
            t("Sertifikatet til {name} i adresseregisteret kan ikke leses.", name=partner.full_name)
        ) from error
    if problem := certificate_problem(equipment, certificate, now, Use.ENCRYPTION):
        raise _CannotSendError(
            t("Sertifikatet til {name} kan ikke brukes: {reason}", name=partner.full_name, reason=problem)
        )
    return certificate


def _begin(equipment: Equipment, claim: _Claim, envelope: PackedEnvelope, endpoint: str) -> bool:
    """Commit that the bytes are about to leave and that an ack is awaited; False where the claim was lost."""
    now = equipment.clock()
    row, at = claim.row, to_text(now)
    with equipment.database.transaction() as connection:
        begun = outbox.begin_attempt(
            connection, row.id, owner=claim.owner, endpoint=endpoint, next_at=to_text(now + ACK_INTERVAL)
        )
        if not begun:
            return False
        if envelopes.packed(connection, sender_her=row.sender_her, eb_message_id=row.eb_message_id) is None:
            payload_id = envelopes.keep_packed(connection, envelope, message_id=row.message_id, at=at)
            messages.link_part(connection, row.message_id, "envelope", envelope.content_type, payload_id)
            detail = {"eb_message_id": row.eb_message_id, "bytes": len(envelope.body)}
            events.record(connection, row.message_id, at=at, name=EventName.PACKED, detail=detail)
        attempt = row.attempts + 1
        messages.count_attempt(connection, row.message_id)
        detail = {"attempt": attempt, "endpoint": endpoint}
        events.record(connection, row.message_id, at=at, name=EventName.ATTEMPT, detail=detail)
    return True


def _send(equipment: Equipment, claim: _Claim, envelope: PackedEnvelope, endpoint: str) -> None:
    try:
        reply = equipment.transport.send(endpoint, envelope.content_type, envelope.body)
    except NotDeliveredError as error:
        if error.retry:
            _try_later(equipment, claim, EventName.UNREACHABLE, {"reason": error.reason})
        else:
            _settle(equipment, claim, Answer(State.TRANSPORT_REJECTED, {"reason": error.reason}), None)
        return
    if reply is None:
        _await_signal(equipment, claim)
        return
    answer = _read(equipment, claim.row, envelope, reply)
    if answer.outcome is None:
        _try_later(equipment, claim, EventName.UNTRUSTED_ANSWER, answer.detail)
    else:
        _settle(equipment, claim, answer, reply)


def _read(equipment: Equipment, row: Row[Any], envelope: PackedEnvelope, reply: Reply) -> Answer:
    try:
        opened = unpack(reply.content_type, reply.body)
        return answers.interpret(equipment, opened, row, dict(envelope.digests), equipment.clock())
    except EnvelopeRefusedError as error:
        return Answer(None, {"reason": error.reason})
    except DirectoryUnavailableError as error:
        return Answer(None, {"reason": str(error)})


def _await_signal(equipment: Equipment, claim: _Claim) -> None:
    """The partner took the bytes; its signal comes later as a message of its own."""
    at = to_text(equipment.clock())
    with equipment.database.transaction(durable=False) as connection:
        # Its signal may have been here before this: then nothing is owed any more.
        if outbox.release(connection, claim.row.id, owner=claim.owner):
            _note_sent(connection, claim.row, at)


def _note_sent(connection: Connection, row: Row[Any], at: str) -> None:
    """Note that the partner's server has the bytes, which says nothing yet of whether it accepts them."""
    detail = {"receiver": row.receiver_her}
    old = messages.state_of(connection, row.message_id)
    if old is State.QUEUED:
        events.move(connection, row.message_id, old, State.SENT, at=at, name=EventName.SENT, detail=detail)
    else:
        events.record(connection, row.message_id, at=at, name=EventName.SENT, detail=detail)


def _try_later(equipment: Equipment, claim: _Claim, name: EventName, detail: dict[str, Any]) -> None:
    """Give the claim back for a short while: nothing came of this attempt, and the same bytes may go again."""
    now = equipment.clock()
    row, failures = claim.row, claim.row.failures + 1
    next_at = to_text(now + back_off(failures))
    with equipment.database.transaction(durable=False) as connection:
        if not outbox.release(connection, row.id, owner=claim.owner, next_at=next_at, failures=failures):
            return
        told = {**detail, "receiver": row.receiver_her, "next_attempt": next_at}
        events.record(connection, row.message_id, at=to_text(now), name=name, detail=told)
        if name is EventName.UNTRUSTED_ANSWER:
            alerts.raise_alert(
                connection, AlertCode.UNTRUSTED_ANSWER, at=to_text(now), message_id=row.message_id, detail=detail
            )


def _settle(equipment: Equipment, claim: _Claim, answer: Answer, reply: Reply | None) -> None:
    at = to_text(equipment.clock())
    # An answer that is lost with the power is got again by sending the same bytes.
    with equipment.database.transaction(durable=False) as connection:
        if reply is not None and outbox.is_open(connection, claim.row.id):
            _note_sent(connection, claim.row, at)
        if answers.settle(connection, claim.row, answer, at=at) and reply is not None:
            messages.add_part(connection, claim.row.message_id, "signal", reply.content_type, reply.body)
