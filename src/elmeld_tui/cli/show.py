"""``elmeld show``: a message as a clinician reads it, its attachments, or its bytes; from a file or the store."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.cli import files, opening
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.i18n import t
from elmeld_tui.login import login

if TYPE_CHECKING:
    from elmeld_tui.messages.document import Document
    from elmeld_tui.model.view import Attachment

NAME = "show"

_WIDTH_IN_A_PIPE = 80
_WIDEST = 120


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("vis meldinger slik de leses, fra fil eller meldingslogg"),
        description=t(
            "Viser meldinger slik de leses. Alt en melding inneholder kommer med; det som ikke har sin egen plass, "
            "står under «Øvrige opplysninger»."
        ),
        epilog=t(
            "eksempel: elmeld show svar.xml; elmeld show --data-dir klinikk 42 --format html > 42.html; "
            "elmeld show --data-dir klinikk 42 --attachments vedlegg/"
        ),
    )
    command.add_argument(
        "messages", nargs="+", metavar=t("FIL|ID"), help=t("dokument, - for standard inn, eller nummer i loggen")
    )
    command.add_argument(
        "--format",
        choices=("text", "json", "html", "xml"),
        default="text",
        help=t(
            "tekst, JSON med ett objekt per linje, ett HTML-dokument, eller XML-en med ett element på hver linje"
        ),
    )
    instead = command.add_mutually_exclusive_group()
    instead.add_argument(
        "--attachments",
        type=Path,
        metavar=t("MAPPE"),
        help=t("lagre alle vedlegg i mappen; ingen fil overskrives"),
    )
    instead.add_argument(
        "--attachment", type=whole, metavar=t("NR"), help=t("skriv ut teksten i vedlegg nummer NR, regnet fra 1")
    )
    instead.add_argument(
        "--original", action="store_true", help=t("skriv ut dokumentet nøyaktig slik det er mottatt eller sendt")
    )
    command.add_argument("--out", type=Path, metavar=t("FIL"), help=t("ny fil for --original"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what is asked with every message; return 1 where one of them cannot be read."""
    from elmeld_tui.messages import document
    from elmeld_tui.messages.xml import UnreadableError, indented
    from elmeld_tui.model.harmless import harmless

    _check_use(args)
    code = DONE
    for name in args.messages:
        raw = _document(name, args)
        if args.original:
            _write_original(raw, args.out)
            continue
        if args.format == "xml" and not args.attachments and args.attachment is None:
            print(harmless(indented(raw).decode("utf-8", errors="backslashreplace")))
            continue
        try:
            code = max(code, _show(document.read(raw), name, args))
        except UnreadableError as error:
            print(harmless(f"elmeld: {name}: {error}"), file=sys.stderr)
            code = ANSWER_IS_NO
    return code


def _check_use(args: argparse.Namespace) -> None:
    one = args.original or args.attachment is not None or (args.format == "html" and not args.attachments)
    if one and len(args.messages) > 1:
        raise CommandError(t("oppgi én melding om gangen sammen med dette valget"), WRONG_USE)
    if args.out and not args.original:
        raise CommandError(t("--out hører sammen med --original"), WRONG_USE)
    if args.original and not args.out and sys.stdout.isatty():
        raise CommandError(
            t(
                "meldingens egne byte skrives ikke til en terminal; bruk --out FIL, eller send dem videre med > eller |"
            ),
            WRONG_USE,
        )


def _show(document: Document, name: str, args: argparse.Namespace) -> int:
    """Print a document in the form that is asked for."""
    from elmeld_tui.messages import attachments, views
    from elmeld_tui.messages.views import html, plain
    from elmeld_tui.model.harmless import json_line
    from elmeld_tui.office.connections import with_connections

    if args.attachments or args.attachment is not None:
        found = attachments.read(attachments.references(document))
        return _save_all(found, args) if args.attachments else _print_text(found, args.attachment)
    view = views.view(document)
    if (number := _kept(name, args)) is not None:
        with opening.opened_log(args) as reader:
            view = with_connections(reader, number, view)
    if args.json or args.format == "json":
        print(json_line(view.as_data()))
    elif args.format == "html":
        sys.stdout.write(html.as_html(view))
    else:
        print(plain.as_text(view, _width()))
    return DONE


