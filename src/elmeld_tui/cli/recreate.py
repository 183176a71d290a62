"""``elmeld recreate``: start a new message from one that failed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import DONE, WRONG_USE
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.drafts import Draft

NAME = "recreate"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("opprett på nytt en melding som er avvist eller ikke kom fram"),
        description=t(
            "Lager en ny melding av en som er avvist eller ikke kom fram, med alle svar, kopier og vedlegg, til de "
            "mottakerne den ikke nådde. Den blir liggende som utkast, eller sendes med --send. De to er koblet sammen, "
            "og den gamle er håndtert når den nye er godtatt."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk recreate 4711 --receiver 8200001 --send"),
    )
    command.add_argument("id", type=whole, metavar="ID", help=t("meldingens nummer"))
    command.add_argument("--receiver", default="", metavar="HER-ID", help=t("en annen mottaker"))
    command.add_argument(
        "--answers", metavar=t("FIL"), help=t("svar i JSON som erstatter de gamle, eller - for standard inn")
    )
    command.add_argument("--send", action="store_true", help=t("send den med en gang"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Leave a draft, or send the new message; print its number."""
    from elmeld_tui.office.recreating import recreate_draft

    answers = _object(args.answers) if args.answers else {}
    with opened(args) as office:
        draft = recreate_draft(office, args.id, receiver=args.receiver)
        wrong = _misused(draft, answers)
        if wrong:
            return _refuse(args, wrong)
        return _finish(args, office, draft, answers)


def _object(name: str) -> Any:
    from elmeld_tui.cli.compose import read_object

    return read_object(name)


def _misused(draft: Draft, answers: Any) -> dict[str, str]:
    from elmeld_tui.messages.composing.checking import misuse
    from elmeld_tui.office.drafts import form_of

    return misuse(form_of(draft), {"answers": answers})


def _refuse(args: argparse.Namespace, problems: dict[str, str]) -> int:
    if args.json:
        print(json_line({"problems": [{"path": path, "message": text} for path, text in problems.items()]}))
    for path, problem in problems.items():
        print(harmless(f"{path}: {problem}"), file=sys.stderr)
    return WRONG_USE


def _finish(args: argparse.Namespace, office: Office, draft: Draft, answers: Any) -> int:
    from elmeld_tui.office import writing
    from elmeld_tui.office.drafts import save_draft
    from elmeld_tui.office.recreating import with_answers

    draft = with_answers(draft, answers)
    if args.send:
        number = writing.send(office, draft)
        message = office.reader.message(number)
        assert message is not None
        told = {"message": number, "msg_id": message.msg_id, "recreates": args.id}
        said = t("Melding {number} er lagt i kø i stedet for melding {old}.", number=number, old=args.id)
        print(json_line(told) if args.json else said)
        return DONE
    kept = save_draft(office, draft)
    faulty = writing.what_is_missing(office, kept)
    if args.json:
        problems = [{"path": field, "message": text} for field, text in faulty.items()]
        print(json_line({"draft": kept.id, "recreates": args.id, "problems": problems}))
        return DONE
    print(t("Utkast {draft} er laget av melding {number}.", draft=kept.id, number=args.id))
    for field, problem in faulty.items():
        print(harmless(f"{field}: {problem}" if field else problem))
    return DONE
