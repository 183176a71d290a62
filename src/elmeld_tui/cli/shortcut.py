"""``elmeld shortcut``: text shortcuts (hurtigtaster): list, add, remove, or import a file of them."""

from __future__ import annotations

import argparse

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE, WRONG_USE, CommandError
from elmeld_tui.cli.opening import opened
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

NAME = "shortcut"

_LARGEST = 10_000_000
"""Bytes of a file of shortcuts."""


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("hurtigtaster: tekster du skriver ofte"),
        description=t(
            "Hurtigtaster er tekster med et navn. I en melding finnes de med ctrl+mellomrom. I teksten fylles "
            "{pasient}, {dato}, {alder} og {meg} ut, og markøren havner ved | eller ved første ___."
        ),
        epilog=t('eksempel: elmeld --data-dir klinikk shortcut add bt "Blodtrykk ___ den {dato}."'),
    )
    listing = parts.add_parser("list", help=t("vis dine og klinikkens"))
    listing.set_defaults(act=_list)
    adding = parts.add_parser("add", help=t("legg til, eller endre teksten"))
    adding.add_argument("name", metavar=t("NAVN"))
    adding.add_argument("text", metavar=t("TEKST"), help=t("teksten, eller - for standard inn"))
    adding.set_defaults(act=_add)
    removing = parts.add_parser("remove", help=t("ta bort"))
    removing.add_argument("name", metavar=t("NAVN"))
    removing.set_defaults(act=_remove)
    taking = parts.add_parser("import", help=t("hent inn fra en fil: ett JSON-objekt med navn og tekst"))
    taking.add_argument("file", metavar=t("FIL"), help=t("filen, eller - for standard inn"))
    taking.set_defaults(act=_import)
    for changing in (adding, removing, taking):
        changing.add_argument("--all", dest="for_all", action="store_true", help=t("gjelder alle ved klinikken"))
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office import shortcuts

    with opened(args) as office:
        for one in shortcuts.known(office):
            if args.json:
                print(json_line({"name": one.name, "text": one.text, "for_all": not one.owner}))
            else:
                whose = t("din") if one.owner else t("klinikkens")
                print(harmless(f"{one.name:<20} {whose:<10} {' ↵ '.join(one.text.splitlines())}"))
    return DONE


def _add(args: argparse.Namespace) -> int:
    from elmeld_tui.office import shortcuts

    with opened(args) as office:
        new = shortcuts.keep(office, args.name, _text(args.text), for_all=args.for_all)
    if args.json:
        print(json_line({"name": args.name, "new": new}))
    else:
        print(
            harmless(t("{name} er lagt til.", name=args.name) if new else t("{name} er endret.", name=args.name))
        )
    return DONE


def _text(said: str) -> str:
    if said != "-":
        return said
    try:
        return files.read("-", _LARGEST).decode("utf-8").rstrip("\n")
    except UnicodeDecodeError as error:
        raise CommandError(t("teksten er ikke UTF-8"), WRONG_USE) from error


def _remove(args: argparse.Namespace) -> int:
    from elmeld_tui.office import shortcuts

    with opened(args) as office:
        shortcuts.remove(office, args.name, for_all=args.for_all)
    tell(args, t("{name} er tatt bort.", name=args.name), name=args.name)
    return DONE


def _import(args: argparse.Namespace) -> int:
    from elmeld_tui.office import shortcuts

    raw = files.read(args.file, _LARGEST)
    if len(raw) > _LARGEST:
        raise CommandError(t("«{name}» er for stor til å være hurtigtaster", name=args.file), WRONG_USE)
    with opened(args) as office:
        new, changed = shortcuts.keep_all(office, shortcuts.read_texts(raw), for_all=args.for_all)
    told = {"new": new, "changed": changed}
    tell(args, t("{new} nye, {changed} endret.", **told), **told)
    return DONE
