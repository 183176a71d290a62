"""``elmeld handled``: record that a failed message has been dealt with in another way."""

from __future__ import annotations

import argparse

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line
from elmeld_tui.office.reasons import Reason, reason_words

NAME = "handled"

_LONGEST_NOTE = 10_000


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("merk en melding som håndtert på annen måte"),
        description=t(
            "Sier at en melding som ikke gikk bra, er håndtert på annen måte, og slokker varslene om den. Hvem som "
            "sier det, står i tidslinjen. Det kan angres."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk handled 4711 --reason phone"),
    )
    command.add_argument("id", type=whole, metavar="ID", help=t("meldingens nummer"))
    add_reason(command)
    command.add_argument("--undo", action="store_true", help=t("den er ikke håndtert likevel"))
    command.set_defaults(run=run)


def add_reason(command: argparse.ArgumentParser) -> None:
    """Let a command be told how something was dealt with otherwise."""
    command.add_argument("--reason", choices=[str(reason) for reason in Reason], help=_reasons())
    command.add_argument(
        "--note", metavar=t("FIL"), help=t("et notat til tidslinjen, i en fil eller - for standard inn")
    )


def reason_and_note(args: argparse.Namespace) -> tuple[Reason | None, str]:
    """Return what was given of that.

    Raises:
        CommandError: the note cannot be read.
    """
    return Reason(args.reason) if args.reason else None, _note(args.note) if args.note else ""


def _reasons() -> str:
    return ", ".join(f"{reason} ({reason_words(reason)})" for reason in Reason)


def run(args: argparse.Namespace) -> int:
    """Mark the message, or take the mark back."""
    from elmeld_tui.office.again import mark_handled, undo_handled

    if args.undo and (args.reason or args.note):
        raise CommandError(t("--undo står alene"), WRONG_USE)
    reason, note = reason_and_note(args)
    with opened(args) as office:
        if args.undo:
            undo_handled(office, args.id)
        else:
            mark_handled(office, args.id, reason=reason, note=note)
    if args.json:
        print(json_line({"message": args.id, "handled": not args.undo}))
    elif args.undo:
        print(t("Melding {number} er ikke lenger merket som håndtert.", number=args.id))
    else:
        print(t("Melding {number} er merket som håndtert.", number=args.id))
    return DONE


def _note(name: str) -> str:
    """Read the note; never from the command line itself, which other programs on the machine can see."""
    raw = files.read(name, _LONGEST_NOTE)
    try:
        if len(raw) <= _LONGEST_NOTE:
            return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(t("«{name}» er ikke tekst i UTF-8", name=name), WRONG_USE) from error
    raise CommandError(t("«{name}» er for stor", name=name), WRONG_USE)
