"""Tables for supervision: alerts, the audit trail, running engines, traffic counts, and purges in progress."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from elmeld_tui.store.columns import partial_index


class TrafficCount(SQLModel, table=True):
    """How many messages, receipts left out, went each way in a part of a day; kept by triggers on `Message`.

    ``period`` is a day in UTC and the hour that the part begins with: 00, 22 or 23, so that a Norwegian day is made
    of whole parts. ``partner`` is the name of the other side; ``wrong`` counts those that have not gone as they should.
    """

    __tablename__ = "traffic"

    period: str = Field(primary_key=True)
    direction: str = Field(primary_key=True)
    communication_type: str = Field(primary_key=True)
    partner: str = Field(primary_key=True)
    amount: int
    wrong: int


class Purging(SQLModel, table=True):
    """Whose timeline is being removed with its message; empty outside the transaction that does it.

    A trigger refuses the removal of any other event.
    """

    message_id: int = Field(primary_key=True)


class Alert(SQLModel, table=True):
    """What a human must act on; open until it is cleared.

    ``subject`` tells apart what has no message: which certificate, partner or place an alert is about.
    """

    __table_args__ = (
        partial_index("ix_alert_open", "id", where="cleared IS NULL"),
        Index("ix_alert_message", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str
    message_id: int | None = Field(default=None, foreign_key="message.id")
    subject: str = ""
    raised: str
    cleared: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))


class Audit(SQLModel, table=True):
    """Who did what: opened, signed off, sent, resent, exported. Only ever added to; outlives what it tells of.

    Numbered without a gap; ``link`` binds each to the one before (`store.audit`).
    """

    __table_args__ = (Index("ix_audit_message", "message_id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: str
    user: str
    action: str
    message_id: int | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))
    link: str


class AuditHead(SQLModel, table=True):
    """The newest number of the audit trail, 0 in an empty one, and its link; one row."""

    __tablename__ = "audit_head"

    last: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    link: str


class EngineBeat(SQLModel, table=True):
    """An engine's sign of life: where it listens and when its worker last said so."""

    __tablename__ = "engine"
    __table_args__ = (UniqueConstraint("host", "pid"),)

    id: int | None = Field(default=None, primary_key=True)
    pid: int
    host: str
    port: int
    started: str
    beat: str
    probed: str = ""
