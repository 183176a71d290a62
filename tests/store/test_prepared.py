"""A statement that is put into words once does what it does in SQLAlchemy's own hands, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from elmeld_tui.store import tables
from elmeld_tui.store.database import Database
from elmeld_tui.store.prepared import Prepared

_e, _m = tables.envelope, tables.message
_NEW = {"direction": "in", "content_type": "text/xml", "received": "2026", "state": "received"}


def test_rows_come_back_as_from_sqlalchemy_with_flags_json_and_what_columns_are_by_default(
    database: Database,
) -> None:
    add = Prepared(insert(_e).returning(_e))
    one = select(_e).where(_e.c.id == bindparam("of"), _e.c.state == "received")
    new = {**_NEW, "digests": {"": "æøå"}, "refers_to": ["a", "b"], "apart": True}
    with database.transaction() as connection:
        added = add(connection, new).one()
        found = Prepared(one)(connection, {"of": added.id}).one()
        assert found == added == connection.execute(one, {"of": added.id}).one()
        assert (found.digests, found.refers_to, found.apart, found.way) == ({"": "æøå"}, ["a", "b"], True, "http")
        # With other columns it is another text.
        assert add(connection, _NEW).one().apart is False
        assert Prepared(one)(connection, {"of": 0}).one_or_none() is None


def test_a_default_that_follows_from_other_columns_does(database: Database) -> None:
    add = Prepared(insert(_m).returning(_m.c.communication_type))
    values = {"direction": "in", "kind": "apprec", "state": "imported", "created": "2026", "updated": "2026"}
    with database.transaction() as connection:
        told = connection.execute(insert(_m).returning(_m.c.communication_type), values).scalar_one()
        assert add(connection, values).scalar_one() == told != ""


@pytest.mark.parametrize("many", [1, 2, 3, 5, 8])
def test_what_looks_among_several_finds_each_once(database: Database, many: int) -> None:
    among = select(_e.c.id).where(_e.c.id.in_(bindparam("ids", expanding=True)), _e.c.state.in_(["received", "x"]))
    move = update(_e).where(_e.c.id.in_(bindparam("ids", expanding=True))).values(reason=bindparam("why"))
    with database.transaction() as connection:
        ids = [Prepared(insert(_e).returning(_e.c.id))(connection, _NEW).scalar_one() for _ in range(many)]
        others = Prepared(insert(_e).returning(_e.c.id))(connection, _NEW).scalars()
        find = Prepared(among.order_by(_e.c.id), among="ids")
        assert find(connection, {"ids": ids}).scalars() == ids
        changed = Prepared(move.returning(_e.c.id), among="ids")(connection, {"ids": ids, "why": "y"}).scalars()
        assert sorted(changed) == ids
        assert connection.execute(select(_e.c.id).where(_e.c.reason == "")).scalars().all() == others


def test_how_many_rows_are_changed_is_told_of_one_and_of_several(database: Database) -> None:
    add, move = Prepared(insert(_e)), Prepared(update(_e).where(_e.c.state == bindparam("old")))
    with database.transaction() as connection:
        assert add.change_each(connection, [_NEW, _NEW]) == 2
        assert move.change(connection, {"old": "received", "reason": "x"}) == 2
        assert move.change(connection, {"old": "settled", "reason": "x"}) == 0


def test_an_error_is_sqlalchemys_and_quotes_nothing(database: Database) -> None:
    add = Prepared(insert(_e))
    known = {**_NEW, "sender_her": "8094001", "eb_message_id": "hemmelig"}
    with pytest.raises(IntegrityError) as told, database.transaction() as connection:
        add.change_each(connection, [known, known])
    assert "hemmelig" not in str(told.value)
