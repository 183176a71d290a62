"""The commands, at a clinic where everything that is kept is hostile and with arguments that are."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.cli import COMMANDS, _parser, main
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
    ["patient", "show", "1"],
    ["patient", "post", "1"],
    ["patient", "results", "1"],
    ["alert", "list"],
    ["alert", "show", "1"],
    ["draft", "list"],
    ["draft", "show", "1"],
    ["shortcut", "list"],
    ["user", "list"],
    ["group", "list"],
    ["position", "list"],
    ["code", "list"],
    ["cpa", "list"],
    ["cert", "list"],
    ["ssh-keys", "list"],
    ["audit", "list"],
    ["audit", "head"],
    ["config", "show"],
    ["db", "stat"],
    ["retention", "list"],
)
"""Commands that answer with what is kept, in lines or as data."""

ASKED = (
    ["show", "4", "--format", "html"],
    ["show", "4", "--attachment", "1"],
    ["address", "a"],
    ["code", "search", "9057", "lege"],
    ["code", "show", "9057", "1"],
    ["alert", "handle", "1"],
    *([command, "1"] for command in ("retry", "resend", "recreate", "handled", "decide", "forward", "bundle")),
    *(["cpa", command, "1"] for command in ("show", "check", "export")),
    ["cert", "check", "8094001"],
    ["ssh-keys", "lookup", "lege", "a"],
    ["audit", "verify"],
    ["db", "check"],
    ["doctor"],
    ["keys"],
    ["config", "example"],
    ["config", "validate"],
    ["config", "schema", "keymap"],
    ["draft", "recover", "1"],
    ["draft", "discard", "1"],
)
"""Commands that may answer no, or otherwise than asked; whatever they say is held against a terminal."""

FILES = {"validate", "inspect", "receive", "compose", "send", "cpa import", "code import", "shortcut import"}
"""Commands on a file that somebody has sent; `tests/cli` gives them hostile ones."""

TOLD = {
    *(f"user {act}" for act in ("add", "change", "grant", "revoke", "deactivate", "activate", "unlock-code")),
    *(f"group {act}" for act in ("add", "change", "close", "open", "member")),
    *(f"position {act}" for act in ("add", "hold", "vacate")),
    *(f"db {act}" for act in ("backup", "restore", "migrate", "purge", "encrypt", "hold")),
    *("ssh-keys add", "ssh-keys remove", "shortcut add", "shortcut remove", "retention set"),
}
"""Commands that do what they are told and say that; what they are told may be hostile, see below."""


def test_every_command_is_fuzzed() -> None:
    commands = {" ".join(command) for command in _leaves(_parser(COMMANDS))}
    answering = {
        next(name for name in commands if f"{' '.join(words)} ".startswith(f"{name} ")) for words in LISTS + ASKED
    }
    assert commands == answering | FILES | TOLD | _RUN_ON


def _leaves(parser: argparse.ArgumentParser, *above: str) -> Iterator[tuple[str, ...]]:
    inner = [act for act in parser._actions if isinstance(act, argparse._SubParsersAction)]
    if not inner:
        yield above
    for act in inner:
        for name, each in act.choices.items():
            yield from _leaves(each, *above, name)


def test_no_list_says_what_a_terminal_obeys(kept: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = ""
    for command in LISTS:
        for form in ([], ["--json"]):
            assert main([*command, *form, "--data-dir", str(kept)]) == 0, command
            told = capfd.readouterr()
            check(told)
            said += told.out
    assert "Ørjan" in said


def test_no_answer_says_what_a_terminal_obeys(
    kept: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kept)
    for command in ASKED:
        for form in ([], ["--json"]):
            assert main([*command, *form, "--data-dir", str(kept)]) in {0, 1, 2, 3}
            check(capfd.readouterr())


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