def _save_all(found: tuple[Attachment, ...], args: argparse.Namespace) -> int:
    """Save every attachment; one that is not enclosed or cannot be decoded is told, and the others are saved."""
    from elmeld_tui.model.harmless import harmless, json_line
    from elmeld_tui.office import saved_files
    from elmeld_tui.office.errors import OfficeError

    if not found:
        print(t("Meldingen har ingen vedlegg."), file=sys.stderr)
    code = DONE
    for attachment in found:
        if not attachment.content:
            print(harmless(f"elmeld: {attachment.name}: {attachment.problem}"), file=sys.stderr)
            code = ANSWER_IS_NO
            continue
        try:
            path = saved_files.save(args.attachments, attachment.name, attachment.content)
        except OfficeError as error:
            raise CommandError(harmless(str(error)), OUTSIDE_FAILED) from error
        if args.json or args.format == "json":
            told = {
                "path": str(path),
                "mime": attachment.mime,
                "size": attachment.size,
                "sha256": attachment.sha256,
            }
            print(json_line(told | ({"problem": attachment.problem} if attachment.problem else {})))
        else:
            print(harmless(f"{path}  {attachment.problem}".rstrip()))
    return code


def _print_text(found: tuple[Attachment, ...], number: int) -> int:
    from elmeld_tui.messages.attached.opening import ClosedAttachmentError, open_attachment

    if not 1 <= number <= len(found):
        raise CommandError(t("meldingen har {total} vedlegg; nummer {n} finnes ikke", total=len(found), n=number))
    try:
        opened = open_attachment(found[number - 1])
    except ClosedAttachmentError as error:
        raise CommandError(str(error)) from error
    if opened.picture is not None:
        width, height = opened.picture.original
        raise CommandError(
            t(
                "vedlegget er et bilde på {width} × {height} piksler; lagre det med --attachments",
                width=width,
                height=height,
            )
        )
    print(opened.text)
    if opened.note:
        print(opened.note, file=sys.stderr)
    return DONE


def _write_original(raw: bytes, out: Path | None) -> None:
    """Write the document as it is kept, byte for byte."""
    from elmeld_tui.model.harmless import harmless
    from elmeld_tui.office import saved_files
    from elmeld_tui.office.errors import OfficeError

    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(raw)
        return
    try:
        saved_files.write_new(out, raw)
    except OfficeError as error:
        raise CommandError(harmless(str(error)), WRONG_USE) from error
    print(harmless(str(out)))


def _width() -> int:
    if not sys.stdout.isatty():
        return _WIDTH_IN_A_PIPE
    return min(shutil.get_terminal_size((_WIDTH_IN_A_PIPE, 24)).columns, _WIDEST)


def _document(name: str, args: argparse.Namespace) -> bytes:
    from elmeld_tui.messages.xml import MAX_BYTES

    if (number := _kept(name, args)) is not None:
        about_attachments = args.attachments or args.attachment is not None
        return stored(number, args, "attachment" if about_attachments else "show")
    return files.read(name, MAX_BYTES)


def _kept(name: str, args: argparse.Namespace) -> int | None:
    return None if args.data_dir is None else files.kept_number(name)


def stored(message_id: int, args: argparse.Namespace, action: str) -> bytes:
    """Return a kept document; who looked at it goes into the audit trail first, as ``action`` (design §4.4).

    Raises:
        CommandError: there is no such message, or no store, or she may not open it.
    """
    from elmeld_tui.office.policy import Action

    with opening.opened_log(args) as reader:
        raw = reader.part(message_id, "document")
        refusal = opening.refusal(reader, login(), Action.OPEN, message_id)
    if raw is None:
        raise CommandError(
            t("melding {id} finnes ikke i meldingslageret, eller har ikke noe innhold", id=message_id)
        )
    opening.note(args, "refused" if refusal else action, message_id)
    if refusal:
        raise CommandError(refusal)
    return raw
