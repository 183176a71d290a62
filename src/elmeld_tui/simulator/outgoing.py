"""What partners send: packed once, then posted until it is acknowledged or refused (HITS 1171 §8.1).

The waiting times are for exercise: seconds, where a real partner waits twelve hours.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.messages.document import Document
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.simulator import agreements
from elmeld_tui.simulator.behaviour import NOTHING, Behaviour, Moment, Rule
from elmeld_tui.simulator.cast import Partner, named
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.kept import Letter
from elmeld_tui.simulator.signing import keys_for, time_for
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.letterhead import mailto
from elmeld_tui.transport.message import Acknowledgment, MessageError, Opened
from elmeld_tui.transport.packing import pack, unpack
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply
from elmeld_tui.transport.signals import check_acknowledgement

_FIRST_WAIT = {"http": 1.0, "mail": 30.0}
"""Seconds; a mail's answer lies in a mailbox until somebody looks."""

_LONGEST_WAIT = 60.0
_DELAY = 10.0
_REORDERED = 3.0
"""Seconds that a letter is held back where nobody says, or where it is to be overtaken."""

_HELD_BACK = {Behaviour.DELAY: _DELAY, Behaviour.REORDER: _REORDERED}

_NO_CPA = "00000000-0000-4000-8000-000000000000"
"""A CPAId of the register's form that nobody has."""


def letter(
    net: Helsenett,
    partner: Partner,
    receiver: DirectoryParty,
    document: Document,
    names: Collaboration,
    *,
    answers: EnvelopeHeader | None = None,
    way: str = "",
) -> Letter:
    """Pack ``document`` from ``partner`` to ``receiver``.

    Args:
        net: the simulated Helsenett.
        partner: who sends; the document says which of its parties.
        receiver: whose certificate it is encrypted for.
        document: what is sent.
        names: service, action and roles of the envelope.
        answers: the envelope whose document this one answers; gives the conversation (NAV's practice).
        way: ``http`` or ``mail``; empty for whichever the receiver has.
    """
    header = document.header
    assert header.sender is not None
    rule = net.store.take(partner.name, way or way_to(receiver), Moment.PACKING)
    envelope = EnvelopeHeader(
        from_her=header.sender.her_id,
        to_her=receiver.her_id,
        service=names.service,
        action=names.action,
        timestamp=time_for(net, rule),
        from_role=names.from_role,
        to_role=names.to_role,
        cpa_id=agreements.cpa_id(net, partner, receiver),
    )
    if answers is not None:
        envelope = replace(
            envelope,
            cpa_id=answers.cpa_id,
            conversation_id=answers.conversation_id,
            ref_to_message_id=answers.message_id,
        )
    if rule.how is Behaviour.UNKNOWN_CPA:
        envelope = replace(envelope, cpa_id=_NO_CPA)
    packed = pack(
        document.raw,
        envelope,
        schema_location=header.namespace,
        schema_version=header.version,
        keys=keys_for(net, partner, rule),
        recipient_certificate=x509.load_der_x509_certificate(receiver.encryption_certificate),
    )
    return Letter(
        message_id=packed.message_id,
        partner=partner.name,
        receiver_her=receiver.her_id,
        kind=header.kind.value,
        msg_id=header.msg_id,
        content_type=packed.content_type,
        body=_altered(packed.body) if rule.how is Behaviour.CORRUPT else packed.body,
        digests=packed.digests,
        way=way,
    )


def way_to(receiver: DirectoryParty) -> str:
    """Return the way to a party: over HTTP where it has an endpoint."""
    return "http" if receiver.endpoint else "mail"


def _altered(body: bytes) -> bytes:
    """Return a message with one letter of its payload's base64 changed."""
    start = body.index(b"\r\n\r\n", body.index(b"pkcs7-mime")) + 400
    other = b"A" if body[start : start + 1] != b"A" else b"B"
    return body[:start] + other + body[start + 1 :]


def run_postman(net: Helsenett, stop: threading.Event) -> None:
    """Deliver letters as they come and fall due, until ``stop`` is set (and `Helsenett.post_changed` with it)."""
    while not stop.is_set():
        net.post_changed.clear()
        deliver_due(net)
        due = net.store.next_due()
        wait = None if due is None else max(0.0, due - net.clock().timestamp())
        net.post_changed.wait(wait)


