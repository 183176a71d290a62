"""What was tried to make a message cost its receiver more than it is worth."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from elmeld_tui.security import profile
from elmeld_tui.security.canonical import document_octets, parse
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.security.profile import SOAP
from elmeld_tui.security.signature import Reference, append_signature
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from tests.transport import wire
from tests.transport.refusing import refused


@pytest.mark.parametrize("part", [b"\r\n\r\nx", b"Content-ID: <%d>\r\n\r\nx"])
def test_ten_thousand_parts(part: bytes) -> None:
    body = b"".join(b"--b\r\n" + part.replace(b"%d", b"%d" % n) + b"\r\n" for n in range(10_000)) + b"--b--"
    assert refused("multipart/related; boundary=b", body).code == "mime_parts"


BODIES: dict[str, tuple[str, bytes]] = {
    "delimiters without lines": ("mime_truncated", b"--b" * 2_000_000),
    "a delimiter and white space": ("mime_truncated", b"--b\n--b" + b" " * 5_000_000 + b"x"),
    "line breaks": ("mime", b"\n" * 5_000_000 + b"--b--"),
    "a field of megabytes": ("mime_fields", b"--b\r\nContent-ID: <" + b"a" * 5_000_000 + b">\r\n\r\n\r\n--b--"),
    "fields without number": ("mime_fields", b"--b\r\n" + b"X: y\r\n" * 500_000 + b"\r\n\r\n--b--"),
    "folding without end": ("mime_fields", b"--b\r\nContent-Type: x;" + b"\r\n a=b;" * 500_000 + b"\r\n\r\n\r\n--b--"),
    "a long content type": ("mime_fields", b"--b\r\nContent-Type: x/" + b"y" * 5_000 + b"\r\n\r\n\r\n--b--"),
    "quoted-printable": ("xml", b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=3D" * 2_000_000
                         + b"\r\n--b--"),
    "not base64": ("mime_encoding", b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A*" * 2_000_000
                   + b"\r\n--b--"),
    "an unknown encoding": ("mime_encoding", b"--b\r\nContent-Transfer-Encoding: gzip\r\n\r\nx\r\n--b--"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_costs_more_than_it_is_worth(what: str) -> None:
    code, body = BODIES[what]
    assert refused("multipart/related; boundary=b", body).code == code


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/related; boundary=" + "(a" * 900,
        "multipart/related" + "; a=b" * 390,
        "multipart/related; a*0=b" + "; a*1=b" * 240,
        "a/b" + " " * 1_900 + ";",
        "multipart/related; boundary=b" + "x" * 1_000_000,
    ],
)
def test_a_content_type_that_is_hard_to_read(content_type: str) -> None:
    assert refused(content_type, b"x").code.startswith("mime")


def test_a_message_cut_anywhere(packed: Packed) -> None:
    # Whatever follows the closing delimiter's dashes is an epilogue.
    whole = packed.body.rindex(b"--") + 2
    for length in range(0, whole, 97):
        with pytest.raises(EnvelopeRefusedError) as error:
            unpack(packed.content_type, packed.body[:length])
        assert error.value.code.startswith("mime")
    assert unpack(packed.content_type, packed.body[:whole]).header


def _soap(inside_header: str = "", *, attributes: str = "") -> bytes:
    return f'<S:Envelope xmlns:S="{SOAP}"><S:Header{attributes}>{inside_header}</S:Header><S:Body/></S:Envelope>'.encode()


COSTLY: dict[str, Callable[[], bytes]] = {
    "elements within elements": lambda: _soap("<a>" * 9_000 + "</a>" * 9_000),
    "elements without number": lambda: _soap("<a/>" * 100_000),
    "attributes": lambda: _soap(attributes="".join(f' a{n}="x"' for n in range(15_000))),
    "namespaces": lambda: _soap(attributes="".join(f' xmlns:a{n}="u:{n}"' for n in range(15_000))),
    "namespaces over elements": lambda: _soap(
        "<a/>" * 8_000, attributes="".join(f' xmlns:a{n}="u:{n}"' for n in range(300))
    ),
    "namespaces within namespaces": lambda: _soap(
        "".join(f'<a xmlns:b{n}="u:{n}" xmlns:c{n}="u:{n}" xmlns:d{n}="u:{n}">' for n in range(240)) + "</a>" * 240
    ),
    "a text of twenty megabytes": lambda: _soap("a" * 20_000_000),
    "namespaces in UTF-16": lambda: (
        _soap("<a/>" * 8_000, attributes="".join(f' xmlns:a{n}="u:{n}"' for n in range(300)))
        .decode()
        .encode("utf-16")
    ),
}


@pytest.mark.parametrize("what", COSTLY)
def test_xml_that_costs_more_than_it_is_worth(what: str) -> None:
    assert refused("text/xml", COSTLY[what]()).code == "xml"


def test_the_dearest_xml_that_is_read_is_bounded(clinic: CompanyKeys) -> None:
    attributes = "".join(f' xmlns:a{n}="u:{n}"' for n in range(70))
    root = parse(_soap("<a/>" * 9_000, attributes=attributes))
    append_signature(root[0], [Reference("", profile.TRANSFORMS[1], document_octets(root))], clinic.signing)
    assert refused("text/xml", etree.tostring(root)).code == "message_header"


@pytest.mark.parametrize("name", ["SignatureValue", "X509Certificate", "DigestValue"])
def test_megabytes_of_base64(name: str, packed: Packed) -> None:
    def change(soap: bytes) -> bytes:
        return soap.replace(f"<ds:{name}>".encode(), f"<ds:{name}>".encode() + b"A" * 8_000_000, 1)

    expected = {"SignatureValue": "signature_value", "X509Certificate": "certificate_unreadable"}
    assert refused(*wire.changed(packed, change)).code == expected.get(name, "signature_value")
