"""What the screens of one run share: whose clinic, who sits here, the store to read, the way to the office."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from elmeld_tui.login import login
from elmeld_tui.model import clock as clocks
from elmeld_tui.model.clinic import Clinic, Service, User, senders
from elmeld_tui.model.clock import Clock
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.settings import read_clinic

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Session:
    """One terminal session at one clinic.

    Attributes:
        data_dir: the clinic's directory.
        config: another settings file, or None.
        clinic: its settings.
        user: who sits here.
        reader: the store, for the screen's own thread.
        clock: the present.
    """

    data_dir: Path
    config: Path | None
    clinic: Clinic
    user: User
    reader: Reader
    clock: Clock = clocks.now
    _office: Office | None = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "office"))
    _keeping: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "drafts"))

    @property
    def senders(self) -> tuple[Service, ...]:
        """Under whom the user can write (`model.clinic.senders`)."""
        return senders(self.clinic, self.user)

    async def at_office(self, task: Callable[[Office], Answer]) -> Answer:
        """Run ``task`` on the office's own thread, one task at a time, and return what it returns.

        The office is opened on first use: it brings the database layer and the message room with it, half a second
        of imports that the first screen does not wait for.

        Raises:
            OfficeError: the clinic cannot be opened, the store does not answer, or the task says no.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._do(task))

    def keep(self, task: Callable[[Office], Answer]) -> Future[Answer]:
        """Run ``task``, which keeps what is being written, on a thread of its own, one at a time.

        So what is typed waits neither for a register that does not answer nor for the screen. The future may raise
        `OfficeError`, as `at_office`.
        """
        return self._keeping.submit(lambda: self._do(task))

    def _do(self, task: Callable[[Office], Answer]) -> Answer:
        try:
            return task(self._open_office())
        except StoreError as error:
            raise OfficeError(str(error)) from error

    def _open_office(self) -> Office:
        if self._office is None:
            from elmeld_tui.office.clinic import open_office

            self._office = open_office(
                self.data_dir, config=self.config, user_name=self.user.name, clock=self.clock
            )
        return self._office

    def close(self) -> None:
        """Let go of the store, when what is being done at the office is done."""
        self._keeping.shutdown(wait=True)
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._office is not None:
            self._office.close()
        self.reader.close()


def open_session(data_dir: Path, config: Path | None, user_name: str = "") -> Session:
    """Open the clinic in ``data_dir`` for one terminal.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than the one in it.
        user_name: who sits here, where it is somebody else than the operating system says.

    Raises:
        SettingsError: the clinic's settings cannot be used.
        NoStoreError: there is no store yet.
        StoreError: it cannot be opened.
    """
    clinic, reader, name = read_clinic(data_dir, config), open_reader(data_dir, config), user_name or login()
    # Before the first office is opened, nobody of the settings has been taken into the store.
    user = reader.people.user(name) or clinic.user_named(name)
    return Session(data_dir, config, clinic, user, reader)
