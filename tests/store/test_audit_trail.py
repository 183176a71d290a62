"""The audit trail: what is done to it behind the program's back shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from elmeld_tui.store import audit
from elmeld_tui.store.audit import Newest
from elmeld_tui.store.check import check
from elmeld_tui.store.database import Database

AT = "2026-11-22T08:00:00.000Z"
ROWS = 5


@pytest.fixture
def trail(database: Database) -> Newest:
    with database.transaction() as connection:
        for number in range(1, ROWS + 1):
            audit.note(connection, at=AT, user="kari", action="open", detail={"number": number, "æ": ["ø", None]})
        return audit.newest(connection)


def unguarded(connection: Connection, statement: str) -> None:
    """Change the trail as someone does who owns the database and has taken its guards away."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
    else:
        connection.execute(text("DROP TRIGGER IF EXISTS audit_no_update"))
        connection.execute(text("DROP TRIGGER IF EXISTS audit_no_delete"))
    connection.execute(text(statement))


def found(database: Database, known: Newest | None = None) -> list[tuple[str, str]]:
    with database.snapshot() as connection:
        return [(finding.code, finding.where) for finding in audit.breaches(connection, known)]


def test_a_trail_as_it_was_written_is_whole(database: Database, trail: Newest) -> None:
    assert trail.number == ROWS
    assert found(database, trail) == []
    assert check(database) == []


ALTERED = "UPDATE audit SET {} WHERE id = 3"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (ALTERED.format("\"user\" = 'ola'"), ("audit_altered", "3")),
        (ALTERED.format("at = '2026-11-22T08:00:00.001Z'"), ("audit_altered", "3")),
        (ALTERED.format("action = 'send'"), ("audit_altered", "3")),
        (ALTERED.format("message_id = 7"), ("audit_altered", "3")),
        (ALTERED.format("detail = '{\"number\": 4}'"), ("audit_altered", "3")),
        ("DELETE FROM audit WHERE id = 1", ("audit_removed", "1")),
        ("DELETE FROM audit WHERE id = 3", ("audit_removed", "3")),
        (f"DELETE FROM audit WHERE id = {ROWS}", ("audit_removed", f"{ROWS}")),
        ("DELETE FROM audit", ("audit_removed", "1")),
        (
            f"""INSERT INTO audit (id, at, "user", action, detail, link)
                SELECT {ROWS + 1}, at, 'ola', action, detail, link FROM audit WHERE id = 3""",
            ("audit_altered", f"{ROWS + 1}"),
        ),
        ("UPDATE audit SET id = 9 WHERE id = 2", ("audit_removed", "2")),
    ],
)
def test_a_row_that_was_altered_removed_or_put_in_shows(
    database: Database, trail: Newest, statement: str, told: tuple[str, str]
) -> None:
    with database.transaction() as connection:
        unguarded(connection, statement)
    assert told in found(database)
    assert told[0] in {finding.code for finding in check(database)}


def rewritten(connection: Connection) -> None:
    """Write the whole trail anew without its third row, head and all."""
    kept = [row for row in audit.entries(connection) if row.id != 3]
    unguarded(connection, "DELETE FROM audit")
    connection.execute(text("UPDATE audit_head SET last = 0, link = ''"))
    for row in kept:
        audit.note(connection, at=row.at, user=row.user, action=row.action, detail=row.detail)


def shortened(connection: Connection) -> None:
    """Take the last row away, and let the head agree."""
    unguarded(connection, f"DELETE FROM audit WHERE id = {ROWS}")
    connection.execute(
        text(
            f"UPDATE audit_head SET last = {ROWS - 1}, link = (SELECT max(link) FROM audit WHERE id = {ROWS - 1})"
        )
    )


@pytest.mark.parametrize(("forge", "code"), [(rewritten, "audit_removed"), (shortened, "audit_removed")])
def test_who_writes_the_whole_trail_anew_is_found_out_by_what_was_noted_elsewhere(
    database: Database, trail: Newest, forge: Callable[[Connection], None], code: str
) -> None:
    with database.transaction() as connection:
        forge(connection)
    assert found(database) == []
    assert (code, str(ROWS)) in found(database, trail)


def test_a_trail_that_was_rewritten_to_the_same_length_is_not_the_one_that_was_noted(
    database: Database, trail: Newest
) -> None:
    with database.transaction() as connection:
        rewritten(connection)
        audit.note(connection, at=AT, user="kari", action="open")
    assert found(database) == []
    assert found(database, trail) == [("audit_rewritten", str(ROWS))]


def test_the_guards_refuse_an_honest_mistake(database: Database, trail: Newest) -> None:
    for statement in ("UPDATE audit SET action = ''", "DELETE FROM audit"):
        with pytest.raises(Exception, match="never changed"), database.transaction() as connection:
            connection.execute(text(statement))
    assert found(database, trail) == []


def test_the_trail_is_read_by_who_what_and_when(database: Database, trail: Newest) -> None:
    with database.transaction() as connection:
        audit.note(connection, at="2026-11-23T08:00:00.000Z", user="ola", action="send", message_id=4)
    with database.snapshot() as connection:
        assert [row.id for row in audit.entries(connection, user="ola")] == [6]
        assert [row.id for row in audit.entries(connection, action="open", at_most=2)] == [4, 5]
        assert [row.id for row in audit.entries(connection, message_id=4)] == [6]
        assert [row.id for row in audit.entries(connection, since="2026-11-23")] == [6]
        assert [row.id for row in audit.entries(connection, until="2026-11-23")] == [1, 2, 3, 4, 5]
