"""How a clinic is reached by mail and by drop folder: servers, mailboxes, limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

USUAL_SIZE_LIMIT = 10_000_000
"""Bytes of a whole mail: what the mail service of Norsk Helsenett takes (HIS 1036 §3.2)."""

USUAL_FETCH_LIMIT = 35_000_000
"""Bytes: what the largest messages anybody sends have (the limit of EDI 2.0)."""

USUAL_POLL_SECONDS = 20


class Protection(StrEnum):
    """How a connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailboxProtocol(StrEnum):
    """What a mailbox is emptied by."""

    POP3 = "pop3"
    IMAP = "imap"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and how to log in to it.

    Attributes:
        host: name or address.
        port: TCP.
        security: of the connection.
        user: empty where nobody logs in.
        password_env: environment variable, or credential of the service, that holds the password.
        ca: PEM file with who may have issued the server's certificate; None trusts what the system trusts.
    """

    host: str
    port: int
    security: Protection = Protection.TLS
    user: str = ""
    password_env: str = ""
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An EDI mailbox.

    Attributes:
        protocol: what it is emptied by.
        server: where it is.
        folder: of an IMAP mailbox.
    """

    protocol: MailboxProtocol
    server: MailServer
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        """What logs and alerts call it: whose mailbox where."""
        return f"{self.server.user}@{self.server.host}:{self.server.port}"


@dataclass(frozen=True, slots=True)
class Mail:
    """The clinic's mail.

    Attributes:
        address: EDI address, as the register has it; mail comes from it.
        smtp: where mail leaves.
        mailboxes: where mail comes in.
        poll_seconds: between looks into the mailboxes.
        size_limit: bytes of a whole mail out.
        fetch_limit: bytes of a whole mail in; a larger one stays in the mailbox, and a human is told.
    """

    address: str
    smtp: MailServer
    mailboxes: tuple[Mailbox, ...] = ()
    poll_seconds: int = USUAL_POLL_SECONDS
    size_limit: int = USUAL_SIZE_LIMIT
    fetch_limit: int = USUAL_FETCH_LIMIT


@dataclass(frozen=True, slots=True)
class DropFolder:
    """Directories that messages travel by, for exercises and for sites without a network.

    Attributes:
        incoming: looked through for messages; None where there is none.
        outgoing: where everything that has no route of its own leaves; None where there is none.
    """

    incoming: Path | None = None
    outgoing: Path | None = None
