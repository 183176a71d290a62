"""Whether mail and files can be sent and fetched: each server is asked, each directory looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from elmeld_tui.engine.connections import mailbox_of, smtp_of
from elmeld_tui.engine.keys import EngineError
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.clock import now
from elmeld_tui.model.mail import DropFolder, Mail, Mailbox
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.transport.folder import Folder
from elmeld_tui.transport.mailbox import MailboxDownError
from elmeld_tui.transport.port import NotDeliveredError


def examine_mail(clinic: Clinic) -> Iterator[Check]:
    """Yield the checks of a clinic's mail and drop folders; none where it has neither."""
    if clinic.mail is not None:
        yield _server(clinic.mail)
        yield from (_mailbox(mailbox) for mailbox in clinic.mail.mailboxes)
        if not clinic.mail.mailboxes:
            yield Check(
                "mailbox",
                Verdict.FAULT,
                t("Klinikken har ingen postkasse, og kan ikke motta svar med e-post."),
                t("Sett opp [[mail.mailbox]] i clinic.toml."),
            )
    yield from _folders(clinic.folder)


def _server(mail: Mail) -> Check:
    told = t("E-posttjeneren {host} tar imot fra {address}.", host=mail.smtp.host, address=mail.address)
    return _asked("mail_server", told, lambda: smtp_of(mail, now).check())


def _mailbox(mailbox: Mailbox) -> Check:
    told = t("Postkassen {name} svarer, og innloggingen er godtatt.", name=mailbox.name)
    return _asked("mailbox", told, lambda: mailbox_of(mailbox).check())


def _asked(name: str, told: str, ask: Callable[[], None]) -> Check:
    try:
        ask()
    except EngineError as error:
        # The engine may have what this terminal has not.
        return Check(name, Verdict.REMARK, str(error), t("Kjør doctor med de samme miljøvariablene som motoren."))
    except (NotDeliveredError, MailboxDownError) as error:
        mend = t("Se etter vert, port, sikring og passord under [mail] i clinic.toml.")
        return Check(name, Verdict.FAULT, str(error), mend)
    return Check(name, Verdict.OK, told)


def _folders(folder: DropFolder) -> Iterator[Check]:
    for place in (folder.incoming, folder.outgoing):
        if place is not None:
            told = t("Mappen {path} kan leses og skrives.", path=place)
            yield _asked("folder", told, Folder(place).check)
