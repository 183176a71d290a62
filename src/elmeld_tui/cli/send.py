"""``elmeld send``: send finished documents."""

from __future__ import annotations

import argparse

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, CommandError
from elmeld_tui.cli.opening import check_named, opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "send"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("send et ferdig dokument"),
        description=t(
            "Sender et ferdig dokument slik det er: det må følge skjemaet sitt, komme fra klinikken og gå til noen i "
            "adresseregisteret. Ingenting sendes om noe er galt."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk send henvisning.xml"),
    )
    command.add_argument("file", metavar=t("FIL"), help=t("dokument, eller - for standard inn"))
    command.add_argument(
        "--even-so", action="store_true", help=t("send selv om en mottaker heter noe annet i registeret")
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Put the document in the outbox; print its number and MsgId."""
    from elmeld_tui.messages.composing.building import held_against
    from elmeld_tui.messages.document import read
    from elmeld_tui.messages.xml import MAX_BYTES, UnreadableError
    from elmeld_tui.office.ready import OtherReceiverError, send_document

    check_named(args)
    try:
        document = read(files.read(args.file, MAX_BYTES))
    except UnreadableError as error:
        raise CommandError(harmless(f"{args.file}: {error}")) from error
    with opened(args) as office:
        try:
            number = send_document(office, document, even_so=args.even_so)
        except OtherReceiverError as error:
            told = t("{problem} Rett dokumentet, eller bruk --even-so.", problem=error)
            raise CommandError(harmless(told)) from error
    header = document.header
    if args.json:
        schemas = list(held_against(document))
        print(
            json_line({"message": number, "type": header.type_code, "msg_id": header.msg_id, "schemas": schemas})
        )
    else:
        print(harmless(t("Melding {number} er lagt i kø. MsgId {msg_id}.", number=number, msg_id=header.msg_id)))
    return DONE
