"""An EDI mailbox emptied by POP3 (RFC 1939)."""

from __future__ import annotations

import poplib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from elmeld_tui.i18n import t
from elmeld_tui.model.arrival import Way
from elmeld_tui.model.mail import Protection
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox import Item, MailboxDownError

_ENTRY = re.compile(rb"(\d+)\s+(\S+)")


class _Whole(poplib.POP3):
    """poplib refuses lines of more than 2048 bytes, which 8bit XML has, and makes an object of every line."""

    def whole(self, number: int, limit: int) -> bytes | None:
        """Return message ``number``; None where it is larger than the server had said."""
        self._shortcmd(f"RETR {number}")  # type: ignore[attr-defined]
        mail = bytearray()
        while (line := self.file.readline(limit)) not in {b".\r\n", b".\n"}:
            if not line:
                raise EOFError
            if len(mail) + len(line) > limit + _SLACK:
                return None
            mail += line[1:] if line.startswith(b"..") else line
        return bytes(mail)


class _WholeOverTls(_Whole, poplib.POP3_SSL):
    """The same over TLS."""


_SLACK = 65536
"""Servers count line ends differently."""


@dataclass(frozen=True, slots=True)
class Pop3Mailbox:
    """A mailbox on a POP3 server.

    Attributes:
        login: where and who.
        name: what alerts call it.
    """

    login: Login
    name: str
    way: Way = Way.MAIL

    def fetch(self, limit: int) -> Iterator[Item]:
        """Yield every mail; what was removed is gone when the session ends in good order (RFC 1939 §6)."""
        box = self._open()
        try:
            sizes = _listed(box.list()[1])
            for number, uid in sorted(_listed(box.uidl()[1]).items()):
                yield _item(box, number, uid.decode("latin-1"), int(sizes.get(number, b"0")), limit)
            box.quit()
        except (poplib.error_proto, OSError, EOFError) as error:
            raise MailboxDownError(_reason(self.login, error)) from error
        finally:
            with suppress(OSError):
                box.close()

    def check(self) -> None:
        """Connect and log in.

        Raises:
            MailboxDownError: the server does not answer or does not let us in; the text says which.
        """
        box = self._open()
        with suppress(poplib.error_proto, OSError):
            box.quit()

    def _open(self) -> _Whole:
        server, context, timeout = self.login.server, self.login.context, self.login.timeout
        box: _Whole | None = None
        try:
            if server.security is Protection.TLS:
                box = _WholeOverTls(server.host, server.port, timeout=timeout, context=context)
            else:
                box = _Whole(server.host, server.port, timeout=timeout)
            if server.security is Protection.STARTTLS:
                box.stls(context)
            box.user(server.user)
            box.pass_(self.login.password)
        except (poplib.error_proto, OSError, EOFError) as error:
            if box is not None:
                with suppress(OSError):
                    box.close()
            raise MailboxDownError(_reason(self.login, error)) from error
        return box


def _listed(lines: list[bytes]) -> dict[int, bytes]:
    """Read the lines of LIST or UIDL: a number, and what is said of it."""
    return {int(entry[1]): entry[2] for line in lines if (entry := _ENTRY.match(line))}


def _item(box: _Whole, number: int, uid: str, size: int, limit: int) -> Item:
    remove = partial(_remove, box, number)
    if size > limit:
        return Item(uid, size, None, _too_large(size, limit), remove)
    try:
        raw = box.whole(number, limit)
    except poplib.error_proto as error:
        return Item(
            uid, size, None, t("Postkassen kan ikke levere e-posten: {reason}", reason=_said(error)), remove
        )
    if raw is None:
        # What is left of it is on the line; nothing else can be asked for.
        raise EOFError(uid)
    return Item(uid, size, raw, "", remove)


def _remove(box: _Whole, number: int) -> None:
    box.dele(number)


def _too_large(size: int, limit: int) -> str:
    return t("E-posten er {size} MB; grensen er {limit} MB.", size=f"{size / 1e6:.1f}", limit=f"{limit / 1e6:.0f}")


def _reason(login: Login, error: Exception) -> str:
    return t("Postkassen hos {name} svarer ikke som den skal: {reason}", name=login.name, reason=_said(error))


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else type(error).__name__
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error) or type(error).__name__
