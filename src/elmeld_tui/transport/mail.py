"""ebXML over SMTP: the reference architecture's way out (HIS 1037 §5.1).

An answer of the mail server says whether the message left, and no more: what the partner thinks of it comes as a mail
of its own, as does a bounce.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.mail import Protection
from elmeld_tui.transport.letterhead import entity, mail_id, read_mailto
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply

_HEAD = 2_000
"""Bytes of a mail that are not its body."""

_CLOSING = 421
"""The server is about to hang up (RFC 5321 §4.2.1)."""

_TOO_LARGE = 552
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_SIZE_STATUS = "5.3.4"
_OF_THE_SYSTEM = ("4.3.", "4.4.")
"""Enhanced codes that speak of the server or the network, not of the message (RFC 3463 §3.4, §3.5)."""


class _Step(Enum):
    """How far a mail had come when the server said no."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "DATA"


@dataclass(slots=True)
class _Line:
    """One thread's connection, kept from mail to mail."""

    smtp: smtplib.SMTP
    used: bool = False


@dataclass(frozen=True)
class SmtpTransport:
    """Sends mails over kept connections, one for each thread.

    Attributes:
        login: where mail leaves.
        size_limit: bytes of a whole mail, as far as the clinic knows; the server may take less.
        clock: the present.
    """

    login: Login
    size_limit: int
    clock: Clock
    _kept: threading.local = field(default_factory=threading.local)
    _told: dict[str, int] = field(default_factory=dict)

    def limit(self, endpoint: str) -> int | None:  # noqa: ARG002 - the port's signature
        """Return the smallest limit on the way that is known: the clinic's, or what the server says (RFC 1870).

        A server that could not be asked the first time says it when something is sent.
        """
        if not self._told:
            self._told["size"] = 0
            with suppress(NotDeliveredError):
                self._line()
        return self._most() - _HEAD

    def _most(self) -> int:
        """Return how many bytes a whole mail may have, as far as is known; zero said means nothing (RFC 1870 §4)."""
        return min(self.size_limit, self._told.get("size") or self.size_limit)

    def send(self, parcel: Parcel) -> Reply | None:
        """Hand one mail to the server; see `port.Transport.send`. The partner's signal is always a mail of its own."""
        to, _ = read_mailto(parcel.endpoint)
        if not to:
            raise NotDeliveredError(
                t("«{endpoint}» er ingen adresse å sende e-post til.", endpoint=parcel.endpoint), retry=False
            )
        mail = entity(parcel, now=self.clock())
        line = self._line()
        if len(mail) > self._most():
            raise NotDeliveredError(
                t(
                    "Meldingen er for stor for e-posttjeneren {name}: {answer}",
                    name=self.login.name,
                    answer=f"SIZE {self._most()}",
                ),
                retry=False,
            )
        try:
            self._hand_over(line.smtp, parcel, to, mail)
        except _HungUpError as error:
            self._drop()
            if not line.used or error.content:
                raise self._cut(unknown=error.content) from error
            # It had been silent for long; the server hung up before it saw anything of this mail.
            self._send_anew(parcel, to, mail)
        self._line().used = True
        return None

    def _send_anew(self, parcel: Parcel, to: str, mail: bytes) -> None:
        try:
            self._hand_over(self._line().smtp, parcel, to, mail)
        except _HungUpError as error:
            self._drop()
            raise self._cut(unknown=error.content) from error

    def close(self) -> None:
        """Say goodbye on this thread's connection."""
        line: _Line | None = getattr(self._kept, "line", None)
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.smtp.quit()
        self._drop()

    def check(self) -> None:
        """Connect and log in.

        Raises:
            NotDeliveredError: the server does not answer or does not let us in; the reason says which.
        """
        self._line()
        self.close()

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._kept, "line", None)
        if line is None:
            line = _Line(self._connect())
            self._kept.line = line
        return line

    def _drop(self) -> None:
        line: _Line | None = getattr(self._kept, "line", None)
        if line is not None:
            line.smtp.close()
            self._kept.line = None

    def _connect(self) -> smtplib.SMTP:
        server, context = self.login.server, self.login.context
        own_name = socket.gethostname()
        try:
            if server.security is Protection.TLS:
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, own_name, timeout=self.login.timeout, context=context
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=self.login.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise self._no_contact(error) from error
        try:
            self._greet(smtp)
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise self._no_contact(error) from error
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.login.server.security is Protection.STARTTLS:
            smtp.starttls(context=self.login.context)
            smtp.ehlo()
        if self.login.server.user:
            smtp.login(self.login.server.user, self.login.password)
        size = smtp.esmtp_features.get("size", "")
        self._told["size"] = int(size) if size.isdecimal() else 0

    def _no_contact(self, error: Exception) -> NotDeliveredError:
        if isinstance(error, smtplib.SMTPAuthenticationError):
            reason = t(
                "E-posttjeneren {name} godtar ikke innloggingen: {answer}",
                name=self.login.name,
                answer=_text(error.smtp_error),
            )
        elif isinstance(error, ssl.SSLCertVerificationError):
            reason = t(
                "E-posttjeneren {name} har et sertifikat som ikke kan stoles på: {reason}",
                name=self.login.name,
                reason=error.verify_message,
            )
        else:
            said = _text(error.smtp_error) if isinstance(error, smtplib.SMTPResponseException) else str(error)
            reason = t("Får ikke kontakt med e-posttjeneren {name}: {reason}", name=self.login.name, reason=said)
        return NotDeliveredError(reason, retry=True)

    def _cut(self, *, unknown: bool) -> NotDeliveredError:
        reason = t("Forbindelsen til e-posttjeneren {name} ble brutt.", name=self.login.name)
        return NotDeliveredError(reason, retry=True, unknown=unknown)

    def _hand_over(self, smtp: smtplib.SMTP, parcel: Parcel, to: str, mail: bytes) -> None:
        options, wishes = _options(smtp, parcel, len(mail))
        content = False
        try:
            self._say(smtp, _Step.SENDER, f"FROM:<{parcel.sender}>{options}", 250)
            self._say(smtp, _Step.RECIPIENT, f"TO:<{to}>{wishes}", 250, 251)
            self._say(smtp, _Step.CONTENT, "", 354)
            content = True
            smtp.send(_stuffed(mail))
            self._judge(smtp, _Step.CONTENT, *smtp.getreply(), (250,))
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise _HungUpError(content=content) from error
        except smtplib.SMTPException as error:
            self._drop()
            raise self._no_contact(error) from error

    def _say(self, smtp: smtplib.SMTP, step: _Step, arguments: str, *good: int) -> None:
        code, answer = smtp.docmd(step.value.partition(" ")[0], arguments)
        self._judge(smtp, step, code, answer, good)

    def _judge(self, smtp: smtplib.SMTP, step: _Step, code: int, answer: bytes, good: tuple[int, ...]) -> None:
        """Go on, or say what the server's no means for the message."""
        if code in good:
            return
        if code == _CLOSING:
            raise _HungUpError(content=False)
        with suppress(smtplib.SMTPException, OSError):
            smtp.rset()
        said = f"{code} {_text(answer)}"
        status = (_ENHANCED.search(said) or [""])[0]
        if code == _TOO_LARGE or status == _SIZE_STATUS:
            reason = t(
                "Meldingen er for stor for e-posttjeneren {name}: {answer}", name=self.login.name, answer=said
            )
            raise NotDeliveredError(reason, retry=False)
        reason = t(
            "E-posttjeneren {name} svarte {answer} på {step}.", name=self.login.name, answer=said, step=step.value
        )
        # What is said of our own address is no fault of the message: it goes once the clinic's mail is mended.
        passing = code < 500 or step is _Step.SENDER
        only_this = step is _Step.CONTENT and not status.startswith(_OF_THE_SYSTEM)
        raise NotDeliveredError(reason, retry=passing, line=passing and not only_this)


class _HungUpError(Exception):
    """The server hung up; ``content`` says whether it may have the whole mail by then."""

    def __init__(self, *, content: bool) -> None:
        super().__init__(content)
        self.content = content


def _options(smtp: smtplib.SMTP, parcel: Parcel, size: int) -> tuple[str, str]:
    """Return what is asked of a server that offers it: to mind the size, and to call the mail as we do in bounces."""
    options = f" SIZE={size}" if smtp.has_extn("size") else ""
    if not smtp.has_extn("dsn"):
        return options, ""
    return f"{options} RET=HDRS ENVID={_xtext(mail_id(parcel))}", " NOTIFY=FAILURE,DELAY"


def _xtext(text: str) -> str:
    """Return ``text`` as an argument of ESMTP (RFC 3461 §4)."""
    return "".join(sign if "!" <= sign <= "~" and sign not in "+=" else f"+{ord(sign):02X}" for sign in text)


def _stuffed(mail: bytes) -> bytes:
    """Return a mail as it is sent: a dot that begins a line is doubled, a lone one ends it (RFC 5321 §4.5.2)."""
    end = b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n"
    return re.sub(rb"(?m)^\.", b"..", mail) + end


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]
