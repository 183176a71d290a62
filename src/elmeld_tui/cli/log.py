"""``elmeld log``: search and follow the message log, or read one message's timeline."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any

from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.explained import print_explanation
from elmeld_tui.cli.moments import moment
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.faults import explain
from elmeld_tui.office.words import words
from elmeld_tui.store import timeline
from elmeld_tui.store.reading import Filter, NoStoreError, Reader, Row, open_reader
from elmeld_tui.store.rows import Link, Message

NAME = "log"

_TROUBLE = "failed"
_GLANCE = 0.2
"""Seconds between looks at whether the store has changed."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("søk i og følg meldingsloggen"),
        description=t("Viser meldingene, de nyeste sist, eller tidslinjen til én melding."),
        epilog=t("Eksempel: elmeld log --state failed --direction out --since 2026-11-01"),
    )
    parser.add_argument("id", nargs="?", type=int, metavar="ID", help=t("vis tidslinjen til denne meldingen"))
    parser.add_argument(
        "--state",
        action="append",
        default=[],
        metavar=t("TILSTAND"),
        help=t("tilstand, eller «failed» for alt som har gått galt; kan gjentas"),
    )
    parser.add_argument(
        "--apprec-state",
        action="append",
        default=[],
        metavar=t("KVITTERING"),
        help=t("hva mottakeren har svart; kan gjentas"),
    )
    parser.add_argument("--kind", action="append", default=[], metavar=t("SLAG"), help=t("slag; kan gjentas"))
    parser.add_argument("--direction", choices=("in", "out"), help=t("inn eller ut"))
    parser.add_argument("--since", metavar=t("TID"), help=t("tidligste dato eller tidspunkt"))
    parser.add_argument("--until", metavar=t("TID"), help=t("før denne datoen eller dette tidspunktet"))
    parser.add_argument("--text", default="", help=t("ord i navn, id-er og tekst"))
    parser.add_argument("--limit", type=int, default=50, metavar="N", help=t("høyst så mange (0: alle)"))
    parser.add_argument("--follow", action="store_true", help=t("vis også det som skjer heretter"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; return the exit code."""
    if args.data_dir is None:
        raise CommandError(t("si hvilken klinikk med --data-dir eller ELMELD_DATA_DIR"), WRONG_USE)
    chosen = _filter(args)
    try:
        reader = open_reader(args.data_dir, args.config)
    except NoStoreError as error:
        raise CommandError(str(error), ANSWER_IS_NO) from error
    if args.id is not None:
        return _timeline(reader, args.id, as_json=args.json)
    last_event = reader.last_event()
    for row in _newest(reader, chosen, args.limit):
        _print(reader, row, as_json=args.json)
    if args.follow:
        _follow(reader, chosen, last_event, as_json=args.json)
    return DONE


def _filter(args: argparse.Namespace) -> Filter:
    states = _known(args.state, [*State, _TROUBLE], t("tilstanden"))
    return Filter(
        states=states - {_TROUBLE},
        receipts=_known(args.apprec_state, list(Receipt), t("kvitteringen")),
        kinds=_known(args.kind, list(Kind), t("slaget")),
        direction=args.direction or "",
        since=moment(args.since),
        until=moment(args.until),
        text=args.text,
        trouble=_TROUBLE in states,
    )


def _known(given: list[str], known: list[Any], what: str) -> frozenset[str]:
    for value in given:
        if value not in known:
            choices = ", ".join(sorted({str(choice) for choice in known}))
            raise CommandError(
                t("{what} «{value}» finnes ikke; velg blant {choices}", what=what, value=value, choices=choices),
                WRONG_USE,
            )
    return frozenset(given)


def _newest(reader: Reader, chosen: Filter, limit: int) -> Iterator[Row]:
    """Yield the newest messages of ``chosen``, oldest first, a page at a time."""
    total = reader.count(chosen)
    wanted = min(limit, total) if limit > 0 else total
    size = 128
    for number in range((wanted - 1) // size, -1, -1):
        page = reader.page(chosen, number, size)
        yield from reversed(page[: wanted - number * size])


def _follow(reader: Reader, chosen: Filter, last_event: int, *, as_json: bool) -> None:
    seen = -1
    while True:
        version = reader.data_version()
        if version != seen:
            seen = version
            rows, last_event = reader.changed(chosen, last_event)
            for row in rows:
                _print(reader, row, as_json=as_json)
        time.sleep(_GLANCE)


def _print(reader: Reader, row: Row, *, as_json: bool) -> None:
    if as_json:
        message = reader.message(row.id)
        assert message is not None
        line = json_line(_as_data(row, message, reader.links(row.id)))
    else:
        line = _as_line(row)
    print(line, flush=True)


def _as_data(row: Row, message: Message, links: list[Link]) -> dict[str, Any]:
    return {
        "id": row.id,
        "direction": row.direction,
        "kind": row.kind,
        "type": row.type_code,
        "party": row.party,
        "patient_present": bool(row.patient),
        "state": row.state,
        "apprec_state": row.receipt,
        "created": row.at,
        "updated": message.updated,
        "attempts": row.attempts,
        "last_event": row.last_event,
        "document_state": row.document_state,
        "superseded_by": message.superseded_by,
        "links": [{"id": link.message_id, "relation": link.relation} for link in links if not link.other_patient],
    }


def _as_line(row: Row) -> str:
    said = words(State(row.state), Receipt(row.receipt), row.document_state, row.service_type)
    direction = t("inn") if row.direction == "in" else t("ut")
    kind = type_name(row.type_code, Kind(row.kind), row.title)
    return (
        f"{row.id:>7}  {said.sign} {clock.short(clock.from_text(row.at))}  {direction:<3}  "
        f"{_cell(kind, 24)}  {_cell(row.party, 32)}  {said.word}"
    )


def _cell(text: str, width: int) -> str:
    flat = " ".join(harmless(text).split())
    return f"{flat:<{width}}" if len(flat) <= width else f"{flat[: width - 1]}…"


def _timeline(reader: Reader, message_id: int, *, as_json: bool) -> int:
    message = reader.message(message_id)
    if message is None:
        raise CommandError(t("det finnes ingen melding {number} i loggen", number=message_id), ANSWER_IS_NO)
    for event in reader.events(message_id):
        if as_json:
            print(json_line(event._asdict()))
        else:
            detail = " ".join(f"{name}={harmless(str(value))}" for name, value in event.detail.items())
            at = clock.long(clock.from_text(event.at))
            print(f"{at}  {timeline.words(event.name):<36}  {' '.join(detail.split())}".rstrip())
    for one in explain(reader, message_id):
        print_explanation(one, message_id, {} if as_json else None)
    return DONE
