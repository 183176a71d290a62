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
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.security import xmldsig
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import DS, EB, SOAP
from elmeld_tui.transport.envelope import (
    SIGNAL_SERVICE,
    XML_LANG,
    EnvelopeHeader,
    EnvelopeRefusedError,
    add,
    eb,
    read_time,
    text_of,
    write,
)
from elmeld_tui.transport.message import Acknowledgment, ErrorEntry, Fault, MessageError, Opened, Packed, Signal
from elmeld_tui.transport.mime import SOAP_TYPE

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
    element = _extension("Acknowledgment")
    add(element, "Timestamp", clock.envelope_text(now))
    add(element, "RefToMessageId", opened.header.message_id)
    # HITS 1172 R109: an acknowledgment names the message in its own element only.
    header = _answer_header(opened.header, "Acknowledgment", now)
    # As text: moved as elements they would lose the prefixes that their XPath expressions use.
    references = b"".join(reference.element for reference in opened.verified.references)
    end = b"</eb:Acknowledgment>"
    return _signed(header, write(header, signal=element).replace(end, references + end), keys)


def message_error(
    header: EnvelopeHeader, code: str, text: str, keys: CompanyKeys, now: datetime, severity: str = "Error"
) -> Packed:
    """Return a signed MessageError that answers a message.

    Args:
        header: of the message; may be unverified, since it only addresses the answer.
        code: e.g. ``SecurityFailure`` (HIS 1037 §7.2.4).
        text: what is wrong, for the partner's support staff.
        keys: of the receiver, who signs.
        now: aware.
        severity: ``Error``, or ``Warning`` for a message that was taken all the same.
    """
    element = _extension("ErrorList")
    element.set(eb("highestSeverity"), severity)
    error = etree.SubElement(element, eb("Error"))
    error.set(eb("codeContext"), _ERROR_CONTEXT)
    error.set(eb("errorCode"), code)
    error.set(eb("severity"), severity)
    add(error, "Description", text).set(XML_LANG, "no")
    answer = replace(_answer_header(header, "MessageError", now), ref_to_message_id=header.message_id)
    return _signed(answer, write(answer, signal=element), keys)


def soap_fault(text: str) -> Packed:
    """Return a SOAP 1.1 Fault: the answer where nothing readable tells whom to answer (HITS 1172 §5.5.2)."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"SOAP": SOAP})
    fault = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = "SOAP:Client"
    etree.SubElement(fault, "faultstring").text = text
    return Packed(SOAP_TYPE, etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), "", {})


def _extension(name: str) -> etree._Element:
    element = etree.Element(eb(name), nsmap={"eb": EB, "SOAP": SOAP})
    element.set(eb("version"), "2.0")
    element.set(f"{{{SOAP}}}mustUnderstand", "1")
    return element


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


def _signed(header: EnvelopeHeader, soap: bytes, keys: CompanyKeys) -> Packed:
    return Packed(SOAP_TYPE, xmldsig.sign(soap, {}, keys.signing), header.message_id, {})


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
    return Acknowledgment(text_of(ack, "RefToMessageId"), read_time(text_of(ack, "Timestamp")), digests)


def _read_error_list(errors: etree._Element, header: EnvelopeHeader) -> MessageError:
    entries = tuple(
        ErrorEntry(
            error.get(eb("errorCode"), ""),
            error.get(eb("severity"), ""),
            text_of(error, "Description"),
            error.get(eb("location"), ""),
        )
        for error in errors.iterfind(eb("Error"))
    )
    return MessageError(header.ref_to_message_id, errors.get(eb("highestSeverity"), "Error"), entries)


def read_fault(envelope: etree._Element) -> Fault | None:
    """Return the SOAP Fault of an envelope, or None."""
    fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is None:
        return None
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
