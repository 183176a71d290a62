"""How the first step has the database itself count traffic in each direction, day by day; in both dialects.

Norwegian days begin at 22 or 23 hours UTC: a UTC day is stored in three parts, each of which belongs to one Norwegian
day.
"""

from __future__ import annotations

from alembic import op

_KEY = """substr({m}.created, 1, 11)
        || CASE WHEN substr({m}.created, 12, 2) < '22' THEN '00' ELSE substr({m}.created, 12, 2) END,
        {m}.direction, {m}.communication_type,
        CASE {m}.direction WHEN 'in' THEN {m}.sender_name ELSE {m}.receiver_name END"""
_WRONG = """CASE WHEN {m}.state IN ('transport_rejected', 'undelivered', 'quarantined')
        OR {m}.receipt IN ('rejected', 'accepted_with_faults', 'overdue') THEN 1 ELSE 0 END"""
# What has come and is not taken in yet says neither what it is nor who sent it.
_COUNTS = "{m}.kind <> 'apprec' AND {m}.state <> 'received'"

_ADDED = f"""
    INSERT INTO traffic (period, direction, communication_type, partner, amount, wrong)
        SELECT {_KEY.format(m="NEW")}, 1, {_WRONG.format(m="NEW")} WHERE {_COUNTS.format(m="NEW")}
        ON CONFLICT (period, direction, communication_type, partner)
        DO UPDATE SET amount = traffic.amount + 1, wrong = traffic.wrong + excluded.wrong;"""
_HERE = f"(period, direction, communication_type, partner) = ({_KEY.format(m='OLD')})"
_TAKEN = f"""
    UPDATE traffic SET amount = amount - 1, wrong = wrong - {_WRONG.format(m="OLD")}
        WHERE {_HERE} AND {_COUNTS.format(m="OLD")};
    DELETE FROM traffic WHERE {_HERE} AND amount = 0;"""  # noqa: S608
_COUNTED = {"INSERT": _ADDED, "DELETE": _TAKEN, "UPDATE": _TAKEN + _ADDED}

_TOLD = f"({_KEY}, {_WRONG}, {_COUNTS})"
_IF = {
    "INSERT": f"WHEN ({_COUNTS.format(m='NEW')})",
    "UPDATE": f"WHEN ({_TOLD.format(m='OLD')} <> {_TOLD.format(m='NEW')})",
}
"""A message that moves on without going wrong is counted as it was."""

_OF = "OF created, direction, communication_type, sender_name, receiver_name, state, receipt, kind"
_WHEN = {"UPDATE": f"UPDATE {_OF}"}
"""A change of anything else is none to look into."""


def create() -> None:
    """Create the rules, on the dialect of the connection that migrates."""
    server = op.get_bind().dialect.name == "postgresql"
    for change, effect in _COUNTED.items():
        name, condition = f"message_{change.lower()}", _IF.get(change, "")
        if server:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {effect} RETURN NULL; END $$"
            )
            does = f"FOR EACH ROW {condition} EXECUTE FUNCTION {name}()"
        else:
            does = f"{condition} BEGIN {effect} END"
        op.execute(f"CREATE TRIGGER {name} AFTER {_WHEN.get(change, change)} ON message {does}")
