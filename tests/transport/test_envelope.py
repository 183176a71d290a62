"""The envelope as the profile writes it, held by the reference schemas, and as partners' envelopes are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from elmeld_tui import __version__
from elmeld_tui.model.agreements import pair
from elmeld_tui.security.canonical import parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import EB, SOAP, XLINK
from elmeld_tui.transport import envelope, mime
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError, ManifestEntry
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.signals import acknowledgement, message_error, soap_fault
from elmeld_tui.transport.writing import write
from tests.judges import ebxml_faults

NS = {"eb": EB, "S": SOAP, "x": XLINK}


@pytest.fixture(scope="module")
def faults(shared: Path) -> Callable[[bytes], list[str]]:
    return ebxml_faults(shared)


def test_messages_and_every_signal_are_valid_ebxml(
    faults: Callable[[bytes], list[str]], packed: Packed, hospital: CompanyKeys, now: datetime
) -> None:
    opened = unpack(packed.content_type, packed.body)
    assert opened.header
    soap = mime.parse(packed.content_type, packed.body)[0].data
    error = message_error(opened.header, "SecurityFailure", "nei", hospital, now)
    for part in (soap, acknowledgement(opened, hospital, now).body, error.body, soap_fault("nei").body):
        assert faults(part) == []


def test_the_envelope_says_what_the_profile_asks_for(packed: Packed, header: EnvelopeHeader) -> None:
    root = etree.fromstring(mime.parse(packed.content_type, packed.body)[0].data)

    def value(path: str) -> str:
        found = root.xpath(f"string({path})", namespaces=NS)
        assert isinstance(found, str)
        return found

    assert value("//eb:MessageHeader/@eb:version") == "2.0"
    assert value("//eb:MessageHeader/@S:mustUnderstand") == "1"
    assert value("//eb:From/eb:PartyId[@eb:type='HER']") == "8141253"
    assert value("//eb:To/eb:Role") == "DIALOG_HELSEFAGLIGreceiver"
    assert value("//eb:CPAId") == "79768_8141253"
    assert value("//eb:Service[@eb:type='string']") == "S-DIALOG_HELSEFAGLIG"
    assert value("//eb:Timestamp") == "2026-11-22T08:00:00Z"
    assert value("//eb:MessageId") == packed.message_id == header.message_id
    assert value("count(//eb:DuplicateElimination)") == "1"
    assert value("//eb:AckRequested/@eb:signed") == "true"
    assert value("//eb:AckRequested/@S:actor") == "urn:oasis:names:tc:ebxml-msg:actor:toPartyMSH"
    assert json.loads(value("//eb:Description")) == {"MSH-system": "elmeld", "MSH-versjon": __version__}
    assert value("//eb:Manifest/eb:Reference/@x:href").startswith("cid:")
    assert value("//eb:Reference/eb:Schema/@eb:location") == "http://www.kith.no/xmlstds/dialog/2013-01-23"
    assert value("//eb:Reference/eb:Schema/@eb:version") == "1.1"


def _read(soap: bytes) -> EnvelopeHeader:
    return envelope.read(parse(soap))


def test_everything_written_is_read_back(header: EnvelopeHeader, now: datetime) -> None:
    full = replace(
        header,
        cpa_id="nav:qass:35065",
        ref_to_message_id="an earlier one",
        time_to_live=now + timedelta(days=3),
        service_type="kithService",
        description="{}",
    )
    assert _read(write(full, manifest=[ManifestEntry("a@b")])) == full


def test_lowest_her_id_comes_first_by_number_not_by_text() -> None:
    assert pair("8141253", "79768") == "79768_8141253"
    assert pair("79768", "8141253") == "79768_8141253"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<eb:CPAId>79768_8141253</eb:CPAId>", b"<eb:CPAId> </eb:CPAId>", "element_missing"),
        (b"2026-11-22T08:00:00Z", b"in the morning", "timestamp"),
        (b'eb:type="HER">79768', b'eb:type="ENH">79768', "her_id"),
        (b'eb:type="HER">79768', b'eb:type="HER">NO-79768', "her_id"),
        (b"<eb:To>", b'<eb:To><eb:PartyId eb:type="HER">1</eb:PartyId>', "her_id"),
        (b"</SOAP:Header>", b"<eb:MessageHeader/></SOAP:Header>", "message_header"),
        (b"<eb:To>", b"<eb:To><eb:MessageHeader/>", "message_header"),
        (b"<SOAP:Body", b"<SOAP:Body/><SOAP:Body", "soap_form"),
        (b"<SOAP:Header>", b"<SOAP:Header/><SOAP:Header>", "soap_form"),
        (b"DIALOG_HELSEFAGLIG</eb:Action>", b"A&#x0D;&#x0A;Bcc: x</eb:Action>", "element_form"),
        (b"DIALOG_HELSEFAGLIG</eb:Action>", b"A" * 501 + b"</eb:Action>", "element_form"),
    ],
)
def test_what_a_reply_depends_on_must_be_there(old: bytes, new: bytes, code: str, header: EnvelopeHeader) -> None:
    soap = write(header)
    assert old in soap
    with pytest.raises(EnvelopeRefusedError) as refused:
        _read(soap.replace(old, new))
    assert refused.value.code == code
    assert refused.value.error_code in {"ValueNotRecognized", "Inconsistent", "OtherXml"}


def test_other_identifiers_white_space_and_odd_times_are_taken(header: EnvelopeHeader) -> None:
    soap = write(header)
    soap = soap.replace(b"<eb:To>", b'<eb:To><eb:PartyId eb:type="ENH">889640782</eb:PartyId>')
    soap = soap.replace(b"8141253</eb:PartyId>", b"\n 8141253 </eb:PartyId>")
    soap = soap.replace(b"2026-11-22T08:00:00Z", b"2026-11-22T08:00:00.1234567")
    read = _read(soap)
    assert (read.from_her, read.to_her) == ("8141253", "79768")
    assert read.timestamp == datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


def test_a_party_that_is_named_twice_or_by_an_attribute_without_namespace_is_still_one(
    header: EnvelopeHeader,
) -> None:
    soap = write(header).replace(b'eb:type="HER">8141253', b'type=" her">008141253')
    soap = soap.replace(b"<eb:To>", b'<eb:To><eb:PartyId eb:type="HER">79768</eb:PartyId>')
    read = _read(soap.replace(b'eb:type="string"', b'type="kithService"'))
    assert (read.from_her, read.to_her, read.service_type) == ("8141253", "79768", "kithService")


def test_an_encoding_by_its_other_name_is_read(header: EnvelopeHeader) -> None:
    assert _read(b'<?xml version="1.0" encoding="utf8"?>' + write(header)).from_her == "8141253"
