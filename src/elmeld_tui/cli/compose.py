"""``elmeld compose``: a message from one JSON object, its schema, and an example to begin from."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.opening import check_named, opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.messages.composing.building import Composed, ComposeError
    from elmeld_tui.messages.composing.identity import Surroundings
    from elmeld_tui.messages.document import Document
    from elmeld_tui.model.forms import FormDescription
    from elmeld_tui.office.clinic import Office

NAME = "compose"

_LARGEST = 100_000_000
"""Bytes of an object with its attachments in it."""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("lag en melding av svar i en JSON-fil"),
        description=t(
            "Lager en melding av ett JSON-objekt med avsender, mottaker, pasient og svar, kontrollerer den og skriver "
            "den. Begynn med --example, og se hva hvert felt er med --schema."
        ),
        epilog=t(
            "eksempel: elmeld compose referral --example > svar.json; elmeld compose referral --answers svar.json; "
            "elmeld --data-dir klinikk compose order --profile radiology --answers svar.json --send"
        ),
    )
    command.add_argument("family", metavar=t("SLAG"), help=t("referral, dialogue, order …; et ukjent viser alle"))
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--answers", metavar=t("FIL"), help=t("objektet, eller - for standard inn"))
    what.add_argument(
        "--example",
        action="store_true",
        help=t("skriv et fullstendig eksempel; med --data-dir fra klinikken selv"),
    )
    what.add_argument("--schema", action="store_true", help=t("skriv JSON Schema for objektet"))
    command.add_argument("--profile", default="", metavar="P", help=t("hvilket av slagets skjemaer"))
    command.add_argument("--reply-to", metavar=t("FIL|ID"), help=t("meldingen det svares på"))
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--out", type=Path, metavar=t("FIL"), help=t("skriv meldingen hit i stedet for til standard ut")
    )
    where.add_argument("--send", action="store_true", help=t("send meldingen (krever --data-dir)"))
    command.add_argument("--force", action="store_true", help=t("erstatt filen i --out om den finnes"))
    command.add_argument(
        "--even-so", action="store_true", help=t("send selv om en mottaker heter noe annet i registeret")
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for, or build the message; return 1 where it cannot leave as it is."""
    from elmeld_tui.messages.composing.building import ComposeError
    from elmeld_tui.messages.composing.schema import schema

    forms = _forms(args.family)
    try:
        if args.schema:
            _print_object(args, schema(forms))
        elif args.example:
            _print_object(args, _example(args, _profile(args, forms, {})))
        else:
            return _compose(args, forms)
    except ComposeError as error:
        return _refuse(args, error)
    return DONE


def _forms(family: str) -> list[FormDescription]:
    from elmeld_tui.messages import writing

    forms = list(writing.forms().values())
    found = [form for form in forms if form.family == family]
    if not found:
        known = ", ".join(dict.fromkeys(form.family for form in forms))
        raise CommandError(
            t("slaget «{family}» finnes ikke; velg blant {known}", family=family, known=known), WRONG_USE
        )
    return found


def _profile(args: argparse.Namespace, forms: list[FormDescription], said: Any) -> FormDescription:
    from elmeld_tui.messages.composing.building import profile_of

    if args.profile:
        if isinstance(said, dict) and said.get("profile", args.profile) != args.profile:
            raise CommandError(t("--profile og objektets «profile» sier ikke det samme"), WRONG_USE)
        said = {"profile": args.profile}
    return profile_of(forms, said)


def _example(args: argparse.Namespace, form: FormDescription) -> dict[str, Any]:
    from elmeld_tui.messages.composing.example import example

    if args.data_dir is None:
        return example(form)
    from elmeld_tui.office.composing import example_from_here

    with opened(args) as office:
        return example_from_here(office, form)


def _print_object(args: argparse.Namespace, data: dict[str, Any]) -> None:
    # What leads a terminal astray is escaped in the line; JSON keeps its meaning when it is laid out.
    print(json_line(data) if args.json else json.dumps(data, ensure_ascii=not _is_plain(data), indent=2))


def _is_plain(data: dict[str, Any]) -> bool:
    text = json.dumps(data, ensure_ascii=False)
    return harmless(text) == text


