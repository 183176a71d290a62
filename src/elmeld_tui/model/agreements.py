"""A collaboration protocol agreement (CPA): what two parties have agreed about the messages between them.

Sources: OASIS CPPA 2.0; the agreements NAV makes with whoever sends to it (``nav:qass``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from elmeld_tui.model.identifiers import is_uuid


class Direction(StrEnum):
    """Which way an action goes, seen from the party; the values are those of CPPA 2.0."""

    SEND = "CanSend"
    RECEIVE = "CanReceive"


class Wish(StrEnum):
    """Whether something is done with every message (CPPA 2.0 §8.4.23); ``perMessage`` leaves it to the sender."""

    ALWAYS = "always"
    NEVER = "never"
    PER_MESSAGE = "perMessage"


class SyncReply(StrEnum):
    """What comes back in the exchange that brought a message (CPPA 2.0 §8.4.23.1)."""

    NONE = "none"
    MSH_SIGNALS = "mshSignalsOnly"
    SIGNALS = "signalsOnly"
    RESPONSE = "responseOnly"
    SIGNALS_AND_RESPONSE = "signalsAndResponse"

    @property
    def carries_signals(self) -> bool:
        """Whether acknowledgments and errors come in the same exchange."""
        return self in {SyncReply.MSH_SIGNALS, SyncReply.SIGNALS, SyncReply.SIGNALS_AND_RESPONSE}

    @property
    def carries_response(self) -> bool:
        """Whether the business answer does."""
        return self in {SyncReply.RESPONSE, SyncReply.SIGNALS_AND_RESPONSE}


@dataclass(frozen=True, slots=True)
class Channel:
    """How messages reach a party, and how it sends its own.

    Attributes:
        id: within the party.
        protocol: ``SMTP``, ``HTTP``, ``AMQP`` …; empty where the agreement does not say.
        endpoints: purpose (``allPurpose``, ``request``, ``response``, ``error``, ``login``) and URL of each.
        sync_reply: what it answers in the exchange that brings it a message.
        ack_requested: whether it wants to be asked for acknowledgments.
        ack_signed: whether those are signed.
        duplicate_elimination: whether it tells repetitions apart.
        retries: how often it sends the same bytes again; None where nothing is agreed.
        interval: how long it waits in between; None likewise.
        persist: how long a message is remembered, so that a repetition is known; None likewise.
        digest_method: identifier of the hash function of its signatures; empty likewise.
        signature_method: identifier of the signature algorithm; empty likewise.
        signing_certificate: DER; empty likewise.
    """

    id: str
    protocol: str = ""
    endpoints: tuple[tuple[str, str], ...] = ()
    sync_reply: SyncReply = SyncReply.NONE
    ack_requested: Wish = Wish.PER_MESSAGE
    ack_signed: Wish = Wish.PER_MESSAGE
    duplicate_elimination: Wish = Wish.PER_MESSAGE
    retries: int | None = None
    interval: timedelta | None = None
    persist: timedelta | None = None
    digest_method: str = ""
    signature_method: str = ""
    signing_certificate: bytes = b""

    def endpoint(self, purpose: str) -> str:
        """Return where to send what has this purpose: its own endpoint, else that for all purposes; else nothing."""
        known = dict(self.endpoints)
        return known.get(purpose) or known.get("allPurpose", "")


@dataclass(frozen=True, slots=True)
class Binding:
    """That a party may send or receive one action of a service in a role, and how.

    Attributes:
        direction: of the party.
        process: name and version of the business process.
        role: in it.
        service: eb:Service.
        service_type: its type attribute.
        action: eb:Action.
        channel: None where the agreement names none.
        compressed: whether gzip comes before the encryption; None where the packaging is not described.
        encryption_certificate: DER, of the role; empty where there is none.
    """

    direction: Direction
    process: str
    role: str
    service: str
    service_type: str
    action: str
    channel: Channel | None = None
    compressed: bool | None = None
    encryption_certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class AgreedParty:
    """One side of an agreement.

    Attributes:
        name: for people.
        her_ids: of the party.
        bindings: what it may send and receive.
        certificates: DER of every certificate it has in the agreement; placeholders of templates are left out.
        signal_channels: channel of each signal by its action; under an empty action that of all others.
    """

    name: str
    her_ids: frozenset[str]
    bindings: tuple[Binding, ...] = ()
    certificates: frozenset[bytes] = frozenset()
    signal_channels: tuple[tuple[str, Channel], ...] = ()

    def may(self, direction: Direction, service: str, action: str, role: str = "") -> Binding | None:
        """Return what lets the party send or receive an action, in ``role`` or, where that is empty, in any."""
        wanted = (direction, service, action)
        for binding in self.bindings:
            if (binding.direction, binding.service, binding.action) == wanted and role in {"", binding.role}:
                return binding
        return None

    def signal_channel(self, action: str) -> Channel | None:
        """Return the channel of a signal (CPPA 2.0 §8.4.2: the default unless overridden)."""
        known = dict(self.signal_channels)
        return known.get(action) or known.get("")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A CPA. Times are aware, UTC; None where the file gives none.

    Attributes:
        cpa_id: e.g. ``nav:qass:35065``, or a UUID.
        start: of its validity.
        end: of its validity.
        parties: two, in a sound one.
    """

    cpa_id: str
    start: datetime | None
    end: datetime | None
    parties: tuple[AgreedParty, ...]

    def party(self, her_id: str) -> AgreedParty | None:
        """Return the side with this HER-id."""
        return next((party for party in self.parties if her_id in party.her_ids), None)

    def holds(self, at: datetime) -> bool:
        """Return whether it is valid at a moment."""
        return (self.start is None or self.start <= at) and (self.end is None or at <= self.end)


def pair(her_id: str, other_her_id: str) -> str:
    """Return two HER-ids as the CPAId of parties without an agreement has them: ``<lowest>_<highest>``.

    Source: HIS 1037 §6.2.1.
    """
    low, high = sorted((her_id, other_her_id), key=int)
    return f"{low}_{high}"


def names_an_agreement(cpa_id: str) -> bool:
    """Return whether a CPAId is that of a CPA: ``<maker>:<sublevel>:<id>`` or a UUID (HIS 1037 §6.2.1)."""
    return ":" in cpa_id or is_uuid(cpa_id)
