"""What reaches a partner: checked, acknowledged and stored as a partner's message handler does it.

The order is the receiver's of HITS 1171 §9: read, duplicate?, signature and party, decrypt, acknowledge; then the
document, which is answered with an AppRec in an envelope of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.cms import DecryptionError
from elmeld_tui.simulator import agreements
from elmeld_tui.simulator.answers import consider
from elmeld_tui.simulator.behaviour import NOTHING, Behaviour, Moment, Rule
from elmeld_tui.simulator.cast import Partner, partner_of
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.kept import Letter, StoredReply
from elmeld_tui.simulator.odd_keys import ODD
from elmeld_tui.simulator.outgoing import settle
from elmeld_tui.simulator.signing import keys_for, time_for
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import MessageKind, Opened, Packed
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault

_ON_COMMAND = "Øvelse: på kommando."
_DELAY = 10.0
"""Seconds, where nobody says."""

_SIGNED_OTHERWISE = ODD | {Behaviour.CLOCK}

_STATUS = {"http": 503, "mail": 451}
"""How either way says that nothing has been taken in, and to come again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back.

    Attributes:
        status: of HTTP; without a body, 400 and above say that nothing was taken in, by mail as the reply to DATA.
        content_type: of the body.
        body: a signal, or nothing.
        cut: whether the connection breaks half-way through.
    """

    status: int
    content_type: str = ""
    body: bytes = b""
    cut: bool = False


_NOTHING = Answer(204)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An envelope with a partner's name on it, and how it came."""

    net: Helsenett
    partner: Partner
    header: EnvelopeHeader
    opened: Opened
    way: str


def receive(net: Helsenett, content_type: str, body: bytes, way: str = "http") -> Answer:
    """Take in one body; return what is answered.

    Args:
        net: the simulated Helsenett.
        content_type: as received.
        body: without the transfer encoding of the way.
        way: ``http`` or ``mail``.
    """
    number = net.captures.begin()
    net.captures.keep(number, "in-request", content_type, body)
    answer = _receive(net, content_type, body, way)
    net.captures.keep(number, "in-response", answer.content_type, answer.body)
    return answer


def _receive(net: Helsenett, content_type: str, body: bytes, way: str) -> Answer:
    try:
        opened = unpack(content_type, body)
    except EnvelopeRefusedError as error:
        return _refuse_unread(net, error)
    if opened.kind is not MessageKind.PAYLOAD:
        return _take_signal(net, opened)
    header = opened.header
    assert header is not None
    partner = partner_of(header.to_her)
    if partner is None:
        return _fault(f"nobody here has HER-id {header.to_her}")
    return _to_partner(_Exchange(net, partner, header, opened, way))


def _to_partner(exchange: _Exchange) -> Answer:
    net, header = exchange.net, exchange.header
    rule = net.store.take(exchange.partner.name, exchange.way, Moment.ARRIVAL)
    if rule.how in _AT_THE_DOOR:
        return _AT_THE_DOOR[rule.how](exchange, rule)
    if rule.how is Behaviour.DELAY:
        # In the thread of this exchange alone; the simulator's own end comes first.
        net.closing.wait(rule.number("seconds", _DELAY))
    fingerprint = hashlib.sha256(repr(sorted(exchange.opened.digests.items())).encode()).hexdigest()
    before = net.store.reply_to(header.from_her, header.message_id)
    if before is None:
        return _first_time(exchange, fingerprint)
    if before.fingerprint != fingerprint:
        # HITS 1172 §5.8.2: the same id over other bytes is no repetition.
        return _error(exchange, "Inconsistent", "MessageId er brukt før, med et annet innhold.")
    # The register gives the certificate that this was signed with.
    keys_for(net, exchange.partner, NOTHING)
    return Answer(200, before.content_type, before.body)


def _unavailable(exchange: _Exchange, rule: Rule) -> Answer:
    return Answer(int(rule.number("status", _STATUS[exchange.way])))


_AT_THE_DOOR: Mapping[Behaviour, Callable[[_Exchange, Rule], Answer]] = {
    Behaviour.UNAVAILABLE: _unavailable,
    Behaviour.LOSS: lambda *_: _NOTHING,
    Behaviour.CUT_BEFORE: lambda *_: Answer(200, "text/xml", b"", cut=True),
}
"""What is done before an envelope is looked at; it is not taken in."""


def _take_signal(net: Helsenett, opened: Opened) -> Answer:
    """A signal is never answered, good or bad (HIS 1037 §9.1); a bad one leaves its message unacknowledged."""
    with suppress(EnvelopeRefusedError):
        settle(net, opened)
    return _NOTHING


def _first_time(exchange: _Exchange, fingerprint: str) -> Answer:
    net, partner = exchange.net, exchange.partner
    rule = net.store.take(partner.name, exchange.way, Moment.SIGNAL)
    if rule.how in _REFUSALS:
        return _REFUSALS[rule.how](exchange, rule)
    if problem := _sender_problem(exchange):
        return _error(exchange, *problem)
    if problem := agreements.problem(net, partner, exchange.header):
        return _error(exchange, *problem)
    try:
        document = open_payload(exchange.opened, net.keys[partner.name])
    except (DecryptionError, EnvelopeRefusedError) as error:
        return _error(exchange, "SecurityFailure", str(error))
    return _take_in(exchange, document, rule, fingerprint)