def _compose(args: argparse.Namespace, forms: list[FormDescription]) -> int:
    from elmeld_tui.messages.composing.building import ComposeError, compose
    from elmeld_tui.messages.composing.checking import misuse
    from elmeld_tui.model import clock
    from elmeld_tui.model.identifiers import new_uuid

    if args.send:
        check_named(args)
    said = read_object(args.answers)
    form = _profile(args, forms, said)
    if wrong := misuse(form, said):
        raise ComposeError(wrong, misused=True)
    original = _original(args)
    with opened(args) if args.data_dir else nullcontext() as office:
        around = _surroundings(args, form, said, original, office)
        now = office.clock() if office else clock.now()
        made = compose(form, said, around, msg_id=new_uuid(), now=now, in_reply_to=original)
        for warning in made.warnings:
            print(harmless(f"elmeld: {warning}"), file=sys.stderr)
        told = _told(form, made)
        if office and args.send:
            told["message"] = _send(office, form, made, even_so=args.even_so)
        elif args.out is not None:
            _write(args, made.document.raw)
            told["out"] = str(args.out)
    _print_result(args, told, made.document)
    return DONE


def read_object(name: str) -> Any:
    """Read JSON from a file, or from standard input as ``-``.

    Raises:
        CommandError: it is not there, is too large, or is no JSON.
    """
    raw = files.read(name, _LARGEST)
    if len(raw) > _LARGEST:
        raise CommandError(t("«{name}» er for stor", name=name), WRONG_USE)
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise CommandError(
            t("«{name}» er ikke lesbar JSON: {reason}", name=name, reason=error), WRONG_USE
        ) from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(t("«{name}» står to ganger", name=repeated))
    return found


def _original(args: argparse.Namespace) -> Document | None:
    from elmeld_tui.cli.show import stored
    from elmeld_tui.messages.document import read
    from elmeld_tui.messages.xml import MAX_BYTES, UnreadableError

    if args.reply_to is None:
        return None
    kept = None if args.data_dir is None else files.kept_number(args.reply_to)
    try:
        return read(files.read(args.reply_to, MAX_BYTES) if kept is None else stored(kept, args, "reply"))
    except UnreadableError as error:
        raise CommandError(f"{args.reply_to}: {error}", WRONG_USE) from error


def _surroundings(
    args: argparse.Namespace,
    form: FormDescription,
    said: dict[str, Any],
    original: Document | None,
    office: Office | None,
) -> Surroundings:
    from elmeld_tui.messages.composing.building import answering
    from elmeld_tui.messages.composing.identity import Surroundings
    from elmeld_tui.office.composing import surroundings

    base = Path() if args.answers == "-" else Path(args.answers).parent

    def open_file(name: str) -> bytes:
        return (base / name).read_bytes()

    around = surroundings(office, form, said, open_file) if office else Surroundings(open_file=open_file)
    return answering(original, said, around) if original else around


def _send(office: Office, form: FormDescription, made: Composed, *, even_so: bool) -> int:
    from elmeld_tui.office.errors import OfficeError
    from elmeld_tui.office.ready import OtherReceiverError, send_document, signed

    try:
        return send_document(office, signed(office, form, made.document), even_so=even_so)
    except OtherReceiverError as error:
        raise CommandError(t("{problem} Rett dokumentet, eller bruk --even-so.", problem=error)) from error
    except OfficeError as error:
        raise CommandError(str(error)) from error


def _write(args: argparse.Namespace, raw: bytes) -> None:
    from elmeld_tui.office.errors import OfficeError
    from elmeld_tui.office.saved_files import write_new
    from elmeld_tui.store.whole_files import replace_file

    if args.force:
        replace_file(args.out, raw)
        return
    try:
        write_new(args.out, raw)
    except OfficeError as error:
        raise CommandError(harmless(str(error)), WRONG_USE) from error


def _told(form: FormDescription, made: Composed) -> dict[str, Any]:
    header = made.document.header
    return {
        "form": form.name,
        "type": header.type_code,
        "msg_id": header.msg_id,
        "document_id": header.document_id,
        "schemas": list(made.schemas),
        "warnings": made.warnings,
    }


def _print_result(args: argparse.Namespace, told: dict[str, Any], document: Document) -> None:
    stays = "message" not in told and "out" not in told
    if args.json:
        print(json_line(told | ({"document": document.raw.decode("utf-8")} if stays else {})))
    elif "message" in told:
        print(t("Melding {number} er lagt i kø. MsgId {msg_id}.", number=told["message"], msg_id=told["msg_id"]))
    elif stays and sys.stdout.isatty():
        print(harmless(document.raw.decode("utf-8")))
    elif stays:
        sys.stdout.buffer.write(document.raw + b"\n")


def _refuse(args: argparse.Namespace, error: ComposeError) -> int:
    for path, problem in error.problems.items():
        line = f"{path}: {problem}" if path else problem
        print(harmless(" ".join(line.split())), file=sys.stderr)
    if args.json:
        print(json_line({"problems": [{"path": path, "message": text} for path, text in error.problems.items()]}))
    return WRONG_USE if error.misused else ANSWER_IS_NO
