"""An EDI mailbox emptied by IMAP (RFC 3501)."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, ProtocolError

from elmeld_tui.model.arrival import Way
from elmeld_tui.model.mail import Protection
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox import Item, down, too_large, undeliverable

# At the finest level it logs what mails say.
logging.getLogger("imapclient").setLevel(logging.WARNING)

_AT_ONCE = 500
"""How many sizes are asked for together."""

_FAILURES = (IMAPClientError, ProtocolError, OSError, EOFError)


@dataclass(frozen=True, slots=True)
class ImapMailbox:
    """A folder on an IMAP server.

    Attributes:
        login: where and who.
        name: what alerts call it.
        folder: which.
    """

    login: Login
    name: str
    folder: str = "INBOX"
    way: Way = Way.MAIL

    def fetch(self, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        """Yield every mail, oldest first; what was removed is marked at once, and expunged at the end."""
        box = self._open()
        try:
            box.select_folder(self.folder)
            uids = [uid for uid in sorted(box.search(["UNDELETED"])) if str(uid) not in skip]
            for start in range(0, len(uids), _AT_ONCE):
                few = uids[start : start + _AT_ONCE]
                sizes = box.fetch(few, ["RFC822.SIZE"])
                for uid in few:
                    if uid in sizes:
                        yield self._item(box, uid, int(sizes[uid][b"RFC822.SIZE"]), limit)
            if box.has_capability("UIDPLUS"):
                if uids:
                    box.uid_expunge(uids)
            else:
                box.expunge()
            box.logout()
        except _FAILURES as error:
            raise down(self.login.name, error) from error
        finally:
            with suppress(OSError, IMAPClientError):
                box.shutdown()

    def check(self) -> None:
        """Connect, log in and find the folder.

        Raises:
            MailboxDownError: one of it fails; the text says which.
        """
        box = self._open()
        try:
            box.select_folder(self.folder, readonly=True)
            box.logout()
        except _FAILURES as error:
            raise down(self.login.name, error) from error
        finally:
            with suppress(OSError, IMAPClientError):
                box.shutdown()

    def _item(self, box: IMAPClient, uid: int, size: int, limit: int) -> Item:
        name, remove = str(uid), partial(self._remove, box, uid)
        if size > limit:
            return Item(name, size, None, too_large(size, limit), remove)
        try:
            raw = box.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        except IMAPClientError as error:
            return Item(name, size, None, undeliverable(error), remove)
        if raw is None:
            return Item(name, size, None, undeliverable(IMAPClientError("NIL")), remove)
        return Item(name, size, raw, "", remove)

    def _remove(self, box: IMAPClient, uid: int) -> None:
        try:
            box.delete_messages([uid], silent=True)
        except _FAILURES as error:
            raise down(self.login.name, error) from error

    def _open(self) -> IMAPClient:
        server, context = self.login.server, self.login.context
        over_tls = server.security is Protection.TLS
        try:
            box = IMAPClient(
                server.host,
                server.port,
                ssl=over_tls,
                ssl_context=context if over_tls else None,
                timeout=self.login.timeout,
            )
        except _FAILURES as error:
            raise down(self.login.name, error) from error
        try:
            if server.security is Protection.STARTTLS:
                box.starttls(context)
            box.login(server.user, self.login.password)
        except _FAILURES as error:
            with suppress(OSError, IMAPClientError):
                box.shutdown()
            raise down(self.login.name, error) from error
        return box
