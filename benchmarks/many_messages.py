"""A message log of any size, made by the database itself: three years of invented messages with five events each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from elmeld_tui.store.database import Database
from elmeld_tui.store.sql import BLOCK
from elmeld_tui.store.traffic import RECOUNT

_GIVEN = ("ada", "bård", "cæcilie", "dagfinn", "eir", "frøydis", "gøran", "hege", "ivár", "jorunn", "kari", "lise")
_FAMILY = ("ås", "bø", "dahl", "enger", "fjære", "gran", "hægstad", "li", "moe", "nygård", "østby", "danserud")
_WORDS = ("kne", "hofte", "hodepine", "astma", "blodtrykk", "utslett", "svimmelhet", "hoste", "feber", "tretthet")
_PARTIES = ("sykehuset", "laboratoriet", "fjord legekontor", "nav", "røntgen")
_KINDS = (
    # Direction, kind, type, state, receipt, folder, communication type: three in a hundred have gone wrong.
    *[("in", "service_report", "SVAR_LAB", "imported", "none", "inbox", "lab_result")] * 40,
    *[("in", "discharge_summary", "EPIKRISE", "imported", "none", "archive", "discharge_summary")] * 20,
    *[("in", "dialogue", "DIALOG_FORESPORSEL", "imported", "none", "inbox", "dialogue")] * 10,
    *[("out", "referral", "HENVISNING", "delivered", "accepted", "sent", "referral")] * 17,
    *[("out", "dialogue", "DIALOG_HELSEFAGLIG", "delivered", "awaited", "sent", "dialogue")] * 10,
    *[("out", "order", "REQ_LAB", "delivered", "rejected", "sent", "lab_order")] * 2,
    ("out", "referral", "HENVISNING", "undelivered", "awaited", "sent", "referral"),
)
_AT = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S.000Z', 1700000000 + i * 94608000 / {total}, 'unixepoch')",
    "postgresql": "to_char(to_timestamp(1700000000 + CAST(i AS BIGINT) * 94608000 / {total}) AT TIME ZONE 'UTC', "
    """'YYYY-MM-DD"T"HH24\\:MI\\:SS.000Z')""",
}
_SEARCH = {
    "sqlite": "INSERT INTO message_search (rowid, sender, receiver, patient, text) SELECT i, "
    + ", ".join(
        f"mark || replace({said}, ' ', ' ' || mark)"
        for said in ("sender", "receiver", "patient", "number || ' ' || body")
    )
    + f" FROM (SELECT *, printf('%05x', i / {BLOCK}) AS mark FROM said)",
    "postgresql": f"""INSERT INTO message_search SELECT i, array_to_tsvector(string_to_array(
        pg_temp.marked(mark, '', sender || ' ' || receiver || ' ' || patient || ' ' || number || ' ' || body)
        || ' ' || pg_temp.marked(mark, '<', sender) || ' ' || pg_temp.marked(mark, '>', receiver)
        || ' ' || pg_temp.marked(mark, '=', patient), ' ')),
        sender || ' | ' || receiver || ' | ' || patient || ' | ' || number || ' ' || body
        FROM (SELECT *, lpad(to_hex(i / {BLOCK}), 5, '0') AS mark FROM said) AS words""",
}
_MARKED = """CREATE FUNCTION pg_temp.marked(mark text, sign text, said text) RETURNS text LANGUAGE sql
    RETURN mark || sign || replace(said, ' ', ' ' || mark || sign)"""
_OURS = "fjellveien legesenter"
_EVENTS = ("queued", "packed", "attempt", "sent", "delivered")
_PATIENTS = 1000


def fill(database: Database, messages: int) -> None:
    """Fill an empty store with ``messages`` messages."""
    with database.transaction() as connection:
        server = connection.dialect.name == "postgresql"
        numbers = f"""WITH RECURSIVE one (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM one WHERE i < {messages}),
            n AS (SELECT i, (CAST(i AS BIGINT) * 48271) % 2147483647 AS h FROM one)"""
        if not server:
            connection.execute(text("PRAGMA cache_size = -1000000"))
        else:
            connection.execute(text("ALTER TABLE post_item DISABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE message DISABLE TRIGGER USER"))
            connection.execute(text("DROP INDEX ix_message_search_words"))
            connection.execute(text(_MARKED))
        _patients(connection)
        at = _AT[connection.dialect.name].format(total=messages)
        connection.execute(text(f"INSERT INTO message ({_COLUMNS}) {numbers} {_messages(at)}"))
        connection.execute(
            text(f"""INSERT INTO post_item
            (message_id, mailbox, folder, unread, signed_off_by, signed_off_at, moved, direction, communication_type)
            {numbers}
            SELECT i, 'clinic', {_one_of([kind[5] for kind in _KINDS])},
                CASE WHEN h % 100 < 40 AND (h / 100) % 20 = 0 THEN 1 ELSE 0 END, '', '', '',
                {_one_of([kind[0] for kind in _KINDS])}, {_one_of([kind[6] for kind in _KINDS])} FROM n""")
        )
        for number, event in enumerate(_EVENTS):
            last = number == len(_EVENTS) - 1
            state = _one_of([kind[3] for kind in _KINDS]) if last else "NULL"
            connection.execute(
                text(f"""INSERT INTO event (message_id, at, name, state, detail) {numbers}
                SELECT i, {at}, '{event}', {state}, '{{}}' FROM n""")
            )
        words = " || ' ' || ".join(_one_of(_WORDS, f"h / {step}") for step in (7, 77, 777, 7777))
        said = f"""{numbers}, said AS (SELECT i, {_party("in")} AS sender, {_party("out")} AS receiver,
            {_patient()} AS patient, CAST(10000000 + i AS VARCHAR) AS number,
            {words} || CASE WHEN h % 3 = 0 THEN ' blodprøve' ELSE '' END AS body FROM n)"""
        insert, _, rest = _SEARCH[connection.dialect.name].partition(" SELECT ")
        connection.execute(text(f"{insert} {said} SELECT {rest}"))
        if server:
            _settle_on_server(connection)
    if server:
        with database.transaction() as connection:
            connection.execute(text("ANALYZE"))


def _settle_on_server(connection: Connection) -> None:
    connection.execute(
        text("CREATE INDEX ix_message_search_words ON message_search USING gin (words) WITH (fastupdate = off)")
    )
    connection.execute(text("ALTER TABLE post_item ENABLE TRIGGER USER"))
    connection.execute(text("ALTER TABLE message ENABLE TRIGGER USER"))
    connection.execute(text(f"INSERT INTO traffic {RECOUNT}"))
    connection.execute(
        text("""INSERT INTO post_count
        SELECT mailbox, folder, count(*), sum(unread) FROM post_item GROUP BY mailbox, folder""")
    )
    for table in ("message", "patient"):
        # The rows were numbered here and not by the sequence.
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        connection.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {table}))"))


def _patients(connection: Connection) -> None:
    connection.execute(
        text(f"""INSERT INTO patient
        (id, national_id, id_type, name, given_name, family_name, birth_date, sex, folded_name)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {_PATIENTS})
        SELECT i, CAST(10000000000 + i AS VARCHAR), 'FNR', {_one_of(_GIVEN, "i")} || ' ' || {_one_of(_FAMILY, "i / 12")},
            '', '', '1970-01-01', '1', {_one_of(_GIVEN, "i")} || ' ' || {_one_of(_FAMILY, "i / 12")} FROM n""")
    )


_COLUMNS = (
    "id, direction, kind, version, type_code, msg_id, document_id, original_id, generated, conversation_start, "
    "conversation_parent, service_type, order_id, document_state, sender_unit, sender_her, sender_name, "
    "receiver_her, receiver_name, patient_id, patient_name, patient_birth, title, state, receipt, attempts, created, "
    "updated, last_event, handled, test, attachments, held, communication_type, outside_reference"
)


def _messages(at: str) -> str:
    column = [_one_of([kind[which] for kind in _KINDS]) for which in range(5)]
    identity = "'00000000-0000-4000-8000-' || CAST(100000000000 + {} AS VARCHAR)"
    own = identity.format("i")
    return f"""SELECT i, {column[0]}, {column[1]}, '1.0', {column[2]}, {own}, {own}, {own}, {at},
        {_if("dialogue", identity.format("i - i % 3"))}, {_if("dialogue", identity.format("i - 1"))}, 'N',
        {_if("service_report", identity.format("i - 1"))}, 'current', '8094001', '8094002', {_party("in")}, '8094003',
        {_party("out")},
        1 + (h / 13) % {_PATIENTS}, {_patient()}, '1970-01-01', '', {column[3]}, {column[4]}, 1, {at}, {at}, 'delivered',
        '', 0, 0, 0, {_one_of([kind[6] for kind in _KINDS])}, {_if("service_report", "h % 3", other="0")} FROM n"""


def _if(kind: str, value: str, *, other: str = "''") -> str:
    return f"CASE {_one_of([one[1] for one in _KINDS])} WHEN '{kind}' THEN {value} ELSE {other} END"


def _party(of: str) -> str:
    """Return SQL giving the other side where a message is going the way ``of``, else ourselves."""
    theirs = _one_of(_PARTIES, "h / 17")
    return f"CASE {_one_of([kind[0] for kind in _KINDS])} WHEN '{of}' THEN {theirs} ELSE '{_OURS}' END"


def _patient() -> str:
    return f"{_one_of(_GIVEN, 'h / 11')} || ' ' || {_one_of(_FAMILY, 'h / 131')}"


def _one_of(values: Sequence[str], number: str = "h") -> str:
    """Return SQL choosing among ``values`` by a number."""
    if len(set(values)) == len(values):
        cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
        return f"CASE ({number}) % {len(values)} {cases} END"
    bounds = [place for place in range(1, len(values)) if values[place] != values[place - 1]] + [len(values)]
    cases = " ".join(f"WHEN ({number}) % {len(values)} < {bound} THEN '{values[bound - 1]}'" for bound in bounds)
    return f"CASE {cases} END"
