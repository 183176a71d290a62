"""The command line as a whole: whatever goes wrong is one line on stderr and an exit code, and never a traceback."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from elmeld_tui.cli import main
from elmeld_tui.i18n import set_language
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.store.database import open_database
from elmeld_tui.store.settings import write_clinic

CLINIC = Clinic("Odden legesenter", "9200000", "310412368", (Service("9200001", "Fastlege"),), test=True)


def elmeld(
    *arguments: object, out: str | None = None, python: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as a shell does; ``out`` is a redirection of its standard output, ``python`` options of that."""
    command = [sys.executable, *python, "-m", "elmeld_tui", *map(str, arguments)]
    if out is not None:
        command = ["sh", "-c", f'"$@" {out}', "sh", *command]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    place = tmp_path / "klinikk"
    write_clinic(place, CLINIC)
    open_database(place).close()
    return place


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("log", 10**30), 1),
        (("show", 10**30), 1),
        (("inspect", 10**30), 1),
        (("inspect", "nowhere.xml"), 2),
        (("inspect", "."), 2),
        (("log", "--since", "0001-01-01"), 2),
        (("log", "--limit", "abc"), 2),
        (("audit", "list", "--limit", 10**20), 2),
        (("audit", "list", "--message", 10**20), 2),
        (("draft", "discard", 10**20), 2),
        (("db", "hold", 10**20), 2),
        (("db", "hold", 10**17), 1),
        (("serve", "--port", 10**20), 2),
        (("serve", "--port", 70000), 2),
        (("inspect", "1", "--at", "0001-01-01T00:00:00+14:00"), 1),
        (("log", "status:abc"), 2),
        (("post", "--folder", "abc"), 2),
        (("simulator", "--port", "99999"), 2),
        (("simulator", "--port", "-1"), 2),
        (("demo", "--headless", "--data-dir", "/proc/nowhere"), 3),
        (("nothing",), 2),
        (("--lang", "xx"), 2),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(arguments: tuple[object, ...], code: int, clinic: Path) -> None:
    ended = elmeld(*arguments, ELMELD_DATA_DIR=str(clinic))
    assert ended.stderr.startswith("elmeld")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (code, "", 1)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 and then nothing of the kind" * 99])
@pytest.mark.parametrize("command", [("log",), ("show", "1"), ("inspect", "1")])
def test_a_store_that_is_none_is_told_in_one_line(command: tuple[str, ...], content: bytes, clinic: Path) -> None:
    for file in clinic.glob("elmeld.db*"):
        file.write_bytes(content)
    ended = elmeld(*command, "--data-dir", clinic)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (3, "", 1)


@pytest.mark.parametrize("command", ["engine", "doctor", "receive"])
def test_a_damaged_store_is_told_by_those_who_write_too(command: str, clinic: Path, tmp_path: Path) -> None:
    (clinic / "elmeld.db").write_bytes(b"no store at all" * 999)
    (tmp_path / "a.xml").write_text("<a/>")
    ended = elmeld(command, "--data-dir", clinic, *([tmp_path / "a.xml"] if command == "receive" else []))
    assert ended.returncode in {1, 3}
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_fault_of_the_program_is_told_by_its_place_alone(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("Kari Nordmann 010150")

    monkeypatch.setattr("elmeld_tui.cli.doctor.run", fail)
    assert main(["--data-dir", str(clinic), "doctor"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("elmeld: feil i programmet (RuntimeError, ")
    assert "test_main.py:" in told.err
    assert "Nordmann" not in told.err


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "å.xml").write_text("<a>å</a>", encoding="utf-8")
    full = elmeld("validate", tmp_path / "å.xml", out=">/dev/full")
    assert (full.returncode, full.stderr.count("\n")) == (3, 1)
    for command in ("validate", "show"):
        closed = elmeld(command, tmp_path / "å.xml", out=">&-")
        assert closed.stderr == ""


def test_a_terminal_without_norwegian_letters_still_gets_its_answer(tmp_path: Path) -> None:
    (tmp_path / "brev.xml").write_text("<a>å</a>", encoding="utf-8")
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    # Python itself does not start there where it is installed under a path with such letters: its site cannot be read.
    plain["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    assert elmeld("--help", python=("-S",), **plain).returncode == 0
    shown = elmeld("show", tmp_path / "brev.xml", python=("-S",), **plain)
    assert (shown.returncode, shown.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["lgo"], "ukjent kommando «lgo»; mente du log?"),
        (["xyzzy"], "«elmeld --help» viser alle"),
        (["handled"], "dette må være med: ID"),
        (["handled", "1", "--reason", "x"], "--reason: 'x' finnes ikke; velg blant 'phone'"),
        (["log", "--limit", "mange"], "--limit: «mange» er ikke et helt tall"),
        (["log", "--foo"], "dette er ikke kjent her: --foo"),
        (["log", "1", "--checks", "--thread"], "kan ikke brukes sammen med"),
        (["show", "--format"], "--format: verdien mangler"),
        (["--lang", "en", "log", "--foo"], "unrecognized arguments: --foo"),
        (["--lang", "en", "lgo"], "did you mean log?"),
    ],
)
def test_what_is_mistyped_is_told_of_in_one_line_of_the_users_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: list[str], told: str
) -> None:
    monkeypatch.setattr("elmeld_tui.i18n._current", "nb")
    with suppress(SystemExit):
        assert main(typed) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not said.out


def helped(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        main([*arguments, "--help"])
    return capsys.readouterr().out


def test_help_is_norwegian_to_its_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    said = helped(capsys, "handled")
    assert said.startswith("bruk: elmeld handled")
    assert "vis denne hjelpen" in said
    for told in (said, helped(capsys)):
        assert not any(
            english in told for english in ("usage", "options", "positional", "show this", "show program")
        )


@pytest.fixture
def spoken() -> Iterator[None]:
    """Norwegian again when a test has chosen another language."""
    yield
    set_language("nb")


@pytest.mark.usefixtures("spoken")
def test_examples_are_quoted_as_a_shell_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    """Who copies an example runs it; the quotes of a text would be part of the name."""
    commands = re.findall(r"^    (\S+) {2,}\S", helped(capsys), re.MULTILINE)
    assert "forward" in commands
    for language, word in (("en", "\nexample"), ("nb", "\neksempel")):
        for command in commands:
            _, _, examples = helped(capsys, "--lang", language, command).lower().rpartition(word)
            assert not set(examples) & set("«»“”"), f"{command}: {examples}"


def test_an_engine_whose_port_is_in_use_says_who_may_have_it_and_where_another_is_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object, **__: object) -> None:
        raise OSError(errno.EADDRINUSE, "Address already in use (8181)")

    monkeypatch.setattr("elmeld_tui.engine.service.run", taken)
    monkeypatch.setattr("elmeld_tui.engine.stopping.stop_on_signals", lambda _: None)
    assert main(["--data-dir", str(tmp_path), "engine"]) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "elmeld doctor" in told
    assert "[listen]" in told
    assert "8181" in told
