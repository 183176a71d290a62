"""The codes a user sends most often, which a code search offers first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from elmeld_tui.model import clock
from elmeld_tui.model.forms import Answers, FieldType, FormField
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, form_of
from elmeld_tui.store import known_codes

_MOST = 200
"""So many are remembered while one writes; a user seldom has as many."""


def most_used(office: Office) -> list[str]:
    """Return the codes (``<list>:<code>``) that the user has sent in most messages, the most used first."""
    with office.database.snapshot() as connection:
        return known_codes.most_used(connection, office.user.name, _MOST)


def note_sent(connection: Connection, office: Office, draft: Draft) -> None:
    """Note which codes a draft has, in the transaction that sends it."""
    codes = dict.fromkeys(_codes(form_of(draft).fields, draft.answers))
    known_codes.note_use(connection, office.user.name, list(codes), at=clock.to_text(office.clock()))


def _codes(fields: Sequence[FormField], answers: Answers) -> Iterator[str]:
    for field in fields:
        answer = answers.get(field.name, "")
        for one in [answer] if isinstance(answer, str) else answer:
            if isinstance(one, dict):
                yield from _codes(field.fields, one)
            elif field.type is FieldType.CODE and one:
                yield one
