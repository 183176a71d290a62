"""A clinic with a little post in it, and the application on it; the clock stands, so that screens can be compared."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.worker import Worker, active_worker

from elmeld_tui.login import login
from elmeld_tui.messages import writing
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.receiver import receiver_party
from elmeld_tui.model.sender import sender_party
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.clinic import Office, open_office
from elmeld_tui.office.patients import document_patient, register_patient
from elmeld_tui.simulator.lab_result import lab_result
from elmeld_tui.store import people, post, tables
from elmeld_tui.store.database import open_database
from elmeld_tui.store.reading import open_reader
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.tui import after_refusal
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS, UNASKED
from tests.office.conftest import CLINIC, SURGERY, Register
from tests.tui.seat import Seat
from tests.waiting import PATIENCE

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NARROW, WIDE = (80, 24), (140, 45)

Opened = AbstractAsyncContextManager[Pilot[None]]
OpenApp = Callable[..., Opened]


def addressing(office: Office, patient_id: int, *, number: int, now: datetime) -> writing.Addressing:
    """Return the addressing of something the hospital sends us."""
    ours = sender_party(office.clinic, office.clinic.services[0])
    return writing.Addressing(
        sender=replace(receiver_party(SURGERY), role=""),
        receiver=replace(ours, role="PRIM"),
        patient=document_patient(office, patient_id),
        msg_id=f"00000000-0000-4000-8000-{number:012}",
        now=now,
        conversation=None,
        test=True,
    )


def take_in(office: Office, raw: bytes, at: datetime) -> int:
    """Put a document into the inbox as the engine does when nothing is wrong with it."""
    from elmeld_tui.messages import document
    from elmeld_tui.messages.lab_values import outside_reference
    from elmeld_tui.store import messages, post

    taken = document.read(raw)
    header = taken.header
    with office.database.transaction() as connection:
        message_id = messages.add(
            connection,
            direction="in",
            state=State.IMPORTED,
            at=to_text(at),
            **messages.header_columns(header),
            outside_reference=outside_reference(taken),
            patient_id=messages.patient_id(connection, header.patient),
        )
        messages.add_part(connection, message_id, "document", "application/xml", raw)
        post.put(connection, message_id, folder="inbox", unread=True, at=to_text(at))
    return message_id


def sent(office: Office, *, state: State, receipt: Receipt, at: datetime, errors: list[dict[str, str]]) -> None:
    """Put a message that left us into Sendt, as far on its way as ``state`` and ``receipt`` say."""
    told = {
        "direction": "out",
        "kind": "referral",
        "type_code": "HENVISNING",
        "sender_name": CLINIC.name,
        "receiver_name": SURGERY.full_name,
        "patient_name": "Ørjan Åsen",
        "patient_birth": "1982-05-21",
        "state": state,
        "receipt": receipt,
        "created": to_text(at),
        "updated": to_text(at),
    }
    with office.database.transaction() as connection:
        message_id = connection.execute(tables.message.insert().values(told)).inserted_primary_key[0]
        post.put(connection, message_id, folder="sent", unread=False, at=to_text(at))
        connection.execute(
            tables.receiver.insert().values(
                message_id=message_id,
                her_id=SURGERY.her_id,
                name=SURGERY.full_name,
                receipt=receipt,
                errors=errors,
                due=to_text(at + timedelta(hours=96)),
            )
        )
        for minute, name in enumerate(("queued", "packed", "sent", "delivered")):
            moment = to_text(at + timedelta(minutes=minute))
            connection.execute(
                tables.event.insert().values(message_id=message_id, at=moment, name=name, detail={})
            )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A clinic whose engine runs, and whose post is a request, a laboratory result and two referrals that were sent."""
    write_clinic(tmp_path, CLINIC)
    database = open_database(tmp_path)
    with database.transaction() as connection:
        people.take_in(connection, CLINIC.users, at=to_text(NOW))
    opened = Office(CLINIC, tmp_path, database, open_reader(tmp_path), Register(), CLINIC.users[0], lambda: NOW)
    asen = register_patient(opened, "21858230052", "Ørjan", "Åsen")
    with opened.database.transaction() as connection:
        alive = {"id": 1, "pid": 1, "host": "127.0.0.1", "port": 1, "started": to_text(NOW), "beat": to_text(NOW)}
        connection.execute(tables.engine.insert().values(alive))
        connection.execute(tables.alert.insert().values(code="rejected", raised=to_text(NOW), detail={}))
    fault = {"code": "E21", "text": "Mottaker finnes ikke", "detail": "avdelingen er [lagt ned]"}
    sent(opened, state=State.DELIVERED, receipt=Receipt.ACCEPTED, at=NOW - timedelta(days=2), errors=[])
    sent(opened, state=State.DELIVERED, receipt=Receipt.REJECTED, at=NOW - timedelta(days=1), errors=[fault])
    request = writing.build(
        "request",
        {"type": "7", "question": "Bruker pasienten fortsatt acetylsalisylsyre?"},
        addressing(opened, asen.id, number=1, now=NOW - timedelta(hours=3)),
    )
    take_in(opened, request, NOW - timedelta(hours=3))
    report = lab_result(addressing(opened, asen.id, number=2, now=NOW - timedelta(hours=1)))
    take_in(opened, report, NOW - timedelta(hours=1))
    yield opened
    database.close()


