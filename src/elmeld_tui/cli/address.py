"""``elmeld address``: search the address register, and choose one's favourites."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.directory import PartySort
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.recipients import Candidate

NAME = "address"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("søk i adresseregisteret, og velg favoritter"),
        description=t(
            "Finner hvem det kan sendes til: navn, sted eller HER-id. Favoritter (★) og de det er skrevet til før (·) "
            "står først; uten ord vises bare de. Svarer ikke registeret, svarer klinikkens egen kopi."
        ),
        epilog=t("eksempel: elmeld --data-dir klinikk address kirurgisk --type tjeneste"),
    )
    command.add_argument("words", nargs="*", metavar=t("ORD"))
    command.add_argument(
        "--type", dest="sort", choices=[str(sort) for sort in PartySort], help=t("bare denne typen")
    )
    command.add_argument(
        "--kind", default="", metavar=t("SKJEMA"), help=t("hva som skal sendes, f.eks. sick-note")
    )
    command.add_argument("--limit", type=whole, default=20, metavar="N", help=t("høyst så mange"))
    mark = command.add_mutually_exclusive_group()
    mark.add_argument(
        "--show", metavar="HER-ID", help=t("alt som er kjent om adressen: hva den kan få, sertifikater")
    )
    mark.add_argument("--favourite", metavar="HER-ID", help=t("legg til som favoritt"))
    mark.add_argument("--unfavourite", metavar="HER-ID", help=t("ta bort som favoritt"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Search, or choose a favourite; return 1 where nobody is found who can be written to."""
    from elmeld_tui.office import policy

    with opened(args) as office:
        policy.require(office, policy.Action.SEE_CLINIC)
        if her_id := args.favourite or args.unfavourite:
            return _mark(args, office, her_id)
        if args.show:
            return _show(args, office)
        return _search(args, office)


def _mark(args: argparse.Namespace, office: Office, her_id: str) -> int:
    from elmeld_tui.office.recipients import set_favourite

    if args.words or args.sort:
        raise CommandError(t("nevn enten ord å søke etter eller en favoritt, ikke begge deler"), WRONG_USE)
    party = set_favourite(office, her_id, favourite=bool(args.favourite))
    if args.json:
        print(json_line({"her_id": party.her_id, "name": party.full_name, "favourite": bool(args.favourite)}))
    elif args.favourite:
        print(harmless(t("{name} er nå en favoritt.", name=party.full_name)))
    else:
        print(harmless(t("{name} er ikke lenger en favoritt.", name=party.full_name)))
    return DONE


def _show(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.messages.views.plain import as_text
    from elmeld_tui.office.address_book import look_up, view

    page = view(look_up(office, args.show))
    print(json_line(page.as_data()) if args.json else as_text(page))
    return DONE


def _search(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.messages import writing
    from elmeld_tui.office.recipients import search

    if args.kind and args.kind not in writing.forms():
        known = ", ".join(writing.forms())
        raise CommandError(
            t("skjemaet «{kind}» finnes ikke; velg blant {known}", kind=args.kind, known=known), WRONG_USE
        )
    words = " ".join([*args.words, *([f"{args.sort}:"] if args.sort else [])])
    form = writing.form_named(args.kind) if args.kind else None
    hits = search(office, words, form, limit=max(1, args.limit))
    for candidate in hits.candidates:
        print(json_line(_told(candidate)) if args.json else harmless(_line(candidate)))
    if hits.note:
        print(harmless(f"elmeld: {hits.note}"), file=sys.stderr)
    return DONE if any(not one.refused for one in hits.candidates) else ANSWER_IS_NO


def _told(candidate: Candidate) -> dict[str, object]:
    party, known = candidate.party, candidate.known
    return {
        "her_id": party.her_id,
        "name": party.name,
        "type": str(party.sort),
        "parent": party.parent_name,
        "parent_her_id": party.parent_her_id,
        "city": party.city,
        "favourite": known.favourite,
        "used": known.used,
        "refused": candidate.refused,
    }


def _line(candidate: Candidate) -> str:
    party, known = candidate.party, candidate.known
    sign = "★" if known.favourite else "·" if known.used else " "
    place = f" ({party.city})" if party.city else ""
    refused = f"  – {candidate.refused}" if candidate.refused else ""
    return f"{sign} {party.her_id:>8}  {party.sort.label:<11} {party.full_name}{place}{refused}"
