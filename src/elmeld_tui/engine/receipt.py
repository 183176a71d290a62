"""Receiving: verify what came, store it together with its outcome in one commit, and only then answer.

Whatever a partner is acknowledged for is in the store by then, opened and ready to be imported. A repetition gets the
answer it got the first time, byte for byte (HIS 1037 §6.2.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import agreements, repetition, signals
from elmeld_tui.engine.arriving import Arriving, again, kept, put_off, reply, settle, travels
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
from elmeld_tui.store import alerts, envelopes, events, lines, messages, outbox, payloads
from elmeld_tui.store.database import StoreError
from elmeld_tui.store.envelopes import EnvelopeState, PackedEnvelope, Signal
from elmeld_tui.store.events import StaleStateError
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import MessageKind, Opened, Packed
from elmeld_tui.transport.packing import open_payloads, unpack
from elmeld_tui.transport.port import Reply
from elmeld_tui.transport.remarks import remarks as remarks_on
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault

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
    arriving = Arriving(arrival, digest, to_text(equipment.clock()))
    try:
        return _treat(equipment, arriving)
    except StoreError:
        raise
    except Exception:
        # What the program fails at is kept all the same, for a human and for another try.
        put_off(equipment, arriving)
        raise


def treat(equipment: Equipment, envelope_id: int) -> Reply | None:
    """Settle an envelope that was kept and not settled; one that has been meanwhile is answered as it was."""
    arriving = kept(equipment.database, envelope_id)
    try:
        return _treat(equipment, arriving)
    except StaleStateError:
        with equipment.database.snapshot() as connection:
            settled = envelopes.get(connection, envelope_id)
            signal = envelopes.signal_of(connection, settled)
        return reply(arriving.arrival.way, signal) if signal else None


def _treat(equipment: Equipment, arriving: Arriving) -> Reply | None:
    """Find out whether an envelope is to be believed; then keep it together with what becomes of it."""
    try:
        opened = unpack(arriving.arrival.content_type, arriving.arrival.body)
    except EnvelopeRefusedError as error:
        return _refuse_unopened(equipment, arriving, error)
    if opened.kind is not MessageKind.PAYLOAD:
        return signals.take(equipment, arriving, opened)
    assert opened.header is not None
    header = opened.header
    agreement = agreements.named_by(equipment.database, header, equipment.clock())
    apart = agreement is not None and answers_apart(
        agreement, ours=header.to_her, service=header.service, action=header.action
    )
    try:
        remarks = _check_signer(equipment, opened, agreement, from_text(arriving.received))
    except EnvelopeRefusedError as error:
        return _refuse(equipment, arriving, error, header)
    except DirectoryUnavailableError:
        return put_off(equipment, arriving)
    try:
        _check_parties(equipment, header)
        agreements.hold_to(agreement, header)
        documents = open_payloads(opened, equipment.keys)
    except (EnvelopeRefusedError, DecryptionError) as error:
        if isinstance(error, DecryptionError):
            error = EnvelopeRefusedError("decryption", "SecurityFailure", str(error), header)
        return _refuse(equipment, arriving, error, header, identity=opened, apart=apart)
    return _accept(equipment, arriving, opened, documents, remarks, apart=apart)


def _refuse_unopened(equipment: Equipment, arriving: Arriving, error: EnvelopeRefusedError) -> Reply | None:
    """Answer what does not hold; a signal, not even a broken one, is never answered (HIS 1037 §9.1)."""
    if error.unverified is None or error.unverified.service != SIGNAL_SERVICE:
        return _refuse(equipment, arriving, error, error.unverified)
    sent, _ = signals.sent_as(equipment, arriving.arrival, error.unverified.ref_to_message_id)
    signals.drop(equipment, arriving, error.reason, to_text(equipment.clock()), sent)
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
    arriving: Arriving,
    opened: Opened,
    documents: Sequence[bytes],
    remarks: Sequence[Finding],
    *,
    apart: bool,
) -> Reply | None:
    """Keep the documents and the ack in one transaction; then, and only then, the partner hears of it.

    Each document is a message of its own; the ack is the first one's.
    """
    assert opened.header is not None
    header, now = opened.header, equipment.clock()
    at = to_text(now)
    ack = _answer(equipment, opened, now, apart=apart)
    departures = _departures(opened)
    try:
        with equipment.database.transaction() as connection:
            entry = arriving.keep(connection)
            twin = entry.earlier or _twin(connection, opened)
            if twin is not None:
                return again(equipment, connection, entry, twin)
            *document_ids, ack_id = payloads.keep_all(connection, [*documents, ack.body])
            message_ids = [_add_message(connection, at=at, header=header) for _ in documents]
            message_id = message_ids[0]
            parts = []
            for one, document_id in zip(message_ids, document_ids, strict=True):
                parts += [(one, "envelope", *entry.part), (one, "document", XML, document_id)]
                messages.add_findings(connection, one, [*remarks, *departures])
            messages.link_parts(connection, [*parts, (message_id, "signal", ack.content_type, ack_id)])
            settle(connection, entry, EnvelopeState.ACKNOWLEDGED, opened, ack, message_id, signal_id=ack_id)
            _owe_signal(equipment, connection, arriving.arrival, message_id, ack, header)
            return reply(arriving.arrival.way, ack)
    except _FalseDuplicateError as error:
        return _refuse(equipment, arriving, error, header, apart=apart)


class _FalseDuplicateError(EnvelopeRefusedError):
    """The same id for other content is no duplicate, and cannot be taken in either (HITS 1172 §5.8.2)."""

    def __init__(self, twin: Row[Any]) -> None:
        reason = t("En tidligere konvolutt hadde samme MessageId, men annet innhold.")
        super().__init__("false_duplicate", "Inconsistent", reason)
        self.twin = twin


def _twin(connection: Connection, opened: Opened) -> Row[Any] | None:
    """Return the envelope that came before with the same identity and the same content, or None.

    Raises:
        _FalseDuplicateError: it had other content.
    """
    assert opened.header is not None
    assert opened.verified is not None
    header = opened.header
    twin = envelopes.identified(connection, sender_her=header.from_her, eb_message_id=header.message_id)
    if twin is not None and twin.digests != opened.verified.digests:
        raise _FalseDuplicateError(twin)
    return twin


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
    arriving: Arriving,
    error: EnvelopeRefusedError,
    header: EnvelopeHeader | None,
    *,
    identity: Opened | None = None,
    apart: bool = False,
) -> Reply | None:
    """Answer with a MessageError, or with a SOAP Fault where nobody can be addressed; the bytes are kept.

    Args:
        equipment: of the engine.
        arriving: the envelope.
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
        entry = arriving.keep(connection)
        if entry.earlier is not None:
            return again(equipment, connection, entry, entry.earlier)
        if identity is not None and identity.header is not None:
            twin = envelopes.identified(
                connection, sender_her=identity.header.from_her, eb_message_id=identity.header.message_id
            )
            identity = None if twin else identity
        # Whom it says it is from, maybe untruly: whoever phones about it is found by that.
        claimed = lines.receiver_name(connection, header.from_her) if header else ""
        message_id = _add_message(connection, at=at, header=header, sender_name=claimed)
        signal_id = payloads.keep(connection, signal.body)
        messages.link_parts(
            connection,
            [
                (message_id, "envelope", *entry.part),
                (message_id, "signal", signal.content_type, signal_id),
            ],
        )
        events.move(connection, message_id, State.RECEIVED, end, at=at, name=name, detail=detail)
        # One call for all of a kind, until it is seen to: whoever posts rubbish posts much of it.
        known = opened_by.from_her if opened_by else ""
        alerts.raise_alert(connection, alert, at=at, subject=known, detail={**detail, "first": message_id})
        if isinstance(error, _FalseDuplicateError):
            _tell_of_false_duplicate(connection, error.twin, at)
        settle(connection, entry, state, identity, signal, message_id, signal_id=signal_id, reason=error.reason)
        _owe_signal(equipment, connection, arriving.arrival, message_id, signal, header)
    return reply(arriving.arrival.way, signal)


