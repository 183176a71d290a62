"""What lies in a mailbox is told apart: ebXML however it is wrapped, bounces, and everything that is never answered."""

from __future__ import annotations

import base64
import quopri

import pytest

from elmeld_tui.model.arrival import Way
from elmeld_tui.transport import mime
from elmeld_tui.transport.bounces import Action
from elmeld_tui.transport.incoming_mail import read_mail
from elmeld_tui.transport.mime import Part

ID = "6e2f4c1a-59a7-4f2b-8c0e-0f7a4f3b2d10"
XML = "<?xml version='1.0' encoding='UTF-8'?><a>Ærlig</a>".encode()
TYPE, BODY = mime.build(
    Part("s@x", mime.SOAP_TYPE, XML), [Part("p@x", "application/pkcs7-mime", b"\x00\x01" * 99)]
)


def mail(fields: str, body: bytes) -> bytes:
    return fields.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def folded(content_type: str) -> str:
    return content_type.replace("; ", ";\n\t")


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (f"MIME-Version: 1.0\nContent-Type: {TYPE}", BODY),
        (f"Received: from x\n by y\nContent-Type: {folded(TYPE)}\nSubject: =?utf-8?q?=C3=A6?=", BODY),
        (f"content-type: {TYPE}\nContent-Transfer-Encoding: base64", base64.encodebytes(BODY)),
        (f"content-type: {TYPE}\nContent-Transfer-Encoding: 8bit", BODY.replace(b"\r\n", b"\n")),
    ],
)
def test_a_message_is_read_however_it_is_wrapped(fields: str, body: bytes) -> None:
    arrival = read_mail(mail(f"From: a@b.test\n{fields}", body)).arrival
    soap, payload = mime.parse(arrival.content_type, arrival.body)
    assert (soap.data, payload.data) == (XML, b"\x00\x01" * 99)
    assert (arrival.way, arrival.content_type) == (Way.MAIL, TYPE)


def test_ebxml_that_a_relay_calls_mixed_is_known_by_its_soapaction() -> None:
    mixed = TYPE.replace("multipart/related", "multipart/mixed")
    raw = mail(f'From: a@b.test\nSOAPAction: "ebXML"\nContent-Type: {mixed}', BODY)
    assert (read_mail(raw).arrival.content_type, read_mail(raw).arrival.body) == (mixed, BODY)
    assert read_mail(raw.replace(b"SOAPAction", b"X-Action")).arrival.body == raw.replace(
        b"SOAPAction", b"X-Action"
    )


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", base64.encodebytes(XML)),
        ("quoted-printable", quopri.encodestring(XML)),
        ("8bit", XML),
        ("BASE64", base64.b64encode(XML)),
    ],
)
@pytest.mark.parametrize("charset", ['; charset="UTF-8"', "", "; charset=iso-8859-1"])
def test_a_signal_is_read_whatever_its_encoding(encoding: str, body: bytes, charset: str) -> None:
    raw = mail(f"From: a@b.test\nContent-Type: text/xml{charset}\nContent-Transfer-Encoding: {encoding}", body)
    assert read_mail(raw).arrival.body.strip() == XML


def test_a_fault_can_be_answered_to_and_says_what_it_is_about() -> None:
    raw = mail(
        f"From: Sykehus <a@b.test>\nReply-To: svar@b.test\nMessage-ID: <q@b>\nIn-Reply-To: <{ID}.2@edi.test>\n"
        f"Content-Type: text/xml",
        XML,
    )
    arrival = read_mail(raw).arrival
    assert arrival.refers_to == (ID,)
    assert arrival.reply_to == "mailto:svar@b.test?In-Reply-To=%3Cq%40b%3E"


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "Return-Path: <>",
        "List-Id: <x.y>",
        "Reply-To: ingen",
        "Reply-To: Oss@edi.test",
    ],
)
def test_to_automata_and_lists_and_ourselves_no_fault_goes(field: str) -> None:
    raw = mail(f"From: a@b.test\n{field}\nContent-Type: text/xml", b"<a/>")
    assert read_mail(raw, own="oss@edi.test").arrival.reply_to == ""


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"Hei, kan dere ringe?"),
        (
            'multipart/related; type="text/html"; boundary="b"',
            b"--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--",
        ),
        ("application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22"),
        ('multipart/mixed; boundary="b"', b"--b\r\n\r\nx\r\n--b--"),
    ],
)
def test_what_people_write_is_kept_whole_and_answered_by_nobody(content_type: str, body: bytes) -> None:
    raw = mail(f"From: a@b.test\nContent-Type: {content_type}", body)
    read = read_mail(raw)
    assert (read.arrival.content_type, read.arrival.body) == ("message/rfc822", raw)
    assert (read.arrival.reply_to, read.bounce) == ("", None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"\r\n\r\n",
        b"Content-Type: text/xml",
        b"\xff\xfe\x00",
        b"Content-Type: text/xml\nContent-Transfer-Encoding: uuencode\n\nx",
    ],
)
def test_what_is_broken_is_kept_whole(raw: bytes) -> None:
    assert read_mail(raw).arrival.body == raw


