"""``elmeld alert``: what needs a human, what each alert means, and marking one as seen to."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.explained import print_explanation, print_happened, print_part, print_way
from elmeld_tui.cli.handled import add_reason, reason_and_note
from elmeld_tui.cli.message_lines import note
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.store.rows import Alert

NAME = "alert"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("se viktige varsler, og merk det som er sett etter"),
        description=t(
            "Viser det som trenger et menneske, og hva som må gjøres. De fleste varsler slokkes av seg selv når "
            "årsaken er borte."
        ),
        epilog=t("eksempel: elmeld alert list; elmeld alert show 3; elmeld alert handle 3 --reason phone"),
    )
    listing = parts.add_parser("list", help=t("vis varslene, de eldste først"))
    listing.set_defaults(act=_list)
    show = parts.add_parser("show", help=t("vis hva ett varsel betyr, og hva som må gjøres"))
    show.add_argument("number", type=whole, metavar="NR")
    show.set_defaults(act=_show)
    handle = parts.add_parser("handle", help=t("merk et varsel som sett etter, eller meldingen som håndtert"))
    handle.add_argument("number", type=whole, metavar="NR")
    add_reason(handle)
    handle.set_defaults(act=_handle)
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office.alerts import Needs, open_alerts
    from elmeld_tui.office.policy import Action, require

    with opened(args) as office:
        require(office, Action.SEE_CLINIC_ALERT)
        alerts = open_alerts(office.reader, office.actor, office.clock())
        if not alerts:
            note(t("Ingen varsler venter."), as_json=args.json)
        for need in Needs(office.reader, alerts):
            alert = need.alert
            if args.json:
                print(json_line({**_as_data(alert), "about": need.whom, "what": need.what}))
                continue
            at = clock.short(clock.from_text(alert.raised)) if alert.raised else ""
            number = t("melding {number}", number=alert.message_id) if alert.message_id else ""
            about = ": ".join(part for part in (need.what, need.whom) if part)
            told = f"{alert.id:>6}  {at:<14}  {need.sign} {need.word:<17}  {number:<14}  {about}"
            print(harmless(told.rstrip()))
    return DONE


def _as_data(alert: Alert) -> dict[str, Any]:
    return {"id": alert.id, "code": alert.code, "message": alert.message_id, "raised": alert.raised}


def _show(args: argparse.Namespace) -> int:
    from elmeld_tui.office.alert_acts import cleared_when, is_by_hand
    from elmeld_tui.office.alerts import find_alert, is_about_setup
    from elmeld_tui.office.course import alert_course
    from elmeld_tui.office.faults import explained

    with opened(args) as office:
        alert = find_alert(office.reader, office.actor, args.number, office.clock())
        if args.json:
            for one in explained(office.reader, alert):
                print_explanation(one, {**_as_data(alert), "cleared": cleared_when(alert)})
            return DONE
        found = alert_course(office.reader, alert, office.clock())
        commands = [f"elmeld alert handle {alert.id}"] if is_by_hand(alert) else []
        commands += [f"{t('sjekklisten')}: elmeld doctor"] if is_about_setup(alert) else []
        print_happened(found, alert.message_id, *commands)
        print_part(t("Slokkes"), [cleared_when(alert)])
        print_part(t("Siden"), [clock.long(clock.from_text(alert.raised))] if alert.raised else [])
        print_way(found)
    return DONE


def _handle(args: argparse.Namespace) -> int:
    from elmeld_tui.office.alert_acts import handle_alert

    reason, note = reason_and_note(args)
    with opened(args) as office:
        handle_alert(office, args.number, reason=reason, note=note)
    tell(args, t("Varselet er slokket."), id=args.number, handled=True)
    return DONE
