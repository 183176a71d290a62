"""The terminal dies while somebody writes: what was typed is offered back, in every form that can be begun.

What is waited for in the store is what was typed, and nothing changes that before the next key; why no wait for the
screen can miss, `tests.tui.seat` says.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from elmeld_tui.login import login
from elmeld_tui.messages import writing
from elmeld_tui.model.forms import Answers
from elmeld_tui.office.beginning import startable_forms
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.open_drafts import unsent
from tests.tui.seat import END, ENTER, Seat, first_text
from tests.waiting import PATIENCE

pytestmark = pytest.mark.acceptance

LAST = "\N{STETHOSCOPE}"
TYPED = f"Blodtrykk æøå 中文 {LAST}"


def texts(answers: Answers) -> list[str]:
    return [answer for answer in answers.values() if isinstance(answer, str) and LAST in answer]


def stored(office: Office) -> list[str]:
    """Return what is stored of the one draft there is, open or not."""
    (draft,) = office.reader.interrupted_drafts(login())
    return texts(draft.answers)


@pytest.mark.parametrize("form", [form.name for form in startable_forms()])
def test_what_was_typed_is_offered_back_when_the_terminal_died(
    form: str, sit_down: Callable[[], Seat], own_office: Office
) -> None:
    first = sit_down()
    first.begin(form)
    first.go_to(first_text(form))
    first.write(TYPED)
    first.end_by(signal.SIGHUP)
    (copy,) = unsent(own_office)
    assert (copy.form, texts(copy.answers), copy.kept) == (form, [TYPED], writing.form_named(form).saves_itself)

    second = sit_down()
    second.terminal.wait_for("Du har noe du ikke fikk sendt", "enter velger")
    second.terminal.type(ENTER)
    second.terminal.wait_for(TYPED)
    second.go_to(first_text(form))
    second.terminal.type(END)
    second.write(" mer")
    second.terminal.wait_until(lambda: stored(own_office) == [f"{TYPED} mer"])
    # What she types now is younger than what is promised.
    second.write(" og")
    second.end_by(signal.SIGKILL)
    (copy,) = unsent(own_office)
    assert texts(copy.answers)[0].startswith(f"{TYPED} mer")


def test_told_to_end_the_program_saves_first_and_leaves_the_terminal_in_order(
    sit_down: Callable[[], Seat], own_office: Office
) -> None:
    seat = sit_down()
    seat.begin("referral-2.0")
    seat.go_to(first_text("referral-2.0"))
    seat.write(TYPED)
    assert seat.process.pid is not None
    os.kill(seat.process.pid, signal.SIGTERM)
    assert "\x1b[?1049l" in seat.terminal.read_to_the_end()
    seat.process.join(PATIENCE)
    assert seat.process.exitcode == 128 + signal.SIGTERM
    assert stored(own_office) == [TYPED]


def test_a_line_that_drops_ends_the_program_also_where_nobody_hands_that_on(
    sit_down: Callable[..., Seat], own_office: Office
) -> None:
    seat = sit_down(leads=False)
    seat.begin("dialogue")
    seat.go_to(first_text("dialogue"))
    seat.write(TYPED)
    seat.end_by(signal.SIGHUP)
    assert stored(own_office) == [TYPED]
