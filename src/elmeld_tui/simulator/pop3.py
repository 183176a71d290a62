"""A small POP3 server for the mailboxes of the simulated Helsenett (RFC 1939; CAPA of RFC 2449).

A session sees the mailbox as it was when it logged in, alone; what it deleted goes when it says goodbye.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from elmeld_tui.simulator.kept import LyingMail
from elmeld_tui.simulator.post_office import MAIL_PASSWORD, PostOffice

_IDLE = 600.0
"""Seconds of silence after which a session ends; what it deleted stays (RFC 1939 §3)."""

_CAPABILITIES = ("USER", "TOP", "UIDL", "RESP-CODES", "IMPLEMENTATION elmeld-simulator")


class _NoError(Exception):
    """The answer is no; the text says why."""


@dataclass
class Pop3Server:
    """Serves any number of sessions; each mailbox to one of them at a time.

    Attributes:
        office: whose mailboxes.
    """

    office: PostOffice
    _busy: set[str] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one session to its end."""
        session = _Session(self, writer)
        try:
            writer.write(b"+OK elmeld simulator\r\n")
            await session.run(reader)
        except (OSError, TimeoutError, asyncio.LimitOverrunError, ValueError):
            # Gone, silent, or shouting: nothing was deleted.
            pass
        finally:
            self._busy.discard(session.mailbox)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def lock(self, address: str) -> bool:
        """Take a mailbox for one session; False where another has it."""
        if address in self._busy:
            return False
        self._busy.add(address)
        return True


@dataclass
class _Session:
    server: Pop3Server
    writer: asyncio.StreamWriter
    user: str = ""
    mailbox: str = ""
    mails: list[LyingMail] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    over: bool = False

    async def run(self, reader: asyncio.StreamReader) -> None:
        while not self.over:
            await self.writer.drain()
            line = await asyncio.wait_for(reader.readline(), _IDLE)
            if not line:
                return
            name, _, argument = line.decode("latin-1").strip().partition(" ")
            try:
                await self._command(name.upper())(argument.strip())
            except _NoError as no:
                self._say(f"-ERR {no}")
        await self.writer.drain()

    def _command(self, name: str) -> Callable[[str], Awaitable[None]]:
        found = (_LOGGED_IN if self.mailbox else _BEFORE).get(name)
        if found is None:
            raise _NoError("no such command here")
        return lambda argument: found(self, argument)

    def _say(self, text: str) -> None:
        self.writer.write(text.encode("latin-1", "replace") + b"\r\n")

    def _say_lines(self, first: str, lines: list[str]) -> None:
        self._say(first)
        for line in lines:
            self._say(line)
        self._say(".")

    async def capa(self, _: str) -> None:
        self._say_lines("+OK", list(_CAPABILITIES))

    async def user_is(self, argument: str) -> None:
        self.user = argument.casefold()
        self._say("+OK")

    async def password_is(self, argument: str) -> None:
        if argument != MAIL_PASSWORD or not self.server.office.register.has_mailbox(self.user):
            raise _NoError("[AUTH] no such user or wrong password")
        if not self.server.lock(self.user):
            raise _NoError("[IN-USE] somebody else is in this mailbox")
        self.mailbox = self.user
        self.mails = await asyncio.to_thread(self.server.office.store.mails, self.mailbox)
        self._say(f"+OK {len(self.mails)} messages")

    async def quit(self, _: str) -> None:
        if self.mailbox:
            gone = [mail.id for number, mail in enumerate(self.mails, start=1) if number in self.deleted]
            await asyncio.to_thread(self.server.office.store.remove_mails, gone)
        self._say("+OK goodbye")
        self.over = True

    async def noop(self, _: str) -> None:
        self._say("+OK")

    async def stat(self, _: str) -> None:
        there = [mail.size for _, mail in self._there()]
        self._say(f"+OK {len(there)} {sum(there)}")

    async def sizes(self, argument: str) -> None:
        self._tell(argument, lambda mail: str(mail.size))

    async def uids(self, argument: str) -> None:
        self._tell(argument, lambda mail: mail.uid)

    async def retr(self, argument: str) -> None:
        _, mail = self._one(argument)
        self._send(await asyncio.to_thread(self.server.office.store.mail, mail.id))

    async def top(self, argument: str) -> None:
        number, _, lines = argument.partition(" ")
        if not lines.strip().isdecimal():
            raise _NoError("TOP wants a message and a number of lines")
        _, mail = self._one(number)
        head, _, body = (await asyncio.to_thread(self.server.office.store.mail, mail.id)).partition(b"\r\n\r\n")
        some = body.split(b"\r\n")[: int(lines)]
        self._send(head + b"\r\n\r\n" + b"".join(line + b"\r\n" for line in some))

    async def dele(self, argument: str) -> None:
        number, _ = self._one(argument)
        self.deleted.add(number)
        self._say("+OK")

    async def rset(self, _: str) -> None:
        self.deleted.clear()
        self._say("+OK")

    def _there(self) -> list[tuple[int, LyingMail]]:
        numbered = enumerate(self.mails, start=1)
        return [(number, mail) for number, mail in numbered if number not in self.deleted]

    def _one(self, argument: str) -> tuple[int, LyingMail]:
        found = next((one for one in self._there() if str(one[0]) == argument), None)
        if found is None:
            raise _NoError("no such message")
        return found

    def _tell(self, argument: str, say: Callable[[LyingMail], str]) -> None:
        if argument:
            number, mail = self._one(argument)
            self._say(f"+OK {number} {say(mail)}")
        else:
            self._say_lines("+OK", [f"{number} {say(mail)}" for number, mail in self._there()])

    def _send(self, raw: bytes) -> None:
        self._say("+OK")
        for line in raw.removesuffix(b"\r\n").split(b"\r\n"):
            self.writer.write((b"." + line if line.startswith(b".") else line) + b"\r\n")
        self._say(".")


_Method = Callable[[_Session, str], Awaitable[None]]
_BEFORE: dict[str, _Method] = {
    "CAPA": _Session.capa,
    "USER": _Session.user_is,
    "PASS": _Session.password_is,
    "QUIT": _Session.quit,
}
_LOGGED_IN: dict[str, _Method] = {
    "CAPA": _Session.capa,
    "STAT": _Session.stat,
    "LIST": _Session.sizes,
    "UIDL": _Session.uids,
    "RETR": _Session.retr,
    "TOP": _Session.top,
    "DELE": _Session.dele,
    "RSET": _Session.rset,
    "NOOP": _Session.noop,
    "QUIT": _Session.quit,
}
