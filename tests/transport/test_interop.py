"""Messages between us and programs that share no code with ours: openssl, xmlsec, the mail library, the schemas."""

from __future__ import annotations

import binascii
import email
import email.policy
import gzip
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.message import Acknowledgment, MessageKind, Packed
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.signals import acknowledgement, check_acknowledgement, message_error, soap_fault
from tests.judges import DS, ebxml_faults, openssl, write_pem, xmlsec_accepts, xmlsec_signs
from tests.transport import wire

XPATH = """not(ancestor-or-self::node()[@S:actor='urn:oasis:names:tc:ebxml-msg:actor:nextMSH']
  | ancestor-or-self::node()[@S:actor='http://schemas.xmlsoap.org/soap/actor/next'])"""


def _ours(packed: Packed, hospital: CompanyKeys, now: datetime) -> dict[str, tuple[bytes, dict[str, bytes], bool]]:
    """Return everything we send: SOAP part, other parts, and whether the clinic signed it (else the hospital)."""
    opened = unpack(packed.content_type, packed.body)
    assert opened.header
    error = message_error(opened.header, "SecurityFailure", "nei", hospital, now, location="//eb:From")
    return {
        "message": (*wire.taken_apart(packed), True),
        "acknowledgment": (acknowledgement(opened, hospital, now).body, {}, False),
        "error": (error.body, {}, False),
    }


def test_what_we_send_is_valid_by_the_schemas_of_soap_and_ebxml(
    shared: Path, packed: Packed, hospital: CompanyKeys, now: datetime
) -> None:
    faults = ebxml_faults(shared)
    for soap in (*(sent[0] for sent in _ours(packed, hospital, now).values()), soap_fault("nei").body):
        assert faults(soap) == []


