"""Sending by SMTP, to a real server: what arrives, and what each of its answers means."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from elmeld_tui.model.mail import MailServer, Protection
from elmeld_tui.transport import mime
from elmeld_tui.transport.incoming_mail import read_mail
from elmeld_tui.transport.letterhead import mailto, ours_in
from elmeld_tui.transport.mail import SmtpTransport
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mime import Part
from elmeld_tui.transport.port import NotDeliveredError, Parcel
from tests.mail_servers import PASSWORD, USER, Postmaster, Tls, smtp_server
from tests.waiting import PATIENCE

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ID = "6e2f4c1a-59a7-4f2b-8c0e-0f7a4f3b2d10"
TYPE, BODY = mime.build(
    Part("soap@x", mime.SOAP_TYPE, b"<a>\n.punktum\n</a>"), [Part("p@x", "application/x", b"\x00" * 5000)]
)


def parcel(attempt: int = 1, **other: object) -> Parcel:
    values = {"content_type": TYPE, "body": BODY, "message_id": ID, "sender": USER, **other}
    return Parcel("mailto:sykehus@edi.test", attempt=attempt, **values)  # type: ignore[arg-type]


def transport(port: int, *, limit: int = 10_000_000, login: Login | None = None) -> SmtpTransport:
    plain = Login(MailServer("127.0.0.1", port, Protection.NONE), timeout=PATIENCE)
    return SmtpTransport(login or plain, limit, lambda: NOW)


@pytest.fixture
def master() -> Postmaster:
    return Postmaster()


@pytest.fixture
def port(master: Postmaster) -> Iterator[int]:
    with smtp_server(master) as port:
        yield port


def sent(port: int, one: Parcel) -> None:
    way = transport(port)
    try:
        assert way.send(one) is None
    finally:
        way.close()


def failure(port: int, one: Parcel | None = None) -> NotDeliveredError:
    way = transport(port)
    with pytest.raises(NotDeliveredError) as caught:
        way.send(one or parcel())
    way.close()
    return caught.value


def test_the_header_fields_are_those_of_the_profile_and_the_body_survives(port: int, master: Postmaster) -> None:
    sent(port, parcel(attempt=2))
    (raw,), (envelope,) = master.mails, master.envelopes
    mail = message_from_bytes(raw)
    assert (mail["From"], mail["To"]) == (USER, "sykehus@edi.test")
    assert mail["Message-ID"] == f"<{ID}.2@edi.test>"
    assert (mail["MIME-Version"], mail["SOAPAction"]) == ("1.0", '"ebXML"')
    assert mail["Date"] == "Sun, 22 Nov 2026 08:00:00 +0000"
    assert (envelope.mail_from, envelope.rcpt_tos) == (USER, ["sykehus@edi.test"])
    assert raw.partition(b"\r\n\r\n")[2] == BODY
    # What is longer, or has other line ends, some relay breaks.
    assert max(map(len, BODY.split(b"\r\n"))) <= 90
    assert all(
        len(line) <= 76
        for part in re.split(rb"--=_\w+", BODY)
        for line in part.split(b"\r\n\r\n")[-1].split(b"\r\n")
    )
    assert b"\n" not in raw.replace(b"\r\n", b"")
    arrival = read_mail(raw).arrival
    assert (arrival.content_type, arrival.body) == (TYPE, BODY)


def test_a_signal_is_xml_alone_in_base64(port: int, master: Postmaster) -> None:
    xml = "<?xml version='1.0' encoding='UTF-8'?>\n<Ærlig>…</Ærlig>".encode()
    sent(port, parcel(content_type=mime.SOAP_TYPE, body=xml))
    mail = message_from_bytes(master.mails[0])
    assert (mail.get_content_type(), mail["Content-Transfer-Encoding"]) == ("text/xml", "base64")
    assert mail.get_payload(decode=True) == xml
    assert read_mail(master.mails[0]).arrival.body == xml


def test_the_mail_that_is_answered_is_referred_to_and_nothing_else_of_the_url(
    port: int, master: Postmaster
) -> None:
    sent(port, Parcel(mailto("a@b.test", "<x.1@y>") + "&Bcc=ond@c.test", mime.SOAP_TYPE, b"<a/>", ID, 1, USER))
    mail = message_from_bytes(master.mails[0])
    assert (mail["In-Reply-To"], mail["References"], mail["Bcc"]) == ("<x.1@y>", "<x.1@y>", None)
    assert master.envelopes[0].rcpt_tos == ["a@b.test"]


@pytest.mark.parametrize("endpoint", ["mailto:", "mailto:a%0d%0aBcc:x@y", "mailto:a b@c", "https://a"])
def test_what_is_no_address_is_never_sent_to(endpoint: str) -> None:
    with pytest.raises(NotDeliveredError) as caught:
        transport(1).send(Parcel(endpoint, TYPE, BODY, ID, 1, USER))
    assert not caught.value.retry


def test_one_connection_serves_many_mails_and_is_made_again_when_it_has_gone(
    port: int, master: Postmaster
) -> None:
    way = transport(port)
    for attempt in (1, 2):
        way.send(parcel(attempt))
    assert len(master.sessions) == 1
    way._line().smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
    way.send(parcel(3))
    way.close()
    assert len(master.sessions) == 2
    assert len(master.mails) == 3


@pytest.mark.parametrize(
    ("step", "answer", "retry", "line", "said"),
    [
        ("MAIL", "451 4.3.0 kom igjen", True, True, "451"),
        ("MAIL", "550 5.7.1 ukjent avsender", True, True, "550"),
        ("MAIL", "552 5.3.4 for stor", False, False, "for stor"),
        ("RCPT", "450 4.2.1 opptatt", True, True, "450"),
        ("RCPT", "550 5.1.1 ukjent", False, False, "550"),
        ("RCPT", "552 5.2.2 full", False, False, "552"),
        ("DATA", "451 4.3.1 fullt lager", True, True, "451"),
        ("DATA", "450 4.7.0 innholdet vurderes", True, False, "450"),
        ("DATA", "554 5.7.1 avvist", False, False, "554"),
        ("DATA", "550 5.3.4 too big", False, False, "for stor"),
    ],
)
def test_an_answer_says_whether_to_send_again_and_who_waits(
    port: int, master: Postmaster, step: str, answer: str, retry: bool, line: bool, said: str
) -> None:
    master.answers[step] = answer
    error = failure(port)
    assert (error.retry, error.line, error.unknown) == (retry, line, False)
    assert said in error.reason
    sent(port, parcel())


def test_a_connection_cut_after_the_content_leaves_it_unknown(port: int, master: Postmaster) -> None:
    master.before_answer = lambda server: server.transport.abort()
    error = failure(port)
    assert (error.retry, error.unknown) == (True, True)


def test_a_connection_cut_before_the_content_is_known_not_to_have_brought_it(
    port: int, master: Postmaster
) -> None:
    master.answers["RCPT"] = "421 4.4.2 farvel"
    error = failure(port)
    assert (error.retry, error.unknown) == (True, False)


def test_nobody_there(nobodys_port: int) -> None:
    error = failure(nobodys_port)
    assert (error.retry, error.unknown) == (True, False)
    assert "127.0.0.1" in error.reason


@pytest.mark.parametrize(("told", "limit"), [(200_000, 198_000), (30_000_000, 9_998_000)])
def test_the_limit_is_the_smallest_that_is_known(told: int, limit: int, nobodys_port: int) -> None:
    with smtp_server(Postmaster(), size=told) as port:
        way = transport(port)
        assert way.limit("mailto:a@b") == limit
        way.close()
    # Nobody there to ask: the clinic's own.
    assert transport(nobodys_port).limit("mailto:a@b") == 9_998_000


def test_what_is_larger_than_the_server_takes_is_not_begun(master: Postmaster) -> None:
    with smtp_server(master, size=5_000) as port:
        error = failure(port)
    assert (error.retry, master.sessions) == (False, [])
    assert "5000" in error.reason


def protected(port: int, ca: Path | None, password: str = PASSWORD) -> SmtpTransport:
    server = MailServer("127.0.0.1", port, Protection.STARTTLS, USER, "X", ca)
    return transport(port, login=Login(server, password, timeout=PATIENCE))


def test_the_way_is_protected_and_the_clinic_logs_in(tls: Tls, master: Postmaster) -> None:
    with smtp_server(master, tls=tls, login=True) as port:
        way = protected(port, tls.certificate)
        way.send(parcel())
        way.close()
    assert len(master.mails) == 1


def test_a_server_that_cannot_be_trusted_gets_nothing(tls: Tls, master: Postmaster) -> None:
    with smtp_server(master, tls=tls, login=True) as port:
        for ca, password, said in ((None, PASSWORD, "stoles"), (tls.certificate, "feil", "innlogging")):
            with pytest.raises(NotDeliveredError, match=said) as caught:
                protected(port, ca, password).send(parcel())
            assert caught.value.retry
    assert master.mails == []
    assert PASSWORD not in repr(protected(1, None))


def test_bounces_are_asked_for_where_the_server_knows_how(
    master: Postmaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    import smtplib

    whole = smtplib.SMTP.has_extn
    said: list[str] = []
    monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda self, name: name == "dsn" or whole(self, name))
    monkeypatch.setattr(
        smtplib.SMTP, "putcmd", lambda self, cmd, args="": said.append(f"{cmd} {args}") or _put(self, cmd, args)
    )
    with smtp_server(master) as port:
        failure(port)
    assert any(f"ENVID={ID}.1@edi.test" in line and "RET=HDRS" in line for line in said)
    assert ours_in([f"{ID}.1@edi.test"]) == (ID,)


def _put(smtp: object, cmd: str, args: str) -> None:
    smtp.send(f"{cmd} {args}".strip() + "\r\n")  # type: ignore[attr-defined]
