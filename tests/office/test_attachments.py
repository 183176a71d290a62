"""Attachments at the clinic: who listed, read and saved them is in the audit trail, and nothing is left lying."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elmeld_tui.messages import writing
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.office import saved_files
from elmeld_tui.office.attachments import list_attachments, read_attachment, save_attachment
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import register_patient
from tests.attachment_files import PROGRAMS, pdf
from tests.tui.conftest import NOW, addressing, take_in


@pytest.fixture
def letter(office: Office) -> int:
    patient = register_patient(office, "21858230052", "Ørjan", "Åsen")
    frame = addressing(office, patient.id, number=1, now=NOW)
    enclosures = (
        Enclosure("Prøvesvar", "application/pdf", pdf("Hemoglobin 13,2")),
        Enclosure("Faktura", "application/pdf", PROGRAMS[0]),
    )
    raw = writing.build("request", {"type": "7", "question": "Hva nå?"}, replace(frame, enclosures=enclosures))
    return take_in(office, raw, NOW)


def audited(office: Office) -> list[tuple[str, str, dict[str, object]]]:
    with office.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT user, action, detail FROM audit ORDER BY id").fetchall()
    return [(user, action, json.loads(detail)) for user, action, detail in rows if action == "attachment"]


def test_listing_reading_and_saving_are_noted_without_a_word_of_what_they_say(
    office: Office, letter: int, tmp_path: Path
) -> None:
    first, second = list_attachments(office, letter)
    assert (first.name, second.name) == ("01-Prøvesvar.pdf", "02-Faktura.bin")
    assert read_attachment(office, letter, 1).text == "Hemoglobin 13,2"
    path = save_attachment(office, letter, 1, tmp_path / "ut")
    assert path.read_bytes() == pdf("Hemoglobin 13,2")
    noted = audited(office)
    assert [detail["what"] for _, _, detail in noted] == ["list", "read", "save"]
    assert {user for user, _, _ in noted} == {office.user.name}
    assert noted[2][2] == {"what": "save", "number": 1, "sha256": first.sha256}


def test_a_try_to_open_a_program_is_noted_too(office: Office, letter: int) -> None:
    with pytest.raises(OfficeError, match="åpnes ikke"):
        read_attachment(office, letter, 2)
    assert audited(office)[-1][2]["number"] == 2


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_number_nobody_has_is_told(number: int, office: Office, letter: int) -> None:
    with pytest.raises(OfficeError, match="vedlegg nummer"):
        read_attachment(office, letter, number)


def test_reading_leaves_no_file(
    office: Office, letter: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.rglob("*"))
    empty = tmp_path.parent / f"{tmp_path.name}-tmp"
    empty.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(empty))
    monkeypatch.setenv("TMPDIR", str(empty))
    read_attachment(office, letter, 1)
    assert list(empty.iterdir()) == []
    assert {path.name for path in set(tmp_path.rglob("*")) - set(before)} <= {"elmeld.db-wal", "elmeld.db-shm"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.binary(max_size=20), min_size=1, max_size=5))
def test_every_saved_file_is_a_new_one(contents: list[bytes], tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    paths = [saved_files.save(folder, "svar.pdf", content) for content in contents]
    assert [path.read_bytes() for path in paths] == contents
    assert len(set(paths)) == len(contents)
    assert all(path.parent == folder for path in paths)
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, handle: int, _mode: str) -> None:
            os.close(handle)

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def write(self, _content: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", Full)
    with pytest.raises(OfficeError, match="No space left"):
        saved_files.save(tmp_path, "svar.pdf", b"x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("config", "folders", "expected"),
    [
        ('XDG_DOWNLOAD_DIR="$HOME/Hentet"', ["Hentet", "Downloads"], "Hentet"),
        ('XDG_DOWNLOAD_DIR="$HOME/Borte"', ["Nedlastinger"], "Nedlastinger"),
        ('XDG_DOWNLOAD_DIR="$(reboot)"', ["Downloads"], "Downloads"),
        ("", [], ""),
    ],
)
def test_files_are_suggested_where_other_programs_save_theirs(
    config: str, folders: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "user-dirs.dirs").write_text(config, encoding="utf-8")
    for folder in folders:
        (tmp_path / folder).mkdir()
    assert saved_files.download_directory() == tmp_path / expected
