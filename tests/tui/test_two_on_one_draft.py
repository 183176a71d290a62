"""Two terminals, two processes and one draft: the second is told, and what either has shown is never written over."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence

import pytest

from elmeld_tui.login import login
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.open_drafts import all_drafts
from tests.tui.seat import DOWN, END, ENTER, ESCAPE, TAB, Seat

pytestmark = pytest.mark.acceptance


def texts(office: Office) -> Sequence[object]:
    """Return what the drafts and copies say of the problem, last changed first."""
    return [value for draft in all_drafts(office) for value in draft.answers.values() if "Vond" in str(value)]


@pytest.fixture
def first(sit_down: Callable[[], Seat], own_office: Office) -> Seat:
    """Somebody who has written in a referral, and has it open."""
    seat = sit_down()
    seat.begin("referral-2.0")
    seat.go_to("Diagnose i klartekst")
    seat.write("Vondt kne")
    seat.terminal.wait_until(lambda: texts(own_office) == ["Vondt kne"])
    return seat


@pytest.fixture
def second(first: Seat, sit_down: Callable[[], Seat]) -> Seat:
    """Somebody who opens it from Utkast in another terminal."""
    seat = sit_down()
    seat.terminal.wait_for("Innboks ·")
    seat.terminal.type(TAB)
    seat.terminal.wait_until(lambda: "Innboks" in seat.terminal.screen.line)
    seat.terminal.type(DOWN, DOWN)
    seat.terminal.wait_until(lambda: "Utkast" in seat.terminal.screen.line)
    seat.terminal.type(ENTER)
    seat.terminal.wait_until(lambda: "Henvisning" in seat.terminal.screen.line)
    seat.terminal.type(ENTER)
    seat.terminal.wait_for("Utkastet er allerede åpent", f"{login()} på", "siden", "Les det")
    return seat


def take_over(seat: Seat) -> None:
    seat.terminal.type(DOWN)
    seat.terminal.wait_until(lambda: "Ta over" in seat.terminal.screen.line)
    seat.terminal.type(ENTER)
    seat.terminal.wait_for("Ny melding · Henvisning", "Vondt kne")


def test_who_has_it_is_told_and_one_can_read_it_and_leave_it(
    first: Seat, second: Seat, own_office: Office
) -> None:
    second.terminal.type(ENTER)
    second.terminal.wait_for("bare lesing", "Vondt kne")
    second.terminal.type("x", ESCAPE)
    second.terminal.wait_for("Utkast ·")
    first.terminal.type(END)
    first.write(" i to uker")
    first.terminal.wait_until(lambda: texts(own_office) == ["Vondt kne i to uker"])


def test_it_is_taken_over_and_the_first_can_only_read(first: Seat, second: Seat, own_office: Office) -> None:
    take_over(second)
    first.terminal.wait_for("bare lesing", "Utkastet er tatt over")
    first.terminal.type(" og hofte")
    second.go_to("Diagnose i klartekst")
    second.terminal.type(END)
    second.write(" siden mai")
    second.terminal.wait_until(lambda: texts(own_office) == ["Vondt kne siden mai"])
    first.end_by(signal.SIGHUP)
    assert texts(own_office) == ["Vondt kne siden mai"]


def test_what_the_first_shows_when_it_is_taken_over_is_kept_beside(
    first: Seat, second: Seat, own_office: Office
) -> None:
    assert first.process.pid is not None
    # What is typed now, the first cannot handle before the second has taken over.
    os.kill(first.process.pid, signal.SIGSTOP)
    first.terminal.type(" og hofte")
    take_over(second)
    os.kill(first.process.pid, signal.SIGCONT)
    first.terminal.wait_until(
        lambda: any(told in first.terminal.screen.text for told in ("bare lesing", "To har"))
    )
    # What is asked may be drawn before what was written last is.
    both = ("Vondt kne", "Vondt kne og hofte")
    first.terminal.wait_until(
        lambda: set(texts(own_office)) == {text for text in both if text in first.terminal.screen.text}
    )
