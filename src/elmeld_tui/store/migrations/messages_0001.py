"""The first step's tables for messages themselves: their patients, their bytes, their ledger and their timeline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from elmeld_tui.store.migrations.partial import where


def create() -> None:
    """Create the tables of messages and of what belongs to each."""
    _create_patients()
    _create_bytes()
    _create_message()
    _create_parts()


def _create_patients() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("national_id", sa.String(), nullable=False),
        sa.Column("id_type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("birth_date", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("national_id"),
    )
    op.create_index("ix_patient_birth_date", "patient", ["birth_date"], unique=False)


def _create_bytes() -> None:
    op.create_table(
        "payload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("msg_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("original_id", sa.String(), nullable=False),
        sa.Column("generated", sa.String(), nullable=False),
        sa.Column("conversation_start", sa.String(), nullable=False),
        sa.Column("conversation_parent", sa.String(), nullable=False),
        sa.Column("service_type", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("document_state", sa.String(), nullable=False),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.Column("sender_unit", sa.String(), nullable=False),
        sa.Column("sender_her", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("receiver_her", sa.String(), nullable=False),
        sa.Column("receiver_name", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("patient_name", sa.String(), nullable=False),
        sa.Column("patient_birth", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", sa.String(), nullable=False),
        sa.Column("updated", sa.String(), nullable=False),
        sa.Column("last_event", sa.String(), nullable=False),
        sa.Column("answers_message_id", sa.Integer(), nullable=True),
        sa.Column("recreates", sa.Integer(), nullable=True),
        sa.Column("handled", sa.String(), nullable=False),
        sa.Column("test", sa.SmallInteger(), nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("held", sa.SmallInteger(), nullable=False),
        sa.Column("communication_type", sa.String(), nullable=False),
        sa.Column("outside_reference", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answers_message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recreates"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_message_answers",
        "message",
        ["answers_message_id"],
        unique=False,
        **where("answers_message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_conversation",
        "message",
        ["conversation_start"],
        unique=False,
        **where("conversation_start <> ''"),
    )
    op.create_index("ix_message_created", "message", ["created", "id"], unique=False)
    op.create_index("ix_message_direction", "message", ["direction", "id"], unique=False)
    op.create_index("ix_message_document_state", "message", ["document_state", "id"], unique=False)
    op.create_index(
        "ix_message_document_id", "message", ["document_id"], unique=False, **where("document_id <> ''")
    )
    op.create_index("ix_message_attachments", "message", ["id"], unique=False, **where("attachments > 0"))
    op.create_index("ix_message_communication_type", "message", ["communication_type", "id"], unique=False)
    op.create_index("ix_message_kind", "message", ["kind", "id"], unique=False)
    op.create_index("ix_message_msg_id", "message", ["msg_id"], unique=False, **where("msg_id <> ''"))
    op.create_index(
        "ix_message_original_id", "message", ["original_id"], unique=False, **where("original_id <> ''")
    )
    op.create_index("ix_message_order_id", "message", ["order_id"], unique=False, **where("order_id <> ''"))
    op.create_index(
        "ix_message_parent",
        "message",
        ["conversation_parent"],
        unique=False,
        **where("conversation_parent <> ''"),
    )
    op.create_index(
        "ix_message_patient", "message", ["patient_id", "id"], unique=False, **where("patient_id IS NOT NULL")
    )
    op.create_index("ix_message_receipt", "message", ["receipt", "id"], unique=False)
    op.create_index("ix_message_state", "message", ["state", "id"], unique=False)
    op.create_index(
        "ix_message_recreates",
        "message",
        ["recreates"],
        unique=False,
        **where("recreates IS NOT NULL"),
    )
    op.create_index(
        "ix_message_superseded",
        "message",
        ["superseded_by"],
        unique=False,
        **where("superseded_by IS NOT NULL"),
    )
    op.create_index(
        "ix_message_trouble",
        "message",
        ["id"],
        unique=False,
        **where(
            "(state IN ('transport_rejected', 'undelivered', 'quarantined') "
            "OR receipt IN ('rejected', 'accepted_with_faults', 'overdue')) AND handled = ''"
        ),
    )
    op.create_index("ix_message_type", "message", ["type_code", "id"], unique=False)
    op.create_index(
        "ix_message_unlinked",
        "message",
        ["patient_name"],
        unique=False,
        **where("patient_id IS NULL AND patient_name <> ''"),
    )


def _create_parts() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_finding_message", "finding", ["message_id", "id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_message", "event", ["message_id", "id"], unique=False)
    op.create_table(
        "journal_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index("ix_journal_event_patient", "journal_event", ["patient_id", "at"], unique=False)
    op.create_table(
        "message_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("payload_id", sa.Integer(), nullable=True),
        sa.Column("purged", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payload_id"],
            ["payload.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_part", "message_part", ["message_id", "role"], unique=False)
    op.create_index("ix_message_part_payload", "message_part", ["payload_id"], unique=False)
    op.create_table(
        "receiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("her_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("apprec_id", sa.String(), nullable=False),
        sa.Column("apprec_message_id", sa.Integer(), nullable=True),
        sa.Column("answered", sa.String(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["apprec_message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "her_id"),
    )
    op.create_index(
        "ix_receiver_apprec",
        "receiver",
        ["apprec_message_id"],
        unique=False,
        **where("apprec_message_id IS NOT NULL"),
    )
    op.create_index("ix_receiver_due", "receiver", ["due"], unique=False, **where("receipt = 'awaited'"))
