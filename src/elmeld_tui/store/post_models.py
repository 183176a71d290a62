"""Tables of what a clinic is working with: messages in mailboxes and journals, and drafts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from elmeld_tui.store.columns import Flag, partial_index


class JournalEvent(SQLModel, table=True):
    """That a message concerned a patient, at a time, under a title."""

    __tablename__ = "journal_event"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index("ix_journal_event_patient", "patient_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(foreign_key="patient.id")
    message_id: int = Field(foreign_key="message.id")
    at: str
    title: str


class PostItem(SQLModel, table=True):
    """A message as it lies in a mailbox, with its direction and type: of either a folder may hold nothing."""

    __tablename__ = "post_item"
    __table_args__ = (
        UniqueConstraint("message_id", "mailbox"),
        Index("ix_post_item_mailbox", "mailbox", "message_id"),
        Index("ix_post_item_folder", "mailbox", "folder", "message_id", "unread"),
        Index("ix_post_item_type", "mailbox", "folder", "communication_type", "message_id"),
        Index("ix_post_item_direction", "mailbox", "folder", "direction", "message_id"),
        partial_index("ix_post_item_unread", "mailbox", "message_id", "folder", where="unread = 1"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    mailbox: str
    folder: str
    unread: bool = Field(sa_type=Flag)
    signed_off_by: str = ""
    signed_off_at: str = ""
    moved: str
    direction: str = ""
    communication_type: str = ""


class PostCount(SQLModel, table=True):
    """How much lies in a folder; kept by triggers on `PostItem`, so that a screen need not count."""

    __tablename__ = "post_count"

    mailbox: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    total: int
    unread: int


class Draft(SQLModel, table=True):
    """What someone is writing; ``frame`` holds what only some messages have: copies, attachments, what is changed.

    One that is not ``kept`` is only a copy to recover from, should the line drop. ``version`` counts its changes;
    ``terminal`` has it open until ``terminal_until``. ``mailbox`` is whose drafts it lies among. No number is given
    twice: a terminal that still has a draft open which is gone must not take another for it.
    """

    __table_args__ = (
        Index("ix_draft_owner", "owner", "updated"),
        Index("ix_draft_mailbox", "mailbox", "updated"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    form: str
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    recipient_her: str = ""
    recipient_name: str = ""
    sender_her: str = ""
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    owner: str
    created: str
    updated: str
    in_reply_to: int | None = Field(default=None, foreign_key="message.id")
    frame: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))
    mailbox: str = ""
    kept: bool = Field(default=True, sa_type=Flag)
    version: int = 1
    terminal: str = ""
    terminal_until: str = ""
