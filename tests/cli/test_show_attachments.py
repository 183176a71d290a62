"""`elmeld show` with attachments, as HTML, and byte for byte."""

from __future__ import annotations

import base64
import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from request_sample import REQUEST
from tests.attachment_files import PROGRAMS, SAMPLES, pdf, picture

from elmeld_tui.cli import main
from elmeld_tui.model.states import State
from elmeld_tui.store import messages
from elmeld_tui.store.database import open_database
from elmeld_tui.store.places import database_file

Out = pytest.CaptureFixture[str]


def enclosed(content: bytes, mime: str, description: str) -> str:
    return (
        f"<Document><RefDoc><MsgType V='A'/><MimeType>{mime}</MimeType><Description>{description}</Description>"
        f"<Content><b:Base64Container xmlns:b='http://www.kith.no/xmlstds/base64container'>"
        f"{base64.b64encode(content).decode()}</b:Base64Container></Content></RefDoc></Document>"
    )


LETTER = REQUEST.replace(
    "</MsgHead>",
    enclosed(pdf("Hemoglobin 13,2"), "application/pdf", "Prøvesvar")
    + enclosed(picture(), "image/png", "../../Sår")
    + enclosed(PROGRAMS[0], "application/pdf", "faktura.exe")
    + enclosed(b"\x1b]0;tittel\x07 Hilsen", "text/plain", "Brev")
    + "<Document><RefDoc><MsgType V='A'/><Description>Arkiv</Description>"
    "<FileReference>file:///x</FileReference></RefDoc></Document></MsgHead>",
)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    written = tmp_path / "brev.xml"
    written.write_text(LETTER, encoding="utf-8")
    return written


@pytest.fixture
def kept(tmp_path: Path) -> tuple[str, str]:
    """A data directory as text, and the number of the message in it."""
    database = open_database(tmp_path)
    with database.transaction() as connection:
        number = messages.add(connection, direction="in", state=State.IMPORTED, at="2026-11-22T08:12:00.000Z")
        messages.add_part(connection, number, "document", "text/xml", LETTER.encode())
    database.close()
    return str(tmp_path), str(number)


def audited(data_dir: str) -> list[str]:
    with sqlite3.connect(database_file(Path(data_dir))) as store:
        found = [action for (action,) in store.execute("SELECT action FROM audit")]
    store.close()
    return found


def test_every_attachment_is_saved_under_a_safe_name_for_its_owner_alone(
    letter: Path, tmp_path: Path, capsys: Out
) -> None:
    folder = tmp_path / "vedlegg" / "her"
    assert main(["show", str(letter), "--attachments", str(folder)]) == 1, "one is only referred to"
    told = capsys.readouterr()
    assert sorted(path.name for path in folder.iterdir()) == [
        "01-Prøvesvar.pdf",
        "02-Sår.png",
        "03-faktura-exe.bin",
        "04-Brev.txt",
    ]
    assert (folder / "01-Prøvesvar.pdf").read_bytes() == pdf("Hemoglobin 13,2")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert f"{folder / '02-Sår.png'}\n" in told.out
    assert "er et program" in told.out
    assert "Vist til, ikke vedlagt" in told.err


def test_saving_again_overwrites_nothing(letter: Path, tmp_path: Path, capsys: Out) -> None:
    folder = tmp_path / "vedlegg"
    main(["show", str(letter), "--attachments", str(folder)])
    (folder / "01-Prøvesvar.pdf").write_bytes(b"mitt")
    main(["show", str(letter), "--attachments", str(folder)])
    assert (folder / "01-Prøvesvar.pdf").read_bytes() == b"mitt"
    assert (folder / "01-Prøvesvar-2.pdf").read_bytes() == pdf("Hemoglobin 13,2")


def test_nothing_is_saved_through_a_link(letter: Path, tmp_path: Path, capsys: Out) -> None:
    folder, victim = tmp_path / "vedlegg", tmp_path / "nøkkel"
    folder.mkdir()
    (folder / "01-Prøvesvar.pdf").symlink_to(victim)
    assert main(["show", str(letter), "--attachments", str(folder)]) == 3
    assert "er en lenke" in capsys.readouterr().err
    assert not victim.exists()


def test_a_folder_that_cannot_be_used_is_told(letter: Path, capsys: Out) -> None:
    assert main(["show", str(letter), "--attachments", str(letter)]) == 3
    assert "Kan ikke lagre" in capsys.readouterr().err