def _tell_of_false_duplicate(connection: Connection, twin: Row[Any], at: str) -> None:
    detail = {"earlier_envelope": twin.id, "eb_message_id": twin.eb_message_id, "sender": twin.sender_her}
    alerts.raise_alert(connection, AlertCode.FALSE_DUPLICATE, at=at, message_id=twin.message_id, detail=detail)


def _owe_signal(
    equipment: Equipment,
    connection: Connection,
    arrival: Arrival,
    message_id: int,
    signal: Signal,
    header: EnvelopeHeader | None,
) -> None:
    """Owe a signal that does not answer in the exchange its message came in; it leaves the same way, once.

    Nothing is awaited for it: who does not hear it sends its message again (HITS 1171 §9.6).
    """
    if not travels(arrival.way, signal) or (header is None and not arrival.reply_to):
        return
    if arrival.way == Way.REPLY and not (header and header.ack_requested):
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
        way="" if signal.apart else _SCHEMES[arrival.way],
        endpoint="" if header else arrival.reply_to,
    )
    packed = PackedEnvelope(eb_message_id, ours, theirs, {}, signal.content_type, signal.body)
    envelopes.keep_packed(connection, [(message_id, packed)], at=to_text(now))
    outbox.add(connection, owed, now=to_text(now))


def _add_message(connection: Connection, *, at: str, header: EnvelopeHeader | None, sender_name: str = "") -> int:
    """Put an envelope into the message log; what its document says is filled in when it is taken in."""
    said = (
        {"sender_her": header.from_her, "receiver_her": header.to_her, "type_code": header.action}
        if header
        else {}
    )
    detail = {"eb_message_id": header.message_id} if header else {}
    known = {"sender_name": sender_name, **said}
    return messages.begin(
        connection, direction="in", state=State.RECEIVED, name=EventName.RECEIVED, at=at, detail=detail, **known
    )


def _signal(kind: str, packed: Packed, *, apart: bool = False) -> Signal:
    return Signal(kind, packed.content_type, packed.body, packed.message_id, apart)


def _signal_names(header: EnvelopeHeader, signal: Signal) -> dict[str, str]:
    """Return what tells where a signal goes: the agreement of its message, and which signal it is."""
    names = {"service": SIGNAL_SERVICE, "action": _SIGNAL_ACTIONS[signal.type], "cpa_id": header.cpa_id}
    return {**names, "from_role": "", "to_role": ""}
