"""``elmeld alert``: what needs a human, what each of it means, and clearing what has been seen to."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, CommandError
from elmeld_tui.cli.opening import opened, opened_log
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.store.rows import Alert

NAME = "alert"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    command = commands.add_parser(
        NAME,
        help=t("se viktige varsler, og slokk det som er sett etter"),
        description=t(
            "Viser det som trenger et menneske, og hva som må gjøres. De fleste varsler slokkes av seg selv når "
            "årsaken er borte."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk alert list; elmeld --data-dir klinikk alert show 3"),
    )
    parts = command.add_subparsers(metavar=t("HANDLING"), title=t("handlinger"), required=True)
    listing = parts.add_parser("list", help=t("vis varslene, de eldste først"))
    listing.set_defaults(act=_list)
    show = parts.add_parser("show", help=t("vis hva ett varsel betyr, og hva som må gjøres"))
    show.add_argument("number", type=int, metavar="NR")
    show.set_defaults(act=_show)
    clear = parts.add_parser("clear", help=t("slokk et varsel som er sett etter"))
    clear.add_argument("number", type=int, metavar="NR")
    clear.set_defaults(act=_clear)
    command.set_defaults(run=run)
    return list(parts.choices.values())


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return int(args.act(args))


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.faults import about
    from elmeld_tui.store.trouble import words

    with opened_log(args) as reader:
        for alert in reader.open_alerts():
            name = about(alert)
            if args.json:
                print(json_line({**_as_data(alert), "about": name}))
                continue
            at = clock.short(clock.from_text(alert.raised))
            number = t("melding {number}", number=alert.message_id) if alert.message_id else ""
            print(harmless(f"{alert.id:>6}  {at}  {number:<14}  {f'{name}: ' if name else ''}{words(alert.code)}"))
    return DONE


def _as_data(alert: Alert) -> dict[str, Any]:
    return {"id": alert.id, "code": alert.code, "message": alert.message_id, "raised": alert.raised}


def _show(args: argparse.Namespace) -> int:
    from elmeld_tui.cli.explained import print_explanation
    from elmeld_tui.office.faults import of_alert
    from elmeld_tui.office.standing import case

    with opened_log(args) as reader:
        alert = next((one for one in reader.open_alerts() if one.id == args.number), None)
        if alert is None:
            raise CommandError(
                t("Det finnes ikke noe åpent varsel med nummer {number}.", number=args.number), ANSWER_IS_NO
            )
        found = case(reader, alert.message_id) if alert.message_id is not None else None
        print_explanation(of_alert(alert, found), alert.message_id, _as_data(alert) if args.json else None)
    return DONE


def _clear(args: argparse.Namespace) -> int:
    from elmeld_tui.office.alerts import clear_alert

    with opened(args) as office:
        clear_alert(office, args.number)
    print(json_line({"id": args.number, "cleared": True}) if args.json else t("Varselet er slokket."))
    return DONE
