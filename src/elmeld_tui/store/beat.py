"""The engines' signs of life, one row for each engine, so that a screen can say when none is running."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, update

from elmeld_tui.store import tables

_e = tables.engine
_THIS = (_e.c.host == bindparam("its_host"), _e.c.pid == bindparam("its_pid"))
_GO_ON = update(_e).where(*_THIS).values(beat=bindparam("at"))
_PROBE = update(_e).where(*_THIS).values(probed=bindparam("at"))
_BEGIN = insert(_e)
_END = delete(_e).where(*_THIS)


class Engine(NamedTuple):
    """An engine: the process, the port it listens on, and when it began."""

    host: str
    pid: int
    port: int
    started: str


def go_on(connection: Connection, engine: Engine, *, at: str) -> None:
    """Note that ``engine`` lives; one that is not known, or was forgotten while it stood still, is noted anew."""
    if not connection.execute(_GO_ON, {**_this(engine), "at": at}).rowcount:
        connection.execute(_BEGIN, {**engine._asdict(), "beat": at})


def end(connection: Connection, engine: Engine) -> None:
    """Note that ``engine`` has ended in good order."""
    connection.execute(_END, _this(engine))


def forget_silent(connection: Connection, *, before: str) -> None:
    """Forget engines whose last sign of life is older than ``before``: they were killed."""
    connection.execute(delete(_e).where(_e.c.beat < before))


def probe(connection: Connection, engine: Engine, *, at: str) -> None:
    """Write something true that costs nothing: when it was last tried whether the store can be written."""
    connection.execute(_PROBE, {**_this(engine), "at": at})


def _this(engine: Engine) -> dict[str, str | int]:
    return {"its_host": engine.host, "its_pid": engine.pid}
