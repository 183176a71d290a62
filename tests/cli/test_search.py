"""Searching from the command line: the words of the search line, in the log and in a mailbox."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.many_messages import fill

from elmeld_tui import i18n
from elmeld_tui.cli import main
from elmeld_tui.store import saved_filters
from elmeld_tui.store.database import open_database

Lines = Callable[..., list[str]]


@pytest.fixture
def lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    database = open_database(tmp_path)
    fill(database, 200)
    with database.transaction() as connection:
        saved_filters.put(connection, getpass.getuser(), "log", "mine feil", "status:feilet status:avvist")
    database.close()

    def run(*arguments: str, code: int = 0) -> list[str]:
        assert main(["--data-dir", str(tmp_path), *arguments]) == code
        captured = capsys.readouterr()
        return (captured.out if code == 0 else captured.err).splitlines()

    return run


def test_the_log_takes_the_words_of_the_search_line(lines: Lines) -> None:
    found = lines("log", "--limit", "0", "status:avvist retning:ut")
    assert found
    assert all("Avvist" in line and "  ut  " in line for line in found)
    assert len(lines("log", "--limit", "0", "type:henvisning -status:godtatt")) < len(
        lines("log", "--limit", "0", "type:henvisning")
    )
    assert lines("log", "finnesikke") == []


def test_the_old_flags_and_the_words_hold_together(lines: Lines) -> None:
    found = [
        json.loads(line) for line in lines("log", "--json", "--direction", "in", "type:epikrise", "fra:fjord")
    ]
    assert found
    assert {(one["communication_type"], one["direction"]) for one in found} == {("discharge_summary", "in")}


def test_a_kept_filter_is_used_by_its_name(lines: Lines) -> None:
    kept = lines("log", "--limit", "0", '@"mine feil"')
    assert kept == lines("log", "--limit", "0", "status:feilet status:avvist")
    assert kept
    assert lines("log", "@andres", code=2) == ["elmeld: @andres: det er ikke lagret noe filter med det navnet."]


def test_a_mailbox_is_listed_folder_by_folder(lines: Lines) -> None:
    inbox = [json.loads(line) for line in lines("post", "--json", "--limit", "0")]
    assert {one["folder"] for one in inbox} == {"inbox"}
    unread = [json.loads(line) for line in lines("post", "--json", "--limit", "0", "ulest")]
    assert [one["id"] for one in unread] == [one["id"] for one in inbox if one["unread"]]
    everything = lines("post", "--folder", "tilbakemelding", "--limit", "0")
    assert len(everything) == len(lines("log", "--limit", "0"))
    assert len(lines("post", "--folder", "Arkiv", "--limit", "3")) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("log", "status:tull"), "status:tull finnes ikke. Velg feilet, avvist,"),
        (("post", "kne tpye:x"), "tpye:x (tegn 5): ukjent søkeord. Velg fra, til,"),
        (("post", "--folder", "skuff"), "mappen «skuff» finnes ikke; velg blant innboks,"),
    ],
)
def test_a_wrong_word_is_one_line_that_says_what_can_be_used(
    lines: Lines, arguments: tuple[str, ...], said: str
) -> None:
    (line,) = lines(*arguments, code=2)
    assert said in line


def test_a_mailbox_with_nothing_in_it_is_told(lines: Lines) -> None:
    (line,) = lines("post", "--mailbox", "person:9", code=1)
    assert "person:9" in line


def test_english_words_are_understood_and_offered(lines: Lines) -> None:
    english = lines("--lang", "en", "log", "--limit", "0", "status:rejected direction:out")
    norwegian = lines("log", "--limit", "0", "status:avvist retning:ut")
    assert len(english) == len(norwegian)
    (said,) = lines("--lang", "en", "log", "status:tull", code=2)
    assert "Choose failed, rejected," in said
    i18n.set_language("nb")


@pytest.mark.parametrize(
    ("sits_there", "nothing", "more"), [(True, "Ingen meldinger", "1 nyeste av 200"), (False, "", "")]
)
def test_who_sits_at_a_terminal_is_told_that_there_is_nothing_or_more_and_a_script_is_not(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    sits_there: bool,
    nothing: str,
    more: str,
) -> None:
    database = open_database(tmp_path)
    fill(database, 200)
    database.close()
    monkeypatch.setattr("sys.stderr.isatty", lambda: sits_there)
    assert main(["--data-dir", str(tmp_path), "log", "finnesikke"]) == 0
    said = capsys.readouterr()
    assert nothing in said.err
    assert said.out == ""
    assert main(["--data-dir", str(tmp_path), "log", "--limit", "1"]) == 0
    said = capsys.readouterr()
    assert more in said.err
    assert bool(said.err) is sits_there
    assert said.out.count("\n") == 1
