"""The audit trail: who saw and did what. Rows are only ever added, each chained to the one before it.

A row carries the SHA-256 of itself and the row before it, and `oversight_models.AuditHead` holds the newest hash as
well, so a row that is altered, removed or inserted shows. Somebody who can write the whole store could rebuild the
chain from that point on; the defence is a row number and hash noted outside the store, as `newest` gives them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select, update

from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.store import tables

_a, _h = tables.audit, tables.audit_head
_HEAD = select(_h.c.last, _h.c.link).with_for_update()
_MANY = 1000


class Newest(NamedTuple):
    """The end of the trail: the number of its last row, 0 where there is none, and that row's link."""

    number: int
    link: str


def note(
    connection: Connection,
    *,
    at: str,
    user: str,
    action: str,
    message_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note that ``user`` did ``action``; ``detail`` holds ids and codes, never what a message says."""
    last, before = connection.execute(_HEAD).one()
    said = {"at": at, "user": user, "action": action, "message_id": message_id, "detail": dict(detail or {})}
    link = _link(before, last + 1, said)
    connection.execute(insert(_a).values(id=last + 1, link=link, **said))
    connection.execute(update(_h).values(last=last + 1, link=link))


def newest(connection: Connection) -> Newest:
    """Return the end of the trail, to be noted where nobody who can write the store can write."""
    return Newest(*connection.execute(select(_h.c.last, _h.c.link)).one())


def entries(
    connection: Connection,
    *,
    user: str = "",
    action: str = "",
    message_id: int | None = None,
    since: str = "",
    until: str = "",
    at_most: int = 0,
) -> list[Row[Any]]:
    """Return rows of the trail, oldest first; what is empty or None does not restrict.

    Args:
        connection: to read on.
        user: login of who did it.
        action: what was done.
        message_id: to which message.
        since: earliest moment, as `model.clock.to_text` writes it.
        until: moment before which it was done.
        at_most: only the newest so many; 0 for all.
    """
    wanted = select(_a).order_by(_a.c.id.desc())
    if user:
        wanted = wanted.where(_a.c.user == user)
    if action:
        wanted = wanted.where(_a.c.action == action)
    if message_id is not None:
        wanted = wanted.where(_a.c.message_id == message_id)
    if since:
        wanted = wanted.where(_a.c.at >= since)
    if until:
        wanted = wanted.where(_a.c.at < until)
    if at_most:
        wanted = wanted.limit(at_most)
    return list(reversed(connection.execute(wanted).all()))


def breaches(connection: Connection, known: Newest | None = None) -> Iterator[Finding]:
    """Yield where the trail is not as it was written; ``where`` is the number of the first row that shows it.

    Args:
        connection: to read on.
        known: an end of the trail that was noted outside the store earlier.
    """
    number = 0
    before: str | None = ""
    for row in _rows(connection):
        if row.id != number + 1:
            yield _breach("audit_removed", number + 1)
            # What came after the gap is judged by itself.
            before = None
        said = {name: getattr(row, name) for name in ("at", "user", "action", "message_id", "detail")}
        if before is not None and row.link != _link(before, row.id, said):
            yield _breach("audit_altered", row.id)
        if known is not None and row.id == known.number and row.link != known.link:
            yield _breach("audit_rewritten", row.id)
        number, before = row.id, row.link
    end = newest(connection)
    if number < end.number or (known is not None and number < known.number):
        yield _breach("audit_removed", number + 1)
    elif number > end.number or (before or "") != end.link:
        yield _breach("audit_added", number)


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    last = 0
    while True:
        batch = connection.execute(select(_a).where(_a.c.id > last).order_by(_a.c.id).limit(_MANY)).all()
        yield from batch
        if len(batch) < _MANY:
            return
        last = batch[-1].id


def _link(before: str, number: int, said: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, that binds a row to the link before it."""
    written = json.dumps([before, number, dict(said)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _breach(code: str, number: int) -> Finding:
    return Finding(Severity.ERROR, code, str(number), code)
