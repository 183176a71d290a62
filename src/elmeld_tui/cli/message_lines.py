"""Messages as commands list them: one line each, or one JSON object each."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from typing import Any

from elmeld_tui.cli.errors import WRONG_USE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.office.search_language import SearchError, read_filter
from elmeld_tui.office.words import outside_words, state_of
from elmeld_tui.store.reading import Filter, Reader, Row
from elmeld_tui.store.rows import Link, Message


def searched(reader: Reader, line: str, base: Filter, place: str) -> Filter:
    """Return ``base`` narrowed by a search line; ``@name`` is what the user has kept in ``place``.

    Raises:
        CommandError: a word of the line cannot be used.
    """
    kept = reader.saved_filters(getpass.getuser(), place) if "@" in line else {}
    try:
        return read_filter(line, base, saved=kept.get)
    except SearchError as error:
        raise CommandError(str(error), WRONG_USE) from error


def print_newest(reader: Reader, chosen: Filter, limit: int, *, as_json: bool, with_patient: bool = False) -> None:
    """Print the newest messages of ``chosen``; tell who sits at a terminal that there are none, or more."""
    total = reader.count(chosen)
    for row in newest(reader, chosen, limit, total):
        print_message(reader, row, as_json=as_json, with_patient=with_patient)
    if not total:
        note(t("Ingen meldinger passer."), as_json=as_json)
    elif 0 < limit < total:
        told = t("Dette er de {n} nyeste av {total}. --limit 0 viser alle.", n=limit, total=total)
        note(told, as_json=as_json)


def note(told: str, *, as_json: bool) -> None:
    """Say beside the answer what only a person needs to know; scripts read neither it nor anything instead of it."""
    if not as_json and sys.stderr.isatty():
        print(told, file=sys.stderr)


def newest(reader: Reader, chosen: Filter, limit: int, total: int) -> Iterator[Row]:
    """Yield the newest of ``total`` messages of ``chosen``, oldest first, a page at a time; all where ``limit`` is 0."""
    wanted = min(limit, total) if limit > 0 else total
    size = 128
    for number in range((wanted - 1) // size, -1, -1):
        page = reader.page(chosen, number, size)
        yield from reversed(page[: wanted - number * size])


def print_message(reader: Reader, row: Row, *, as_json: bool, with_patient: bool = False) -> None:
    """Print one message, at once; whom it is about only where that is asked for."""
    if as_json:
        message = reader.message(row.id)
        assert message is not None
        line = json_line(_as_data(row, message, reader.links(row.id)))
    else:
        patient = _cell(row.patient, 0) if with_patient else ""
        line = "  ".join(filter(None, [_as_line(row), patient, outside_words(row)])).rstrip()
    print(line, flush=True)


def _as_data(row: Row, message: Message, links: list[Link]) -> dict[str, Any]:
    return {
        "id": row.id,
        "direction": row.direction,
        "kind": row.kind,
        "type": row.type_code,
        "communication_type": row.communication_type,
        "party": row.party,
        "patient_present": bool(row.patient),
        "state": row.state,
        "apprec_state": row.receipt,
        "folder": row.folder,
        "unread": row.unread,
        "attachments": row.attachments,
        "outside_reference": row.outside_reference,
        "created": row.at,
        "updated": message.updated,
        "attempts": row.attempts,
        "last_event": row.last_event,
        "document_state": row.document_state,
        "superseded_by": message.superseded_by,
        "links": [{"id": link.message_id, "relation": link.relation} for link in links if not link.other_patient],
    }


def _as_line(row: Row) -> str:
    said = state_of(row)
    direction = t("inn") if row.direction == "in" else t("ut")
    kind = type_name(row.type_code, Kind(row.kind), row.title)
    return (
        f"{row.id:>7}  {said.sign} {clock.short(clock.from_text(row.at))}  {direction:<3}  "
        f"{_cell(kind, 24)}  {_cell(row.party, 32)}  {said.word:<14}"
    )


def _cell(text: str, width: int) -> str:
    flat = " ".join(harmless(text).split())
    # A name is never cut: there is nothing to open here to see the rest of it.
    return f"{flat:<{width}}"
