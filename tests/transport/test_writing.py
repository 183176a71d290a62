"""The envelope as it is written: canonical from the start, whatever its values hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.security import xmldsig
from elmeld_tui.security.canonical import document_octets, parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport.envelope import EnvelopeHeader, ManifestEntry
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.signals import acknowledgement, message_error
from elmeld_tui.transport.writing import write
from tests.judges import xmlsec_accepts
from tests.transport.conftest import NOW

ODD = st.text(st.characters(codec="utf-8"), min_size=1)
HEADER = EnvelopeHeader("8141253", "79768", "S", "A", NOW)


@given(values=st.tuples(*[ODD] * 9))
def test_the_envelope_is_its_own_canonical_form(values: tuple[str, ...]) -> None:
    cpa, conversation, message, reference, service, role, described, content_id, location = values
    header = replace(
        HEADER,
        cpa_id=cpa,
        conversation_id=conversation,
        message_id=message,
        ref_to_message_id=reference,
        service=service,
        service_type=role,
        from_role=role,
        time_to_live=NOW + timedelta(days=1),
        description=described,
    )
    octets = write(header, manifest=[ManifestEntry(content_id, location, role)])
    assert document_octets(parse(octets)) == octets


def test_what_is_signed_is_the_envelope_itself(header: EnvelopeHeader, clinic: CompanyKeys) -> None:
    octets = write(header, manifest=[ManifestEntry("a@x")])
    signed = xmldsig.sign(octets, {"a@x": b"<a/>"}, clinic.signing)
    verified = xmldsig.verify(signed.soap, {"a@x": b"<a/>"})
    assert verified.octets == octets
    assert verified.digests == signed.digests
    assert xmlsec_accepts(signed.soap, clinic.signing.certificate, {"a@x": b"<a/>"})


def test_signals_are_canonical_too(packed: Packed, hospital: CompanyKeys, now: datetime) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.header
    for signal in (
        acknowledgement(opened, hospital, now),
        message_error(opened.header, "Inconsistent", "æ <\x00> \r", hospital, now, location='//eb:From["x"]'),
    ):
        verified = xmldsig.verify(signal.body, {})
        assert signal.body.startswith(xmldsig.DECLARATION)
        assert document_octets(parse(verified.octets)) == verified.octets
        assert verified.octets.partition(b"</SOAP:Header>")[0] in signal.body
        assert xmlsec_accepts(signal.body, hospital.signing.certificate)
