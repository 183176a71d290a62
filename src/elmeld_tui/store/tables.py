"""The tables of `models`, `post_models`, `oversight_models` and `partner_models`, for statements.

Made by ``make tables``: change the models instead.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from elmeld_tui.store.columns import Flag, folded_name, type_of_message

metadata = MetaData()

payload = Table(
    "payload",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String),
    Column("size", Integer),
    Column("bytes", LargeBinary),
)

patient = Table(
    "patient",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("national_id", String),
    Column("id_type", String),
    Column("name", String),
    Column("given_name", String, default=""),
    Column("family_name", String, default=""),
    Column("birth_date", String),
    Column("sex", String),
    Column("folded_name", String, default=folded_name),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("direction", String),
    Column("kind", String),
    Column("version", String, default=""),
    Column("type_code", String, default=""),
    Column("msg_id", String, default=""),
    Column("document_id", String, default=""),
    Column("original_id", String, default=""),
    Column("generated", String, default=""),
    Column("conversation_start", String, default=""),
    Column("conversation_parent", String, default=""),
    Column("service_type", String, default=""),
    Column("order_id", String, default=""),
    Column("document_state", String, default="current"),
    Column("superseded_by", Integer, ForeignKey("message.id")),
    Column("sender_unit", String, default=""),
    Column("sender_her", String, default=""),
    Column("sender_name", String, default=""),
    Column("receiver_her", String, default=""),
    Column("receiver_name", String, default=""),
    Column("patient_id", Integer, ForeignKey("patient.id")),
    Column("patient_name", String, default=""),
    Column("patient_birth", String, default=""),
    Column("title", String, default=""),
    Column("state", String),
    Column("receipt", String, default="none"),
    Column("attempts", Integer, default=0),
    Column("created", String),
    Column("updated", String),
    Column("last_event", String, default=""),
    Column("answers_message_id", Integer, ForeignKey("message.id")),
    Column("recreates", Integer, ForeignKey("message.id")),
    Column("handled", String, default=""),
    Column("test", Flag, default=False),
    Column("attachments", Integer, default=0),
    Column("held", Flag, default=False),
    Column("communication_type", String, default=type_of_message),
    Column("outside_reference", Integer, default=0),
)

receiver = Table(
    "receiver",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("her_id", String),
    Column("name", String, default=""),
    Column("role", String, default=""),
    Column("receipt", String, default="awaited"),
    Column("apprec_id", String, default=""),
    Column("apprec_message_id", Integer, ForeignKey("message.id")),
    Column("answered", String, default=""),
    Column("errors", JSON, default=list),
    Column("due", String),
)

message_part = Table(
    "message_part",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("role", String),
    Column("content_type", String),
    Column("payload_id", Integer, ForeignKey("payload.id")),
    Column("purged", String, default=""),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("at", String),
    Column("name", String),
    Column("state", String),
    Column("receipt", String),
    Column("detail", JSON, default=dict),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("sender_her", String),
    Column("receiver_her", String),
    Column("eb_message_id", String),
    Column("header", JSON),
    Column("line", String),
    Column("signal", Flag, default=False),
    Column("way", String, default=""),
    Column("endpoint", String, default=""),
    Column("next_at", String),
    Column("interval", Integer),
    Column("give_up_at", String),
    Column("once", Flag, default=False),
    Column("attempts", Integer, default=0),
    Column("sending", String, default=""),
    Column("done", Flag, default=False),
    Column("outcome", String, default=""),
)

line = Table(
    "line",
    metadata,
    Column("key", String, primary_key=True),
    Column("next_at", String),
    Column("lease_owner", String),
    Column("lease_until", String),
    Column("failures", Integer, default=0),
    Column("down_since", String, default=""),
    Column("quiet_until", String, default=""),
)

envelope = Table(
    "envelope",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("direction", String),
    Column("eb_message_id", String),
    Column("sender_her", String),
    Column("receiver_her", String, default=""),
    Column("header", JSON, default=dict),
    Column("digests", JSON, default=dict),
    Column("content_type", String),
    Column("payload_id", Integer, ForeignKey("payload.id")),
    Column("way", String, default="http"),
    Column("reply_to", String, default=""),
    Column("refers_to", JSON, default=list),
    Column("apart", Flag, default=False),
    Column("signal_type", String, default=""),
    Column("signal_content_type", String, default=""),
    Column("signal_payload_id", Integer, ForeignKey("payload.id")),
    Column("received", String),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("state", String),
    Column("reason", String, default=""),
    Column("purged", String, default=""),
)

finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("severity", String),
    Column("code", String),
    Column("place", String),
    Column("text", String),
)

journal_event = Table(
    "journal_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("patient_id", Integer, ForeignKey("patient.id")),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("at", String),
    Column("title", String),
)

post_item = Table(
    "post_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("mailbox", String),
    Column("folder", String),
    Column("unread", Flag),
    Column("signed_off_by", String, default=""),
    Column("signed_off_at", String, default=""),
    Column("moved", String),
    Column("direction", String, default=""),
    Column("communication_type", String, default=""),
)

post_count = Table(
    "post_count",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("total", Integer),
    Column("unread", Integer),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form", String),
    Column("answers", JSON),
    Column("recipient_her", String, default=""),
    Column("recipient_name", String, default=""),
    Column("sender_her", String, default=""),
    Column("patient_id", Integer, ForeignKey("patient.id")),
    Column("owner", String),
    Column("created", String),
    Column("updated", String),
    Column("in_reply_to", Integer, ForeignKey("message.id")),
    Column("frame", JSON, default=dict),
    Column("mailbox", String, default=""),
    Column("kept", Flag, default=True),
    Column("version", Integer, default=1),
    Column("terminal", String, default=""),
    Column("terminal_until", String, default=""),
)

traffic = Table(
    "traffic",
    metadata,
    Column("period", String, primary_key=True),
    Column("direction", String, primary_key=True),
    Column("communication_type", String, primary_key=True),
    Column("partner", String, primary_key=True),
    Column("amount", Integer),
    Column("wrong", Integer),
)

purging = Table(
    "purging",
    metadata,
    Column("message_id", Integer, primary_key=True),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("subject", String, default=""),
    Column("raised", String),
    Column("cleared", String),
    Column("detail", JSON, default=dict),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String),
    Column("user", String),
    Column("action", String),
    Column("message_id", Integer),
    Column("detail", JSON, default=dict),
    Column("link", String),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("last", Integer, primary_key=True, autoincrement=False),
    Column("link", String),
)

engine = Table(
    "engine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pid", Integer),
    Column("host", String),
    Column("port", Integer),
    Column("started", String),
    Column("beat", String),
    Column("probed", String, default=""),
)

agreement = Table(
    "agreement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cpa_id", String),
    Column("valid_from", String, default=""),
    Column("valid_to", String, default=""),
    Column("imported", String),
    Column("imported_by", String),
    Column("payload_id", Integer, ForeignKey("payload.id")),
)

agreement_pair = Table(
    "agreement_pair",
    metadata,
    Column("pair", String, primary_key=True),
    Column("agreement_id", Integer, ForeignKey("agreement.id"), primary_key=True),
)

party = Table(
    "party",
    metadata,
    Column("her_id", String, primary_key=True),
    Column("name", String, default=""),
    Column("data", JSON),
    Column("fetched", String),
)

revocation = Table(
    "revocation",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("source", String),
    Column("outcome", String),
    Column("checked_at", String),
    Column("valid_until", String, default=""),
    Column("revoked_at", String, default=""),
)
