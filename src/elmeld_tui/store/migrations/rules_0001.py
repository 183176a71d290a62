"""What the first step has the database itself enforce: immutable rows, post counts, search; in both dialects."""

from __future__ import annotations

from alembic import op

_REFUSE = """
    CREATE FUNCTION elmeld_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$"""
_REFUSE_UNLESS_PURGING = """
    CREATE FUNCTION elmeld_refuse_unless_purging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM purging WHERE message_id = OLD.message_id) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$"""

_ADDED = """
    INSERT INTO post_count (mailbox, folder, total, unread) VALUES (NEW.mailbox, NEW.folder, 1, NEW.unread)
        ON CONFLICT (mailbox, folder)
        DO UPDATE SET total = post_count.total + 1, unread = post_count.unread + NEW.unread;"""
_TAKEN = """
    UPDATE post_count SET total = total - 1, unread = unread - OLD.unread
        WHERE mailbox = OLD.mailbox AND folder = OLD.folder;"""
_COUNTED = {"INSERT": _ADDED, "DELETE": _TAKEN, "UPDATE": _TAKEN + _ADDED}


def create() -> None:
    """Create every rule, on the dialect of the connection that migrates."""
    if op.get_bind().dialect.name == "postgresql":
        _create_on_postgresql()
    else:
        _create_on_sqlite()


def _create_on_sqlite() -> None:
    # The words are cut in `store.search`, in both dialects. Norwegian letters are letters of their own: å is not a with
    # a ring that a search may drop. Nobody asks how long a text is, or where in it a word stands: what is found is told
    # newest first, not by weight.
    op.execute(
        "CREATE VIRTUAL TABLE message_search USING fts5("
        "sender, receiver, patient, text, tokenize = 'unicode61 remove_diacritics 0', columnsize = 0, detail = column)"
    )
    for change, effect in _COUNTED.items():
        op.execute(f"CREATE TRIGGER post_item_{change.lower()} AFTER {change} ON post_item BEGIN {effect} END")
    refused = "BEGIN SELECT raise(ABORT, '{} is never changed'); END"
    for table in ("payload", "event", "audit"):
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refused.format(table)}")
    op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {refused.format('audit')}")
    purging = "EXISTS (SELECT 1 FROM purging WHERE message_id = OLD.message_id)"
    op.execute(
        f"CREATE TRIGGER event_no_delete BEFORE DELETE ON event WHEN NOT {purging} {refused.format('event')}"
    )


def _create_on_postgresql() -> None:
    # No dictionary comes between. What is said is the words in order, for those that must stand together; the file's
    # search table keeps them so itself.
    op.execute(
        "CREATE TABLE message_search "
        "(message_id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL, said TEXT NOT NULL DEFAULT '')"
    )
    op.execute("CREATE INDEX ix_message_search_words ON message_search USING gin (words) WITH (fastupdate = off)")
    for change, effect in _COUNTED.items():
        name = f"post_item_{change.lower()}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {effect} RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} AFTER {change} ON post_item FOR EACH ROW EXECUTE FUNCTION {name}()")
    op.execute(_REFUSE)
    op.execute(_REFUSE_UNLESS_PURGING)
    for table in ("payload", "event", "audit"):
        _refuse(table, "UPDATE", "ROW", "elmeld_refuse")
        _refuse(table, "TRUNCATE", "STATEMENT", "elmeld_refuse")
    _refuse("audit", "DELETE", "ROW", "elmeld_refuse")
    _refuse("event", "DELETE", "ROW", "elmeld_refuse_unless_purging")


def _refuse(table: str, change: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
