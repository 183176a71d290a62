"""Messages, faults, events and drafts full of hostile texts: on every screen and in every command's plain output."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from benchmarks.pty_harness import Terminal

from elmeld_tui.cli import main
from elmeld_tui.messages import writing
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.patients import register_patient
from elmeld_tui.simulator.lab_result import lab_result
from elmeld_tui.store import tables
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.tui.application import ElmeldApp
from tests.fuzz.documents import hostile
from tests.fuzz.hostile import OBEYED, SEED, squeezed, texts
from tests.office.conftest import CLINIC
from tests.tui.conftest import NOW, OpenApp, addressing, press, sent, shown, take_in

SHORT = [text.encode(errors="ignore").decode() for text in islice(texts(), 400) if len(text) < 200][:40]
"""Without surrogates, which nothing that is kept can have."""

KEYS = (
    *("down", "up", "enter", "pagedown", "z", "z", "o", "escape", "escape", "tab", "down", "down", "down"),
    *(
        "f4",
        "enter",
        "right",
        "right",
        "right",
        "right",
        "right",
        "escape",
        "down",
        "enter",
        "escape",
        "down",
        "enter",
    ),
    *("escape", "f1", "escape", "ctrl+p", "escape", "f2"),
)

_OURS = re.compile(
    rb"\x1b\[[0-9;]*[HGmKX]"  # where, how it looks, and what is erased
    rb"|\x1b\[\?[0-9;]+(?:[hl]|\$p)|\x1b\[[<>=?][0-9;]*[um]|\x1b\[[0-9;]*[Jtnu]|\x1b\[c"  # modes and questions
    rb"|\x1b\]22;[a-z]+\x07"  # the pointer's shape
    rb"|\x1b[78]|\x1b_G[^\x1b]*\x1b\\"
)
"""What the framework's driver writes beside text."""


class Full(NamedTuple):
    """A clinic whose post is hostile in every text.

    Attributes:
        office: it.
        request: the number of a request in the inbox, and
        said: what stands in it.
    """

    office: Office
    request: int
    said: list[str]


@pytest.fixture
def full(office: Office) -> Full:
    chance = random.Random(SEED)
    patient = register_patient(office, "21858230052", "Ørjan", "Åsen")
    to = addressing(office, patient.id, number=11, now=NOW)
    report, _ = hostile(lab_result(replace(to, msg_id=to.msg_id.replace("11", "12"))), chance)
    take_in(office, report, NOW - timedelta(minutes=1))
    request, said = hostile(writing.build("request", {"type": "7", "question": "Hva nå?"}, to), chance)
    number = take_in(office, request, NOW)
    errors = [{"code": text, "text": text, "detail": text} for text in SHORT[:3]]
    sent(office, state=State.DELIVERED, receipt=Receipt.REJECTED, at=NOW, errors=errors)
    with office.database.transaction() as connection:
        newest = connection.exec_driver_sql("SELECT max(id) FROM message").scalar_one()
        evil = SHORT[5]
        connection.execute(
            tables.message.update()
            .where(tables.message.c.id == newest)
            .values(sender_name=evil, receiver_name=evil, patient_name=evil, title=evil, type_code="X" + evil)
        )
        for text in SHORT:
            told = {
                "message_id": newest,
                "at": to_text(NOW),
                "name": "attempt",
                "detail": {"error": text, "text": text},
            }
            connection.execute(tables.event.insert().values(told))
    return Full(office, number, said)


@pytest.mark.usefixtures("full")
async def test_no_screen_obeys_what_is_in_a_message(app: ElmeldApp, open_app: OpenApp) -> None:
    async with open_app((120, 40)) as pilot:
        for key in KEYS:
            await press(pilot, key)
            assert not OBEYED.search(shown(pilot).replace("\n", "")), key
        for text in SHORT[::4]:
            app.tell(text)
            await pilot.pause()
            assert not OBEYED.search(shown(pilot).replace("\n", "")), ascii(text)
        assert app.is_running


def test_no_command_writes_what_a_terminal_obeys(
    full: Full, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elmeld_tui.cli.show.login", lambda: "lege")
    write_clinic(tmp_path, CLINIC)
    place = ["--data-dir", str(tmp_path)]
    newest = full.request + 1
    for command in (
        *(["log", *([str(number)] if number else [])] for number in (0, *range(1, newest + 1))),
        *(["show", str(number)] for number in range(newest - 2, newest)),
        *(["inspect", str(number)] for number in range(newest - 2, newest + 1)),
    ):
        main([*command, *place])
        told = capsys.readouterr()
        assert not OBEYED.search((told.out + told.err).replace("\n", "")), command
    # Lines leave out what is for machines, such as the code of what stands there in words; the data have it too.
    main(["show", "--json", str(full.request), *place])
    told = capsys.readouterr().out
    assert not OBEYED.search(told.replace("\n", ""))
    page = squeezed("".join(_strings(json.loads(told))))
    assert not [ascii(text) for text in full.said if squeezed(text) not in page]


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, dict)):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _strings(each)


def test_no_escape_sequence_but_the_drivers_own_goes_to_the_terminal(full: Full, tmp_path: Path) -> None:
    write_clinic(tmp_path, CLINIC)
    full.office.database.close()
    with Terminal(
        [sys.executable, "-m", "elmeld_tui", "--data-dir", str(tmp_path)], columns=120, rows=40
    ) as terminal:
        terminal.wait_for("F1", timeout=60)
        terminal.settle(quiet=1.0)
        for key in (b"\r", b"\x1b[6~", b"\x1b", b"\x1bOS", b"\r", *[b"\x1b[C"] * 5, b"\x1b", b"\x10", b"\x1b"):
            terminal.press(key, quiet=0.3)
        left = _OURS.sub(b"", bytes(terminal.written)).decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", left), ascii(
        left[:300]
    )
