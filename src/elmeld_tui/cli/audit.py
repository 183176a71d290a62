"""``elmeld audit``: who saw and did what, and whether the trail is intact."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, WRONG_USE, CommandError
from elmeld_tui.cli.moments import moment
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from elmeld_tui.store.audit import Newest

NAME = "audit"

_KNOWN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("se hvem som har åpnet og gjort hva"),
        description=t(
            "Alt som åpnes, sendes, kvitteres og eksporteres, står i sporet. Ingenting fjernes fra det. Bare en "
            "administrator ser det."
        ),
        epilog=t("Eksempel: elmeld audit list --message 12; elmeld audit verify"),
    )
    listing = parts.add_parser("list", help=t("vis sporet, det eldste først"))
    listing.add_argument("--user", default="", metavar=t("NAVN"), help=t("bare det denne brukeren har gjort"))
    listing.add_argument("--action", default="", metavar=t("HANDLING"), help=t("bare dette, for eksempel «open»"))
    listing.add_argument("--message", type=whole, metavar="ID", help=t("bare det som gjelder denne meldingen"))
    listing.add_argument("--since", metavar=t("TID"), help=t("tidligste dato eller tidspunkt"))
    listing.add_argument("--until", metavar=t("TID"), help=t("før denne datoen eller dette tidspunktet"))
    listing.add_argument("--limit", type=whole, default=50, metavar="N", help=t("høyst så mange (0: alle)"))
    listing.set_defaults(act=_list)
    verify = parts.add_parser("verify", help=t("er sporet slik det ble skrevet? én linje for hvert brudd"))
    verify.add_argument(
        "--known",
        metavar="NR:LENKE",
        help=t("enden av sporet slik «elmeld audit head» sa den, da den ble skrevet ned utenfor lageret"),
    )
    verify.set_defaults(act=_verify)
    head = parts.add_parser("head", help=t("vis enden av sporet, så den kan skrives ned utenfor lageret"))
    head.set_defaults(act=_head)
    return list(parts.choices.values())


def _list(args: argparse.Namespace) -> int:
    from elmeld_tui.office import policy
    from elmeld_tui.store import audit

    since, until = moment(args.since), moment(args.until)
    with opened(args) as office:
        policy.require(office, policy.Action.SEE_TRAIL)
        with office.database.snapshot() as connection:
            found = audit.entries(
                connection,
                user=args.user,
                action=args.action,
                message_id=args.message,
                since=since,
                until=until,
                at_most=max(0, args.limit),
            )
    for row in found:
        print(json_line(_as_data(row)) if args.json else _as_line(row))
    return DONE


def _as_data(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "at", "user", "action", "message_id", "detail", "link")}


def _as_line(row: Row[Any]) -> str:
    about = t("melding {number}", number=row.message_id) if row.message_id else ""
    detail = " ".join(f"{name}={value}" for name, value in row.detail.items())
    said = f"{row.id:>7}  {clock.long(clock.from_text(row.at))}  {row.user:<12}  {row.action:<16}  {about:<14}  {detail}"
    return harmless(said.rstrip())


def _verify(args: argparse.Namespace) -> int:
    from elmeld_tui.store import audit

    known = _known(args.known)
    with _proving(args) as connection:
        broken = list(audit.breaches(connection, known))
        number, link = audit.newest(connection)
    for finding in broken:
        said = {"code": finding.code, "number": int(finding.where)}
        print(json_line(said) if args.json else f"{finding.where:>7}  {_BREACHES[finding.code]()}")
    if broken:
        return ANSWER_IS_NO
    whole = {"whole": True, "number": number, "link": link}
    print(json_line(whole) if args.json else t("Sporet er helt: {number} linjer.", number=number))
    return DONE


@contextmanager
def _proving(args: argparse.Namespace) -> Iterator[Connection]:
    """Give the store to whoever may prove the trail, which says nothing of what is in it."""
    from elmeld_tui.office import policy

    with opened(args) as office:
        policy.require(office, policy.Action.PROVE_TRAIL)
        with office.database.snapshot() as connection:
            yield connection


def _known(text: str | None) -> Newest | None:
    from elmeld_tui.store.audit import Newest

    if text is None:
        return None
    said = _KNOWN.fullmatch(text.strip())
    if said is None:
        raise CommandError(t("--known skrives som «elmeld audit head» viser den: nummer, kolon, lenke"), WRONG_USE)
    return Newest(int(said[1]), said[2])


def _head(args: argparse.Namespace) -> int:
    from elmeld_tui.store import audit

    with _proving(args) as connection:
        number, link = audit.newest(connection)
    if args.json:
        print(json_line({"number": number, "link": link}))
    elif number:
        print(f"{number}:{link}")
    else:
        print(t("Sporet er tomt."))
    return DONE


_BREACHES = {
    "audit_altered": lambda: t("Linjen er endret etter at den ble skrevet."),
    "audit_removed": lambda: t("Linjen mangler."),
    "audit_added": lambda: t("Linjen er satt inn av andre enn elmeld."),
    "audit_rewritten": lambda: t("Sporet er skrevet om siden enden av det ble notert."),
}
