"""Drafts: what someone is writing, saved while they write.

Nothing here overwrites what its caller has not seen: a change names the version it was made from, and does nothing
where the draft has changed since.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from elmeld_tui.model.forms import Answers
from elmeld_tui.store import tables

_d = tables.draft


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What is kept of something being written.

    Attributes:
        form: name of the form description.
        answers: to the form's questions.
        owner: who writes.
        recipient_her: HER-id, or empty.
        recipient_name: what the recipient field shows.
        sender_her: the service it is written under.
        patient_id: whom it is about, or None.
        in_reply_to: the message it answers, or None.
        frame: what only some messages have: copies, attachments, what is changed.
        kept: whether it lies among the drafts; False for a copy to recover from.
        terminal: which opening of it this is written in (`office.terminals`); empty where none has it open.
        terminal_until: when that opening no longer counts, unless it is renewed.
    """

    form: str
    answers: Answers
    owner: str
    recipient_her: str = ""
    recipient_name: str = ""
    sender_her: str = ""
    patient_id: int | None = None
    in_reply_to: int | None = None
    frame: dict[str, Any] = field(default_factory=dict)
    kept: bool = True
    terminal: str = ""
    terminal_until: str = ""


def add(connection: Connection, content: DraftContent, *, at: str, mailbox: str = "") -> int:
    """Keep a new draft, in its first version; return its id."""
    new = insert(_d).values(created=at, updated=at, version=1, mailbox=mailbox, **asdict(content))
    return int(connection.execute(new.returning(_d.c.id)).scalar_one())


def change(connection: Connection, draft_id: int, content: DraftContent, *, at: str, version: int) -> bool:
    """Let a draft say something else; return False, and leave it, where it is no longer in ``version``."""
    changed = connection.execute(
        update(_d)
        .where(_d.c.id == draft_id, _d.c.owner == content.owner, _d.c.version == version)
        .values(updated=at, version=version + 1, **asdict(content))
    )
    return bool(changed.rowcount == 1)


def find(connection: Connection, draft_id: int) -> Row[Any] | None:
    """Return a draft's row, or None."""
    return connection.execute(select(_d).where(_d.c.id == draft_id)).one_or_none()


def open_in(connection: Connection, draft_id: int, terminal: str, *, until: str) -> None:
    """Give a draft to an opening of it; whoever had it open can change it no more."""
    connection.execute(
        update(_d)
        .where(_d.c.id == draft_id)
        .values(terminal=terminal, terminal_until=until, version=_d.c.version + 1)
    )


def renew(connection: Connection, draft_id: int, terminal: str, *, until: str) -> None:
    """Say that an opening still counts; one that has been taken over stays so."""
    connection.execute(
        update(_d).where(_d.c.id == draft_id, _d.c.terminal == terminal).values(terminal_until=until)
    )


def close(connection: Connection, draft_id: int, terminal: str) -> None:
    """End an opening; one that has been taken over is left alone."""
    connection.execute(
        update(_d).where(_d.c.id == draft_id, _d.c.terminal == terminal).values(terminal="", terminal_until="")
    )


def put_among_drafts(connection: Connection, draft_id: int) -> None:
    """Let a copy to recover from lie among the drafts, open nowhere."""
    connection.execute(
        update(_d)
        .where(_d.c.id == draft_id)
        .values(kept=True, terminal="", terminal_until="", version=_d.c.version + 1)
    )


def remove(connection: Connection, draft_id: int, *, version: int | None = None) -> bool:
    """Remove a draft that was sent or thrown away; return False, and leave it, where it is not in ``version``."""
    gone = delete(_d).where(_d.c.id == draft_id)
    if version is not None:
        gone = gone.where(_d.c.version == version)
    return bool(connection.execute(gone).rowcount == 1)
