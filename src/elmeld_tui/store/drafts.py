"""Drafts: what someone is writing, kept while they write."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, update

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


def save(connection: Connection, content: DraftContent, *, at: str, draft_id: int | None = None) -> int:
    """Save a draft and return its id; one that was removed meanwhile is made anew."""
    values = {**asdict(content), "updated": at}
    if draft_id is not None:
        saved = connection.execute(
            update(_d).where(_d.c.id == draft_id, _d.c.owner == content.owner).values(values)
        )
        if saved.rowcount == 1:
            return draft_id
    new = insert(_d).values(created=at, **values)
    return int(connection.execute(new.returning(_d.c.id)).scalar_one())


def remove(connection: Connection, draft_id: int) -> None:
    """Remove a draft that was sent or thrown away."""
    connection.execute(delete(_d).where(_d.c.id == draft_id))
