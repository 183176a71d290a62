"""The commands, at a clinic where everything that is kept is hostile and with arguments that are."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.cli import COMMANDS, main
from elmeld_tui.messages import writing
from elmeld_tui.office import shortcuts
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, save_draft
from elmeld_tui.office.groups import add_group, add_position
from elmeld_tui.office.patients import register_patient
from elmeld_tui.store import saved_filters
from elmeld_tui.store.settings import write_clinic
from tests.fuzz.clinic import make_hostile
from tests.fuzz.documents import hostile
from tests.fuzz.hostile import OBEYED, SEED, seen, squeezed, texts
from tests.office.conftest import CLINIC
from tests.tui.conftest import NOW, addressing, take_in

STORABLE = [text for text in texts() if len(text) < 200 and text.encode(errors="ignore").decode() == text]

_RUN_ON = {"demo", "engine", "serve", "simulator", "ssh-session"}
"""Commands that do not end, or make something wherever they are told to."""

ARGUMENT = (
    "".join(text for text in islice(texts(), 200) if "\0" not in text).encode(errors="ignore").decode() + "\udc9b"
)
"""With a byte that is not UTF-8 at its end, as the operating system hands it on."""


def check(told: pytest.CaptureResult[str]) -> None:
    """Assert that nothing was written that a terminal would obey."""
    found = OBEYED.search((told.out + told.err).replace("\n", ""))
    assert not found, ascii((told.out + told.err)[:300])


@pytest.mark.parametrize(
    "shape", [[ARGUMENT], [f"--{ARGUMENT}"], ["list", ARGUMENT], ["--data-dir", f"x{ARGUMENT}"]]
)
def test_whatever_is_typed_is_answered_in_one_harmless_line(
    shape: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clinic(tmp_path, CLINIC)
    monkeypatch.chdir(tmp_path)
    for command in sorted({*COMMANDS} - _RUN_ON):
        try:
            code = main([command, "--data-dir", str(tmp_path), *shape])
        except SystemExit as end:
            code = int(end.code or 0)
        told = capfd.readouterr()
        check(told)
        if code:
            assert told.err.count("\n") == 1, (command, told.err)


@pytest.fixture
def kept(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory of a clinic with something hostile of everything."""
    write_clinic(tmp_path, CLINIC)
    patient = register_patient(office, "21858230052", "Ørjan", "Åsen")
    save_draft(office, Draft("request", {"question": "Hva nå?"}, patient_id=patient.id))
    shortcuts.keep(office, "hei", "Hei på deg")
    add_group(office, "Akutt")
    add_position(office, "Sykepleier", office.user.name)
    with office.database.transaction() as connection:
        saved_filters.put(connection, office.user.name, "post", "mine", "fra:fjord")
    make_hostile(office, iter(STORABLE))
    for module in ("office.clinic", "cli.opening", "cli.show"):
        monkeypatch.setattr(f"elmeld_tui.{module}.login", lambda: "lege")
    return tmp_path


LISTS = (
    ["post"],
    ["post", "--folder", "sendt"],
    ["log"],
    *(["log", str(number)] for number in range(1, 5)),
    ["show", "4"],
    ["patient", "list"],
    ["patient", "post", "1"],
    ["patient", "results", "1"],
    ["alert", "list"],
    ["draft", "list"],
    ["shortcut", "list"],
    ["user", "list"],
    ["group", "list"],
    ["position", "list"],
    ["alert", "show", "1"],
    ["cpa", "list"],
    ["config", "show"],
)


def test_no_list_says_what_a_terminal_obeys(kept: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = ""
    for command in LISTS:
        for form in ([], ["--json"]):
            assert main([*command, *form, "--data-dir", str(kept)]) == 0
            told = capfd.readouterr()
            check(told)
            said += told.out
    assert "Ørjan" in said


def test_a_message_is_shown_to_the_last_character(
    kept: Path, office: Office, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    to = addressing(office, 1, number=11, now=NOW)
    request, put = hostile(writing.build("request", {"type": "7", "question": "Hva nå?"}, to), random.Random(SEED))
    number = take_in(office, request, NOW)
    assert main(["show", str(number), "--data-dir", str(kept)]) == 0
    check(capfd.readouterr())
    # Lines leave out what is for machines, such as the code of what stands there in words; the data have it too.
    assert main(["show", "--json", str(number), "--data-dir", str(kept)]) == 0
    told = capfd.readouterr()
    check(told)
    page = squeezed(seen("".join(_strings(json.loads(told.out)))))
    assert not [ascii(one.text) for one in put if squeezed(seen(one.text)) not in page]
    # Byte for byte it goes to a file, and not to a terminal.
    assert main(["show", "--original", str(number), "--data-dir", str(kept)]) == 0
    assert capfd.readouterr().out.encode() == request
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["show", "--original", str(number), "--data-dir", str(kept)]) == 2
    assert "--out" in capfd.readouterr().err


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, dict)):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _strings(each)
