"""The doctor asks the clinic's mail servers and looks into its drop folders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.mail import DropFolder, Mail, Mailbox, MailboxProtocol, MailServer, Protection
from elmeld_tui.office.health import Verdict
from elmeld_tui.office.health.mail import examine_mail
from tests.mail_servers import PASSWORD, USER, Dovecot, Postmaster, dovecot, make_tls, smtp_server
from tests.office.conftest import CLINIC


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    with dovecot(make_tls(tmp_path_factory.mktemp("tls"))) as running:
        yield running


def verdicts(clinic: Clinic) -> list[tuple[str, Verdict]]:
    return [(check.name, check.verdict) for check in examine_mail(clinic)]


def with_mail(server: Dovecot, smtp: int) -> Clinic:
    boxes = tuple(
        Mailbox(protocol, MailServer("127.0.0.1", port, Protection.NONE, USER, "BOX_PW"))
        for protocol, port in ((MailboxProtocol.POP3, server.pop3), (MailboxProtocol.IMAP, server.imap))
    )
    return replace(CLINIC, mail=Mail(USER, MailServer("127.0.0.1", smtp, Protection.NONE), boxes))


def test_servers_that_answer_are_well(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_PW", PASSWORD)
    with smtp_server(Postmaster()) as port:
        found = verdicts(with_mail(server, port))
    assert found == [("mail_server", Verdict.OK), ("mailbox", Verdict.OK), ("mailbox", Verdict.OK)]


def test_what_keeps_mail_from_coming_is_told(
    server: Dovecot, nobodys_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOX_PW", "feil")
    clinic = with_mail(server, nobodys_port)
    assert {verdict for _, verdict in verdicts(clinic)} == {Verdict.FAULT}
    monkeypatch.delenv("BOX_PW")
    assert verdicts(clinic)[1] == ("mailbox", Verdict.REMARK)
    assert clinic.mail is not None
    without = replace(clinic, mail=replace(clinic.mail, mailboxes=()))
    assert verdicts(without)[1] == ("mailbox", Verdict.FAULT)


def test_a_credential_of_the_service_is_a_password_too(
    server: Dovecot, nobodys_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "BOX_PW").write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert verdicts(with_mail(server, nobodys_port))[1] == ("mailbox", Verdict.OK)


def test_folders_are_looked_into(tmp_path: Path) -> None:
    clinic = replace(CLINIC, folder=DropFolder(tmp_path, tmp_path / "borte"))
    assert verdicts(clinic) == [("folder", Verdict.OK), ("folder", Verdict.FAULT)]
    assert verdicts(CLINIC) == []
