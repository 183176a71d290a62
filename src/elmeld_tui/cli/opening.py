"""Opening the clinic that a command works in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from elmeld_tui.cli.errors import ANSWER_IS_NO, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.login import login, owns
from elmeld_tui.model.harmless import harmless

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.policy import Action
    from elmeld_tui.store.reading import Reader


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Office]:
    """Open the clinic, and close it; what it says no to is the command's answer.

    Raises:
        CommandError: no clinic is named, it cannot be opened, or it said no.
    """
    from elmeld_tui.office.clinic import open_office
    from elmeld_tui.office.errors import OfficeError

    check_named(args)
    try:
        office = open_office(args.data_dir, config=args.config)
    except OfficeError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    try:
        yield office
    except OfficeError as error:
        raise CommandError(harmless(str(error)), ANSWER_IS_NO) from error
    finally:
        office.close()


@contextmanager
def opened_log(args: argparse.Namespace) -> Iterator[Reader]:
    """Open the message log for reading, and close it.

    Raises:
        CommandError: no clinic is named, or it has no log.
    """
    from elmeld_tui.store.reading import NoStoreError, open_reader

    check_named(args)
    try:
        reader = open_reader(args.data_dir, args.config)
    except NoStoreError as error:
        raise CommandError(str(error), ANSWER_IS_NO) from error
    try:
        yield reader
    finally:
        reader.close()


def refusal(reader: Reader, user: str, action: Action, message_id: int | None = None) -> str:
    """Return why the user with this login may not do something, to a message or at all; empty where she may.

    A store that nobody has been taken into yet is its owner's alone.
    """
    from elmeld_tui.office import policy

    if not reader.people.persons():
        return ""
    return policy.verdict(reader, reader.people.actor(user), action, message_id).reason


def require(args: argparse.Namespace, reader: Reader, action: Action, message_id: int | None = None) -> None:
    """Let a command that only reads go on where its user may; a refusal is in the audit trail.

    Raises:
        CommandError: she may not; the text says who may.
    """
    if reason := refusal(reader, login(), action, message_id):
        note(args, "refused", message_id, {"action": str(action)})
        raise CommandError(reason, ANSWER_IS_NO)


def note(
    args: argparse.Namespace, action: str, message_id: int | None = None, detail: Mapping[str, str] | None = None
) -> None:
    """Write what the user did into the audit trail.

    Raises:
        StoreError: it cannot be written.
    """
    from elmeld_tui.model import clock
    from elmeld_tui.store import audit
    from elmeld_tui.store.database import open_database

    database = open_database(args.data_dir, args.config)
    try:
        with database.transaction() as connection:
            at = clock.to_text(clock.now())
            audit.note(connection, at=at, user=login(), action=action, message_id=message_id, detail=detail)
    finally:
        database.close()


def require_keeper(args: argparse.Namespace) -> None:
    """Let a command that looks after the store go on where its user may; a refusal is in the audit trail.

    The account that owns the clinic's directory may, whoever the store says that it is: the store may be unreadable,
    and that account can read and write each of its bytes all the same.

    Raises:
        CommandError: she may not, or there is nothing that says who may.
    """
    from elmeld_tui.model.people import Actor
    from elmeld_tui.office import policy

    check_named(args)
    user = login()
    operator = Actor(None, user, user, operator=args.data_dir.is_dir() and owns(args.data_dir))
    if policy.may(operator, policy.Action.MAINTAIN_STORE).allowed:
        return
    with opened_log(args) as reader:
        require(args, reader, policy.Action.MAINTAIN_STORE)


def check_named(args: argparse.Namespace) -> None:
    """Hold that a clinic is named.

    Raises:
        CommandError: none is.
    """
    if args.data_dir is None:
        raise CommandError(t("si hvilken klinikk med --data-dir eller ELMELD_DATA_DIR"), WRONG_USE)
