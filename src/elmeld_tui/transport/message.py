"""What goes out and what comes in: the types that packing, signals and their callers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from elmeld_tui.model.findings import Finding
from elmeld_tui.security.xmldsig import Verified
from elmeld_tui.transport.envelope import EnvelopeHeader, ManifestEntry
from elmeld_tui.transport.mime import Part


class MessageKind(StrEnum):
    """What an envelope is: a message with payload, or one of the three signals that answer one."""

    PAYLOAD = "payload"
    ACK = "ack"
    ERROR = "error"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Packed:
    """A message ready to be posted.

    Attributes:
        content_type: of the body.
        body: to be sent as it is, every time.
        message_id: eb:MessageId.
        digests: by reference URI, what the receiver's acknowledgment must repeat.
    """

    content_type: str
    body: bytes
    message_id: str
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Acknowledgment:
    """The receiver's MSH has the message.

    Attributes:
        ref_to_message_id: eb:MessageId of the message.
        timestamp: aware, UTC; when it was received.
        digests: by reference URI, as the receiver found them; empty where the ack repeats none.
    """

    ref_to_message_id: str
    timestamp: datetime
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One eb:Error.

    Attributes:
        code: e.g. ``SecurityFailure`` (HIS 1037 §7.2.4).
        severity: ``Error`` or ``Warning``.
        text: as received.
        location: where in the message, as received.
    """

    code: str
    severity: str
    text: str
    location: str


@dataclass(frozen=True, slots=True)
class MessageError:
    """The receiver's MSH has refused the message, or taken it with a remark.

    Attributes:
        ref_to_message_id: eb:MessageId of the message.
        severity: the highest, ``Error`` or ``Warning``; a Warning counts as an acknowledgment (HITS 1171 §8.4).
        errors: as many as it has, which should be one at least.
    """

    ref_to_message_id: str
    severity: str
    errors: tuple[ErrorEntry, ...]

    @property
    def refused(self) -> bool:
        """Whether the message did not get through; one error among the warnings says so, whatever the whole is called."""
        return self.severity != "Warning" or any(error.severity == "Error" for error in self.errors)


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP Fault: the other side could not read the message as ebXML. It is not signed and proves nothing."""

    code: str
    text: str


Signal = Acknowledgment | MessageError | Fault


_ANSWERED_WITH_A_WARNING = frozenset({"R68", "R75"})
"""Rules of HITS 1172: another encoding than UTF-8, and an acknowledgment that is not asked for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope whose signature held, or a fault.

    Attributes:
        kind: what it is.
        header: from the signed octets; None for a fault.
        verified: the signature; None for a fault. Whether its certificate is trusted, and is the one the register
            gives for the From party, is for the caller to ask.
        payloads: the MIME parts beside the envelope, in the order of the manifest.
        manifest: what the envelope says of each payload.
        signal: for every kind but a payload.
        findings: what is accepted but should be told.
        soap: the SOAP part as it came.
    """

    kind: MessageKind
    header: EnvelopeHeader | None
    verified: Verified | None
    payloads: tuple[Part, ...] = ()
    manifest: tuple[ManifestEntry, ...] = ()
    signal: Signal | None = None
    findings: tuple[Finding, ...] = ()
    soap: Part = field(default=Part("", "", b""), repr=False)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What the sender must hear of: the message is taken, and answered with a MessageError of severity Warning.

        It stands in place of the acknowledgment (HITS 1171 §5.2.4 and §8.4).
        """
        return tuple(finding for finding in self.findings if finding.code in _ANSWERED_WITH_A_WARNING)

    @property
    def digests(self) -> dict[str, str]:
        """What tells a repeated message from a false duplicate (HITS 1172 §5.8.2)."""
        return self.verified.digests if self.verified else {}
