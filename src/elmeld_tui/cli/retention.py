"""``elmeld retention``: how long the clinic keeps each part of a message."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.model.retention import PARTS

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

NAME = "retention"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("hvor lenge hver del av en melding blir tatt vare på"),
        description=t(
            "Dager regnes fra alt er besvart; 0 er for alltid. Det vi skylder noen eller venter på, det noen har holdt "
            "igjen, og revisjonssporet blir aldri fjernet. En administrator endrer det."
        ),
        epilog=t("eksempel: elmeld retention set envelopes 365 --dry-run"),
        run=run,
    )
    listing = parts.add_parser("list", help=t("vis hver del, og hvor lenge den blir tatt vare på"))
    listing.set_defaults(act=_list)
    setting = parts.add_parser("set", help=t("endre hvor lenge en del blir tatt vare på"))
    setting.add_argument("part", metavar=t("DEL"), choices=PARTS, help=", ".join(PARTS))
    setting.add_argument("days", metavar=t("DAGER"), help=t("0 er for alltid"))
    setting.add_argument(
        "--dry-run", action="store_true", help=t("si hva neste opprydding ville ta, og endre ingenting")
    )
    setting.set_defaults(act=_set)
    return list(parts.choices.values())


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    with opened(args) as office:
        return int(args.act(args, office))


def _list(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office import policy
    from elmeld_tui.office.retention import how_long, retention, title

    policy.require(office, policy.Action.SEE_CLINIC)
    kept = retention(office)
    for part in PARTS:
        days = getattr(kept, part)
        if args.json:
            print(json_line({"part": part, "days": days}))
        else:
            print(harmless(f"{part:<10}  {title(part):<22}  {how_long(days)}"))
    return DONE


def _set(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.retention import change, days_of, how_long, title, would_go

    days = days_of(args.part, args.days)
    count = would_go(office, args.part, days)
    if not args.dry_run:
        change(office, args.part, days)
    if args.json:
        print(json_line({"part": args.part, "days": days, "next_purge": count, "changed": not args.dry_run}))
        return DONE
    kept = t("{part}: {how_long}.", part=title(args.part), how_long=how_long(days))
    if args.dry_run:
        kept += " " + t("Ingenting er endret.")
    print(harmless(f"{kept} " + t("Neste opprydding tar dette fra {n}.", n=count)))
    return DONE