def test_what_is_saved_is_told_as_data(letter: Path, tmp_path: Path, capsys: Out) -> None:
    main(["show", "--json", str(letter), "--attachments", str(tmp_path / "v")])
    first, *_, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first.keys() == {"path", "mime", "size", "sha256"}
    assert last["path"].endswith("04-Brev.txt")


def test_the_text_of_one_is_printed_harmless(letter: Path, capsys: Out) -> None:
    assert main(["show", str(letter), "--attachment", "1"]) == 0
    assert capsys.readouterr().out == "Hemoglobin 13,2\n"
    assert main(["show", str(letter), "--attachment", "4"]) == 0
    assert capsys.readouterr().out == "␛]0;tittel␇ Hilsen\n"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("2", "et bilde på 40 × 20 piksler"),
        ("3", "åpnes ikke"),
        ("5", "Vist til"),
        ("6", "nummer 6 finnes ikke"),
        ("0", "finnes ikke"),
    ],
)
def test_what_has_no_text_is_told_in_one_line(number: str, told: str, letter: Path, capsys: Out) -> None:
    assert main(["show", str(letter), "--attachment", number]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert len(said.err.splitlines()) == 1


def test_a_message_without_attachments_says_so(tmp_path: Path, capsys: Out) -> None:
    file = tmp_path / "x.xml"
    file.write_text(REQUEST, encoding="utf-8")
    assert main(["show", str(file), "--attachments", str(tmp_path / "v")]) == 0
    assert "ingen vedlegg" in capsys.readouterr().err
    assert not (tmp_path / "v").exists()


def test_r7_the_original_comes_back_byte_for_byte(kept: tuple[str, str], tmp_path: Path) -> None:
    data_dir, number = kept
    command = [sys.executable, "-m", "elmeld_tui", "show", "--data-dir", data_dir, number, "--original"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == LETTER.encode()
    out = tmp_path / "original.xml"
    assert main(["show", "--data-dir", data_dir, number, "--original", "--out", str(out)]) == 0
    assert out.read_bytes() == LETTER.encode()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert audited(data_dir) == ["show", "show"]


def test_r7_bytes_that_are_no_xml_come_back_too(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xml"
    odd.write_bytes(b"\xff\x00<a>\r\n")
    assert main(["show", str(odd), "--original", "--out", str(tmp_path / "ut.xml")]) == 0
    assert (tmp_path / "ut.xml").read_bytes() == odd.read_bytes()


def test_an_original_overwrites_nothing(letter: Path, capsys: Out) -> None:
    assert main(["show", str(letter), "--original", "--out", str(letter)]) == 2
    assert "blir ikke overskrevet" in capsys.readouterr().err
    assert letter.read_text(encoding="utf-8") == LETTER


def test_bytes_of_a_message_are_not_let_loose_on_a_terminal(
    letter: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["show", str(letter), "--original"]) == 2
    assert "ikke til en terminal" in capsys.readouterr().err


def test_a_page_is_written(letter: Path, capsys: Out) -> None:
    assert main(["show", str(letter), "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "01-Prøvesvar.pdf" in page


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "html", "FILE", "FILE"],
        ["--original", "FILE", "FILE"],
        ["--attachment", "1", "FILE", "FILE"],
        ["--out", "x", "FILE"],
    ],
)
def test_what_does_not_belong_together_is_refused(arguments: list[str], letter: Path, capsys: Out) -> None:
    assert main(["show", *(str(letter) if each == "FILE" else each for each in arguments)]) == 2
    assert capsys.readouterr().out == ""


def test_taking_out_attachments_of_a_kept_message_is_noted(
    kept: tuple[str, str], tmp_path: Path, capsys: Out
) -> None:
    data_dir, number = kept
    main(["show", "--data-dir", data_dir, number, "--attachments", str(tmp_path / "v")])
    main(["show", "--data-dir", data_dir, number, "--attachment", "1"])
    assert audited(data_dir) == ["attachment", "attachment"]


def test_every_format_can_be_saved(tmp_path: Path, capsys: Out) -> None:
    file = tmp_path / "alle.xml"
    body = "".join(enclosed(content, mime, "x") for mime, content in SAMPLES.items())
    file.write_text(REQUEST.replace("</MsgHead>", f"{body}</MsgHead>"), encoding="utf-8")
    assert main(["show", str(file), "--attachments", str(tmp_path / "v")]) == 0
    assert len(list((tmp_path / "v").iterdir())) == len(SAMPLES)
