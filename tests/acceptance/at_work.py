"""A clinic at work: the demonstration's engine and simulated Helsenett as processes, and terminals that people sit at."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from textual.pilot import Pilot

from elmeld_tui.cli import demo, demo_clinic, demo_story, main
from elmeld_tui.messages import document, writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.composing.example import example
from elmeld_tui.messages.document import Document
from elmeld_tui.model import clock
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Patient
from elmeld_tui.office import beginning
from elmeld_tui.office.clinic import Office, open_office
from elmeld_tui.office.drafts import Draft
from elmeld_tui.simulator.cast import as_receiver, as_sender, named
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.reading import Reader, open_reader
from elmeld_tui.store.rows import Message
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import Session, open_session
from tests.tui.conftest import WIDE, press, rest, shown, write
from tests.waiting import PATIENCE

ORDER: Answers = {
    "discipline": "CLIN",
    "samples": [{"material": "8351:B", "taken": "1", "time": "2026-11-20T08:15"}],
    "investigations": [{"code": "NLK:NOR05172", "priority": "N"}],
    "priority": "N",
    "payment": "1",
}


@dataclass
class LaterClock:
    """The present, or as much later as it is told."""

    later: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return clock.now() + self.later


@dataclass(frozen=True)
class Place:
    """A clinic whose messages are really sent and answered.

    Attributes:
        directory: its data directory.
        clinic: its settings.
        reader: of its store, for the test's own thread.
    """

    directory: Path
    clinic: Clinic
    reader: Reader

    async def let_send(self, what: str) -> Message:
        """Let a partner write to the clinic; return what came, when it has been taken in."""
        msg_id = demo_clinic.let_send(self.clinic, what)
        return await self.soon(lambda: next((one for one in self.messages() if one.msg_id == msg_id), None))

    def behave(self, partner: str, how: str, times: int = 1) -> None:
        """Let a partner do something else than what is right with what reaches it next."""
        told = {"partner": partner, "how": how, "times": times}
        url = f"{self.clinic.register_url}/simulator/behaviour"
        httpx.put(url, json=told, trust_env=False, timeout=PATIENCE).raise_for_status()

    def play(self, scenario: str) -> None:
        """Let everyone behave by a scenario from now on (docs/simulator.md)."""
        url = f"{self.clinic.register_url}/simulator/scenario"
        httpx.put(url, content=scenario, trust_env=False, timeout=PATIENCE).raise_for_status()

    def reached(self, msg_id: str) -> list[dict[str, Any]]:
        """Return what partners have taken in under a MsgId, with whom and with what outcome."""
        journal = httpx.get(
            f"{self.clinic.register_url}/simulator/journal", trust_env=False, timeout=PATIENCE
        ).json()
        return [one for one in journal["documents"] if one["msg_id"] == msg_id]

    def messages(self, direction: str = "in") -> list[Message]:
        """Return every message, newest first."""
        rows = self.reader.page(Filter(direction=direction), 0, size=1000)
        return [message for row in rows if (message := self.reader.message(row.id)) is not None]

    def newest_sent(self) -> Message:
        """Return the newest message out that is not a receipt."""
        return next(one for one in self.messages("out") if one.kind != "apprec")

    def message(self, message_id: int) -> Message:
        found = self.reader.message(message_id)
        assert found is not None
        return found

    def said(self, message_id: int) -> Document:
        """Return the document of a message."""
        raw = self.reader.part(message_id, "document")
        assert raw is not None
        return document.read(raw)

    async def soon(self, happened: Callable[[], Any]) -> Any:
        """Return what ``happened`` answers, once it answers something; screens go on meanwhile."""
        async with asyncio.timeout(PATIENCE):
            while not (answer := happened()):  # noqa: ASYNC110 - another process brings it about
                await asyncio.sleep(0.05)
        return answer

    async def answered(self, message_id: int, receipt: str = "accepted") -> Message:
        """Wait until the receiver has answered a message of ours."""
        return await self.soon(
            lambda: one if (one := self.message(message_id)).receipt == receipt else None,
        )


@contextmanager
def at_work(directory: Path) -> Iterator[Place]:
    """Give a clinic with its patients, whose engine and whose partners run."""
    with demo.running(directory, by_mail=False) as here:
        with closing(open_office(directory)) as office:
            demo_story.know_patients(office)
        with closing(open_reader(directory)) as reader:
            yield Place(directory, here.clinic, reader)


class Remembering(ElmeldApp):
    """The application, which remembers what it has told its user: a notice is gone in a few seconds."""

    def __init__(self, session: Session) -> None:
        self.told: list[str] = []
        super().__init__(session)

    def notify(self, message: str, **how: Any) -> None:
        self.told.append(message)
        super().notify(message, **how)


@asynccontextmanager
async def terminal(
    place: Place, user: str = "", *, now: Callable[[], datetime] = clock.now
) -> AsyncIterator[Pilot[None]]:
    """Sit down at a terminal."""
    session = open_session(place.directory, None, user)
    session.clock = now
    with closing(session):
        async with Remembering(session).run_test(size=WIDE, notifications=True) as pilot:
            await rest(pilot)
            yield pilot


async def find(pilot: Pilot[None], words: str) -> None:
    """Narrow the list one is in to what ``words`` find, and nothing else."""
    await press(pilot, "slash", "ctrl+u")
    await write(pilot, words)
    await press(pilot, "enter")


async def to_folder(pilot: Pilot[None], name: str) -> None:
    """Go to a folder of «Klinikken», the last of the mailboxes, and into its list."""
    await press(pilot, "f6")
    while pilot.app.focused is None or pilot.app.focused.id != "folders":
        await press(pilot, "f6")
    await press(pilot, "end")
    for _ in range(40):
        if f"Klinikken › {name} " in shown(pilot):
            break
        await press(pilot, "up")
    await press(pilot, "enter")
    assert f"Klinikken › {name} " in shown(pilot)


async def send(pilot: Pilot[None]) -> None:
    """Send what is written, having been asked."""
    await press(pilot, "f9")
    await seen(pilot, "Send nå")
    await press(pilot, "enter")
    await told(pilot, "lagt i kø")


async def told(pilot: Pilot[None], text: str) -> None:
    """Wait until the user has been told ``text``; forget what was told by then."""
    assert isinstance(pilot.app, Remembering)
    said = pilot.app.told
    try:
        async with asyncio.timeout(PATIENCE):
            while not any(text in one for one in said):
                await pilot.pause(0.05)
    except TimeoutError:
        raise AssertionError(f"never told {text!r} but {said} on\n{shown(pilot)}") from None
    said.clear()


async def seen(pilot: Pilot[None], text: str) -> None:
    """Wait until ``text`` is on the screen."""
    await _matches(pilot, re.escape(text))


async def counted(pilot: Pilot[None], number: int) -> None:
    """Wait until the list says that it holds so many."""
    await _matches(pilot, rf" · {number}[ ,]")


async def _matches(pilot: Pilot[None], pattern: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not re.search(pattern, shown(pilot)):
                await pilot.pause(0.05)
    except TimeoutError:
        raise AssertionError(f"never saw {pattern!r} on\n{shown(pilot)}") from None


def start_of(message: Message) -> str:
    """Return enough of a message's id to find it by."""
    return message.msg_id.partition("-")[0]