def deliver_due(net: Helsenett) -> None:
    """Post every letter that is due, once each."""
    for due in net.store.letters(due=net.clock().timestamp()):
        receiver = net.register.get(due.receiver_her)
        assert receiver is not None
        way = due.way or way_to(receiver)
        # What is told of a letter is told of its first attempt; repetitions are what a clinic makes of it.
        rule = NOTHING if due.attempts or due.reason else net.store.take(due.partner, way, Moment.LEAVING)
        _leave(net, due, receiver, way, rule)


def _leave(net: Helsenett, due: Letter, receiver: DirectoryParty, way: str, rule: Rule) -> None:
    now = net.clock().timestamp()
    if rule.how is Behaviour.LOSS:
        net.store.settled(due.message_id, "lost", "lost on the way, as told")
    elif rule.how in _HELD_BACK:
        held = rule.number("seconds", _HELD_BACK[rule.how])
        net.store.hold_back(due.message_id, next_at=now + held)
    else:
        _deliver(net, due, receiver, way)
        if rule.how is Behaviour.DUPLICATE:
            _deliver(net, due, receiver, way)


def _deliver(net: Helsenett, due: Letter, receiver: DirectoryParty, way: str) -> None:
    number = net.captures.begin()
    net.captures.keep(number, "out-request", due.content_type, due.body)
    try:
        reply = net.transport.send(_parcel(due, receiver, way))
    except NotDeliveredError as error:
        _try_again(net, due, error.reason, way)
        return
    net.captures.keep(number, "out-response", reply.content_type if reply else "", reply.body if reply else b"")
    if due.kind == "signal":
        net.store.settled(due.message_id, "acknowledged", attempts=1)
    elif reply is None:
        _try_again(net, due, "no acknowledgement yet", way)
    else:
        _read_reply(net, due, reply, way)


def _parcel(due: Letter, receiver: DirectoryParty, way: str) -> Parcel:
    partner = named(due.partner)
    assert partner is not None
    endpoint = receiver.endpoint if way == "http" else mailto(receiver.edi_address)
    return Parcel(endpoint, due.content_type, due.body, due.message_id, due.attempts + 1, partner.edi_address)


def _try_again(net: Helsenett, due: Letter, reason: str, way: str) -> None:
    wait = min(_FIRST_WAIT[way] * 2**due.attempts, _LONGEST_WAIT)
    net.store.attempted(due.message_id, next_at=net.clock().timestamp() + wait, reason=reason)


def _read_reply(net: Helsenett, due: Letter, reply: Reply, way: str) -> None:
    try:
        settled = settle(net, unpack(reply.content_type, reply.body))
    except EnvelopeRefusedError as error:
        _try_again(net, due, f"unusable answer: {error.reason}", way)
        return
    if settled != due.message_id:
        _try_again(net, due, "the answer is no signal to this message", way)


def settle(net: Helsenett, opened: Opened) -> str:
    """Let a signal, in whatever exchange it came, settle the letter it answers.

    Returns:
        The eb:MessageId of that letter; empty where the signal answers none of ours.

    Raises:
        EnvelopeRefusedError: it acknowledges other bytes than were sent.
    """
    signal = opened.signal
    if isinstance(signal, Acknowledgment | MessageError):
        answered = net.store.letter(signal.ref_to_message_id)
        if answered is not None and _from_the_receiver(net, opened, answered):
            if isinstance(signal, Acknowledgment):
                check_acknowledgement(signal, message_id=answered.message_id, digests=answered.digests)
                net.store.settled(answered.message_id, "acknowledged", attempts=1)
            else:
                state = "refused" if signal.refused else "acknowledged"
                reason = "; ".join(f"{entry.code}: {entry.text}" for entry in signal.errors)
                net.store.settled(answered.message_id, state, reason, attempts=1)
            return answered.message_id
    return ""


def _from_the_receiver(net: Helsenett, opened: Opened, answered: Letter) -> bool:
    """Only the receiver's own signature settles a letter (HITS 1172 R79)."""
    receiver = net.register.get(answered.receiver_her)
    assert receiver is not None
    assert opened.verified is not None
    return opened.verified.certificate.public_bytes(Encoding.DER) == receiver.signing_certificate
