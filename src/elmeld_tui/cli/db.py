"""``elmeld db``: what an operator does with the store: check, back up, restore, migrate, purge, measure, encrypt."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.cli.numbers import whole
from elmeld_tui.cli.opening import require_keeper
from elmeld_tui.i18n import t
from elmeld_tui.login import login
from elmeld_tui.model import clock
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.store.address import Address
    from elmeld_tui.store.database import Database

NAME = "db"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("kontroller, sikkerhetskopier og rydd i meldingslageret"),
        description=t("Alt her virker på SQLite-filen i klinikkens mappe eller på PostgreSQL, etter [store]."),
        epilog=t("Eksempel: elmeld db backup /backup/elmeld-2026-11-30.db"),
        run=run,
    )
    parts.add_parser("check", help=t("er lageret helt? én linje for hvert brudd")).set_defaults(act=_check)
    backup = parts.add_parser("backup", help=t("kopier lageret mens motoren går, og kontroller kopien"))
    backup.add_argument("file", type=Path, metavar=t("FIL"))
    backup.set_defaults(act=_backup)
    restore = parts.add_parser("restore", help=t("sett en hel kopi i lagerets sted, når ingen bruker det"))
    restore.add_argument("file", type=Path, metavar=t("FIL"))
    restore.set_defaults(act=_restore)
    parts.add_parser("migrate", help=t("bring lageret til dette programmets skjema")).set_defaults(act=_migrate)
    parts.add_parser("purge", help=t("fjern det [retention] ikke tar vare på")).set_defaults(act=_purge)
    parts.add_parser("stat", help=t("hvor mye lageret holder, og hvor stort det er")).set_defaults(act=_stat)
    parts.add_parser("encrypt", help=t("krypter SQLite-filen med nøkkelen fra key_command")).set_defaults(
        act=_encrypt
    )
    hold = parts.add_parser("hold", help=t("la ingenting av en melding bli fjernet"))
    hold.add_argument("id", type=whole, metavar="ID")
    hold.add_argument("--release", action="store_true", help=t("la [retention] gjelde den igjen"))
    hold.set_defaults(act=_hold)
    return list(parts.choices.values())


def run(args: argparse.Namespace) -> int:
    """Do what was asked; return 1 where the answer is no."""
    from elmeld_tui.store.copies import NotWholeError
    from elmeld_tui.store.errors import NoStoreError

    require_keeper(args)
    try:
        return int(args.act(args))
    except (NoStoreError, NotWholeError) as error:
        raise CommandError(str(error), ANSWER_IS_NO) from error


def _address(args: argparse.Namespace) -> Address:
    from elmeld_tui.store import address

    return address.find(args.data_dir, args.config)


@contextmanager
def _database(args: argparse.Namespace) -> Iterator[Database]:
    """Open a store that is there, as it is."""
    from elmeld_tui.store.address import FileAddress
    from elmeld_tui.store.database import at, revision
    from elmeld_tui.store.errors import NoStoreError

    address = _address(args)
    none = NoStoreError(t("det finnes ikke noe meldingslager i {path}", path=address))
    if isinstance(address, FileAddress) and not address.path.is_file():
        raise none
    database = at(address)
    try:
        if revision(database) is None:
            raise none
        yield database
    finally:
        database.close()


def _note(database: Database, action: str, **detail: object) -> None:
    """Write into the audit trail what was done to the store, and under whose account."""
    from elmeld_tui.store import audit

    at = clock.to_text(clock.now())
    with database.transaction() as connection:
        audit.note(connection, at=at, user=login(), action=action, detail=detail)


def _say(args: argparse.Namespace, data: dict[str, Any], told: str) -> None:
    print(json_line(data) if args.json else told)


def _check(args: argparse.Namespace) -> int:
    from elmeld_tui.store.check import breaches

    count = 0
    with _database(args) as database:
        for count, breach in enumerate(breaches(database), 1):  # noqa: B007 - the last is how many
            _say(args, {"code": breach.code, "where": breach.where}, harmless(f"{breach.code}  {breach.where}"))
    if count:
        return ANSWER_IS_NO
    if not args.json:
        print(t("Meldingslageret er helt."))
    return DONE


def _backup(args: argparse.Namespace) -> int:
    from elmeld_tui.store import copies
    from elmeld_tui.store.address import FileAddress

    if args.file.exists():
        raise CommandError(t("{path} finnes fra før; velg et annet navn", path=args.file), WRONG_USE)
    if not args.file.absolute().parent.is_dir():
        raise CommandError(t("det finnes ingen mappe {path}", path=args.file.parent), WRONG_USE)
    address = _address(args)
    if isinstance(address, FileAddress):
        copies.back_up(address, args.file.absolute())
    else:
        from elmeld_tui.store import dumps

        dumps.back_up(address, args.file.absolute())
    size = args.file.stat().st_size
    _say(
        args,
        {"file": str(args.file), "bytes": size},
        t("Kopien {path} er hel ({size} byte).", path=args.file, size=size),
    )
    with _database(args) as database:
        _note(database, "backup", bytes=size)
    return DONE


def _restore(args: argparse.Namespace) -> int:
    from elmeld_tui.store import copies
    from elmeld_tui.store.address import FileAddress

    if not args.file.is_file():
        raise CommandError(t("det finnes ingen fil {path}", path=args.file))
    address, replaced = _address(args), None
    if isinstance(address, FileAddress):
        replaced = copies.restore(address, args.file.absolute())
    else:
        from elmeld_tui.store import dumps

        dumps.restore(address, args.file.absolute())
    told = t("Meldingslageret er lest inn fra {path}.", path=args.file)
    if replaced is not None:
        told += " " + t("Det som var der, ligger i {path}.", path=replaced.path)
    if replaced is not None and replaced.newer:
        told += " " + t(
            "{count} meldinger der er nyere enn kopien, og er ikke lenger i loggen. Partnerne har fått svar på dem, og "
            "sender dem ikke igjen.",
            count=replaced.newer,
        )
    data = {"replaced": str(replaced.path), "newer": replaced.newer} if replaced else {"replaced": None}
    _say(args, {"restored": str(args.file), **data}, told)
    with _database(args) as database:
        _note(database, "restore")
    return DONE


def _migrate(args: argparse.Namespace) -> int:
    from elmeld_tui.store.database import HEAD, migrate, revision

    with _database(args) as database:
        found = revision(database)
        migrate(database)
    said = t("Meldingslageret har skjema {head} fra før.", head=HEAD)
    if found != HEAD:
        said = t("Meldingslageret gikk fra skjema {found} til {head}.", found=found, head=HEAD)
    _say(args, {"from": found, "to": HEAD}, said)
    return DONE


def _purge(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from elmeld_tui.store.purge import purge
    from elmeld_tui.store.settings import SettingsError, read_clinic

    try:
        policy = read_clinic(args.data_dir, args.config).retention
    except SettingsError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    with _database(args) as database:
        removed = asdict(purge(database, policy, clock.now()))
        _note(database, "purge", **removed)
    names = {
        "envelopes": t("meldinger uten konvolutt"),
        "signals": t("meldinger uten transportkvittering"),
        "documents": t("meldinger uten dokument"),
        "alerts": t("varsler fjernet"),
        "search": t("meldinger tatt ut av søket"),
        "messages": t("meldinger fjernet"),
        "bytes": t("byte frigjort"),
    }
    _say(args, removed, "\n".join(f"{removed[name]:>15}  {said}" for name, said in names.items()))
    return DONE


def _stat(args: argparse.Namespace) -> int:
    from elmeld_tui.store.statistics import measure

    with _database(args) as database:
        found = measure(database)
    data = {
        "rows": found.rows,
        "parts": found.parts,
        "payloads": found.payloads,
        "size": found.size,
        "free": found.free,
        "per_message": found.per_message,
    }
    lines = [
        *((found.rows[name], t("rader i {table}", table=name)) for name in found.rows),
        *((size, t("byte som {part}", part=name)) for name, size in found.parts.items()),
        (found.size, t("byte på disken")),
        (found.free, t("byte av dem er ledige")),
        (found.per_message, t("byte per melding, uten innholdet")),
    ]
    _say(args, data, "\n".join(f"{number:>15}  {said}" for number, said in lines))
    return DONE


def _encrypt(args: argparse.Namespace) -> int:
    from elmeld_tui.store import copies
    from elmeld_tui.store.address import FileAddress

    address = _address(args)
    if not isinstance(address, FileAddress):
        raise CommandError(t("PostgreSQL krypteres av den som drifter den, ikke av elmeld"), WRONG_USE)
    if not address.key_command:
        raise CommandError(t("skriv key_command i [store] i clinic.toml først"), WRONG_USE)
    copies.encrypt(address)
    with _database(args) as database:
        _note(database, "encrypt")
    _say(args, {"encrypted": str(address.path)}, t("{path} er kryptert.", path=address.path))
    return DONE


def _hold(args: argparse.Namespace) -> int:
    from elmeld_tui.store import audit, messages

    at = clock.to_text(clock.now())
    with _database(args) as database, database.transaction() as connection:
        if not messages.hold(connection, args.id, held=not args.release):
            raise CommandError(t("det finnes ingen melding {number} i loggen", number=args.id))
        action = "release" if args.release else "hold"
        audit.note(connection, at=at, user=login(), action=action, message_id=args.id)
    told = t("Melding {number} følger oppryddingen igjen.", number=args.id)
    if not args.release:
        told = t("Ingenting av melding {number} blir fjernet.", number=args.id)
    _say(args, {"message": args.id, "held": not args.release}, told)
    return DONE
