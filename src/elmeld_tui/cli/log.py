"""``elmeld log``: search and follow the message log, or read one message's timeline."""

from __future__ import annotations

import argparse
import re
import time
from typing import Any

from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.explained import print_explanation, print_happened, print_way
from elmeld_tui.cli.message_lines import newest, print_message, searched
from elmeld_tui.cli.moments import moment
from elmeld_tui.cli.opening import opened_log, require
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.course import course
from elmeld_tui.office.faults import explain
from elmeld_tui.office.policy import Action
from elmeld_tui.store.reading import Filter, Reader

NAME = "log"

_TROUBLE = "failed"
_ID = re.compile(r"-?[0-9]+")
_GLANCE = 0.2
"""Seconds between looks at whether the store has changed."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("søk i og følg meldingsloggen"),
        description=t("Viser meldingene, de nyeste sist, eller tidslinjen til én melding."),
        epilog=t("Eksempel: elmeld log 'status:avvist retning:ut etter:01.11 !type:kvittering'"),
    )
    parser.add_argument(
        "query",
        nargs="*",
        metavar=t("ID|SØK"),
        help=t(
            "nummeret til en melding, som vises med tidslinjen sin; eller søkeord, som i programmets søkelinje"
        ),
    )
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
    chosen = _filter(args)
    line = " ".join(args.query)
    number = int(line) if _ID.fullmatch(line) else None
    with opened_log(args) as reader:
        require(args, reader, Action.SEE_LOG, number)
        if number is not None:
            return _timeline(reader, number, as_json=args.json)
        chosen = searched(reader, line, chosen, NAME)
        last_event = reader.last_event()
        for row in newest(reader, chosen, args.limit):
            print_message(reader, row, as_json=args.json)
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
        trouble=True if _TROUBLE in states else None,
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


def _follow(reader: Reader, chosen: Filter, last_event: int, *, as_json: bool) -> None:
    seen = -1
    while True:
        version = reader.data_version()
        if version != seen:
            seen = version
            rows, last_event = reader.changed(chosen, last_event)
            for row in rows:
                print_message(reader, row, as_json=as_json)
        time.sleep(_GLANCE)


def _timeline(reader: Reader, message_id: int, *, as_json: bool) -> int:
    found = course(reader, message_id)
    if found is None:
        raise CommandError(t("det finnes ingen melding {number} i loggen", number=message_id), ANSWER_IS_NO)
    if as_json:
        for event in reader.events(message_id):
            print(json_line(event._asdict()))
        for one in explain(reader, message_id):
            print_explanation(one, {})
        return DONE
    print_happened(found, message_id)
    print_way(found)
    return DONE
