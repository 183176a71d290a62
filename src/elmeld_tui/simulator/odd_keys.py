"""Keys whose signatures a clinic must not accept: from an unknown authority, expired, or revoked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import Use
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.simulator.behaviour import Behaviour
from elmeld_tui.simulator.cast import Partner

ODD = frozenset({Behaviour.WRONG_CERTIFICATE, Behaviour.EXPIRED, Behaviour.REVOKED})
REVOKED_FILE = Path("trust") / "simulator-ca.crl"
"""Where the revocation list lies in the simulator's directory, once something has been revoked."""


@dataclass
class OddKeys:
    """Makes such keys when they are first asked for; they cost a moment.

    Attributes:
        authority: that the partners' usual certificates are from; None makes one of its own.
        directory: the simulator's own; None keeps no revocation list.
    """

    authority: KeyPair | None = None
    directory: Path | None = None
    _made: dict[tuple[str, Behaviour], KeyPair] = field(default_factory=dict)
    _revoked: list[int] = field(default_factory=list)

    def signing(self, partner: Partner, how: Behaviour, now: datetime) -> KeyPair:
        """Return the key that ``partner`` signs with when it misbehaves so."""
        wanted = (partner.name, how)
        if wanted not in self._made:
            self._made[wanted] = self._make(partner, how, now)
        return self._made[wanted]

    def _make(self, partner: Partner, how: Behaviour, now: datetime) -> KeyPair:
        name, number = partner.organisation.name, partner.organisation.organisation_number
        if how is Behaviour.WRONG_CERTIFICATE:
            stranger = create_authority("en ukjent utsteder", now=now)
            return issue(stranger, name, number, Use.SIGNING, valid_from=now - timedelta(days=1))
        if self.authority is None:
            self.authority = create_authority("elmeld simulert Helsenett", now=now)
        if how is Behaviour.EXPIRED:
            ended = now - timedelta(days=1)
            return issue(
                self.authority, name, number, Use.SIGNING, valid_from=ended - timedelta(days=90), valid_to=ended
            )
        made = issue(self.authority, name, number, Use.SIGNING, valid_from=now - timedelta(days=1))
        self._revoked.append(made.certificate.serial_number)
        self._publish(self.authority, now)
        return made

    def _publish(self, authority: KeyPair, now: datetime) -> None:
        """Write the revocation list anew; the clinic imports it beside the authority's certificate."""
        if self.directory is None:
            return
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.certificate.subject)
            .last_update(now - timedelta(hours=1))
            .next_update(now + timedelta(days=30))
        )
        for serial in self._revoked:
            gone = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(hours=1))
            builder = builder.add_revoked_certificate(gone.build())
        signed = builder.sign(authority.private_key, hashes.SHA256())
        (self.directory / REVOKED_FILE).write_bytes(signed.public_bytes(Encoding.PEM))
