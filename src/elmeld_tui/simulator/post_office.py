"""Mail inside the simulated Helsenett: a mailbox for each EDI address that is registered."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.model.clock import Clock
from elmeld_tui.simulator.cast import PARTNERS, Partner
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.store import Store
from elmeld_tui.transport.letterhead import entity, read_mailto
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply

MAIL_PASSWORD = "simulator"  # noqa: S105 - no secret: the mail in it is nobody's
"""Of every mailbox; its user is the EDI address."""

SIZE_LIMIT = 10_000_000
"""Bytes: what the mail service of Norsk Helsenett takes (HIS 1036 §3.2)."""


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Puts mail where its address says; the way out of the partners, and the door for what comes by SMTP.

    Attributes:
        store: where mail lies.
        register: who has an address.
        clock: the present.
    """

    store: Store
    register: Register
    clock: Clock

    def limit(self, endpoint: str) -> int | None:  # noqa: ARG002 - the port's signature
        """Return the limit of the mail service."""
        return SIZE_LIMIT

    def send(self, parcel: Parcel) -> Reply | None:
        """Put one mail into the mailbox of its address; see `port.Transport.send`."""
        to, _ = read_mailto(parcel.endpoint)
        if not self.put(to, entity(parcel, now=self.clock())):
            raise NotDeliveredError(f"nobody has the address {to}", retry=False)
        return None

    def put(self, address: str, raw: bytes) -> bool:
        """Let a mail lie in a mailbox; False where nobody has the address."""
        if not self.register.has_mailbox(address):
            return False
        self.store.put_mail(address.casefold(), raw)
        return True


def partner_at(address: str) -> Partner | None:
    """Return the partner whose EDI address this is, or None."""
    return next((one for one in PARTNERS if one.edi_address == address.casefold()), None)
