"""A simulated Helsenett whose mail servers run, and the clinic in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import Queue

from elmeld_tui.model.mail import MailServer, Protection
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator import smtp
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.simulator.post_office import MAIL_PASSWORD, PostOffice
from elmeld_tui.transport.incoming_mail import IncomingMail, read_mail
from elmeld_tui.transport.letterhead import mailto
from elmeld_tui.transport.mail import SmtpTransport
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox_pop3 import Pop3Mailbox
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import Parcel
from tests.simulator.clinic import HER_ID, REFERRAL, Clinic, registration
from tests.waiting import PATIENCE

OURS, SURGERY, HOSPITAL = "odden@helsenett.example", "9101001", "hospital@helsenett.example"


@dataclass(frozen=True)
class Mailed:
    """A simulated Helsenett with its mail servers running, and the clinic in it."""

    clinic: Clinic
    net: Helsenett
    office: PostOffice
    smtp: int
    pop3: int

    def mailbox(self) -> Pop3Mailbox:
        server = MailServer("127.0.0.1", self.pop3, Protection.NONE, OURS, "X")
        return Pop3Mailbox(Login(server, MAIL_PASSWORD, timeout=PATIENCE), "postkassen")

    def way(self) -> SmtpTransport:
        login = Login(MailServer("127.0.0.1", self.smtp, Protection.NONE), timeout=PATIENCE)
        return SmtpTransport(login, 10_000_000, self.net.clock)

    def send(self, packed: Packed, attempt: int = 1) -> None:
        way = self.way()
        try:
            way.send(Parcel(mailto(HOSPITAL), packed.content_type, packed.body, packed.message_id, attempt, OURS))
        finally:
            way.close()

    def referral(self) -> Packed:
        return self.clinic.pack(self.clinic.write("referral", REFERRAL, SURGERY), SURGERY)

    def fetched(self) -> list[IncomingMail]:
        """Deliver what the partners owe, and empty the mailbox."""
        deliver_due(self.net)
        found = []
        for item in self.mailbox().fetch(10_000_000):
            assert item.raw is not None
            found.append(read_mail(item.raw))
            item.remove()
        return found

    def signals(self) -> list[object]:
        return [
            unpack(one.arrival.content_type, one.arrival.body).signal for one in self.fetched() if not one.bounce
        ]


@contextmanager
def running_mail(net: Helsenett, clinic_keys: CompanyKeys) -> Iterator[Mailed]:
    office = PostOffice(net.store, net.register, net.clock)
    net = replace(net, transport=office)
    net.register.partners_at("", mail=True)
    net.register.put(HER_ID, {**registration(clinic_keys), "endpoint": "", "ediAddress": OURS})
    ports: Queue[tuple[int, int]] = Queue()
    worker = threading.Thread(
        target=smtp.serve, args=(net, office, "127.0.0.1", lambda *two: ports.put(two), net.closing)
    )
    worker.start()
    try:
        yield Mailed(Clinic(clinic_keys, net), net, office, *ports.get(timeout=PATIENCE))
    finally:
        net.closing.set()
        worker.join()
