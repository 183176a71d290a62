"""Tables of what is known about partners: agreements, copies of register entries, and revocation answers.

Texts that are absent are empty, a key NULL, as in `models`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class AgreementCopy(SQLModel, table=True):
    """One version of a collaboration protocol agreement as it was imported; its parties are in `AgreementPair`."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("cpa_id", "payload_id"), Index("ix_agreement_payload", "payload_id"))

    id: int | None = Field(default=None, primary_key=True)
    cpa_id: str
    valid_from: str = ""
    valid_to: str = ""
    imported: str
    imported_by: str
    payload_id: int = Field(foreign_key="payload.id")


class AgreementPair(SQLModel, table=True):
    """Between whom an agreement is: ``<lowest>_<highest>`` HER-id, once for each pair of ids it names."""

    __tablename__ = "agreement_pair"

    pair: str = Field(primary_key=True)
    agreement_id: int = Field(primary_key=True, foreign_key="agreement.id")


class PartyCopy(SQLModel, table=True):
    """A communication party as the register last described it."""

    __tablename__ = "party"

    her_id: str = Field(primary_key=True)
    name: str = ""
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    fetched: str


class Revocation(SQLModel, table=True):
    """What a certificate's issuer last said of it; ``fingerprint`` is its SHA-256, ``source`` who was asked."""

    fingerprint: str = Field(primary_key=True)
    source: str
    outcome: str
    checked_at: str
    valid_until: str = ""
    revoked_at: str = ""