async def go_to(pilot: Pilot[None], message: Message) -> None:
    """Find one message in the list one is in."""
    await find(pilot, start_of(message))
    await counted(pilot, 1)


def receive(place: Place, form: str, answers: Answers, *, to: str, patient: Patient) -> Message:
    """Take in what the other practice has written, as the engine does; return it."""
    practice = named("gp")
    assert practice is not None
    service = DirectoryParty(
        to,
        "Allmennlege",
        PartyType.SERVICE,
        parent_her_id=place.clinic.her_id,
        parent_name=place.clinic.name,
        organisation_number=place.clinic.organisation_number,
    )
    frame = Addressing(
        sender=as_sender(practice, practice.parties[0]),
        receiver=as_receiver(service),
        patient=patient,
        msg_id=new_uuid(),
        now=clock.now(),
    )
    letter = place.directory.parent / f"{frame.msg_id}.xml"
    letter.write_bytes(writing.build(form, answers, frame))
    main(["receive", str(letter), "--data-dir", str(place.directory)])
    return next(one for one in place.messages() if one.msg_id == frame.msg_id)


def example_draft(office: Office, form: FormDescription, patient_id: int) -> Draft:
    """Return an example of a form, written to who takes it."""
    draft = beginning.new_draft(office, form.name, patient_id=patient_id)
    if not form.to_nav:
        draft = replace(draft, recipient_her="9102001" if form.family == "order" else "9101001")
    return replace(draft, answers=example(form)["answers"])
