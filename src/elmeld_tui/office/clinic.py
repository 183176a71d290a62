"""Opening the clinic: everything a use case needs, gathered once per process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.login import login, owns
from elmeld_tui.model import clock as clocks
from elmeld_tui.model.clinic import Clinic, Service, User, senders
from elmeld_tui.model.clock import Clock, to_text
from elmeld_tui.model.directory import Directory
from elmeld_tui.model.people import Actor
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store import audit, people
from elmeld_tui.store.database import Database, StoreError, open_database
from elmeld_tui.store.places import code_lists
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.settings import SettingsError, read_clinic

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Office:
    """A clinic that someone works in.

    Attributes:
        clinic: its settings.
        data_dir: where its files lie.
        database: the store, for writing.
        reader: the store, for reading; for one thread.
        directory: the address register, with the local copy behind it.
        user: who works; every line of the audit trail carries the name.
        clock: the present.
        operated: whether the user acts under the account that owns the directory, at the machine itself.
        config: another settings file than the one in the directory.
    """

    clinic: Clinic
    data_dir: Path
    database: Database
    reader: Reader
    directory: Directory
    user: User
    clock: Clock
    operated: bool = False
    config: Path | None = None

    @property
    def actor(self) -> Actor:
        """Who works, with what she may at this moment."""
        return replace(self.reader.people.actor(self.user.name), operator=self.operated)

    @property
    def senders(self) -> tuple[Service, ...]:
        """Under whom the user can write; see `model.clinic.senders`."""
        return senders(self.clinic, self.user)

    def note(
        self, connection: Connection, action: str, message_id: int | None = None, /, **detail: object
    ) -> None:
        """Write into the audit trail that the user did ``action`` now, in the transaction that does it.

        Args:
            connection: of the transaction.
            action: what was done.
            message_id: to which message.
            detail: ids and codes, never what a message says.
        """
        audit.note(
            connection,
            at=to_text(self.clock()),
            user=self.user.name,
            action=action,
            message_id=message_id,
            detail=detail,
        )

    def service(self, her_id: str) -> Service:
        """Return the clinic's service, or the user's own communication party, with this HER-id.

        Raises:
            OfficeError: the clinic has no such service.
        """
        for service in self.senders:
            if service.her_id == her_id:
                return service
        raise OfficeError(
            t("Klinikken har ingen tjeneste med HER-id {her_id}. Velg en annen avsender.", her_id=her_id)
        )

    def close(self) -> None:
        """Close the store, and the line to the register."""
        self.directory.close()
        self.reader.close()
        self.database.close()


def open_office(
    data_dir: Path, *, config: Path | None = None, user_name: str | None = None, clock: Clock = clocks.now
) -> Office:
    """Open the clinic in ``data_dir``.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.
        user_name: who works, where it is someone else than the operating system says.
        clock: the present.

    Raises:
        OfficeError: there is no clinic there, its settings cannot be read, or its store cannot be opened.
    """
    from elmeld_tui.messages import codelists
    from elmeld_tui.registry import directory_of

    codelists.use(code_lists(data_dir))
    try:
        clinic = read_clinic(data_dir, config)
        database = open_database(data_dir, config)
    except (SettingsError, StoreError) as error:
        raise OfficeError(str(error)) from error
    name = user_name or login()
    reader = open_reader(data_dir, config)
    known = {person.login for person in reader.people.persons()}
    if not known.issuperset(user.name for user in clinic.users):
        with database.transaction() as connection:
            people.take_in(connection, clinic.users, at=to_text(clock()))
    return Office(
        clinic=clinic,
        data_dir=data_dir,
        database=database,
        reader=reader,
        directory=directory_of(clinic, database, clock),
        user=reader.people.user(name) or User(name, name),
        clock=clock,
        operated=user_name is None and owns(data_dir),
        config=config,
    )
