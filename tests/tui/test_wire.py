"""What is written to a real terminal: no more than needed, and nothing that a message put there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill
from benchmarks.pty_harness import Terminal

from benchmarks import laboratory_patient
from elmeld_tui.store import tables
from elmeld_tui.store.database import open_database

UP, DOWN, TAB, ENTER, ESCAPE, CTRL_P, CTRL_N = b"\x1b[A", b"\x1b[B", b"\t", b"\r", b"\x1b", b"\x10", b"\x0e"
F1, F2, F3, F4, BACK_TAB = b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x1b[Z"
EVIL = "[/] \x1b]52;c;ZXZpbA==\x07\x1b[31m\x9b31m\x9d0;tittel\x9c"


@pytest.fixture
def postbox(tmp_path: Path) -> Path:
    fill(tmp_path, 2000)
    return tmp_path


@pytest.fixture
def terminal(postbox: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(postbox)]
    with Terminal(command, columns=140, rows=45) as opened:
        opened.wait_for("Innboks ·")
        opened.settle(quiet=1.0)
        yield opened


def test_moving_the_cursor_costs_two_lines(terminal: Terminal) -> None:
    sizes = [terminal.press(key).size for key in (DOWN, DOWN, DOWN, UP, DOWN)]
    assert max(sizes) <= 500, sizes


def test_going_to_another_list_does_not_repaint_the_screen(terminal: Terminal) -> None:
    assert terminal.press(TAB).size <= 1000


def test_a_screen_that_is_left_alone_writes_nothing(terminal: Terminal) -> None:
    before = len(terminal.written)
    terminal.read(2.0)
    assert len(terminal.written) == before


def test_what_opens_over_the_screen_costs_its_own_box_and_nothing_around_it(terminal: Terminal) -> None:
    spent = {
        name: terminal.press(key, quiet=0.5).size
        for name, key in {
            "palette": CTRL_P,
            "a letter in it": b"s",
            "palette closed": ESCAPE,
            "help": F1,
            "help closed": ESCAPE,
            "a new message": CTRL_N,
            "no new message": ESCAPE,
        }.items()
    }
    # What is written late, on a machine that is busy with other tests, is counted at the next key.
    assert sum(spent.values()) <= 30_000, spent


def test_a_search_and_another_place_write_what_differs(terminal: Terminal) -> None:
    spent = {
        name: terminal.press(key, quiet=0.5).size
        for name, key in {
            "search line": b"/",
            "a letter": b"d",
            "to what was found": ENTER,
            "all again": ESCAPE,
            "the log": F4,
            "the post": F2,
        }.items()
    }
    assert sum(spent.values()) <= 26_000, spent


@pytest.mark.parametrize(("size", "most"), [((80, 24), 3_500), ((140, 45), 6_500)])
def test_another_tab_of_a_patient_and_a_row_of_results_write_their_rows_and_little_else(
    tmp_path: Path, size: tuple[int, int], most: int
) -> None:
    laboratory_patient.fill(tmp_path, 60, others=20)
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(tmp_path)]
    with Terminal(command, columns=size[0], rows=size[1]) as terminal:
        terminal.wait_for("Innboks ·")
        terminal.settle(quiet=1.0)
        terminal.press(F3, quiet=0.5)
        terminal.send(laboratory_patient.NAME.encode() + ENTER)
        terminal.wait_for("Ubesvart")
        terminal.settle(quiet=0.5)
        spent = [terminal.press(key, quiet=0.4).size for key in (TAB, BACK_TAB, DOWN)]
        terminal.send(b"m")
        terminal.wait_for("P-Kalium")
        terminal.settle(quiet=1.0)
        moved = [terminal.press(key, quiet=0.4).size for key in (DOWN, DOWN, UP)]
    assert 0 < sum(spent) <= most, spent
    assert 0 < max(moved) <= 500, moved


def test_what_a_message_holds_never_steers_the_terminal(postbox: Path) -> None:
    database = open_database(postbox)
    with database.transaction() as connection:
        connection.execute(tables.message.update().values(sender_name=EVIL, receiver_name=EVIL, patient_name=EVIL))
    database.close()
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(postbox)]
    with Terminal(command, columns=140, rows=45) as terminal:
        terminal.wait_for("[/]")
        for key in (DOWN, b"\x1bOS", b"\r", ESCAPE):
            terminal.press(key, quiet=0.4)
        written = bytes(terminal.written)
    for told in (b"]52;c;", b"]0;tittel", "\x9b".encode(), "\x9d".encode(), b"\x9b31m"):
        assert told not in written.replace("␛]52;c;".encode(), b"").replace("�0;tittel".encode(), b"")
    assert "␛]52".encode() in written, "shown, not obeyed"


COLOUR = re.compile(rb"\x1b\[(?:[0-9:]*;)*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[0-9:;]*m")


@pytest.mark.parametrize(
    ("surroundings", "options"),
    [
        ({"NO_COLOR": "1"}, []),
        ({"TERM": "vt100", "COLORTERM": ""}, []),
        ({"ELMELD_THEME": "monochrome"}, []),
        ({}, ["--theme", "monochrome"]),
    ],
    ids=["no_color", "vt100", "environment", "option"],
)
def test_who_wants_no_colours_gets_no_escape_for_one(
    postbox: Path, surroundings: dict[str, str], options: list[str]
) -> None:
    command = [sys.executable, "-m", "elmeld_tui", *options, "--data-dir", str(postbox)]
    with Terminal(command, columns=80, rows=24, environment=surroundings) as terminal:
        terminal.wait_for("Innboks ·")
        for key in (DOWN, TAB, CTRL_P, ESCAPE, b"/", b"ola", ESCAPE, b"\x1bOS"):
            terminal.press(key)
        assert COLOUR.findall(terminal.written) == []
        assert b"\x1b[7m" in terminal.written or b";7m" in terminal.written, "the cursor is seen all the same"
        terminal.send(b"\x11")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize(
    ("surroundings", "options", "asked"),
    [({}, [], True), ({"ELMELD_MOUSE": "off"}, [], False), ({}, ["--no-mouse"], False)],
    ids=["usual", "environment", "option"],
)
def test_a_terminal_is_asked_for_clicks_and_never_for_every_movement(
    postbox: Path, surroundings: dict[str, str], options: list[str], *, asked: bool
) -> None:
    command = [sys.executable, "-m", "elmeld_tui", *options, "--data-dir", str(postbox)]
    with Terminal(command, columns=80, rows=24, environment=surroundings) as terminal:
        terminal.wait_for("Innboks ·")
        terminal.settle()
        assert (b"\x1b[?1000h" in terminal.written) is asked
        assert b"\x1b[?1003h" not in terminal.written