def _take_in(exchange: _Exchange, document: bytes, rule: Rule, fingerprint: str) -> Answer:
    net, header = exchange.net, exchange.header
    consequence = consider(net, exchange.partner, header, document, exchange.way)
    # A repetition is answered as it should be: what was signed wrongly once is not kept.
    signal = _signal(exchange, rule if rule.how is Behaviour.WARNING else NOTHING)
    late = (_late(exchange, signal),) if rule.how is Behaviour.LATE_ACK else ()
    now = net.clock().timestamp()
    net.store.keep_exchange(
        header.from_her,
        header.message_id,
        StoredReply(fingerprint, signal.content_type, signal.body),
        document=consequence.document,
        letters=(*late, *consequence.letters),
        now=now,
    )
    if late:
        due = now + rule.number("seconds", 0.0)
        net.store.hold_back(signal.message_id, next_at=due)
    net.post_changed.set()
    if rule.how in {Behaviour.NO_ACK, Behaviour.LATE_ACK}:
        return _NOTHING
    if rule.how in _SIGNED_OTHERWISE:
        signal = _signal(exchange, rule)
    body = _with_another_signature_value(signal.body) if rule.how is Behaviour.CORRUPT else signal.body
    return Answer(200, signal.content_type, body, cut=rule.how is Behaviour.CUT)


def _signal(exchange: _Exchange, rule: Rule) -> Packed:
    """Return the signal to what is taken in; a Warning is an acknowledgement with a remark (HITS 1171 §8.4)."""
    net = exchange.net
    keys, now = keys_for(net, exchange.partner, rule), time_for(net, rule)
    if rule.how is not Behaviour.WARNING:
        return acknowledgement(exchange.opened, keys, now)
    code, text = rule.said("code", "Inconsistent"), rule.said("text", _ON_COMMAND)
    return message_error(exchange.header, code, text, keys, now, "Warning")


def _late(exchange: _Exchange, signal: Packed) -> Letter:
    return Letter(
        message_id=signal.message_id,
        partner=exchange.partner.name,
        receiver_her=exchange.header.from_her,
        kind="signal",
        msg_id="",
        content_type=signal.content_type,
        body=signal.body,
        digests=signal.digests,
        way=exchange.way,
    )


def _sender_problem(exchange: _Exchange) -> tuple[str, str] | None:
    """Return error code and text unless the signer is who the register says the From party is (HITS 1172 R79)."""
    from_her = exchange.header.from_her
    sender = exchange.net.register.get(from_her)
    if sender is None:
        return "ValueNotRecognized", f"HER-id {from_her} finnes ikke i adresseregisteret."
    assert exchange.opened.verified is not None
    if exchange.opened.verified.certificate.public_bytes(Encoding.DER) != sender.signing_certificate:
        return "SecurityFailure", "Signaturens sertifikat er ikke det adresseregisteret har for avsenderen."
    return None


def _error(exchange: _Exchange, code: str, text: str) -> Answer:
    return _message_error(exchange.net, exchange.partner, exchange.header, code, text)


def _message_error(net: Helsenett, partner: Partner, header: EnvelopeHeader, code: str, text: str) -> Answer:
    refusal = message_error(header, code, text, net.keys[partner.name], net.clock())
    return Answer(200, refusal.content_type, refusal.body)


def _refuse_unread(net: Helsenett, error: EnvelopeRefusedError) -> Answer:
    """Answer what could not be trusted: a MessageError where it says whom to answer, else a SOAP Fault."""
    partner = partner_of(error.unverified.to_her) if error.unverified else None
    if partner is None or error.unverified is None:
        return _fault(error.reason)
    return _message_error(net, partner, error.unverified, error.error_code, error.reason)


def _fault(text: str) -> Answer:
    fault = soap_fault(text)
    return Answer(500, fault.content_type, fault.body)


_REFUSALS: Mapping[Behaviour, Callable[[_Exchange, Rule], Answer]] = {
    Behaviour.MESSAGE_ERROR: lambda exchange, rule: _error(
        exchange, rule.said("code", "SecurityFailure"), rule.said("text", _ON_COMMAND)
    ),
    Behaviour.UNKNOWN_CPA: lambda exchange, _: _error(
        exchange, "ValueNotRecognized", f"CPAId {exchange.header.cpa_id} er ukjent."
    ),
    Behaviour.FAULT: lambda _, rule: _fault(rule.said("text", _ON_COMMAND)),
}
"""What is answered instead of taking the envelope in."""


def _with_another_signature_value(body: bytes) -> bytes:
    """Return a signal with one bit of its signature value turned: still XML, no longer a signature."""
    start = body.index(b"SignatureValue>") + len(b"SignatureValue>")
    other = b"A" if body[start : start + 1] != b"A" else b"B"
    return body[:start] + other + body[start + 1 :]
