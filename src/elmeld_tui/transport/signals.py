"""Signals: the transport's own answers (HIS 1037 §7, HITS 1171 §5.2.3 and §8, ebMS 2.0 §4.2 and §6.3.2).

An acknowledgment says that the envelope was received and its signature held; it says nothing of the content. A
signal is signed, carries no payload, asks for no acknowledgment and is never answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.identifiers import compared_id, new_uuid
from elmeld_tui.security import canonical, xmldsig
from elmeld_tui.security.canonical import attribute, canonical_within
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS, SOAP
from elmeld_tui.transport.envelope import (
    SIGNAL_SERVICE,
    EnvelopeHeader,
    EnvelopeRefusedError,
    attribute_of,
    eb,
    read_time,
    text_of,
)
from elmeld_tui.transport.message import Acknowledgment, ErrorEntry, Fault, MessageError, Opened, Packed, Signal
from elmeld_tui.transport.mime import SOAP_TYPE
from elmeld_tui.transport.writing import DECLARED, description, element, extension, write

_FAULT = etree.XPath("/SOAP:Envelope/SOAP:Body/SOAP:Fault", namespaces={"SOAP": SOAP})
_ERROR_CONTEXT = "urn:oasis:names:tc:ebxml-msg:service:errors"


def acknowledgement(opened: Opened, keys: CompanyKeys, now: datetime) -> Packed:
    """Return the signed acknowledgment of a message, repeating the references of its signature word for word.

    Args:
        opened: a message with payload.
        keys: of the receiver, who signs.
        now: aware.
    """
    assert opened.header is not None
    assert opened.verified is not None
    references = canonical_within(
        b"".join(reference.element for reference in opened.verified.references), DECLARED
    )
    said = element("Timestamp", clock.envelope_text(now)) + element("RefToMessageId", opened.header.message_id)
    # HITS 1172 R109: an acknowledgment names the message in its own element only.
    header = _answer_header(opened.header, "Acknowledgment", now)
    return _signed(header, extension("Acknowledgment", said + references), keys)


def message_error(
    header: EnvelopeHeader,
    code: str,
    text: str,
    keys: CompanyKeys,
    now: datetime,
    severity: str = "Error",
    location: str = "",
) -> Packed:
    """Return a signed MessageError that answers a message.

    Args:
        header: of the message; may be unverified, since it only addresses the answer.
        code: e.g. ``SecurityFailure`` (HIS 1037 §7.2.4).
        text: what is wrong, for the partner's support staff.
        keys: of the receiver, who signs.
        now: aware.
        severity: ``Error``, or ``Warning`` for a message that was taken all the same.
        location: where in the message, as an XPath; empty where no one place is to blame.
    """
    place = f' eb:location="{attribute(location)}"' if location else ""
    error = (
        f'<eb:Error eb:codeContext="{_ERROR_CONTEXT}" eb:errorCode="{attribute(code)}"{place}'
        f' eb:severity="{attribute(severity)}">{description(text)}</eb:Error>'
    )
    errors = extension("ErrorList", error, f' eb:highestSeverity="{attribute(severity)}"')
    answer = replace(_answer_header(header, "MessageError", now), ref_to_message_id=header.message_id)
    return _signed(answer, errors, keys)


def soap_fault(text: str) -> Packed:
    """Return a SOAP 1.1 Fault: the answer where nothing readable tells whom to answer (HITS 1172 §5.5.2)."""
    fault = (
        f'<SOAP:Envelope xmlns:SOAP="{SOAP}"><SOAP:Body><SOAP:Fault><faultcode>SOAP:Client</faultcode>'
        f"<faultstring>{canonical.text(text)}</faultstring></SOAP:Fault></SOAP:Body></SOAP:Envelope>"
    )
    return Packed(SOAP_TYPE, xmldsig.DECLARATION + fault.encode(), "", {})


def _answer_header(header: EnvelopeHeader, action: str, now: datetime) -> EnvelopeHeader:
    """Mirror the parties and keep agreement and conversation (HIS 1037 §7.2.1)."""
    return EnvelopeHeader(
        from_her=header.to_her,
        to_her=header.from_her,
        service=SIGNAL_SERVICE,
        action=action,
        timestamp=now,
        cpa_id=header.cpa_id,
        conversation_id=header.conversation_id,
        message_id=new_uuid(),
        duplicate_elimination=False,
        ack_requested=False,
    )


def _signed(header: EnvelopeHeader, signal: str, keys: CompanyKeys) -> Packed:
    signed = xmldsig.sign(write(header, signal=signal), {}, keys.signing)
    return Packed(SOAP_TYPE, signed.soap, header.message_id, {})


def read_signal(envelope: etree._Element, header: EnvelopeHeader) -> Signal | None:
    """Return the signal that signed octets hold, or None for a message with payload.

    Raises:
        EnvelopeRefusedError: the envelope calls itself a signal and is none, or is more than one thing.
    """
    soap_header = envelope.find(f"{{{SOAP}}}Header")
    assert soap_header is not None
    ack, errors = soap_header.find(eb("Acknowledgment")), soap_header.find(eb("ErrorList"))
    if (header.service == SIGNAL_SERVICE) != (ack is not None or errors is not None) or None not in (ack, errors):
        raise EnvelopeRefusedError(
            "signal_form",
            "Inconsistent",
            t("Service «{service}» og innholdet i SOAP Header stemmer ikke overens.", service=header.service),
        )
    if ack is not None:
        return _read_acknowledgment(ack)
    if errors is not None:
        return _read_error_list(errors, header)
    return None


def _read_acknowledgment(ack: etree._Element) -> Acknowledgment:
    digests = {
        reference.get("URI", ""): "".join(reference.findtext(f"{{{DS}}}DigestValue", "").split())
        for reference in ack.iterfind(f"{{{DS}}}Reference")
    }
    answered = compared_id(text_of(ack, "RefToMessageId"))
    return Acknowledgment(answered, read_time(text_of(ack, "Timestamp")), digests)


def _read_error_list(errors: etree._Element, header: EnvelopeHeader) -> MessageError:
    entries = tuple(
        ErrorEntry(
            attribute_of(error, "errorCode"),
            attribute_of(error, "severity"),
            text_of(error, "Description"),
            attribute_of(error, "location"),
        )
        for error in errors.iterfind(eb("Error"))
    )
    return MessageError(header.ref_to_message_id, attribute_of(errors, "highestSeverity") or "Error", entries)


def read_fault(envelope: etree._Element) -> Fault | None:
    """Return the SOAP Fault of an envelope from `canonical.parse`, or None."""
    faults: list[etree._Element] = _FAULT(envelope)  # type: ignore[assignment]
    if not faults:
        return None
    fault = faults[0]
    return Fault(fault.findtext("faultcode", "").strip(), fault.findtext("faultstring", "").strip())


def check_acknowledgement(
    ack: Acknowledgment, *, message_id: str, digests: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Check that an acknowledgment is for the very bytes we sent.

    Args:
        ack: as read.
        message_id: eb:MessageId of what we sent.
        digests: of what we sent, by reference URI (`Packed.digests`).

    Returns:
        What is accepted but should be told: an ack without digests, which older partners send.

    Raises:
        EnvelopeRefusedError: it is for another message, or for other bytes.
    """
    if ack.ref_to_message_id != message_id:
        raise EnvelopeRefusedError(
            "ack_other_message", "Inconsistent", t("Transportkvitteringen gjelder en annen melding.")
        )
    if not ack.digests:
        text = t("Transportkvitteringen gjentar ikke signaturens referanser.")
        return (Finding(Severity.NOTE, "ack_without_digests", "eb:Acknowledgment", text),)
    if {unquote(uri): digest for uri, digest in ack.digests.items()} != {
        unquote(uri): digest for uri, digest in digests.items()
    }:
        raise EnvelopeRefusedError(
            "ack_other_bytes",
            "Inconsistent",
            t("Transportkvitteringen gjelder andre bytes enn de vi sendte (DigestValue er ulik)."),
        )
    return ()
