"""The clinic's channels out and in, opened as its settings say."""

from __future__ import annotations

from collections.abc import Sequence

from elmeld_tui.engine.keys import EngineError
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.mail import Mail, Mailbox, MailboxProtocol, MailServer
from elmeld_tui.store.secrets import secret
from elmeld_tui.transport import mailbox as boxes
from elmeld_tui.transport.folder import Folder, FolderTransport
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.mail import SmtpTransport
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox_imap import ImapMailbox
from elmeld_tui.transport.mailbox_pop3 import Pop3Mailbox
from elmeld_tui.transport.port import Transport
from elmeld_tui.transport.ways import Ways


def ways_of(clinic: Clinic, clock: Clock) -> Ways:
    """Return every way out that the clinic has.

    Raises:
        EngineError: a password is nowhere.
    """
    http = HttpTransport()
    ways: dict[str, Transport] = {"http": http, "https": http, "file": FolderTransport(clock)}
    if clinic.mail is not None:
        ways["mailto"] = smtp_of(clinic.mail, clock)
    return Ways(ways)


def smtp_of(mail: Mail, clock: Clock) -> SmtpTransport:
    """Return the way out by mail; nothing is connected to yet.

    Raises:
        EngineError: the password is nowhere.
    """
    return SmtpTransport(_login(mail.smtp), mail.size_limit, clock)


def mailboxes_of(clinic: Clinic) -> Sequence[boxes.Mailbox]:
    """Return everything that messages to the clinic are fetched from; nothing is connected to yet.

    Raises:
        EngineError: a password is nowhere.
    """
    found: list[boxes.Mailbox] = [mailbox_of(one) for one in (clinic.mail.mailboxes if clinic.mail else ())]
    if clinic.folder.incoming is not None:
        found.append(Folder(clinic.folder.incoming))
    return found


def mailbox_of(mailbox: Mailbox) -> ImapMailbox | Pop3Mailbox:
    """Return a mailbox of the settings as one that can be emptied.

    Raises:
        EngineError: the password is nowhere.
    """
    login = _login(mailbox.server)
    if mailbox.protocol is MailboxProtocol.IMAP:
        return ImapMailbox(login, mailbox.name, mailbox.folder)
    return Pop3Mailbox(login, mailbox.name)


def _login(server: MailServer) -> Login:
    if not server.user:
        return Login(server)
    password = secret(server.password_env)
    if password is None:
        raise EngineError(
            t(
                "Passordet for {user} på {host} er ikke satt. Legg det i miljøvariabelen {name}, eller gi tjenesten "
                "det som «LoadCredential» med det navnet.",
                user=server.user,
                host=server.host,
                name=server.password_env,
            )
        )
    return Login(server, password.decode("utf-8", "replace"))
