"""MIME: cut out byte for byte, whatever relays and partners do around the parts."""

from __future__ import annotations

import base64
import email
import email.message
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.transport import mime
from elmeld_tui.transport.mime import MimeError, Part

ROOT = Part("root@elmeld", mime.SOAP_TYPE, b"<soap/>\r\n")


@given(payloads=st.lists(st.binary(max_size=400), max_size=3), soap=st.binary(max_size=200))
def test_every_byte_survives_the_round_trip(payloads: list[bytes], soap: bytes) -> None:
    root = Part("root@elmeld", mime.SOAP_TYPE, soap)
    parts = [Part(f"{n}@elmeld", "application/pkcs7-mime", data) for n, data in enumerate(payloads)]
    assert mime.parse(*mime.build(root, parts)) == (root, *parts)


@given(data=st.binary(max_size=400))
def test_the_library_of_mail_reads_what_we_build(data: bytes) -> None:
    content_type, body = mime.build(ROOT, [Part("p@elmeld", "application/pkcs7-mime", data)])
    message = email.message_from_bytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=email.policy.HTTP
    )
    soap, payload = message.iter_parts()
    assert soap.get_payload(decode=True) == ROOT.data
    assert payload.get_payload(decode=True) == data
    assert payload["Content-ID"] == "<p@elmeld>"
    assert payload["Content-Transfer-Encoding"] == "base64"
    assert max(len(line) for line in body.splitlines()) <= 78


@pytest.mark.parametrize("size", [58_367, 58_368, 58_369, 200_000])
def test_a_part_written_in_pieces_is_one(size: int) -> None:
    payload = Part("p@elmeld", "application/pkcs7-mime", bytes(range(256)) * (size // 256) + b"x" * (size % 256))
    content_type, body = mime.build(ROOT, [payload])
    assert mime.parse(content_type, body) == (ROOT, payload)
    mail = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    assert mail.get_payload()[1].get_payload(decode=True) == payload.data
    assert mime.encoded_size(size) <= len(body) <= mime.encoded_size(size) + 600


PAYLOAD = b"\x00\r\n--almost\r\n\xff\n"
HEAD = b"Content-Type: application/x\r\nContent-ID: <p@x>\r\n"


def _body(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


SOAP = b"Content-Type: text/xml\r\nContent-ID: <s@x>\r\n\r\n<soap/>"
TYPE = "multipart/related; boundary=b"


@pytest.mark.parametrize(
    ("head", "raw"),
    [
        (HEAD + b"Content-Transfer-Encoding: binary\r\n\r\n", PAYLOAD),
        (HEAD + b"\r\n", PAYLOAD),
        (HEAD + b"content-transfer-encoding: BASE64\r\n\r\n", base64.encodebytes(PAYLOAD)),
        (HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n", base64.b64encode(PAYLOAD)),
        (HEAD + b'Content-Transfer-Encoding: "base64" (in lines)\r\n\r\n', base64.b64encode(PAYLOAD)),
        (HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", b"=00=0D=0A--almost=0D=0A=FF=0A"),
        (b"Content-Type: application/x;\r\n\tname=q\r\ncontent-id: <p@x>\r\n\r\n", PAYLOAD),
    ],
    ids=[
        "binary",
        "no encoding",
        "base64 lines",
        "base64 in one",
        "base64 with a comment",
        "quoted-printable",
        "folded header",
    ],
)
def test_parts_are_decoded_as_their_encoding_says(head: bytes, raw: bytes) -> None:
    _, payload = mime.parse(TYPE, _body(SOAP, head + raw))
    assert (payload.content_id, payload.media_type, payload.data) == ("p@x", "application/x", PAYLOAD)


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/related; type="text/xml"; boundary="b"',
        "Multipart/Related;boundary=b",
        'multipart/related;\r\n\tboundary="b";\r\n\tstart="<s@x>"',
        "multipart/related; boundary=b; start=s@x",
    ],
)
def test_content_types_are_read_as_partners_write_them(content_type: str) -> None:
    assert mime.parse(content_type, _body(SOAP))[0].data == b"<soap/>"


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/related; type="text/xml"; boundary="=_a1"; start="<s@x>"',
        "multipart/related;boundary=--=_Part_1;start=<s@x>;charset=utf-8",
        "Multipart/Related ; BOUNDARY = b ; start = '<s@x>'",
        'multipart/related; boundary="a b\\"c"',
        "multipart/related; boundary*0=a; boundary*1=b",
        "multipart/related; boundary*=utf-8''a%20b",
        "multipart/related (a comment); boundary=b",
        "multipart/related; boundary=b; boundary=c;",
        "multipart/related; boundary=",
        "text/xml",
        "text",
        "",
    ],
)
def test_a_content_type_is_read_as_the_library_of_mail_reads_it(content_type: str) -> None:
    message = email.message.Message()
    message["Content-Type"] = content_type
    media_type, parameters = mime.read_content_type(content_type)
    assert media_type == message.get_content_type()
    assert parameters.get("boundary", "") == (message.get_boundary() or "")


def test_line_feeds_alone_and_words_around_the_parts_are_tolerated() -> None:
    body = b"preamble\n--b  \n" + SOAP.replace(b"\r\n", b"\n") + b"\n--b--  \nepilogue"
    assert mime.parse(TYPE, body)[0].data == b"<soap/>"


def test_start_chooses_the_root_wherever_it_stands() -> None:
    first, second = mime.parse(TYPE + '; start="<s@x>"', _body(HEAD + b"\r\nx", SOAP))
    assert (first.content_id, second.content_id) == ("s@x", "p@x")


def test_a_signal_is_a_single_part() -> None:
    assert mime.parse('text/xml; charset="UTF-8"', b"<soap/>") == (
        Part("", 'text/xml; charset="UTF-8"', b"<soap/>"),
    )


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<html/>"),
        ("", b"<soap/>"),
        ("multipart/related", _body(SOAP)),
        (TYPE, b""),
        (TYPE, b"--b--"),
        (TYPE, _body(SOAP, end=b"")),
        (TYPE, _body(SOAP)[:40]),
        (TYPE, _body(SOAP, SOAP)),
        (TYPE, _body(b"Content-Type: text/xml")),
        (TYPE + '; start="<other>"', _body(SOAP)),
        (TYPE, _body(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nA*==")),
        (TYPE, _body(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nAAA")),
        (TYPE, _body(HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nAAA")),
    ],
)
def test_what_is_not_whole_is_refused_with_words(content_type: str, body: bytes) -> None:
    with pytest.raises(MimeError) as refused:
        mime.parse(content_type, body)
    assert str(refused.value)


@given(content_type=st.text(max_size=60), body=st.binary(max_size=200))
def test_nothing_ends_otherwise(content_type: str, body: bytes) -> None:
    for written in (content_type, TYPE, f"multipart/related; boundary={content_type}"):
        try:
            parts = mime.parse(written, b"--b\r\n" + body + b"\r\n--b--")
        except MimeError:
            continue
        assert parts
