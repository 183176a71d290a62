"""The outbox: what is owed the network, envelope by envelope; `lines` says who may send it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, insert, or_, select, text, update

from elmeld_tui.model.states import State
from elmeld_tui.store import lines, tables
from elmeld_tui.store.prepared import Prepared

REPLACED = "replaced"
"""Outcome of a row whose message was sent again in another envelope."""

_o = tables.outbox
_OPEN = _o.c.done == 0

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_OF = _o.c.id == bindparam("of")
_ON_LINE = _o.c.line == bindparam("key")
_ADD = Prepared(insert(_o).returning(_o.c.id))
_LEFT_BEHIND = Prepared(
    # Written as the partial index has it.
    update(_o)
    .where(_ON_LINE, _OPEN, text("sending <> ''"))
    .values(next_at=bindparam("now"), sending="")
    .returning(_o)
)
_DUE = Prepared(
    select(_o)
    .where(_ON_LINE, _OPEN, _o.c.next_at <= bindparam("now"))
    .order_by(_o.c.next_at, _o.c.id)
    .limit(bindparam("many"))
)
_BEGIN = Prepared(
    update(_o)
    .where(_o.c.id.in_(_IDS), _OPEN)
    .values(sending=bindparam("owner"), endpoint=bindparam("endpoint"))
    .returning(_o.c.id),
    among="ids",
)
_PUT_BACK = Prepared(update(_o).where(_OF, _OPEN, _o.c.sending == bindparam("owner")).values(sending=""))
_PUT_OFF = Prepared(update(_o).where(_OF, _OPEN).values(sending="", next_at=bindparam("next_at")))
_COUNTED = Prepared(update(_o).where(_OF).values(attempts=_o.c.attempts + 1))
_FINISH = Prepared(
    update(_o)
    .where(_o.c.id.in_(_IDS), _OPEN)
    .values(done=True, outcome=bindparam("outcome"), sending="")
    .returning(_o.c.id),
    among="ids",
)
_OUTSTANDING = Prepared(
    select(_o)
    .where(
        _o.c.message_id.in_(_IDS),
        _o.c.signal == 0,
        or_(_OPEN, _o.c.outcome.in_([State.TRANSPORT_REJECTED, State.UNDELIVERED])),
    )
    .order_by(_o.c.id),
    among="ids",
)
_RECEIVERS = (
    select(_o.c.receiver_her)
    .join(tables.message, tables.message.c.id == _o.c.message_id)
    .where(tables.message.c.created >= bindparam("since"), _o.c.signal == 0, _o.c.receiver_her != "")
    .distinct()
    .order_by(_o.c.receiver_her)
)
_BY_ENVELOPE = Prepared(select(_o).where(_o.c.eb_message_id == bindparam("id")))


@dataclass(frozen=True, slots=True)
class Owed:
    """One envelope that is owed to one receiver.

    Attributes:
        message_id: that it carries; for a signal, the one it answers.
        sender_her: HER-id in eb:From.
        receiver_her: HER-id in eb:To; empty for a SOAP Fault to whoever it was.
        eb_message_id: of the envelope.
        give_up_at: after which nothing is tried.
        interval: seconds to wait for an answer before the same bytes go again.
        header: the envelope's names, until it is packed.
        signal: whether it answers a message in; then it is packed already, and nothing is awaited for it.
        way: scheme it must travel by; empty where any will do.
        endpoint: where to, where no register can tell.
        once: whether it must not be sent again where it may have arrived.
    """

    message_id: int
    sender_her: str
    receiver_her: str
    eb_message_id: str
    give_up_at: str
    interval: int
    header: Mapping[str, str] = field(default_factory=dict)
    signal: bool = False
    way: str = ""
    endpoint: str = ""
    once: bool = False

    @property
    def line(self) -> str:
        """The line it leaves by."""
        return self.receiver_her or self.endpoint.partition("?")[0]


def add(connection: Connection, owed: Owed, *, now: str) -> int:
    """Owe one envelope from this moment; return the row's id. Whoever adds several, calls the lines once: `add_all`."""
    (row_id,) = add_all(connection, [owed], now=now)
    return row_id


def add_all(connection: Connection, several: Sequence[Owed], *, now: str) -> list[int]:
    """Owe several envelopes from this moment; return the rows' ids."""
    ids = []
    for owed in several:
        values = {name: getattr(owed, name) for name in owed.__slots__}
        new = {**values, "header": dict(owed.header), "line": owed.line, "next_at": now}
        ids.append(int(_ADD(connection, new).scalar_one()))
    lines.call(connection, [owed.line for owed in several], at=now)
    return ids


def left_behind(connection: Connection, line: str, *, now: str) -> Sequence[Row[Any]]:
    """Make due, and return, what an engine that died had on its way on a line that has been claimed."""
    return _LEFT_BEHIND(connection, {"key": line, "now": now}).all()