def test_a_file_may_be_bare() -> None:
    assert read_mail(XML, Way.FOLDER).arrival.body == XML
    assert mime.parse(*_content(read_mail(BODY, Way.FOLDER).arrival))[0].data == XML


def _content(arrival: object) -> tuple[str, bytes]:
    return arrival.content_type, arrival.body  # type: ignore[attr-defined]


def report(action: str, status: str, *, envelope_id: str = "", returned: str = "", diagnostic: str = "") -> bytes:
    told = (
        f"\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n{envelope_id}\n"
        f"Final-Recipient: rfc822; sykehus@edi.test\nAction: {action}\nStatus: {status}\n{diagnostic}\n"
    )
    head = f"\n--b\nContent-Type: text/rfc822-headers\n\n{returned}\n" if returned else ""
    parts = ("This is the mail system.", told, head)
    fields = (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.test>\nAuto-Submitted: auto-replied\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"'
    )
    return mail(
        fields, f"--b\nContent-Type: text/plain\n\n{''.join(parts)}\n--b--\n".replace("\n", "\r\n").encode()
    )


@pytest.mark.parametrize(
    "where",
    [
        {"envelope_id": f"Original-Envelope-Id: {ID}.1@edi.test\n"},
        {"returned": f"From: odden@edi.test\nMessage-ID: <{ID}.1@edi.test>"},
    ],
)
def test_a_bounce_is_known_by_what_it_returns(where: dict[str, str]) -> None:
    raw = report("failed", "5.1.1", diagnostic="Diagnostic-Code: smtp; 550 5.1.1 User\n  unknown", **where)
    read = read_mail(raw)
    assert read.bounce is not None
    assert (read.bounce.action, read.bounce.status, read.bounce.refers_to) == (Action.FAILED, "5.1.1", (ID,))
    assert read.bounce.diagnostic == "550 5.1.1 User unknown"
    assert "finnes ikke" in read.bounce.reason
    assert (read.arrival.reply_to, read.arrival.body) == ("", raw)


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("delayed", Action.DELAYED),
        ("delivered", Action.OTHER),
        ("relayed", Action.OTHER),
        ("Failed", Action.FAILED),
    ],
)
def test_what_the_server_has_done_is_told(action: str, meant: Action) -> None:
    bounce = read_mail(report(action, "4.4.1", returned=f"Message-ID: <{ID}.3@edi.test>")).bounce
    assert bounce is not None
    assert bounce.action is meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message.", Action.FAILED),
        ("Message will be retried for 2 more day(s). Delivery has been delayed.", Action.DELAYED),
    ],
)
def test_an_older_servers_own_words_count_where_they_quote_ours(text: str, meant: Action) -> None:
    fields = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nSubject: failure notice"
    quoted = f"{text}\n550 5.2.2 mailbox full\n\n--- copy\nMessage-ID: <{ID}.1@edi.test>\n".encode()
    bounce = read_mail(mail(fields, quoted)).bounce
    assert bounce is not None
    assert (bounce.action, bounce.refers_to, bounce.status) == (meant, (ID,), "5.2.2")
    assert read_mail(mail(fields, text.encode())).bounce is None


def test_an_absent_persons_reply_is_no_bounce_though_it_quotes_ours() -> None:
    fields = f"From: a@b.test\nAuto-Submitted: auto-replied\nIn-Reply-To: <{ID}.1@edi.test>"
    read = read_mail(mail(fields, f"Jeg er på ferie.\nMessage-ID: <{ID}.1@edi.test>".encode()))
    assert (read.bounce, read.arrival.reply_to) == (None, "")
