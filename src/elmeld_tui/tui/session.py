"""What the screens of one run share: the clinic, the user, the store's reader, and access to the office."""

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
from elmeld_tui.office.alerts import open_alerts
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.rows import Alert
from elmeld_tui.store.settings import read_clinic
from elmeld_tui.tui.counting import Counter

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

Answer = TypeVar("Answer")


class _Desk:
    """A thread with an office of its own, where one task is done at a time: an office's reader is for one thread.

    Args:
        name: of the thread.
        open_office: opens the office, when the first task comes.
    """

    def __init__(self, name: str, open_office: Callable[[], Office]) -> None:
        self._thread = ThreadPoolExecutor(1, name)
        self._open_office = open_office
        self._office: Office | None = None

    def submit(self, task: Callable[[Office], Answer]) -> Future[Answer]:
        """Have ``task`` done; the future may raise `OfficeError`."""
        return self._thread.submit(self._do, task)

    def _do(self, task: Callable[[Office], Answer]) -> Answer:
        try:
            if self._office is None:
                self._office = self._open_office()
            return task(self._office)
        except StoreError as error:
            raise OfficeError(str(error)) from error

    def close(self, *, finish: bool) -> None:
        """End, when the task in hand is done; with ``finish``, when all are."""
        self._thread.shutdown(wait=True, cancel_futures=not finish)
        if self._office is not None:
            self._office.close()


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
        office: one that is open already, where there is one; else the clinic's is opened when it is needed.
        counter: counts messages beside the screen.
        seen_alerts: of which state of the store and the engine the alerts were read last.
    """

    data_dir: Path
    config: Path | None
    clinic: Clinic
    user: User
    reader: Reader
    clock: Clock = clocks.now
    office: Office | None = None
    seen_alerts: tuple[int, bool] | None = field(default=None, init=False)
    _alerts: list[Alert] = field(default_factory=list, init=False)
    _desk: _Desk = field(init=False)
    _drafts: _Desk = field(init=False)
    _errands: _Desk = field(init=False)
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        """Make ready the desks, and what counts; nothing is opened yet."""
        self.counter = Counter(lambda: open_reader(self.data_dir, self.config))
        self._desk = _Desk("office", self._open_office)
        self._drafts = _Desk("drafts", self._open_office)
        self._errands = _Desk("errands", self._open_office)

    @property
    def senders(self) -> tuple[Service, ...]:
        """Under whom the user can write (`model.clinic.senders`)."""
        return senders(self.clinic, self.user)

    def open_alerts(self) -> list[Alert]:
        """Return what needs a human and the user may know of, oldest first; read anew when something has changed.

        Raises:
            StoreError: the store does not answer.
        """
        beat, now = self.reader.engine(), self.clock()
        seen = self.reader.data_version(), beat is not None and beat.is_alive(now)
        if seen != self.seen_alerts:
            self._alerts = open_alerts(self.reader, self.reader.people.actor(self.user.name), now)
            self.seen_alerts = seen
        return self._alerts

    @property
    def engine_works(self) -> bool:
        """Whether an engine has given a sign of life lately, so that what is queued leaves."""
        beat = self.reader.engine()
        return beat is not None and beat.is_alive(self.clock())

    async def at_office(self, task: Callable[[Office], Answer]) -> Answer:
        """Run ``task`` at the office, one task at a time, and return what it returns.

        The office is opened on first use: it brings the database layer and the message room with it, half a second
        of imports that the first screen does not wait for.

        Raises:
            OfficeError: the clinic cannot be opened, the store does not answer, or the task says no.
        """
        return await asyncio.wrap_future(self._desk.submit(task))

    def keep(self, task: Callable[[Office], Answer]) -> Future[Answer]:
        """Run ``task``, which keeps what is being written, on a thread of its own, one at a time.

        So what is typed waits neither for a register that does not answer nor for the screen. The future may raise
        `OfficeError`, as `at_office`.
        """
        return self._drafts.submit(task)

    async def out(self, task: Callable[[Office], Answer]) -> Answer:
        """Run ``task``, which asks others and may wait long for them, where nobody else waits for it.

        Raises:
            OfficeError: as `at_office`.
        """
        return await asyncio.wrap_future(self._errands.submit(task))

    def _open_office(self) -> Office:
        if self.office is not None:
            return self.office
        from elmeld_tui.office.clinic import open_office

        return open_office(self.data_dir, config=self.config, user_name=self.user.name, clock=self.clock)

    def close(self) -> None:
        """Let go of the store, when what is being done at the office is done, and all that is written is kept."""
        self._drafts.close(finish=True)
        self._desk.close(finish=False)
        self._errands.close(finish=False)
        self.counter.close()
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
