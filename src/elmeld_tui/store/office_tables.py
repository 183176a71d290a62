"""The tables of `office_models`, for statements.

Made by ``make tables``: change the models instead.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from elmeld_tui.store.columns import Flag
from elmeld_tui.store.tables import metadata

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String),
    Column("full_name", String),
    Column("profession", String, default=""),
    Column("hpr_number", String, default=""),
    Column("phone", String, default=""),
    Column("national_id", String, default=""),
    Column("her_id", String, default=""),
    Column("administrator", Flag, default=False),
    Column("reads_all", Flag, default=False),
    Column("active", Flag, default=True),
    Column("added", String),
    Column("unlock_code", String, default=""),
)

team = Table(
    "team",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("her_id", String, default=""),
    Column("active", Flag, default=True),
)

membership = Table(
    "membership",
    metadata,
    Column("team_id", Integer, ForeignKey("team.id"), primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("function", String, primary_key=True, default=""),
)

position = Table(
    "position",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("person_id", Integer, ForeignKey("person.id")),
)

ssh_key = Table(
    "ssh_key",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id")),
    Column("type", String),
    Column("blob", String),
    Column("comment", String, default=""),
    Column("added", String),
)

known_address = Table(
    "known_address",
    metadata,
    Column("owner", String, primary_key=True),
    Column("her_id", String, primary_key=True),
    Column("favourite", Flag, default=False),
    Column("used", String, default=""),
)

known_code = Table(
    "known_code",
    metadata,
    Column("owner", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("uses", Integer),
    Column("used", String),
)

shortcut = Table(
    "shortcut",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String, default=""),
    Column("name", String),
    Column("text", String),
)

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String),
    Column("place", String),
    Column("name", String),
    Column("words", String),
)
