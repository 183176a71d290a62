"""Receiving: keep what came, then find out whether to believe it, then answer; an answer is kept before it leaves.

What a partner is acknowledged for is in the store by then, opened and ready to be taken in. What arrives again
gets the answer it got the first time, byte for byte (HIS 1037 §6.2.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import agreements, answers, repetition
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.outbox import XML
from elmeld_tui.engine.policy import LIFETIME
from elmeld_tui.engine.trust import judge_signer
from elmeld_tui.i18n import t
from elmeld_tui.model.agreements import Agreement
from elmeld_tui.model.arrival import Arrival, Way
from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.model.directory import DirectoryUnavailableError
from elmeld_tui.model.findings import ENVELOPE, Finding
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.states import State
from elmeld_tui.registry.agreements import answers_apart
from elmeld_tui.security.cms import DecryptionError
from elmeld_tui.store import alerts, envelopes, events, messages, outbox, payloads
from elmeld_tui.store.envelopes import EnvelopeState, PackedEnvelope, Signal
from elmeld_tui.store.events import StaleStateError
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import MessageKind, Opened, Packed
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.port import Reply
from elmeld_tui.transport.remarks import remarks as remarks_on
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault

_TRY_LATER = Reply("text/plain", b"", 503)
_SCHEMES = {Way.HTTP: "http", Way.MAIL: "mailto", Way.FOLDER: "file", Way.REPLY: "http"}
_SIGNAL_ACTIONS = {"ack": "Acknowledgment", "error": "MessageError"}


def receive(equipment: Equipment, arrival: Arrival) -> Reply | None:
    """Take in one message as it came.

    Args:
        equipment: of the engine.
        arrival: as received.

    Returns:
        The signal to answer with in the same exchange. None for a signal, which is never answered, and where the
        answer travels by itself; then the message has been kept durably, and may be removed where it came from.
    """
    digest = hashlib.sha256(arrival.body).hexdigest()
    if arrival.way is Way.HTTP:
        before = repetition.recognise(equipment, arrival.content_type, digest)
        if before is not None:
            return before.reply
    # Who waits for an answer hears nothing before the durable commit that settles it; who does not wait, has left.
    with equipment.database.transaction(durable=arrival.way is not Way.HTTP) as connection:
        row, earlier = envelopes.take_in(connection, arrival, sha256=digest, at=to_text(equipment.clock()))
        # A SOAP Fault says nothing but that: two of the same bytes may be about two messages of ours.
        if earlier is not None and tuple(earlier.refers_to or ()) == arrival.refers_to:
            return _again(equipment, connection, row, earlier)
    return _treat_once(equipment, row, arrival.body)


def treat(equipment: Equipment, envelope_id: int) -> Reply | None:
    """Settle an envelope that has been kept, after a crash; one that is settled is answered as it was."""
    with equipment.database.snapshot() as connection:
        row = envelopes.get(connection, envelope_id)
        body = payloads.read(connection, row.payload_id)
    return _treat_once(equipment, row, body)


def _treat_once(equipment: Equipment, row: Row[Any], body: bytes) -> Reply | None:
    try:
        return _treat(equipment, row, body)
    except StaleStateError:
        with equipment.database.snapshot() as connection:
            settled = envelopes.get(connection, row.id)
            signal = envelopes.signal_of(connection, settled)
        return _reply(settled, signal) if signal else None


def _treat(equipment: Equipment, row: Row[Any], body: bytes) -> Reply | None:
    try:
        opened = unpack(row.content_type, body)
    except EnvelopeRefusedError as error:
        return _refuse_unopened(equipment, row, error)
    if opened.kind is not MessageKind.PAYLOAD:
        return _take_signal(equipment, row, opened)
    assert opened.header is not None
    header = opened.header
    agreement = agreements.named_by(equipment.database, header, equipment.clock())
    apart = agreement is not None and answers_apart(
        agreement, ours=header.to_her, service=header.service, action=header.action
    )
    try:
        remarks = _check_signer(equipment, opened, agreement, from_text(row.received))
    except EnvelopeRefusedError as error:
        return _refuse(equipment, row, error, header)
    except DirectoryUnavailableError:
        # Kept, but not settled: the partner is told to come again, and so do we.
        return _TRY_LATER
    try:
        _check_parties(equipment, header)
        agreements.hold_to(agreement, header)
        document = open_payload(opened, equipment.keys)
    except (EnvelopeRefusedError, DecryptionError) as error:
        if isinstance(error, DecryptionError):
            error = EnvelopeRefusedError("decryption", "SecurityFailure", str(error), header)
        return _refuse(equipment, row, error, header, identity=opened, apart=apart)
    return _accept(equipment, row, opened, document, remarks, apart=apart)


def _refuse_unopened(equipment: Equipment, row: Row[Any], error: EnvelopeRefusedError) -> Reply | None:
    """Answer what does not hold; a signal, not even a broken one, is never answered (HIS 1037 §9.1)."""
    if error.unverified is None or error.unverified.service != SIGNAL_SERVICE:
        return _refuse(equipment, row, error, error.unverified)
    sent, _ = _answered(equipment, row, error.unverified.ref_to_message_id)
    _drop_signal(equipment, row, error.reason, to_text(equipment.clock()), sent)
    return None


def _check_signer(
    equipment: Equipment, opened: Opened, agreement: Agreement | None, received: datetime
) -> Sequence[Finding]:
    """Return what support should know of a signer that is believed."""
    assert opened.header is not None
    assert opened.verified is not None
    header, certificate = opened.header, opened.verified.certificate
    party = agreement.party(header.from_her) if agreement else None
    judged = judge_signer(equipment, header.from_her, certificate, received, party.certificates if party else ())
    if judged.problem:
        raise EnvelopeRefusedError("signer", "SecurityFailure", judged.problem, header)
    return [*judged.remarks, *agreements.remarks(agreement, header, certificate)]


def _check_parties(equipment: Equipment, header: EnvelopeHeader) -> None:
    if header.to_her not in equipment.clinic.her_ids:
        raise EnvelopeRefusedError(
            "receiver",
            "ValueNotRecognized",
            t("HER-id {her_id} er ikke vår. Kontroller adressen i Adresseregisteret.", her_id=header.to_her),
        )
    if header.time_to_live is not None and header.time_to_live < equipment.clock():
        raise EnvelopeRefusedError("time_to_live", "TimeToLiveExpired", t("Konvolutten kom etter fristen sin."))


def _accept(
    equipment: Equipment,
    row: Row[Any],
    opened: Opened,
    document: bytes,
    remarks: Sequence[Finding],
    *,
    apart: bool,
) -> Reply | None:
    """Keep the document and the ack in one transaction; then, and only then, the partner hears of it."""
    assert opened.header is not None
    header, now = opened.header, equipment.clock()
    at = to_text(now)
    ack = _answer(equipment, opened, now, apart=apart)
    with equipment.database.transaction() as connection:
        twin = envelopes.identified(connection, sender_her=header.from_her, eb_message_id=header.message_id)
        if twin is None:
            message_id = _add_message(connection, at=at, header=header)
            document_id, ack_id = payloads.keep_all(connection, [document, ack.body])
            messages.link_parts(
                connection,
                [
                    (message_id, "envelope", row.content_type, row.payload_id),
                    (message_id, "document", XML, document_id),
                    (message_id, "signal", ack.content_type, ack_id),
                ],
            )
            messages.add_findings(connection, message_id, [*remarks, *_departures(opened)])
            _settle(connection, row, EnvelopeState.ACKNOWLEDGED, opened, ack, message_id, signal_id=ack_id)
            _owe_signal(equipment, connection, row, message_id, ack, header)
            return _reply(row, ack)
        if opened.verified is not None and twin.digests == opened.verified.digests:
            return _again(equipment, connection, row, twin)
        detail = {"earlier_envelope": twin.id, "eb_message_id": header.message_id, "sender": header.from_her}
        alerts.raise_alert(connection, AlertCode.FALSE_DUPLICATE, at=at, message_id=twin.message_id, detail=detail)
    # HITS 1172 §5.8.2: the same id for other content is no duplicate, and cannot be taken in either.
    reason = t("En tidligere konvolutt hadde samme MessageId, men annet innhold.")
    refusal = EnvelopeRefusedError("false_duplicate", "Inconsistent", reason)
    return _refuse(equipment, row, refusal, header, apart=apart)


def _answer(equipment: Equipment, opened: Opened, now: datetime, *, apart: bool) -> Signal:
    """Return the acknowledgment; a Warning in its place, where the sender should mend something (HITS 1171 §8.4)."""
    assert opened.header is not None
    if not opened.warnings:
        return _signal("ack", acknowledgement(opened, equipment.keys, now), apart=apart)
    first, *_ = opened.warnings
    code = _WARNED_AS.get(first.code, "Inconsistent")
    return _signal(
        "error", message_error(opened.header, code, first.message, equipment.keys, now, "Warning"), apart=apart
    )


_WARNED_AS = {"R68": "OtherXml"}
"""What a Warning about a rule is called, where it is not Inconsistent."""


def _departures(opened: Opened) -> list[Finding]:
    """Return what a message departs from the profile in, each rule once, for support to see beside the message."""
    told = {finding.code: finding for finding in (*opened.findings, *remarks_on(opened))}
    return [replace(finding, where=ENVELOPE) for finding in told.values()]


def _refuse(
    equipment: Equipment,
    row: Row[Any],
    error: EnvelopeRefusedError,
    header: EnvelopeHeader | None,
    *,
    identity: Opened | None = None,
    apart: bool = False,
) -> Reply | None:
    """Answer with a MessageError, or with a SOAP Fault where nobody can be addressed; the bytes are kept.

    Args:
        equipment: of the engine.
        row: the envelope.
        error: what is wrong with it.
        header: whom to answer, maybe unverified.
        identity: the envelope as opened, where its signer has been believed: then its id counts as used.
        apart: whether the answer travels by itself.
    """
    now = equipment.clock()
    at = to_text(now)
    if header is None:
        signal = _signal("fault", soap_fault(error.reason))
        state, end, alert = EnvelopeState.QUARANTINED, State.QUARANTINED, AlertCode.ENVELOPE_UNREADABLE
        name = EventName.QUARANTINED
    else:
        packed = message_error(header, error.error_code, error.reason, equipment.keys, now)
        signal = _signal("error", packed, apart=apart)
        state, end, alert = EnvelopeState.REFUSED, State.REJECTED, AlertCode.ENVELOPE_REFUSED
        name = EventName.REJECTED
    detail = {"code": error.error_code, "text": error.reason}
    opened_by = identity.header if identity else None
    with equipment.database.transaction() as connection:
        if identity is not None and identity.header is not None:
            twin = envelopes.identified(
                connection, sender_her=identity.header.from_her, eb_message_id=identity.header.message_id
            )
            identity = None if twin else identity
        message_id = _add_message(connection, at=at, header=header)
        signal_id = payloads.keep(connection, signal.body)
        messages.link_parts(
            connection,
            [
                (message_id, "envelope", row.content_type, row.payload_id),
                (message_id, "signal", signal.content_type, signal_id),
            ],
        )
        events.move(connection, message_id, State.RECEIVED, end, at=at, name=name, detail=detail)
        # One call for all of a kind, until it is seen to: whoever posts rubbish posts much of it.
        known = opened_by.from_her if opened_by else ""
        alerts.raise_alert(connection, alert, at=at, subject=known, detail={**detail, "first": message_id})
        _settle(connection, row, state, identity, signal, message_id, signal_id=signal_id, reason=error.reason)
        _owe_signal(equipment, connection, row, message_id, signal, header)
    return _reply(row, signal)


def _take_signal(equipment: Equipment, row: Row[Any], opened: Opened) -> Reply | None:
    """Give a signal that came on its own to the message it answers; a signal is never answered itself."""
    now = equipment.clock()
    at = to_text(now)
    sent, digests = _answered(equipment, row, getattr(opened.signal, "ref_to_message_id", ""))
    if sent is None:
        reason = t("Signalet gjelder ingen konvolutt vi har sendt.")
        _drop_signal(equipment, row, reason, at, None)
        return None
    try:
        answer = answers.interpret(equipment, opened, sent, digests, now)
    except DirectoryUnavailableError:
        return _TRY_LATER
    if answer.outcome is None:
        _drop_signal(equipment, row, str(answer.detail["reason"]), at, sent)
        return None
    with equipment.database.transaction() as connection:
        _settle(connection, row, EnvelopeState.SIGNAL, None, None, sent.message_id)
        if answers.settle(connection, sent, answer, at=at):
            messages.link_part(connection, sent.message_id, "signal", row.content_type, row.payload_id)
    return None


def _answered(equipment: Equipment, row: Row[Any], reference: str) -> tuple[Row[Any] | None, dict[str, str]]:
    """Return the outbox row that a signal names, with the digests of what was sent.

    A SOAP Fault names nothing; the mail that brings it refers to ours (HITS 1172 §4.2.3.2).
    """
    with equipment.database.snapshot() as connection:
        found = (outbox.by_envelope(connection, name) for name in (reference, *row.refers_to) if name)
        sent = next((one for one in found if one is not None), None)
        if sent is None:
            return None, {}
        kept = envelopes.packed(connection, sender_her=sent.sender_her, eb_message_id=sent.eb_message_id)
    return sent, kept.digests if kept else {}


def _drop_signal(equipment: Equipment, row: Row[Any], reason: str, at: str, sent: Row[Any] | None) -> None:
    """Note that something answered for a partner and is not believed; who has the message or gave up needs no call."""
    message_id = sent.message_id if sent else None
    with equipment.database.transaction() as connection:
        _settle(connection, row, EnvelopeState.REFUSED, None, None, message_id, reason=reason)
        if sent is not None:
            detail = {"receiver": sent.receiver_her, "reason": reason}
            events.record(connection, sent.message_id, at=at, name=EventName.UNTRUSTED_ANSWER, detail=detail)
            if sent.done:
                return
        alerts.raise_alert(
            connection,
            AlertCode.UNTRUSTED_ANSWER,
            at=at,
            message_id=message_id,
            detail={"reason": reason, "envelope": row.id},
        )


def _again(equipment: Equipment, connection: Connection, row: Row[Any], earlier: Row[Any]) -> Reply | None:
    """Answer a duplicate as its first one was answered, byte for byte."""
    now = equipment.clock()
    envelopes.settle(
        connection, row.id, EnvelopeState.DUPLICATE, message_id=earlier.message_id, reason=f"= {earlier.id}"
    )
    if earlier.message_id is not None and earlier.state != EnvelopeState.SIGNAL:
        events.record(connection, earlier.message_id, at=to_text(now), name=EventName.RECEIVED_AGAIN)
    signal = envelopes.signal_of(connection, earlier)
    if signal is None:
        return None
    if _travels(row, signal) and earlier.message_id is not None:
        outbox.repeat_signal(connection, earlier.message_id, now=to_text(now), give_up_at=to_text(now + LIFETIME))
    return _reply(row, signal)


def _owe_signal(
    equipment: Equipment,
    connection: Connection,
    row: Row[Any],
    message_id: int,
    signal: Signal,
    header: EnvelopeHeader | None,
) -> None:
    """Owe a signal that does not answer in the exchange its message came in; it leaves the same way, once.

    Nothing is awaited for it: who does not hear it sends its message again (HITS 1171 §9.6).
    """
    if not _travels(row, signal) or (header is None and not row.reply_to):
        return
    if row.way == Way.REPLY and not (header and header.ack_requested):
        # Whoever answered us in the exchange has no use for more, unless it says so.
        return
    now = equipment.clock()
    ours, theirs = (header.to_her, header.from_her) if header else (equipment.clinic.her_id, "")
    eb_message_id = signal.eb_message_id or new_uuid()
    owed = outbox.Owed(
        message_id,
        ours,
        theirs,
        eb_message_id,
        give_up_at=to_text(now + LIFETIME),
        interval=0,
        signal=True,
        header=_signal_names(header, signal) if header else {},
        # Apart by agreement, it goes where the agreement has it, by whatever way that is.
        way="" if signal.apart else _SCHEMES[Way(row.way)],
        endpoint="" if header else row.reply_to,
    )
    packed = PackedEnvelope(eb_message_id, ours, theirs, {}, signal.content_type, signal.body)
    envelopes.keep_packed(connection, [(message_id, packed)], at=to_text(now))
    outbox.add(connection, owed, now=to_text(now))


def _add_message(connection: Connection, *, at: str, header: EnvelopeHeader | None) -> int:
    """Put an envelope into the message log; what its document says is filled in when it is taken in."""
    said = (
        {"sender_her": header.from_her, "receiver_her": header.to_her, "type_code": header.action}
        if header
        else {}
    )
    detail = {"eb_message_id": header.message_id} if header else {}
    return messages.begin(
        connection, direction="in", state=State.RECEIVED, name=EventName.RECEIVED, at=at, detail=detail, **said
    )


def _settle(
    connection: Connection,
    row: Row[Any],
    state: EnvelopeState,
    identity: Opened | None,
    signal: Signal | None,
    message_id: int | None,
    *,
    signal_id: int | None = None,
    reason: str = "",
) -> None:
    columns: dict[str, Any] = {}
    if signal is not None:
        columns = {
            "signal_type": signal.type,
            "signal_content_type": signal.content_type,
            "signal_payload_id": signal_id,
            "apart": signal.apart,
        }
    if identity is not None and identity.header is not None and identity.verified is not None:
        header = identity.header
        columns |= {
            "eb_message_id": header.message_id,
            "sender_her": header.from_her,
            "receiver_her": header.to_her,
            "header": _names(header),
            "digests": identity.verified.digests,
        }
    envelopes.settle(connection, row.id, state, message_id=message_id, reason=reason, **columns)


def _names(header: EnvelopeHeader) -> dict[str, str]:
    kept = ("service", "action", "from_role", "to_role", "conversation_id", "cpa_id", "description")
    return {name: value for name, value in asdict(header).items() if name in kept}


def _signal(kind: str, packed: Packed, *, apart: bool = False) -> Signal:
    return Signal(kind, packed.content_type, packed.body, packed.message_id, apart)


def _signal_names(header: EnvelopeHeader, signal: Signal) -> dict[str, str]:
    """Return what tells where a signal goes: the agreement of its message, and which signal it is."""
    names = {"service": SIGNAL_SERVICE, "action": _SIGNAL_ACTIONS[signal.type], "cpa_id": header.cpa_id}
    return {**names, "from_role": "", "to_role": ""}


def _travels(row: Row[Any], signal: Signal) -> bool:
    """Return whether the answer to an envelope travels by itself: it must, or the agreement has it so."""
    return row.way != Way.HTTP or signal.apart


def _reply(row: Row[Any], signal: Signal) -> Reply | None:
    """Return a signal as the answer of the exchange its message came in, where that is where it belongs."""
    if _travels(row, signal):
        return None
    return Reply(signal.content_type, signal.body, repetition.FAULT_STATUS if signal.type == "fault" else 200)
