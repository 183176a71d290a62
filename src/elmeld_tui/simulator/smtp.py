"""The mail servers of the simulated Helsenett: SMTP in, and POP3 out of the mailboxes (aiosmtpd; `pop3`)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.simulator.behaviour import Behaviour, Moment
from elmeld_tui.simulator.bounces import bounce
from elmeld_tui.simulator.cast import Partner
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.incoming import Answer, receive
from elmeld_tui.simulator.pop3 import Pop3Server
from elmeld_tui.simulator.post_office import SIZE_LIMIT, PostOffice, partner_at
from elmeld_tui.transport.incoming_mail import read_mail
from elmeld_tui.transport.port import NotDeliveredError, Parcel


@dataclass(frozen=True)
class Door:
    """What the SMTP server asks; the method names are aiosmtpd's.

    Attributes:
        net: the simulated Helsenett.
        office: where mail for clinics lies.
    """

    net: Helsenett
    office: PostOffice

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's signature
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        """Take a recipient that somebody here has."""
        if partner_at(address) is None and not self.office.register.has_mailbox(address):
            return "550 5.1.1 nobody has this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's signature
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Hand a whole mail to its partners, or let it lie for its clinics."""
        assert isinstance(envelope.content, bytes)
        answer = "250 2.0.0 OK"
        for address in envelope.rcpt_tos:
            said = await asyncio.to_thread(self._take, address, envelope.content)
            if said is None:
                assert isinstance(server.transport, asyncio.WriteTransport)
                server.transport.abort()
            elif not said.startswith("250"):
                answer = said
        return answer

    def _take(self, address: str, raw: bytes) -> str | None:
        """Return what is said to the client; None hangs up on it."""
        partner = partner_at(address)
        if partner is None:
            self.office.put(address, raw)
            return "250 2.0.0 OK"
        rule = self.net.store.take(partner.name, "mail", Moment.DOOR)
        if rule.how is Behaviour.BOUNCE:
            action = rule.said("action", "failed")
            status, text = rule.said("status_code", _USUAL_STATUS[action]), rule.said("text", "as told")
            self.office.put(_return_address(raw), bounce(raw, address, action, status, text))
            if action == "failed":
                return "250 2.0.0 OK"
        return self._to_partner(partner, raw)

    def _to_partner(self, partner: Partner, raw: bytes) -> str | None:
        arrival = read_mail(raw).arrival
        answer = receive(self.net, arrival.content_type, arrival.body, "mail")
        if answer.cut:
            return None
        if not answer.body and answer.status >= 400:
            return f"{answer.status} {answer.status // 100}.3.0 as told"
        self._answer(partner, arrival.reply_to, answer)
        return "250 2.0.0 OK"

    def _answer(self, partner: Partner, reply_to: str, answer: Answer) -> None:
        if answer.body and reply_to:
            parcel = Parcel(reply_to, answer.content_type, answer.body, new_uuid(), 1, partner.edi_address)
            with suppress(NotDeliveredError):
                self.office.send(parcel)


_USUAL_STATUS = {"failed": "5.1.1", "delayed": "4.4.1"}


def _return_address(raw: bytes) -> str:
    from email import message_from_bytes
    from email.utils import parseaddr

    return parseaddr(str(message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")["From"]))[1]


def serve(
    net: Helsenett, office: PostOffice, host: str, ready: Callable[[int, int], None], stop: threading.Event
) -> None:
    """Serve SMTP and POP3 on ports of the system's choice until ``stop`` is set.

    Args:
        net: the simulated Helsenett.
        office: where mail lies.
        host: address to bind.
        ready: told the two ports, once both answer.
        stop: set from any thread.
    """
    asyncio.run(_serve(Door(net, office), host, ready, stop))


async def _serve(door: Door, host: str, ready: Callable[[int, int], None], stop: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(door, data_size_limit=SIZE_LIMIT, hostname=host, loop=loop), host, 0
    )
    pop3 = await asyncio.start_server(Pop3Server(door.office).serve, host, 0)
    async with smtp, pop3:
        ready(*(server.sockets[0].getsockname()[1] for server in (smtp, pop3)))
        await asyncio.to_thread(stop.wait)
