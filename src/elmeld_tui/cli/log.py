"""``elmeld log``: search and follow the message log, or read one message's timeline."""

from __future__ import annotations

import argparse
import re
import time
from typing import Any

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.explained import print_explanation, print_happened, print_way
from elmeld_tui.cli.message_lines import print_message, print_newest, searched
from elmeld_tui.cli.moments import moment
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened, opened_log, require
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.course import course
from elmeld_tui.office.faults import in_the_way
from elmeld_tui.office.policy import Action
from elmeld_tui.office.statistics import LONGEST, statistics
from elmeld_tui.store.reading import Filter, Reader

NAME = "log"

_TROUBLE = "failed"
_ID = re.compile(r"-?[0-9]{1,100}")
_GLANCE = 0.2
"""Seconds between looks at whether the store has changed."""


def add(commands: Commands) -> None:
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
    parser.add_argument("--limit", type=whole, default=50, metavar="N", help=t("høyst så mange (0: alle)"))
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--checks", action="store_true", help=t("kontrollen av meldingen: skjema, regler, kvitteringer")
    )
    one.add_argument(
        "--thread", action="store_true", help=t("hele samtalen meldingen hører til, med svar og kvitteringer")
    )
    one.add_argument(
        "--stats", action="store_true", help=t("tall etter dag, type og partner i stedet for meldinger")
    )
    parser.add_argument(
        "--days", type=whole, default=30, metavar="N", help=t("så mange dager sammen med --stats (standard: 30)")
    )
    parser.add_argument("--follow", action="store_true", help=t("vis også det som skjer heretter"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; return the exit code."""
    chosen = _filter(args)
    line = " ".join(args.query)
    number = int(line) if _ID.fullmatch(line) else None
    if number is None and (args.checks or args.thread):
        raise CommandError(t("si hvilken melding, med nummeret dens"), WRONG_USE)
    if not 1 <= args.days <= LONGEST:
        raise CommandError(t("velg fra 1 til {n} dager", n=LONGEST), WRONG_USE)
    if number is not None and args.checks:
        return _checks(args, number)
    with opened_log(args) as reader:
        require(args, reader, Action.SEE_LOG, number)
        if args.stats:
            return _stats(reader, args.days, as_json=args.json)
        if number is not None:
            show = _thread if args.thread else _timeline
            return show(reader, number, as_json=args.json)
        chosen = searched(reader, line, chosen, NAME)
        last_event = reader.last_event()
        print_newest(reader, chosen, args.limit, as_json=args.json)
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
    found = course(reader, message_id, clock.now())
    if found is None:
        raise _no_such(message_id)
    if as_json:
        for event in reader.events(message_id):
            print(json_line(event._asdict()))
        for one in in_the_way(reader, message_id, clock.now()):
            print_explanation(one, {})
        return DONE
    print_happened(found, message_id)
    print_way(found)
    return DONE


def _thread(reader: Reader, message_id: int, *, as_json: bool) -> int:
    found = reader.thread(message_id, receipts=True)
    if not found:
        raise _no_such(message_id)
    for row in found:
        print_message(reader, row, as_json=as_json)
    return DONE


def _checks(args: argparse.Namespace, message_id: int) -> int:
    """Print the validation report; it may quote the message, so that it is opened as one."""
    from elmeld_tui.office.validation import as_lines, check_message

    with opened(args) as office:
        report = check_message(office, message_id)
    if args.json:
        print(json_line({"message": message_id, **report}))
    else:
        print("\n".join(harmless(one.text) for one in as_lines(report)))
    return DONE


def _stats(reader: Reader, days: int, *, as_json: bool) -> int:
    found = statistics(reader, days, clock.now)
    tables = (
        ("day", t("Dag"), found.days),
        ("type", t("Type"), found.types),
        ("partner", t("Partner"), found.partners),
    )
    if not as_json:
        print(found.said)
    for by, title, amounts in tables:
        if not as_json:
            print(f"{title:<40} {t('mottatt'):>9} {t('sendt'):>9} {t('feilet'):>9}")
        for one in amounts:
            if as_json:
                told = {"by": by, "name": one.name, "in": one.received, "out": one.sent, "wrong": one.wrong}
                print(json_line(told))
            else:
                label = " ".join(harmless(one.label).split())
                print(f"{label:<40} {one.received:>9} {one.sent:>9} {one.wrong:>9}")
    return DONE


def _no_such(message_id: int) -> CommandError:
    return CommandError(t("det finnes ingen melding {number} i loggen", number=message_id), ANSWER_IS_NO)
