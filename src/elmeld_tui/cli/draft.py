"""``elmeld draft``: what you are writing: list, read or discard a draft, and recover what a dead terminal left behind."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import DONE
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.cli.telling import tell
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.store.rows import Draft

NAME = "draft"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("se det du skriver på, og ta vare på det en terminal etterlot"),
        description=t("Viser dine egne utkast, og det du skrev da en terminal ble borte."),
        epilog=t("eksempel: elmeld --data-dir klinikk draft list; elmeld --data-dir klinikk draft recover 3"),
        run=run,
    )
    listing = parts.add_parser("list", help=t("vis utkastene, det sist endrede først"))
    listing.set_defaults(act=_list)
    show = parts.add_parser("show", help=t("vis hva som står i ett utkast"))
    show.set_defaults(act=_show)
    discard = parts.add_parser("discard", help=t("kast et utkast"))
    discard.set_defaults(act=_discard)
    recover = parts.add_parser("recover", help=t("legg det en terminal etterlot, blant utkastene"))
    recover.set_defaults(act=_recover)
    for one in (show, discard, recover):
        one.add_argument("number", type=whole, metavar="NR")
    for one in (discard, recover):
        one.add_argument("--take-over", action="store_true", help=t("også om det er åpent i et annet vindu"))
    return list(parts.choices.values())


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    with opened(args) as office:
        return int(args.act(args, office))


def _list(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.open_drafts import all_drafts

    for draft in all_drafts(office):
        if args.json:
            print(json_line(_as_data(office, draft)))
            continue
        at = clock.short(clock.from_text(draft.updated))
        title = draft.frame.get("title", draft.form)
        to = draft.recipient_name or t("ingen mottaker ennå")
        about = draft.patient or t("ingen pasient ennå")
        print(harmless(f"{draft.id:>6}  {at}  {_state(office, draft):<16}  {title}: {to}; {about}"))
    return DONE


def _show(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.messages import writing
    from elmeld_tui.office.open_drafts import own_draft

    draft = own_draft(office, args.number)
    if args.json:
        print(json_line({**_as_data(office, draft), "answers": draft.answers}))
        return DONE
    print(harmless(f"{draft.frame.get('title', draft.form)} · {_state(office, draft)}"))
    for field in writing.form_named(draft.form).fields:
        if answer := draft.answers.get(field.name):
            print(harmless(f"{field.label}: {answer if isinstance(answer, str) else json_line(answer)}"))
    return DONE


def _discard(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.open_drafts import discard

    discard(office, args.number, take_over=args.take_over)
    tell(args, t("Utkastet er kastet."), draft=args.number, discarded=True)
    return DONE


def _recover(args: argparse.Namespace, office: Office) -> int:
    from elmeld_tui.office.open_drafts import keep

    keep(office, args.number, take_over=args.take_over)
    tell(args, t("Det ligger nå blant utkastene."), draft=args.number, kept=True)
    return DONE


def _as_data(office: Office, draft: Draft) -> dict[str, Any]:
    from elmeld_tui.office.open_drafts import is_open_somewhere

    return {
        "id": draft.id,
        "form": draft.form,
        "recipient": draft.recipient_her,
        "patient": draft.patient_id,
        "updated": draft.updated,
        "kept": draft.kept,
        "open": is_open_somewhere(office, draft),
    }


def _state(office: Office, draft: Draft) -> str:
    from elmeld_tui.office.open_drafts import is_open_somewhere
    from elmeld_tui.office.terminals import opening

    if is_open_somewhere(office, draft):
        found = opening(draft.terminal)
        return t("åpent på {host}", host=found.host) if found else t("åpent")
    return t("utkast") if draft.kept and not draft.terminal else t("etterlatt")
