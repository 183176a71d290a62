"""Mailboxes on a real server, by POP3 and IMAP, and drop folders: nothing goes before it is kept."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui.model.mail import MailServer, Protection
from elmeld_tui.transport.folder import Folder
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox import MailboxDownError
from elmeld_tui.transport.mailbox_imap import ImapMailbox
from elmeld_tui.transport.mailbox_pop3 import Pop3Mailbox
from tests.mail_servers import PASSWORD, USER, Dovecot, Tls, dovecot
from tests.waiting import PATIENCE

LIMIT = 100_000
PROTOCOLS = [Pop3Mailbox, ImapMailbox]


@pytest.fixture(scope="module")
def running(tls: Tls) -> Iterator[Dovecot]:
    with dovecot(tls) as server:
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    running.empty()
    return running


def mailbox(
    kind: type,
    server: Dovecot,
    *,
    password: str = PASSWORD,
    security: Protection = Protection.NONE,
    ca: Path | None = None,
) -> Pop3Mailbox | ImapMailbox:
    port = server.pop3 if kind is Pop3Mailbox else server.imap
    made: Pop3Mailbox | ImapMailbox = kind(
        Login(MailServer("127.0.0.1", port, security, USER, "X", ca), password, timeout=PATIENCE), "postkassen"
    )
    return made


def mail(text: str) -> bytes:
    return f"Subject: {text}\r\n\r\n{text}\r\n".encode()


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_what_is_kept_is_removed_and_the_rest_stays(server: Dovecot, kind: type) -> None:
    for number in range(3):
        server.put(mail(f"nummer {number}"))
    seen = []
    for item in mailbox(kind, server).fetch(LIMIT):
        seen.append(item.raw)
        if b"nummer 1" not in (item.raw or b""):
            item.remove()
    assert sorted(raw or b"" for raw in seen) == [mail(f"nummer {number}") for number in range(3)]
    assert [item.raw for item in mailbox(kind, server).fetch(LIMIT)] == [mail("nummer 1")]


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_who_stops_half_way_finds_the_rest_again(server: Dovecot, kind: type) -> None:
    for number in range(2):
        server.put(mail(f"nummer {number}"))
    fetching = mailbox(kind, server).fetch(LIMIT)
    next(fetching)
    fetching.close()  # type: ignore[attr-defined]
    assert server.lying() == 2


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_long_lines_dots_and_bytes_of_every_kind_come_through(server: Dovecot, kind: type) -> None:
    odd = b"Subject: x\r\n\r\n.\r\n..to\r\n" + "æøå ".encode("latin-1") * 5000 + b"\r\n\x00\xff\r\n"
    server.put(odd)
    assert [item.raw for item in mailbox(kind, server).fetch(LIMIT)] == [
        odd.replace(b"\x00", b"\x80") if kind is ImapMailbox else odd
    ]


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_what_is_too_large_is_told_and_not_read(server: Dovecot, kind: type) -> None:
    server.put(b"Subject: stor\r\n\r\n" + b"x" * 70 + b"\r\n" * LIMIT)
    server.put(mail("liten"))
    large, small = sorted(mailbox(kind, server).fetch(LIMIT), key=lambda item: item.raw or b"")
    assert (large.raw, small.raw) == (None, mail("liten"))
    assert large.size > LIMIT
    assert "0.2 MB" in large.problem


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_the_line_is_protected(server: Dovecot, kind: type, tls: Tls) -> None:
    server.put(mail("hei"))
    box = mailbox(kind, server, security=Protection.STARTTLS, ca=tls.certificate)
    assert [item.raw for item in box.fetch(LIMIT)] == [mail("hei")]
    with pytest.raises(MailboxDownError, match="certificate"):
        list(mailbox(kind, server, security=Protection.STARTTLS).fetch(LIMIT))


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_a_mailbox_that_cannot_be_looked_into_says_so(server: Dovecot, nobodys_port: int, kind: type) -> None:
    with pytest.raises(MailboxDownError, match=r"127\.0\.0\.1"):
        mailbox(kind, server, password="feil").check()
    nobody = MailServer("127.0.0.1", nobodys_port, Protection.NONE, USER, "X")
    with pytest.raises(MailboxDownError, match=r"127\.0\.0\.1"):
        list(kind(Login(nobody, PASSWORD, timeout=PATIENCE), "postkassen").fetch(LIMIT))
    mailbox(kind, server).check()


def test_a_file_is_taken_when_it_is_whole(tmp_path: Path) -> None:
    for name in ("b.mime", "a.mime", ".c.mime.part", "d.tmp"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "mappe").mkdir()
    (tmp_path / "z.mime").write_bytes(b"x" * (LIMIT + 1))
    (tmp_path / "lenke").symlink_to("/etc/passwd")
    items = list(Folder(tmp_path).fetch(LIMIT))
    assert [(item.name, item.raw) for item in items] == [
        ("a.mime", b"a.mime"),
        ("b.mime", b"b.mime"),
        ("z.mime", None),
    ]
    items[0].remove()
    assert not (tmp_path / "a.mime").exists()
    with pytest.raises(MailboxDownError, match="ingensteds"):
        list(Folder(tmp_path / "ingensteds").fetch(LIMIT))


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_what_is_set_aside_is_not_read_again(server: Dovecot, kind: type) -> None:
    for number in range(2):
        server.put(mail(f"nummer {number}"))
    first, second = mailbox(kind, server).fetch(LIMIT)
    assert [item.raw for item in mailbox(kind, server).fetch(LIMIT, {first.name})] == [second.raw]


@pytest.mark.parametrize("kind", PROTOCOLS)
def test_a_line_that_breaks_when_something_is_removed_leaves_it_there(server: Dovecot, kind: type) -> None:
    server.put(mail("hei"))
    fetching = mailbox(kind, server).fetch(LIMIT)
    item = next(fetching)
    box = fetching.gi_frame.f_locals["box"]  # type: ignore[attr-defined]
    (box.sock if kind is Pop3Mailbox else box.socket()).shutdown(socket.SHUT_RDWR)
    with pytest.raises(MailboxDownError):
        item.remove()
    assert server.lying() == 1
