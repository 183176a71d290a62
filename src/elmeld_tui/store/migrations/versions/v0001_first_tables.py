"""The first tables: messages, their travel, the post, alerts and search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from elmeld_tui.store.migrations import messages_0001, office_0001, rules_0001, traffic_0001
from elmeld_tui.store.migrations.partial import where

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    messages_0001.create()
    _create_surroundings()
    _create_post()
    _create_trail()
    _create_drafts()
    _create_envelopes()
    _create_outbox()
    _create_agreements()
    office_0001.create()
    rules_0001.create()
    traffic_0001.create()


def _create_surroundings() -> None:
    op.create_table(
        "engine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("started", sa.String(), nullable=False),
        sa.Column("beat", sa.String(), nullable=False),
        sa.Column("probed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("host", "pid"),
    )
    op.create_table(
        "party",
        sa.Column("her_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("fetched", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("her_id"),
    )
    op.create_table(
        "revocation",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("checked_at", sa.String(), nullable=False),
        sa.Column("valid_until", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )


def _create_post() -> None:
    op.create_table(
        "post_count",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder"),
    )
    op.create_table(
        "traffic",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("communication_type", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("period", "direction", "communication_type", "partner"),
    )
    op.create_table(
        "purging",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_table(
        "post_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("unread", sa.SmallInteger(), nullable=False),
        sa.Column("signed_off_by", sa.String(), nullable=False),
        sa.Column("signed_off_at", sa.String(), nullable=False),
        sa.Column("moved", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("communication_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "mailbox"),
    )
    op.create_index(
        "ix_post_item_direction", "post_item", ["mailbox", "folder", "direction", "message_id"], unique=False
    )
    op.create_index(
        "ix_post_item_folder", "post_item", ["mailbox", "folder", "message_id", "unread"], unique=False
    )
    op.create_index("ix_post_item_mailbox", "post_item", ["mailbox", "message_id"], unique=False)
    op.create_index(
        "ix_post_item_type", "post_item", ["mailbox", "folder", "communication_type", "message_id"], unique=False
    )
    op.create_index(
        "ix_post_item_unread",
        "post_item",
        ["mailbox", "message_id", "folder"],
        unique=False,
        **where("unread = 1"),
    )


def _create_trail() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("raised", sa.String(), nullable=False),
        sa.Column("cleared", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_message", "alert", ["message_id"], unique=False)
    op.create_index("ix_alert_open", "alert", ["id"], unique=False, **where("cleared IS NULL"))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("last", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("last"),
    )
    op.bulk_insert(head, [{"last": 0, "link": ""}])
    op.create_index("ix_audit_message", "audit", ["message_id"], unique=False)


def _create_drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("recipient_her", sa.String(), nullable=False),
        sa.Column("recipient_name", sa.String(), nullable=False),
        sa.Column("sender_her", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("created", sa.String(), nullable=False),
        sa.Column("updated", sa.String(), nullable=False),
        sa.Column("in_reply_to", sa.Integer(), nullable=True),
        sa.Column("frame", sa.JSON(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("kept", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("terminal_until", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["in_reply_to"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        # A number is never given again: a terminal may still have a draft open that is gone.
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_owner", "draft", ["owner", "updated"], unique=False)
    op.create_index("ix_draft_mailbox", "draft", ["mailbox", "updated"], unique=False)


def _create_envelopes() -> None:
    op.create_table(
        "envelope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("eb_message_id", sa.String(), nullable=True),
        sa.Column("sender_her", sa.String(), nullable=True),
        sa.Column("receiver_her", sa.String(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("payload_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("reply_to", sa.String(), nullable=False),
        sa.Column("refers_to", sa.JSON(), nullable=False),
        sa.Column("apart", sa.SmallInteger(), nullable=False),
        sa.Column("signal_type", sa.String(), nullable=False),
        sa.Column("signal_content_type", sa.String(), nullable=False),
        sa.Column("signal_payload_id", sa.Integer(), nullable=True),
        sa.Column("received", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("purged", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payload_id"],
            ["payload.id"],
        ),
        sa.ForeignKeyConstraint(
            ["signal_payload_id"],
            ["payload.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("direction", "sender_her", "eb_message_id"),
    )
    op.create_index("ix_envelope_message", "envelope", ["message_id"], unique=False)
    op.create_index(
        "ix_envelope_signal",
        "envelope",
        ["signal_payload_id"],
        unique=False,
        **where("signal_payload_id IS NOT NULL"),
    )
    op.create_index("ix_envelope_payload", "envelope", ["payload_id"], unique=False)
    op.create_index("ix_envelope_state", "envelope", ["state", "id"], unique=False)


def _create_outbox() -> None:
    op.create_table(
        "line",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("next_at", sa.String(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("down_since", sa.String(), nullable=False),
        sa.Column("quiet_until", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_line_due", "line", ["next_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("sender_her", sa.String(), nullable=False),
        sa.Column("receiver_her", sa.String(), nullable=False),
        sa.Column("eb_message_id", sa.String(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("signal", sa.SmallInteger(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("next_at", sa.String(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("give_up_at", sa.String(), nullable=False),
        sa.Column("once", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sending", sa.String(), nullable=False),
        sa.Column("done", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("eb_message_id"),
    )
    op.create_index("ix_outbox_due", "outbox", ["next_at"], unique=False, **where("done = 0"))
    op.create_index("ix_outbox_line", "outbox", ["line", "next_at"], unique=False, **where("done = 0"))
    op.create_index(
        "ix_outbox_sending",
        "outbox",
        ["line"],
        unique=False,
        **where("done = 0 AND sending <> ''"),
    )
    op.create_index("ix_outbox_message", "outbox", ["message_id"], unique=False)


def _create_agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cpa_id", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(), nullable=False),
        sa.Column("valid_to", sa.String(), nullable=False),
        sa.Column("imported", sa.String(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("payload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payload_id"],
            ["payload.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cpa_id", "payload_id"),
    )
    op.create_index("ix_agreement_payload", "agreement", ["payload_id"], unique=False)
    op.create_table(
        "agreement_pair",
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
        ),
        sa.PrimaryKeyConstraint("pair", "agreement_id"),
    )
