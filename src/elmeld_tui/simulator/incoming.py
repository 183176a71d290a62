"""What reaches a partner: checked, acknowledged and remembered as a partner's message handler does it.

The order is the receiver's of HITS 1171 §9: read, duplicate?, signature and party, decrypt, acknowledge; then the
document, which is answered with an AppRec in an envelope of its own.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.cms import DecryptionError
from elmeld_tui.simulator import agreements
from elmeld_tui.simulator.answers import Consequence, consider
from elmeld_tui.simulator.behaviour import Behaviour
from elmeld_tui.simulator.cast import Partner, partner_of
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.outgoing import settle
from elmeld_tui.simulator.store import Letter, StoredReply
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import MessageKind, Opened, Packed
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault

_BEFORE_READING = frozenset({Behaviour.UNAVAILABLE})
_WHEN_ANSWERING = frozenset(
    {Behaviour.MESSAGE_ERROR, Behaviour.NO_ACK, Behaviour.LATE_ACK, Behaviour.CORRUPT, Behaviour.CUT}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; ``cut`` breaks the connection half-way through the body."""

    status: int
    content_type: str = ""
    body: bytes = b""
    cut: bool = False


_NOTHING = Answer(204)


def receive(net: Helsenett, content_type: str, body: bytes) -> Answer:
    """Take in one body posted to the partners' endpoint; return what is answered."""
    number = net.captures.begin()
    net.captures.keep(number, "in-request", content_type, body)
    answer = _receive(net, content_type, body)
    net.captures.keep(number, "in-response", answer.content_type, answer.body)
    return answer


def _receive(net: Helsenett, content_type: str, body: bytes) -> Answer:
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
    return _to_partner(net, partner, header, opened)


def _to_partner(net: Helsenett, partner: Partner, header: EnvelopeHeader, opened: Opened) -> Answer:
    if net.store.take_behaviour(partner.name, _BEFORE_READING) is Behaviour.UNAVAILABLE:
        return Answer(503)
    fingerprint = hashlib.sha256(repr(sorted(opened.digests.items())).encode()).hexdigest()
    before = net.store.reply_to(header.from_her, header.message_id)
    if before is None:
        return _first_time(net, partner, header, opened, fingerprint)
    if before.fingerprint != fingerprint:
        # HITS 1172 §5.8.2: the same id over other bytes is no repetition.
        return _error(net, partner, header, "Inconsistent", "MessageId er brukt før, med et annet innhold.")
    return Answer(200, before.content_type, before.body)


def _take_signal(net: Helsenett, opened: Opened) -> Answer:
    """A signal is never answered, good or bad (HIS 1037 §9.1); a bad one leaves its message unacknowledged."""
    with suppress(EnvelopeRefusedError):
        settle(net, opened)
    return _NOTHING


def _first_time(
    net: Helsenett, partner: Partner, header: EnvelopeHeader, opened: Opened, fingerprint: str
) -> Answer:
    behaviour = net.store.take_behaviour(partner.name, _WHEN_ANSWERING)
    if behaviour is Behaviour.MESSAGE_ERROR:
        return _error(net, partner, header, "SecurityFailure", "Øvelse: konvolutten avvises på kommando.")
    if problem := _sender_problem(net, header, opened):
        return _error(net, partner, header, *problem)
    if problem := agreements.problem(net, partner, header):
        return _error(net, partner, header, *problem)
    try:
        document = open_payload(opened, net.keys[partner.name])
    except (DecryptionError, EnvelopeRefusedError) as error:
        return _error(net, partner, header, "SecurityFailure", str(error))
    ack = acknowledgement(opened, net.keys[partner.name], net.clock())
    consequence = consider(net, partner, header, document)
    return _acknowledge(net, partner, header, ack, consequence, fingerprint, behaviour)


def _acknowledge(
    net: Helsenett,
    partner: Partner,
    header: EnvelopeHeader,
    ack: Packed,
    consequence: Consequence,
    fingerprint: str,
    behaviour: Behaviour,
) -> Answer:
    letters = consequence.letters
    if behaviour is Behaviour.LATE_ACK:
        late = Letter(
            ack.message_id, partner.name, header.from_her, "signal", "", ack.content_type, ack.body, ack.digests
        )
        letters = (late, *letters)
    net.store.keep_exchange(
        header.from_her,
        header.message_id,
        StoredReply(fingerprint, ack.content_type, ack.body),
        document=consequence.document,
        letters=letters,
        now=net.clock().timestamp(),
    )
    net.post_changed.set()
    if behaviour in {Behaviour.NO_ACK, Behaviour.LATE_ACK}:
        return _NOTHING
    if behaviour is Behaviour.CORRUPT:
        return Answer(200, ack.content_type, _with_another_signature_value(ack.body))
    return Answer(200, ack.content_type, ack.body, cut=behaviour is Behaviour.CUT)


def _sender_problem(net: Helsenett, header: EnvelopeHeader, opened: Opened) -> tuple[str, str] | None:
    """Return error code and text unless the signer is who the register says the From party is (HITS 1172 R79)."""
    sender = net.register.get(header.from_her)
    if sender is None:
        return "ValueNotRecognized", f"HER-id {header.from_her} finnes ikke i adresseregisteret."
    assert opened.verified is not None
    if opened.verified.certificate.public_bytes(Encoding.DER) != sender.signing_certificate:
        return "SecurityFailure", "Signaturens sertifikat er ikke det adresseregisteret har for avsenderen."
    return None


def _error(net: Helsenett, partner: Partner, header: EnvelopeHeader, code: str, text: str) -> Answer:
    refusal = message_error(header, code, text, net.keys[partner.name], net.clock())
    return Answer(200, refusal.content_type, refusal.body)


def _refuse_unread(net: Helsenett, error: EnvelopeRefusedError) -> Answer:
    """Answer what could not be trusted: a MessageError where it says whom to answer, else a SOAP Fault."""
    partner = partner_of(error.unverified.to_her) if error.unverified else None
    if partner is None or error.unverified is None:
        return _fault(error.reason)
    return _error(net, partner, error.unverified, error.error_code, error.reason)


def _fault(text: str) -> Answer:
    fault = soap_fault(text)
    return Answer(500, fault.content_type, fault.body)


def _with_another_signature_value(body: bytes) -> bytes:
    """Return a signal with one bit of its signature value turned: still XML, no longer a signature."""
    start = body.index(b"SignatureValue>") + len(b"SignatureValue>")
    other = b"A" if body[start : start + 1] != b"A" else b"B"
    return body[:start] + other + body[start + 1 :]