def test_the_xmlsec1_command_accepts_what_we_sign(
    packed: Packed, clinic: CompanyKeys, hospital: CompanyKeys, now: datetime, tmp_path: Path
) -> None:
    command = shutil.which("xmlsec1")
    if command is None:
        pytest.skip("xmlsec1 is not installed")
    for name, (soap, parts, by_clinic) in _ours(packed, hospital, now).items():
        certificate = (clinic if by_clinic else hospital).signing.certificate
        signed, pem = tmp_path / f"{name}.xml", tmp_path / f"{name}.pem"
        signed.write_bytes(soap)
        pem.write_bytes(certificate.public_bytes(Encoding.PEM))
        maps: list[str] = []
        for number, (content_id, data) in enumerate(parts.items()):
            part = tmp_path / f"{name}.{number}"
            part.write_bytes(data)
            maps += [f"--url-map:cid:{content_id}", str(part)]
        arguments = [
            command,
            "--verify",
            "--pubkey-cert-pem",
            str(pem),
            "--enabled-reference-uris",
            "empty,remote",
        ]
        done = subprocess.run([*arguments, *maps, str(signed)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert xmlsec_accepts(soap, certificate, parts)


HEADER = """<soapenv:Envelope xmlns:soapenv='http://schemas.xmlsoap.org/soap/envelope/'
    xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>
  <!-- written by somebody else -->
  <soapenv:Header>
    <MessageHeader xmlns='http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd'
        xmlns:m='http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd'
        m:version='2.0' soapenv:mustUnderstand='1' m:id='x'>
      <From><PartyId m:type='orgnummer'>889640782</PartyId><PartyId m:type='HER'> 8141253
      </PartyId><Role>Sykmelder</Role></From>
      <To><PartyId m:type='HER'>79768</PartyId><Role>Saksbehandler</Role></To>
      <CPAId><![CDATA[nav:qass:35065]]></CPAId><ConversationId>20261122-a</ConversationId>
      <Service m:type='string'>Sykmelding</Service><Action>Registrering</Action>
      <MessageData><MessageId>20261122.1@sender.nhn.no</MessageId>
        <Timestamp>2026-11-22T09:00:00.1234567+01:00</Timestamp></MessageData>
      <DuplicateElimination/>
    </MessageHeader>
    <eb:AckRequested xmlns:eb='http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd'
        eb:version='2.0' soapenv:mustUnderstand='1' eb:signed='true'/>
  </soapenv:Header>
  <soapenv:Body>
    <eb:Manifest xmlns:eb='http://www.oasis-open.org/committees/ebxml-msg/schema/msg-header-2_0.xsd' eb:version='2.0'>
      <eb:Reference xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='cid:vedlegg%201@sender'/>
    </eb:Manifest>
  </soapenv:Body>
</soapenv:Envelope>"""
CONTENT_ID = "vedlegg 1@sender"
DOCUMENT = "<?xml version='1.0'?><MsgHead>Kjære kollega</MsgHead>".encode()

CIPHERS = {
    "aes-256": ("-aes-256-cbc",),
    "aes-192": ("-aes-192-cbc",),
    "aes-128": ("-aes-128-cbc",),
    "3des": ("-des3",),
    "BER of indefinite length": ("-aes-256-cbc", "-stream"),
    "key identifier": ("-aes-256-cbc", "-keyid"),
}
KEY_OPTIONS = {"oaep": ("-keyopt", "rsa_padding_mode:oaep"), "oaep, sha256": ("-keyopt", "rsa_padding_mode:oaep",
               "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha256")}  # fmt: skip


def _encrypted(form: str, content: bytes, recipient: KeyPair, directory: Path) -> bytes:
    certificate, _ = write_pem(directory, recipient)
    document = directory / "document"
    document.write_bytes(content)
    options = CIPHERS.get(form, ("-aes-256-cbc",))
    after = ("-recip", certificate, *KEY_OPTIONS.get(form, ()))
    return openssl("cms", "-encrypt", "-binary", "-in", document, "-outform", "DER", *options, *after)


def _posted(soap: bytes, payload: bytes) -> tuple[str, bytes]:
    """Write MIME as no library of ours does: a preamble, an 8bit SOAP part, a binary payload, line feeds."""
    body = (
        b"This is a message.\n--=part 1=\nContent-Type: text/xml\nContent-Transfer-Encoding: 8bit\n"
        b"Content-Description: the\n envelope\nContent-ID: <rot@sender>\n\n"
        + soap
        + b"\n--=part 1=\nCONTENT-ID: <vedlegg 1@sender>\ncontent-transfer-encoding: BINARY\n"
        + b'content-type: application/pkcs7-mime; smime-type="enveloped-data"; charset=utf-8\n\n'
        + payload
        # A line feed alone would take a carriage return with it that happens to end the payload.
        + b"\r\n--=part 1=--\nThe end.\n"
    )
    return 'MULTIPART/Related; start="<rot@sender>"; boundary="=part 1="', body


@pytest.mark.parametrize("form", [*CIPHERS, *KEY_OPTIONS])
def test_a_message_made_by_openssl_and_xmlsec_is_taken(
    form: str, clinic: CompanyKeys, hospital: CompanyKeys, now: datetime, tmp_path: Path
) -> None:
    payload = _encrypted(form, gzip.compress(DOCUMENT), hospital.decryption[0], tmp_path)
    soap = xmlsec_signs(HEADER.encode(), clinic.signing, {CONTENT_ID: payload}, prefix=None, weak=form == "3des")
    opened = unpack(*_posted(soap.partition(b"\n")[2], payload))
    assert opened.header
    assert (opened.header.from_her, opened.header.to_her) == ("8141253", "79768")
    assert opened.header.cpa_id == "nav:qass:35065"
    assert opened.header.message_id == "20261122.1@sender.nhn.no"
    assert opened.header.timestamp.isoformat() == "2026-11-22T08:00:00.123456+00:00"
    assert opened.verified
    assert opened.verified.certificate == clinic.signing.certificate
    assert [finding.code for finding in opened.findings] == (["signature_sha1"] if form == "3des" else [])
    assert open_payload(opened, hospital) == DOCUMENT
    ack = acknowledgement(opened, hospital, now)
    assert xmlsec_accepts(ack.body, hospital.signing.certificate)
    answer = unpack(ack.content_type, ack.body).signal
    assert isinstance(answer, Acknowledgment)
    assert check_acknowledgement(answer, message_id=opened.header.message_id, digests=opened.digests) == ()


@pytest.mark.parametrize("content", [DOCUMENT, gzip.compress(DOCUMENT)], ids=["xml", "gzip"])
@pytest.mark.parametrize("prefix", ["ds", "dsig", None])
@pytest.mark.parametrize("xpath", [XPATH, ""], ids=["three transforms", "two"])
def test_every_style_of_signature_and_clear_content_is_taken(
    xpath: str, prefix: str | None, content: bytes, clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    soap = xmlsec_signs(HEADER.encode(), clinic.signing, {CONTENT_ID: content}, prefix=prefix, xpath=xpath)
    opened = unpack(*_posted(soap, content))
    assert opened.kind is MessageKind.PAYLOAD
    assert open_payload(opened, hospital) == DOCUMENT


def test_an_acknowledgment_by_xmlsec_is_taken_with_and_without_references(
    packed: Packed, hospital: CompanyKeys
) -> None:
    for copied in (True, False):
        soap, _ = wire.taken_apart(packed)
        references = etree.fromstring(soap).findall(f".//{{{DS}}}Reference") if copied else []
        signed = xmlsec_signs(_partner_ack(packed, references), hospital.signing, {}, prefix=None)
        answer = unpack("text/xml;charset=utf-8", signed)
        assert isinstance(answer.signal, Acknowledgment)
        found = check_acknowledgement(answer.signal, message_id=packed.message_id, digests=packed.digests)
        assert [finding.code for finding in found] == ([] if copied else ["ack_without_digests"])


def _partner_ack(packed: Packed, references: list[etree._Element]) -> bytes:
    root = etree.fromstring(HEADER.encode())
    for element in root.xpath("//*[local-name()='AckRequested' or local-name()='Manifest']"):
        element.getparent().remove(element)
    header = root.find("{*}Header")
    words = (
        ("79768", "x"),
        ("8141253", "79768"),
        ("x", "8141253"),
        ("Sykmelding", "urn:oasis:names:tc:ebxml-msg:service"),
    )
    for old, new in (*words, ("Registrering", "Acknowledgment")):
        for element in root.iter("{*}PartyId", "{*}Service", "{*}Action"):
            if (element.text or "").strip() == old:
                element.text = new
    eb = etree.QName(header[0]).namespace
    ack = etree.SubElement(header, f"{{{eb}}}Acknowledgment", {f"{{{eb}}}version": "2.0"}, nsmap={"e": eb})
    etree.SubElement(ack, f"{{{eb}}}Timestamp").text = "2026-11-22T08:00:01Z"
    etree.SubElement(ack, f"{{{eb}}}RefToMessageId").text = packed.message_id
    ack.extend(references)
    return etree.tostring(root)


# What survives on the way and what breaks a signature. Nothing but transfer encodings may touch an attachment.

_LINES = b"<a>\n<b/>\n\n</a>\n"


def _etree(data: bytes) -> bytes:
    return ET.tostring(ET.fromstring(data), encoding="utf-8", xml_declaration=True)


def _indented(data: bytes) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, pretty_print=True)


def _replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


def _dsig_for_ds(soap: bytes) -> bytes:
    return re.sub(rb"(</?|xmlns:)ds\b", rb"\1dsig", soap)


SURVIVES: dict[str, Callable[[bytes], bytes]] = {
    "CRLF for LF": _replaced(b"\n", b"\r\n"),
    "a line break more at the end": lambda soap: soap + b"\r\n",
    "a byte order mark": lambda soap: b"\xef\xbb\xbf" + soap,
    "no XML declaration": lambda soap: soap.partition(b"\n")[2],
    "another encoding": lambda soap: (
        soap.decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("iso-8859-1")
    ),
    "lxml, read and written": lambda soap: etree.tostring(etree.fromstring(soap)),
    "apostrophes for quotation marks": _replaced(b'eb:type="HER"', b"eb:type='HER'"),
    "attributes in another order": _replaced(
        b'SOAP:mustUnderstand="1" eb:version="2.0"', b'eb:version="2.0" SOAP:mustUnderstand="1"'
    ),
    "an empty element for a pair of tags": _replaced(
        b"<eb:DuplicateElimination></eb:DuplicateElimination>", b"<eb:DuplicateElimination/>"
    ),
    "white space inside a tag": _replaced(b"<eb:To>", b"<eb:To\n >"),
    "a character reference": _replaced(b">8141253<", b">814125&#51;<"),
    "CDATA": _replaced(b">8141253<", b"><![CDATA[8141253]]><"),
    "a comment": _replaced(b">8141253<", b">814<!-- -->1253<"),
    "line breaks in the signature value": _replaced(b"==</ds:SignatureValue>", b"=\n=\n</ds:SignatureValue>"),
}
BREAKS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "indentation": ("signature_value", _indented),
    "xml.etree, which renames prefixes": ("signature_value", _etree),
    "a space between elements": ("envelope_changed", _replaced(b"<eb:To>", b" <eb:To>")),
    "a space in a text": ("envelope_changed", _replaced(b">8141253<", b"> 8141253<")),
    "a namespace more on the root": ("signature_value", _replaced(b"<SOAP:Envelope ", b'<SOAP:Envelope xmlns:x="u:x" ')),
    "a space in SignedInfo": ("signature_value", _replaced(b"<ds:SignedInfo>", b"<ds:SignedInfo> ")),
    "a line break in a digest": ("signature_value", _replaced(b"=</ds:DigestValue>", b"=\n</ds:DigestValue>")),
    "another prefix": ("signature_value", _dsig_for_ds),
    "xml:lang on the root": ("signature_value", _replaced(b"<SOAP:Envelope ", b'<SOAP:Envelope xml:lang="no" ')),
}  # fmt: skip


@pytest.mark.parametrize("what", SURVIVES)
def test_what_a_signature_survives(what: str, packed: Packed, clinic: CompanyKeys) -> None:
    soap, parts = wire.taken_apart(packed)
    after = SURVIVES[what](soap)
    assert after != soap
    assert unpack(*wire.wrap(after, parts, soap_type="text/xml")).digests == packed.digests
    assert xmlsec_accepts(after, clinic.signing.certificate, parts)


@pytest.mark.parametrize("what", BREAKS)
def test_what_breaks_a_signature(what: str, packed: Packed, clinic: CompanyKeys) -> None:
    code, change = BREAKS[what]
    soap, parts = wire.taken_apart(packed)
    after = change(soap)
    assert after != soap
    with pytest.raises(EnvelopeRefusedError) as refused:
        unpack(*wire.wrap(after, parts))
    assert refused.value.code == code
    assert not xmlsec_accepts(after, clinic.signing.certificate, parts)


ATTACHMENT: dict[str, Callable[[bytes], bytes]] = {
    "CRLF for LF": _replaced(b"\n", b"\r\n"),
    "a line break more at the end": lambda data: data + b"\n",
    "indentation": _indented,
    "lxml, read and written": lambda data: etree.tostring(etree.fromstring(data)),
}


@pytest.mark.parametrize("what", ATTACHMENT)
def test_nothing_may_touch_an_attachment(what: str, clinic: CompanyKeys) -> None:
    soap = xmlsec_signs(HEADER.encode(), clinic.signing, {CONTENT_ID: _LINES})
    assert unpack(*wire.wrap(soap, {CONTENT_ID: _LINES})).header
    with pytest.raises(EnvelopeRefusedError) as refused:
        unpack(*wire.wrap(soap, {CONTENT_ID: ATTACHMENT[what](_LINES)}))
    assert refused.value.code == "attachment_changed"


@pytest.mark.parametrize("policy", [email.policy.compat32, email.policy.default, email.policy.SMTP])
def test_the_library_of_mail_may_take_it_apart_and_put_it_together(
    policy: email.policy.Policy[EmailMessage], packed: Packed
) -> None:
    raw = f"Content-Type: {packed.content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode() + packed.body
    message = email.message_from_bytes(raw, policy=policy)
    soap, payload = (part.get_payload(decode=True) for part in message.get_payload())
    content_id = message.get_payload()[1]["Content-ID"].strip("<>")
    assert unpack(*wire.wrap(soap, {content_id: payload})).digests == packed.digests
    again = message.as_bytes().partition(b"\n\n" if b"\r\n\r\n" not in message.as_bytes()[:2000] else b"\r\n\r\n")[
        2
    ]
    assert unpack(message["Content-Type"], again).digests == packed.digests


def test_a_message_built_by_the_library_of_mail_is_taken(packed: Packed) -> None:
    soap, parts = wire.taken_apart(packed)
    message = EmailMessage(email.policy.SMTP)
    message.set_content(soap, "text", "xml", cte="base64", cid="<soap@mail>")
    for content_id, data in parts.items():
        message.add_related(data, "application", "pkcs7-mime", cid=f"<{content_id}>", cte="base64")
    _, _, body = message.as_bytes().partition(b"\r\n\r\n")
    assert unpack(message["Content-Type"], body).digests == packed.digests


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "8bit": bytes,
    "binary": bytes,
    "quoted-printable": lambda data: binascii.b2a_qp(data, istext=False),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_transfer_encoding_gives_the_same_bytes(encoding: str, packed: Packed) -> None:
    soap, parts = wire.taken_apart(packed)
    (content_id, data), *_ = parts.items()
    transfer = encoding.encode()
    body = b"".join(
        b"--b\r\nContent-Type: x/y\r\nContent-ID: <" + name.encode() + b">\r\nContent-Transfer-Encoding: "
        + transfer + b"\r\n\r\n" + ENCODINGS[encoding](content) + b"\r\n"
        for name, content in ((content_id, data), ("soap", soap))
    ) + b"--b--"  # fmt: skip
    assert unpack("multipart/related; boundary=b; start=soap", body).digests == packed.digests


def test_the_schemas_judge_the_partner_too(shared: Path, clinic: CompanyKeys) -> None:
    """The hand-written header is what a partner could send, not something only we would take."""
    soap = xmlsec_signs(HEADER.encode(), clinic.signing, {CONTENT_ID: b""})
    assert ebxml_faults(shared)(soap) == []