def due(connection: Connection, line: str, *, now: str, many: int) -> Sequence[Row[Any]]:
    """Return what is due on a line that has been claimed, longest due first."""
    return _DUE(connection, {"key": line, "now": now, "many": many}).all()


def begin(connection: Connection, endpoints: Mapping[int, str], *, owner: str) -> set[int]:
    """Note that the bytes of these rows are about to leave, each to its endpoint.

    Returns:
        The ids of those that are still owed; the others must not leave.
    """
    begun: set[int] = set()
    for endpoint in sorted(set(endpoints.values())):
        ids = [row_id for row_id, own in endpoints.items() if own == endpoint]
        begun |= set(_BEGIN(connection, {"ids": ids, "owner": owner, "endpoint": endpoint}).scalars())
    return begun


def put_back(connection: Connection, row_ids: Sequence[int], *, owner: str) -> None:
    """Note that the bytes did not leave after all; they are due as before."""
    _PUT_BACK.change_each(connection, [{"of": row_id, "owner": owner} for row_id in row_ids])


def put_off(connection: Connection, row_id: int, *, next_at: str) -> bool:
    """Note when the same bytes go again, unless an answer comes; False where one has come and ended what is owed."""
    return _PUT_OFF.change(connection, {"of": row_id, "next_at": next_at}) == 1


def count(connection: Connection, row_ids: Collection[int]) -> None:
    """Note one attempt at each of these rows, whatever came of it."""
    if row_ids:
        _COUNTED.change_each(connection, [{"of": row_id} for row_id in sorted(row_ids)])


def finish_all(connection: Connection, outcomes: Mapping[int, str]) -> set[int]:
    """End what is owed, each row with its outcome; return the ids of those that had not ended already."""
    finished: set[int] = set()
    for outcome in sorted(set(outcomes.values())):
        ids = [row_id for row_id, own in outcomes.items() if own == outcome]
        finished |= set(_FINISH(connection, {"ids": ids, "outcome": outcome}).scalars())
    return finished


def repeat_signal(connection: Connection, message_id: int, *, now: str, give_up_at: str) -> bool:
    """Owe the signal that answers a message in once more, byte for byte, since that has come again (HIS 1037 §6.2.1).

    Returns:
        False where none is owed it: it was answered in the exchange it came in.
    """
    again = (
        update(_o)
        .where(_o.c.message_id == message_id, _o.c.signal == 1)
        .values(done=False, outcome="", next_at=now, give_up_at=give_up_at)
        .returning(_o.c.line)
    )
    keys = list(connection.execute(again).scalars())
    lines.call(connection, keys, at=now)
    return bool(keys)


def hurry(connection: Connection, message_id: int, *, now: str) -> int:
    """Make what a message still owes due now, whatever it waits for; return how many envelopes that is."""
    rows = connection.execute(
        update(_o).where(_o.c.message_id == message_id, _OPEN).values(next_at=now).returning(_o.c.line)
    ).scalars()
    keys = list(rows)
    lines.wake(connection, keys, at=now)
    return len(keys)


def of_message(connection: Connection, message_id: int) -> Sequence[Row[Any]]:
    """Return every envelope that a message out was owed in, oldest first."""
    return connection.execute(
        select(_o).where(_o.c.message_id == message_id, _o.c.signal == 0).order_by(_o.c.id)
    ).all()


def amend(connection: Connection, row_id: int, *, old: str, new: str) -> bool:
    """Change the outcome of an ended row, for an answer that came after we had given up."""
    changed = connection.execute(
        update(_o).where(_o.c.id == row_id, _o.c.done == 1, _o.c.outcome == old).values(outcome=new)
    )
    return changed.rowcount == 1


def by_envelope(connection: Connection, eb_message_id: str) -> Row[Any] | None:
    """Return the row that sent the envelope with this eb:MessageId, or None."""
    return _BY_ENVELOPE(connection, {"id": eb_message_id}).one_or_none()


def receivers_since(connection: Connection, since: str) -> Sequence[str]:
    """Return the HER-ids of those that messages have been sent to, or owed, since a moment."""
    return connection.execute(_RECEIVERS, {"since": since}).scalars().all()


def outstanding(connection: Connection, message_ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """Return what keeps each message from having reached everybody: what is still owed, and what failed for good."""
    found: dict[int, list[Row[Any]]] = {}
    if message_ids:
        for row in _OUTSTANDING(connection, {"ids": sorted(message_ids)}):
            found.setdefault(row.message_id, []).append(row)
    return found


def replace(connection: Connection, row_id: int) -> None:
    """Note that another row has taken over what this one failed at."""
    connection.execute(update(_o).where(_o.c.id == row_id, _o.c.done == 1).values(outcome=REPLACED))


def open_to(connection: Connection, message_id: int, receiver_her: str) -> Sequence[Row[Any]]:
    """Return what a message still owes one receiver, or could not deliver."""
    left = outstanding(connection, [message_id]).get(message_id, [])
    return [row for row in left if row.receiver_her == receiver_her]
