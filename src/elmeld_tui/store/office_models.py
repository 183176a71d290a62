"""The tables of the clinic's own people and habits; those of messages and their travel are in `tables`.

Texts that are absent are empty, a key NULL, as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from elmeld_tui.store.columns import Flag


class Person(SQLModel, table=True):
    """Someone who works at the clinic (`model.clinic.User`), and what she may; never removed, since trails name her.

    ``her_id`` is her own communication party, whose post is hers. ``reads_all``: has access to all messages, which
    only an ``administrator`` grants. ``unlock_code`` opens her locked screen (`security.unlock_code`); empty: none.
    """

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    full_name: str
    profession: str = ""
    hpr_number: str = ""
    phone: str = ""
    national_id: str = ""
    her_id: str = ""
    administrator: bool = Field(default=False, sa_type=Flag)
    reads_all: bool = Field(default=False, sa_type=Flag)
    active: bool = Field(default=True, sa_type=Flag)
    added: str
    unlock_code: str = ""


class Team(SQLModel, table=True):
    """A group, which has a mailbox of its own; ``her_id`` is the service whose post comes to it, if any."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    her_id: str = ""
    active: bool = Field(default=True, sa_type=Flag)


class Membership(SQLModel, table=True):
    """That somebody is in a group; one row more, with its name in ``function``, for each function she has there."""

    team_id: int = Field(primary_key=True, foreign_key="team.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    function: str = Field(default="", primary_key=True)


class Position(SQLModel, table=True):
    """A position (stilling), and who holds it; nobody while it is vacant."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")


class SshKey(SQLModel, table=True):
    """A public key that somebody logs in with over SSH; ``blob`` is base64, as OpenSSH writes it."""

    __tablename__ = "ssh_key"

    fingerprint: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    type: str
    blob: str
    comment: str = ""
    added: str


class KnownAddress(SQLModel, table=True):
    """Whom somebody writes to: when last (empty: never), and whether it is one of her favourites."""

    __tablename__ = "known_address"

    owner: str = Field(primary_key=True)
    her_id: str = Field(primary_key=True)
    favourite: bool = Field(default=False, sa_type=Flag)
    used: str = ""


class KnownCode(SQLModel, table=True):
    """A code that somebody has sent, ``<list>:<code>``: in how many messages, and when last."""

    __tablename__ = "known_code"

    owner: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    uses: int
    used: str


class Shortcut(SQLModel, table=True):
    """A text shortcut (hurtigtast): ``owner`` is a login, or empty for everybody at the clinic."""

    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str = ""
    name: str
    text: str


class SavedFilter(SQLModel, table=True):
    """Words of a search line that somebody has given a name, in one place of the application; the last has none."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("owner", "place", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str
    place: str
    name: str
    words: str
