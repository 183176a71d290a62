"""Attachments, as a nurse opens them."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.pty_harness import Terminal
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from elmeld_tui.login import login
from elmeld_tui.messages import writing
from elmeld_tui.messages.attached.opening import Picture
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import people, tables
from elmeld_tui.store.settings import write_clinic
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.looks import Look
from elmeld_tui.tui.widgets.picture import PictureView, scaled
from tests.attachment_files import PROGRAMS, SAMPLES, pdf, picture
from tests.tui.conftest import NARROW, NOW, WIDE, OpenApp, addressing, press, rest, shown, take_in, until

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x45"])


def letter(office: Office) -> int:
    """Put a letter with attachments of several kinds into the inbox."""
    frame = replace(
        addressing(office, 1, number=3, now=NOW),
        enclosures=(
            Enclosure("Prøvesvar [/] \u202e2026", "application/pdf", pdf("Hemoglobin 13,2", "Kreatinin 71")),
            Enclosure("Bilde av såret", "image/png", picture(400, 200)),
            Enclosure("Brev", "text/plain", b"\x1b[31mHilsen [red]legen[/red]"),
            Enclosure("Faktura", "application/pdf", PROGRAMS[0]),
            Enclosure("Røntgen", "application/dicom", SAMPLES["application/dicom"]),
        ),
    )
    number = take_in(office, writing.build("request", {"type": "7", "question": "Se vedlegg."}, frame), NOW)
    with office.database.transaction() as connection:
        connection.execute(tables.message.update().where(tables.message.c.id == number).values(attachments=5))
    return number


@pytest.fixture
def lettered(office: Office) -> int:
    return letter(office)


def audited(office: Office) -> list[str]:
    with office.database.transaction() as connection:
        rows = connection.exec_driver_sql(
            "SELECT json_extract(detail, '$.what') FROM audit WHERE action = 'attachment' ORDER BY id"
        ).fetchall()
    return [what for (what,) in rows]


async def attachments(pilot: Pilot[None], *keys: str) -> str:
    """Open the letter, its attachments, and press ``keys``; return what is seen."""
    await press(pilot, "enter", "o")
    await rest(pilot)
    await press(pilot, *keys)
    return shown(pilot)


@SIZES
@pytest.mark.usefixtures("lettered")
async def test_the_list_tells_name_format_size_and_what_is_wrong(size: tuple[int, int], open_app: OpenApp) -> None:
    async with open_app(size) as pilot:
        screen = await attachments(pilot)
        assert "Vedlegg 1 av 5" in screen
        for told in (
            "01-Prøvesvar-2026.pdf",
            "PDF",
            "Bilde (PNG)",
            "Tekst",
            "Program",
            "Røntgenbilde (DICOM)",
            " B",
        ):
            assert told in screen
        assert "Prøvesvar [/] �2026" in screen
        await press(pilot, "down", "down", "down")
        assert "! Vedlegget er et program. Det åpnes ikke" in shown(pilot)


@SIZES
@pytest.mark.usefixtures("lettered")
async def test_a_pdf_is_read_and_one_comes_back_by_the_same_key(
    size: tuple[int, int], open_app: OpenApp, office: Office
) -> None:
    async with open_app(size) as pilot:
        screen = await attachments(pilot, "enter")
        assert "— Side 1 av 2 —" in screen
        assert "Hemoglobin 13,2" in screen
        assert "Kreatinin 71" in screen
        await press(pilot, "escape")
        assert "SHA-256" in shown(pilot)
        await press(pilot, "escape")
        assert "Forespørsel" in shown(pilot)
        assert "SHA-256" not in shown(pilot)
    assert audited(office) == ["list", "read"]


@SIZES
@pytest.mark.usefixtures("lettered")
async def test_a_picture_is_seen_in_colours(size: tuple[int, int], open_app: OpenApp) -> None:
    async with open_app(size) as pilot:
        screen = await attachments(pilot, "down", "enter")
        assert "400 × 200 piksler" in screen
        assert "▀▀▀▀▀▀▀▀" in screen
        view = pilot.app.screen.query_one(PictureView)
        assert view.has_focus
        cells = [cell for x in range(view.size.width) for cell in view.render_line(2).crop(x, x + 1)]
        assert {(255, 0, 0), (0, 0, 255)} <= {
            tuple(each.style.color.triplet) for each in cells if each.text == "▀"
        }


@pytest.mark.usefixtures("lettered")
async def test_text_is_shown_and_not_obeyed(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        assert "␛[31mHilsen [red]legen[/red]" in await attachments(pilot, "down", "down", "enter")


@pytest.mark.parametrize(
    ("downs", "told"), [(3, "Dette formatet åpnes ikke"), (4, "Dette formatet kan ikke vises")]
)
@pytest.mark.usefixtures("lettered")
async def test_what_cannot_be_shown_is_said_and_the_list_is_still_there(
    downs: int, told: str, open_app: OpenApp
) -> None:
    async with open_app(NARROW) as pilot:
        screen = await attachments(pilot, *["down"] * downs, "enter")
        assert told in screen
        assert "01-Prøvesvar-2026.pdf" in screen
        await press(pilot, "up")
        assert f"Vedlegg {downs} av 5" in shown(pilot)


@pytest.mark.usefixtures("lettered")
async def test_saving_asks_where_and_says_where(open_app: OpenApp, office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "hentet"
    async with open_app(WIDE) as pilot:
        await attachments(pilot)
        await pilot.press("s")
        await until(pilot, "Mappe:")
        field = pilot.app.screen.query_one("LineField")
        field.fill(str(folder))  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, "Lagret som")
        assert "Vedlegg 1 av 5" in shown(pilot)
    saved = folder / "01-Prøvesvar-2026.pdf"
    assert saved.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert audited(office) == ["list", "save"]


@pytest.mark.usefixtures("lettered")
async def test_saving_can_be_left_and_saves_nothing(open_app: OpenApp, office: Office) -> None:
    async with open_app(NARROW) as pilot:
        await attachments(pilot)
        await pilot.press("s")
        await until(pilot, "Mappe:")
        await press(pilot, "escape")
        assert "Vedlegg 1 av 5" in shown(pilot)
    assert audited(office) == ["list"]


@pytest.mark.usefixtures("lettered")
async def test_a_folder_that_cannot_be_used_is_told(open_app: OpenApp, tmp_path: Path) -> None:
    taken = tmp_path / "fil"
    taken.write_text("x", encoding="utf-8")
    async with open_app(WIDE) as pilot:
        await attachments(pilot)
        await pilot.press("s")
        await until(pilot, "Mappe:")
        pilot.app.screen.query_one("LineField").fill(str(taken))  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, "Kan ikke lagre")


@pytest.mark.parametrize("written", ["~ingen-heter-dette", "~ingen-heter-dette/nedlastinger", "~\u202e"])
@pytest.mark.usefixtures("lettered")
async def test_a_folder_of_nobody_is_told_where_it_is_written(
    written: str, open_app: OpenApp, office: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await attachments(pilot)
        await pilot.press("s")
        await until(pilot, "Mappe:")
        field = pilot.app.screen.query_one("LineField")
        field.fill(written)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, "Det finnes ingen bruker «")
        assert "Mappe:" in shown(pilot)
        # What is written stands there, to be put right.
        assert field.answer == written.replace("\u202e", "\ufffd")  # type: ignore[attr-defined]
    assert audited(office) == ["list"]


@SIZES
@pytest.mark.usefixtures("lettered")
async def test_both_lists_show_which_messages_have_attachments(size: tuple[int, int], open_app: OpenApp) -> None:
    async with open_app(size) as pilot:
        rows = [row for row in shown(pilot).splitlines() if " 1982" in row]
        assert ["+•" in row for row in rows] == [True, False, False]
        await press(pilot, "f4")
        rows = [row for row in shown(pilot).splitlines() if " inn " in row]
        assert [row.startswith("+") for row in rows] == [True, False, False]


async def test_a_message_without_attachments_says_so_and_does_not_offer_the_key(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "enter")
        assert " o vedlegg" not in shown(pilot)
        await press(pilot, "o")
        assert "Meldingen har ingen vedlegg." in shown(pilot)


@pytest.mark.usefixtures("lettered")
async def test_the_key_is_offered_on_an_open_message_that_has_some_in_both_places(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "enter")
        assert " o vedlegg" in shown(pilot)
        await press(pilot, "f4", "enter")
        assert " o vedlegg" in shown(pilot)
        await press(pilot, "o")
        await rest(pilot)
        assert "Vedlegg 1 av 5" in shown(pilot)
        await press(pilot, "escape")
        assert "Meldingslogg" in shown(pilot)


@pytest.mark.usefixtures("lettered")
async def test_without_colours_a_picture_is_told_of(open_app: OpenApp, app: ElmeldApp) -> None:
    app.theme = Look.TERMINAL
    async with open_app(NARROW) as pilot:
        screen = await attachments(pilot, "down", "enter")
        assert "har ikke farger nok" in screen
        assert "400 × 200" in screen
        assert "▀▀▀" not in screen


@given(
    width=st.integers(1, 12),
    height=st.integers(1, 12),
    room=st.tuples(st.integers(1, 20), st.integers(2, 20)),
    data=st.data(),
)
def test_a_picture_always_fits(width: int, height: int, room: tuple[int, int], data: st.DataObject) -> None:
    pixels = data.draw(st.binary(min_size=3 * width * height, max_size=3 * width * height))
    rows = scaled(Picture(width, height, pixels, (width, height)), *room)
    assert len(rows) % 2 == 0
    assert 2 <= len(rows) <= room[1]
    assert len({len(row) for row in rows}) == 1
    assert 1 <= len(rows[0]) <= room[0]
    assert {value for row in rows for pixel in row for value in pixel} <= set(range(256))


def test_a_picture_of_one_colour_keeps_it() -> None:
    rows = scaled(Picture(7, 9, bytes((10, 20, 30)) * 63, (7, 9)), 3, 4)
    assert {pixel for row in rows for pixel in row} == {(10, 20, 30)}


@pytest.fixture
def clinic(office: Office, lettered: int, tmp_path: Path) -> Path:
    write_clinic(tmp_path, office.clinic)
    with office.database.transaction() as connection:
        # Whoever runs the tests is at the keyboard.
        people.change(connection, 1, login=login())
    return tmp_path


@pytest.mark.parametrize("surroundings", [{"TERM": "vt100", "COLORTERM": ""}, {"NO_COLOR": "1"}])
def test_a_plain_terminal_reads_attachments_by_keys_alone(clinic: Path, surroundings: dict[str, str]) -> None:
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)]
    with Terminal(command, columns=80, rows=24, environment=surroundings) as terminal:
        terminal.wait_for("Innboks ·")
        terminal.settle()
        terminal.send(b"\r")
        terminal.settle(quiet=1.0)
        terminal.send(b"o")
        terminal.wait_for("Vedlegg 1 av 5")
        terminal.send(b"\r")
        terminal.wait_for("Hemoglobin 13,2")
        assert b"38;2;" not in terminal.written
        assert b"\x1b[31mHilsen" not in terminal.written
