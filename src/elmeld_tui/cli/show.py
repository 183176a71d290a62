"""``elmeld show``: a message as a clinician reads it, from a file or from the message store."""

from __future__ import annotations

import argparse
import getpass
import shutil
import sys
from typing import TYPE_CHECKING

from elmeld_tui.cli import files
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t

if TYPE_CHECKING:
    from pathlib import Path

NAME = "show"

_WIDTH_IN_A_PIPE = 80
_WIDEST = 120


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("vis meldinger slik de leses, fra fil eller meldingslogg"),
        description=t(
            "Viser meldinger slik de leses. Alt en melding inneholder kommer med; det som ikke har sin egen plass, "
            "står under «Øvrige opplysninger»."
        ),
        epilog=t("eksempel: elmeld show svar.xml; elmeld show --data-dir klinikk 42 --format json"),
    )
    command.add_argument(
        "messages", nargs="+", metavar=t("FIL|ID"), help=t("dokument, - for standard inn, eller nummer i loggen")
    )
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help=t("tekst, eller JSON med ett objekt per linje")
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show every message; return 1 where one of them cannot be read."""
    from elmeld_tui.messages import document, views
    from elmeld_tui.messages.views import plain
    from elmeld_tui.messages.xml import UnreadableError
    from elmeld_tui.model.harmless import harmless, json_line

    as_json = args.json or args.format == "json"
    unreadable = False
    for name in args.messages:
        raw = _document(name, args.data_dir)
        try:
            view = views.view(document.read(raw))
        except UnreadableError as error:
            print(harmless(f"elmeld: {name}: {error}"), file=sys.stderr)
            unreadable = True
            continue
        print(json_line(view.as_data()) if as_json else plain.as_text(view, _width()))
    return ANSWER_IS_NO if unreadable else DONE


def _width() -> int:
    if not sys.stdout.isatty():
        return _WIDTH_IN_A_PIPE
    return min(shutil.get_terminal_size((_WIDTH_IN_A_PIPE, 24)).columns, _WIDEST)


def _document(name: str, data_dir: Path | None) -> bytes:
    from elmeld_tui.messages.xml import MAX_BYTES

    if name.isdecimal() and data_dir is not None:
        return _stored(int(name), data_dir)
    return files.read(name, MAX_BYTES)


def _stored(message_id: int, data_dir: Path) -> bytes:
    """Return a kept document; who looked at it goes into the audit trail first (design §4.4)."""
    from elmeld_tui.model import clock
    from elmeld_tui.store import audit
    from elmeld_tui.store.database import StoreError, open_database
    from elmeld_tui.store.reading import NoStoreError, open_reader

    try:
        raw = open_reader(data_dir).part(message_id, "document")
    except NoStoreError as error:
        raise CommandError(str(error), WRONG_USE) from error
    if raw is None:
        raise CommandError(
            t("melding {id} finnes ikke i meldingslageret, eller har ikke noe innhold", id=message_id)
        )
    try:
        database = open_database(data_dir)
        with database.transaction() as connection:
            at = clock.to_text(clock.now())
            audit.note(connection, at=at, user=getpass.getuser(), action="show", message_id=message_id)
        database.close()
    except StoreError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    return raw
