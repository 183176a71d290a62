"""What issuers have said about certificates, kept so that they need not be asked for each message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from elmeld_tui.model.clock import from_text, to_text
from elmeld_tui.security.revocation import Outcome, RevocationStatus
from elmeld_tui.store import tables

_r = tables.revocation
_OF = _r.c.fingerprint == bindparam("of")
_GET = select(_r).where(_OF)
_FORGET = delete(_r).where(_OF)


def get(connection: Connection, fingerprint: str) -> RevocationStatus | None:
    """Return what was last kept of a certificate, by its SHA-256 in hexadecimal, or None."""
    row = connection.execute(_GET, {"of": fingerprint}).one_or_none()
    if row is None:
        return None
    return RevocationStatus(
        Outcome(row.outcome),
        row.source,
        from_text(row.checked_at),
        _moment(row.valid_until),
        _moment(row.revoked_at),
    )


def keep(connection: Connection, fingerprint: str, status: RevocationStatus) -> None:
    """Keep what is known now in place of what was."""
    connection.execute(_FORGET, {"of": fingerprint})
    connection.execute(
        insert(_r).values(
            fingerprint=fingerprint,
            source=status.source,
            outcome=status.outcome,
            checked_at=_text(status.checked_at),
            valid_until=_text(status.valid_until),
            revoked_at=_text(status.revoked_at),
        )
    )


def _moment(text: str) -> datetime | None:
    return from_text(text) if text else None


def _text(moment: datetime | None) -> str:
    return to_text(moment) if moment else ""
