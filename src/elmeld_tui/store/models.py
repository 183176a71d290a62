"""The tables of messages and their travel.

Times are text as `model.clock.to_text` writes it; what is absent is an empty string, a key NULL.
A `message` is one business document on its way, in or out. What happened to it is in `event`, what each receiver
answered in `receiver`, its bytes in `payload` by way of `message_part`, and its travel in `envelope` and `outbox`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from elmeld_tui.store.columns import Flag, folded_name, partial_index, type_of_message
from elmeld_tui.store.filters import ATTACHED, TROUBLE


class Payload(SQLModel, table=True):
    """Bytes, kept once, never changed; a trigger refuses updates and foreign keys refuse removal while in use."""

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    size: int
    bytes: bytes


class Patient(SQLModel, table=True):
    """A person known by number; only a national identity number, D-number or FH-number links automatically.

    ``folded_name`` is the name as it is searched for: no database knows for certain that Å and å are one letter.
    """

    __table_args__ = (Index("ix_patient_birth_date", "birth_date"),)

    id: int | None = Field(default=None, primary_key=True)
    national_id: str = Field(unique=True)
    id_type: str
    name: str
    given_name: str = ""
    family_name: str = ""
    birth_date: str
    sex: str
    folded_name: str = Field(default="", sa_column=Column(String, nullable=False, default=folded_name))


class Message(SQLModel, table=True):
    """One business document, in or out, with the narrow columns that lists and rules read.

    ``communication_type`` follows from kind, type code and title (`model.communication_types`); it is kept since
    lists are filtered by it.

    ``recreates`` is the failed message that this one was made from; ``handled`` is when a person said that what failed
    has been dealt with.
    ``outside_reference``: how many of a report's results are (`messages.lab_values`), so that a list can tell.
    ``held``: somebody has asked that nothing of it be removed, whatever the retention policy says.
    """

    __table_args__ = (
        Index("ix_message_state", "state", "id"),
        Index("ix_message_receipt", "receipt", "id"),
        Index("ix_message_kind", "kind", "id"),
        Index("ix_message_type", "type_code", "id"),
        Index("ix_message_communication_type", "communication_type", "id"),
        Index("ix_message_direction", "direction", "id"),
        Index("ix_message_document_state", "document_state", "id"),
        partial_index("ix_message_patient", "patient_id", "id", where="patient_id IS NOT NULL"),
        Index("ix_message_created", "created", "id"),
        partial_index("ix_message_msg_id", "msg_id", where="msg_id <> ''"),
        partial_index("ix_message_original_id", "original_id", where="original_id <> ''"),
        partial_index("ix_message_document_id", "document_id", where="document_id <> ''"),
        partial_index("ix_message_conversation", "conversation_start", where="conversation_start <> ''"),
        partial_index("ix_message_parent", "conversation_parent", where="conversation_parent <> ''"),
        partial_index("ix_message_order_id", "order_id", where="order_id <> ''"),
        partial_index("ix_message_answers", "answers_message_id", where="answers_message_id IS NOT NULL"),
        partial_index("ix_message_recreates", "recreates", where="recreates IS NOT NULL"),
        partial_index("ix_message_unlinked", "patient_name", where="patient_id IS NULL AND patient_name <> ''"),
        partial_index("ix_message_superseded", "superseded_by", where="superseded_by IS NOT NULL"),
        partial_index("ix_message_trouble", "id", where=TROUBLE.format(m="")),
        partial_index("ix_message_attachments", "id", where=ATTACHED.format(m="")),
    )

    id: int | None = Field(default=None, primary_key=True)
    direction: str
    kind: str
    version: str = ""
    type_code: str = ""
    msg_id: str = ""
    document_id: str = ""
    original_id: str = ""
    generated: str = ""
    conversation_start: str = ""
    conversation_parent: str = ""
    service_type: str = ""
    order_id: str = ""
    document_state: str = "current"
    superseded_by: int | None = Field(default=None, foreign_key="message.id")
    sender_unit: str = ""
    sender_her: str = ""
    sender_name: str = ""
    receiver_her: str = ""
    receiver_name: str = ""
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    patient_name: str = ""
    patient_birth: str = ""
    title: str = ""
    state: str
    receipt: str = "none"
    attempts: int = 0
    created: str
    updated: str
    last_event: str = ""
    answers_message_id: int | None = Field(default=None, foreign_key="message.id")
    recreates: int | None = Field(default=None, foreign_key="message.id")
    handled: str = ""
    test: bool = Field(default=False, sa_type=Flag)
    attachments: int = 0
    held: bool = Field(default=False, sa_type=Flag)
    communication_type: str = Field(default="", sa_column=Column(String, nullable=False, default=type_of_message))
    outside_reference: int = 0


class Receiver(SQLModel, table=True):
    """The ledger: what one receiver of an outgoing message owes us, and what it answered."""

    __table_args__ = (
        UniqueConstraint("message_id", "her_id"),
        partial_index("ix_receiver_due", "due", where="receipt = 'awaited'"),
        partial_index("ix_receiver_apprec", "apprec_message_id", where="apprec_message_id IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    her_id: str
    name: str = ""
    role: str = ""
    receipt: str = "awaited"
    apprec_id: str = ""
    apprec_message_id: int | None = Field(default=None, foreign_key="message.id")
    answered: str = ""
    errors: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )
    due: str


class MessagePart(SQLModel, table=True):
    """Which bytes belong to a message, and as what: ``document``, ``envelope``, ``signal`` or ``apprec``.

    Bytes that the retention policy has removed leave the row, with ``purged`` as the moment they went.
    """

    __tablename__ = "message_part"
    __table_args__ = (
        Index("ix_message_part", "message_id", "role"),
        Index("ix_message_part_payload", "payload_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    role: str
    content_type: str
    payload_id: int | None = Field(default=None, foreign_key="payload.id")
    purged: str = ""


class Event(SQLModel, table=True):
    """The timeline: one row for each thing that happened, written in the transaction in which it happened."""

    __table_args__ = (Index("ix_event_message", "message_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    at: str
    name: str
    state: str | None = None
    receipt: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))


class Outbox(SQLModel, table=True):
    """One envelope that must reach one receiver.

    ``header`` holds the envelope's names (service, action, roles, conversation) until it is packed; ``outcome`` is
    empty while the engine still owes an attempt or awaits an answer, then the state it ended in. ``sending`` names
    who has it on its way at this moment. A ``signal`` answers a message in, and nothing is awaited for it; ``way`` is
    the scheme it must travel by. ``interval`` is in seconds. What goes ``once`` is not sent again where it may have
    arrived, since its receiver would take it for another message.
    """

    __table_args__ = (
        partial_index("ix_outbox_due", "next_at", where="done = 0"),
        partial_index("ix_outbox_line", "line", "next_at", where="done = 0"),
        partial_index("ix_outbox_sending", "line", where="done = 0 AND sending <> ''"),
        Index("ix_outbox_message", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    sender_her: str
    receiver_her: str
    eb_message_id: str = Field(unique=True)
    header: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    line: str
    signal: bool = Field(default=False, sa_type=Flag)
    way: str = ""
    endpoint: str = ""
    next_at: str
    interval: int
    give_up_at: str
    once: bool = Field(default=False, sa_type=Flag)
    attempts: int = 0
    sending: str = ""
    done: bool = Field(default=False, sa_type=Flag)
    outcome: str = ""


class Line(SQLModel, table=True):
    """The line to one partner, whose envelopes leave one after another; claimed by one engine at a time.

    ``next_at`` is when something on it may next be due, NULL when nothing is owed. After ``failures`` in a row, since
    ``down_since``, nothing is tried before ``quiet_until``: one partner who is down costs one attempt, however much
    waits for it.
    """

    __table_args__ = (Index("ix_line_due", "next_at"),)

    key: str = Field(primary_key=True)
    next_at: str | None = None
    lease_owner: str | None = None
    lease_until: str | None = None
    failures: int = 0
    down_since: str = ""
    quiet_until: str = ""


class Envelope(SQLModel, table=True):
    """One envelope as it travelled.

    A received one is committed with what became of it. ``eb_message_id`` and ``sender_her`` stay NULL unless its
    signature has been verified, so that nobody can take another's id. ``way``, ``reply_to`` and
    ``refers_to`` say how it came (`model.arrival.Arrival`); ``apart`` says that its signal travels by itself, though
    it came in an exchange that could have been answered. Its identity and digests stay when its bytes have been
    ``purged``, for as long as a duplicate of it may come.
    """

    __table_args__ = (
        UniqueConstraint("direction", "sender_her", "eb_message_id"),
        Index("ix_envelope_payload", "payload_id"),
        Index("ix_envelope_state", "state", "id"),
        Index("ix_envelope_message", "message_id"),
        partial_index("ix_envelope_signal", "signal_payload_id", where="signal_payload_id IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    direction: str
    eb_message_id: str | None = None
    sender_her: str | None = None
    receiver_her: str = ""
    header: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))
    digests: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))
    content_type: str
    payload_id: int | None = Field(default=None, foreign_key="payload.id")
    way: str = "http"
    reply_to: str = ""
    refers_to: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))
    apart: bool = Field(default=False, sa_type=Flag)
    signal_type: str = ""
    signal_content_type: str = ""
    signal_payload_id: int | None = Field(default=None, foreign_key="payload.id")
    received: str
    message_id: int | None = Field(default=None, foreign_key="message.id")
    state: str
    reason: str = ""
    purged: str = ""


class Finding(SQLModel, table=True):
    """What was found wrong with, or worth saying of, a message when it was taken in; told to whoever reads it."""

    __table_args__ = (Index("ix_finding_message", "message_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    severity: str
    code: str
    place: str
    text: str