@pytest.fixture
def session(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """One terminal session at that clinic, in a terminal of many colours."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    opened = Session(tmp_path, None, CLINIC, office.user, open_reader(tmp_path), office.clock, office)
    yield opened
    opened.close()


class _Patient(ElmeldApp):
    """The application, whose notices stay until they have been looked for: here too a second may be a long time.

    No work may open a screen unless keys are held for it, or no key has begun it.
    """

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:
        worker = active_worker.get(None)
        assert worker is None or worker.name in {OPENS, UNASKED}, f"keys are not held for {worker!r}"
        return super().push_screen(*args, **kwargs)

    def notify(self, message: str, **how: Any) -> None:
        super().notify(message, **how | {"timeout": PATIENCE})


@pytest.fixture
def app(session: Session, monkeypatch: pytest.MonkeyPatch) -> ElmeldApp:
    """The application in that session, where nobody rests between two letters."""
    monkeypatch.setattr(after_refusal, "REST", PATIENCE)
    return _Patient(session)


@pytest.fixture
def open_app(app: ElmeldApp) -> OpenApp:
    """Open the application; toasts are on, since a user sees them."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = NARROW) -> AsyncIterator[Pilot[None]]:
        async with app.run_test(size=size, notifications=True) as pilot:
            await rest(pilot)
            yield pilot
            if app.is_running and app.screen_stack:
                await _leave(pilot)

    return opened


_LEAVING = 3.0
"""Seconds that work gets to come to its end; what takes longer waits for somebody, and a user who leaves ends it."""


async def _leave(pilot: Pilot[None]) -> None:
    """Let work come to its end, and put an end to what waits for an answer, before the screens are closed.

    The framework does so when a program ends, but not when a test does: work would go on where half a screen is gone.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_LEAVING):
            await rest(pilot)
    pilot.app.workers.cancel_all()


@pytest.fixture
def here(session: Session) -> Office:
    """The office that the screens work in."""
    assert session.office is not None
    return session.office


@pytest.fixture
def own_clinic(tmp_path: Path) -> Path:
    """The directory of a clinic where whoever runs the tests is the doctor, for processes of their own."""
    place = tmp_path / "clinic"
    write_clinic(place, replace(CLINIC, users=(replace(CLINIC.users[0], name=login()),)))
    return place


@pytest.fixture
def own_office(own_clinic: Path) -> Iterator[Office]:
    """That clinic's office, by which what the processes leave is judged."""
    opened = open_office(own_clinic)
    yield opened
    opened.close()


@pytest.fixture
def sit_down(own_clinic: Path, own_office: Office) -> Iterator[Callable[..., Seat]]:
    """Start the application there, in a terminal of its own; the store is there already."""
    seats: list[Seat] = []

    def sit_down(**how: bool) -> Seat:
        seats.append(Seat(own_clinic, **how))
        return seats[-1]

    yield sit_down
    for seat in seats:
        seat.leave()


async def rest(pilot: Pilot[None]) -> None:
    """Wait until everything that was set going, and what came of that, is done and drawn, or asks the user something."""
    await pilot.pause()
    while going_on := _at_work(pilot.app):
        # Not for the work itself: another may take its place, and more may come of it.
        await come_true(pilot, lambda: not _at_work(pilot.app), f"an end of {going_on}")
        await pilot.pause()


def keys_wait(app: App[None]) -> bool:
    """Return whether a key has not had its whole effect yet."""
    return isinstance(app, ElmeldApp) and app.typed_ahead.is_waiting


def _at_work(app: App[None]) -> list[object]:
    """Return what goes on, without what cannot go on by itself."""
    keys = ["the effect of a key"] if keys_wait(app) else []
    return [*keys, *(one for one in app.workers if not (one.is_finished or _waits(one)))]


def _waits(worker: Worker[Any]) -> bool:
    """Return whether work waits for an answer of the user, or for other work; where it has come, only it can tell."""
    step = worker._task and worker._task.get_coro()
    while inspect.iscoroutine(step) and step.cr_frame is not None:
        within = step.cr_frame.f_locals
        if step.cr_code is App.push_screen_wait.__code__:
            return any(asked.future and not asked.future.done() for asked in within["screen"]._result_callbacks)
        if step.cr_code is Worker.wait.__code__:
            return not within["self"].is_finished
        step = step.cr_await
    return False


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each when the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await rest(pilot)


async def write(pilot: Pilot[None], text: str) -> None:
    """Type ``text`` as a fast typist does."""
    await pilot.press(*text)
    await rest(pilot)


async def until(pilot: Pilot[None], text: str, *, there: bool = True) -> None:
    """Wait until ``text`` is on the screen, or no longer is; what a question leads to is work of its own."""
    await come_true(pilot, lambda: (text in shown(pilot)) is there, text)


async def come_true(pilot: Pilot[None], holds: Callable[[], bool], what: str) -> None:
    """Wait until ``holds``; ``what`` is said where it does not."""
    try:
        async with asyncio.timeout(PATIENCE):
            await pilot.pause()
            while not holds():
                await pilot.pause(0.02)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what!r} on\n{shown(pilot)}") from None


def shown(pilot: Pilot[None]) -> str:
    """Return what is on the screen, as text."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def told(pilot: Pilot[None]) -> str:
    """Return what is said in the corner of the screen, without its line breaks."""
    return " ".join(notification.message for notification in pilot.app._notifications)
