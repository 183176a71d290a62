"""An EDI mailbox emptied by POP3 (RFC 1939)."""

from __future__ import annotations

import poplib
import re
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from elmeld_tui.model.arrival import Way
from elmeld_tui.model.mail import Protection
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox import Item, down, too_large, undeliverable

_ENTRY = re.compile(rb"(\d+)\s+(\S+)")


class _Whole(poplib.POP3):
    """poplib refuses lines of more than 2048 bytes, which 8bit XML has, and makes an object of every line."""

    _left_unread = False

    def whole(self, number: int, limit: int) -> bytes | None:
        """Return message ``number``; None where it is larger than the server had said."""
        self._shortcmd(f"RETR {number}")  # type: ignore[attr-defined]
        mail = bytearray()
        while (line := self.file.readline(limit)) not in {b".\r\n", b".\n"}:
            if not line:
                raise EOFError
            if len(mail) + len(line) > limit + _SLACK:
                self._left_unread = True
                return None
            mail += line[1:] if line.startswith(b"..") else line
        return bytes(mail)

    def go_on(self) -> None:
        """Raise EOFError where half an answer is left on the line, so that nothing else can be asked for."""
        if self._left_unread:
            raise EOFError("half a mail was left unread")


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

    def fetch(self, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        """Yield every mail; what was removed is gone when the session ends in good order (RFC 1939 §6)."""
        box = self._open()
        try:
            sizes = _listed(box.list()[1])
            for number, uid in sorted(_listed(box.uidl()[1]).items()):
                name = uid.decode("latin-1")
                if name in skip:
                    continue
                yield self._item(box, number, name, int(sizes.get(number, b"0")), limit)
                box.go_on()
            box.quit()
        except (poplib.error_proto, OSError, EOFError) as error:
            raise down(self.login.name, error) from error
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

    def _item(self, box: _Whole, number: int, uid: str, size: int, limit: int) -> Item:
        remove = partial(self._remove, box, number)
        if size > limit:
            return Item(uid, size, None, too_large(size, limit), remove)
        try:
            raw = box.whole(number, limit)
        except poplib.error_proto as error:
            return Item(uid, size, None, undeliverable(error), remove)
        return Item(uid, size, raw, too_large(limit, limit) if raw is None else "", remove)

    def _remove(self, box: _Whole, number: int) -> None:
        try:
            box.dele(number)
        except (poplib.error_proto, OSError, EOFError) as error:
            raise down(self.login.name, error) from error

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
            raise down(self.login.name, error) from error
        return box


def _listed(lines: list[bytes]) -> dict[int, bytes]:
    """Read the lines of LIST or UIDL: a number, and what is said of it."""
    return {int(entry[1]): entry[2] for line in lines if (entry := _ENTRY.match(line))}
