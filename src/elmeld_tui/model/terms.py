"""The terms one message travels on: those of the agreement that covers it, else the national ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from elmeld_tui.model.agreements import SyncReply
from elmeld_tui.model.collaborations import Collaboration

INTERVAL = timedelta(hours=12)
"""How long an ack is awaited before the same bytes are sent again, where nothing else is agreed (HIS 1037 §5.2)."""

RETRIES = 5
"""How often they are, likewise."""

PROMPT = timedelta(hours=1)
"""How long an answer is sought that must come in the same exchange, where the agreement has no retries: whoever asked
wants to know that there is none while it matters."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed for one message from one party to another.

    Attributes:
        names: service, action and roles.
        service_type: attribute of eb:Service.
        cpa_id: of the agreement; empty where the national rules are the agreement (HIS 1037 §5.6).
        ended: when the agreement ended, where it has.
        endpoint: URL the agreement sends this action to; empty where the register tells.
        retries: how often the same bytes go again.
        interval: how long an answer is awaited before they do.
        lifetime: from the beginning until we give up.
        compressed: whether gzip comes before the encryption.
        signature_method: identifier; empty leaves it to our profile.
        digest_method: likewise.
        time_to_live: how long the receiver may take the message, or None.
        ack_requested: whether an acknowledgment is asked for.
        duplicate_elimination: whether the receiver is asked to tell repetitions apart.
        sync_reply: what comes back in the same exchange, over HTTP.
        encryption_certificate: DER; empty where the register tells.
    """

    names: Collaboration
    service_type: str = "string"
    cpa_id: str = ""
    ended: datetime | None = None
    endpoint: str = ""
    retries: int = RETRIES
    interval: timedelta = INTERVAL
    lifetime: timedelta = INTERVAL * (RETRIES + 1)
    compressed: bool = True
    signature_method: str = ""
    digest_method: str = ""
    time_to_live: timedelta | None = None
    ack_requested: bool = True
    duplicate_elimination: bool = True
    sync_reply: SyncReply = SyncReply.MSH_SIGNALS
    encryption_certificate: bytes = b""

    @property
    def unanswered(self) -> bool:
        """Whether the receiver says nothing at all of having got it."""
        return not self.ack_requested and not self.sync_reply.carries_response

    @property
    def once(self) -> bool:
        """Whether what may have arrived must not be sent again: the receiver would take it for another message."""
        return self.retries == 0 and not self.duplicate_elimination
