"""`elmeld code`: lists are searched, shown, and taken in whole or not at all."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.office.conftest import CLINIC

from elmeld_tui.cli import main
from elmeld_tui.messages import codelists
from elmeld_tui.store.settings import write_clinic

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]

FINNKODE = (
    "Kode;Tekst_uten_lengdebegrensning;Tekst_med_maksimalt_60_tegn;Gyldig_fra;Gyldig_til;Rapporteres_til_NPR\r\n"
    "I;(A00-B99) Et kapittel;;1999-01-01T00:00:00;;\r\n"
    "E11;En kategori;;1999-01-01T00:00:00;;Nei\r\n"
    'E11.9;"Sukkersyke; type to";Sukkersyke;1999-01-01T00:00:00;;Ja\r\n'
    "A17.0†;;Kort tekst på ære;1999-01-01T00:00:00;;Ja\r\n"
    "E11.8;Utgått;;1999-01-01T00:00:00;2001-12-31T00:00:00;Ja\r\n"
)


@pytest.fixture(autouse=True)
def built_in_afterwards() -> Iterator[None]:
    yield
    codelists.use(None)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        try:
            code = main(["--json", *map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


def taken_in(run: Run, place: Path, content: bytes, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    file = place / "export"
    file.write_bytes(content)
    write_clinic(place / "clinic", CLINIC)
    return run("code", "import", file, "--data-dir", place / "clinic", *more)


def codes(run: Run, place: Path, codelist: str) -> dict[str, str]:
    found = run("--data-dir", place / "clinic", "code", "search", codelist, "", "--limit", "0")[1]
    return {one["code"]: one["text"] for one in found}


def test_the_lists_are_told_with_what_they_hold(run: Run) -> None:
    code, lists, _ = run("code", "list")
    assert code == 0
    assert {one["list"]: one["name"] for one in lists}["7170"] == "ICPC-2"
    assert all(one["codes"] > 0 and one["imported"] is False for one in lists)


def test_a_code_is_searched_and_shown_by_any_name_of_its_list(run: Run) -> None:
    for name in ("ICPC-2", "icpc-2", "7170", "2.16.578.1.12.4.1.1.7170"):
        shown = {"list": "7170", "oid": "2.16.578.1.12.4.1.1.7170", "code": "T90", "text": "Diabetes type 2"}
        assert run("code", "show", name, "T90") == (0, [shown], "")
        assert run("code", "search", name, "type", "2", "diab")[1] == [shown]
    assert run("code", "search", "ICPC-2", "finnesikke")[0] == 1
    assert run("code", "show", "ICPC-2", "Q99")[0] == 1
    assert run("code", "show", "Q", "Q99")[0] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_any_encoding_and_delimiter_is_told_from_the_file(
    run: Run, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = FINNKODE.replace("†", "*").replace("; type", "~ type").replace(";", delimiter).replace("~", ";")
    code, (told,), err = taken_in(run, tmp_path, text.encode(encoding), "--list", "ICD-10")
    assert (code, err) == (0, "")
    assert (told["list"], told["codes"], told["new"], told["passed_over"]) == ("7110", 2, 2, 3)
    assert codes(run, tmp_path, "ICD-10") == {"E119": "Sukkersyke; type to", "A170": "Kort tekst på ære"}


def test_finnkodes_json_keeps_the_rows_of_the_list_itself(run: Run, tmp_path: Path) -> None:
    rows = [
        {"Kode": "A", "Tekst_uten_lengdebegrensning": "Kapittel", "Kodeverk": "ICPC-2", "Foreldrekode": None},
        {"Kode": "A01", "Tekst_uten_lengdebegrensning": "Smerte", "Kodeverk": "ICPC-2", "Foreldrekode": "A"},
        {"Kode": "A01.0", "Tekst_uten_lengdebegrensning": "Annen", "Kodeverk": "ICPC-2B", "Foreldrekode": "A01"},
    ]
    code, (told,), _ = taken_in(run, tmp_path, json.dumps(rows).encode(), "--list", "ICPC-2")
    assert (code, told["codes"]) == (0, 1)
    assert codes(run, tmp_path, "ICPC-2") == {"A01": "Smerte"}


@pytest.mark.parametrize(
    "data",
    [
        {
            "id": "9999",
            "name": "Liste",
            "codeValues": [{"value": "1", "name": "En"}, {"value": "2", "name": "To"}],
        },
        {
            "id": "9999",
            "name": "Liste",
            "concept": [{"code": "1", "display": "En"}, {"code": "2", "display": "To"}],
        },
        {"9999": {"name": "Liste", "codes": {"1": "En", "2": "To"}}},
    ],
)
def test_other_json_says_itself_which_list_it_is(run: Run, tmp_path: Path, data: dict[str, Any]) -> None:
    code, (told,), _ = taken_in(run, tmp_path, json.dumps(data).encode())
    assert (code, told["list"], told["name"]) == (0, "9999", "Liste")
    assert codes(run, tmp_path, "9999") == {"1": "En", "2": "To"}


def test_what_an_import_changes_is_told(run: Run, tmp_path: Path) -> None:
    assert taken_in(run, tmp_path, b"Kode;Tekst\nA;en\nB;to\nC;tre\n", "--list", "9999")[0] == 0
    _, (told,), _ = taken_in(run, tmp_path, b"Kode;Tekst\nA;en\nB;annet\nD;fire\nD;fire\n", "--list", "9999")
    counted = {name: told[name] for name in ("codes", "new", "changed", "removed", "passed_over")}
    assert counted == {"codes": 3, "new": 1, "changed": 1, "removed": 1, "passed_over": 1}
    (file,) = (tmp_path / "clinic" / "codes").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("Kode;Tekst\nA;en\n;to\nC;\n", ["linje 3", "linje 4"]),
        ("Kode;Tekst\nA;en\nA;to\n", ["linje 3"]),
        ("Kode;Tekst\nA;en;to\n", ["linje 2"]),
        ("Kode;Tekst\nA;en\x07\n", ["linje 2"]),
        ("Nummer;Farge\n1;rød\n", ["Kode;Tekst"]),
        ("Kode;Tekst\n", ["ingen gyldige"]),
        ("", ["Kode;Tekst"]),
        ("PK\x03\x04", ["regneark"]),
        ("<kodeverk/>", ["XML"]),
        ("[1]", ["liste"]),
        ("{", ["JSON"]),
    ],
)
def test_a_file_that_is_wrong_is_told_by_line_and_changes_nothing(
    run: Run, tmp_path: Path, content: str, lines: list[str]
) -> None:
    taken_in(run, tmp_path, b"Kode;Tekst\nX;gammel\n", "--list", "9999")
    code, told, err = taken_in(run, tmp_path, content.encode(), "--list", "9999")
    assert (code, told) == (1, [])
    said = err.splitlines()
    assert len(said) == len(lines) + 1
    assert all(line in one for line, one in zip(lines, said, strict=False))
    assert codes(run, tmp_path, "9999") == {"X": "gammel"}


def test_a_file_that_does_not_say_which_list_it_is_needs_to_be_told(run: Run, tmp_path: Path) -> None:
    code, _, err = taken_in(run, tmp_path, b"Kode;Tekst\nA;en\n")
    assert code == 1
    assert "--list" in err
    assert taken_in(run, tmp_path, b"Kode;Tekst\nA;en\n", "--list", "../x")[0] == 1
    (tmp_path / "export").write_bytes(b"Kode;Tekst\nA;en\n")
    assert run("code", "import", tmp_path / "export", "--list", "1")[0] == 2


def test_seventy_thousand_codes_are_taken_in_and_searched_as_one_types(run: Run, tmp_path: Path) -> None:
    rows = "\n".join(f"{chr(65 + i % 26)}{i:05d};Undersøkelse nummer {i} av venstre øre" for i in range(70_000))
    started = time.process_time()
    code, (told,), _ = taken_in(run, tmp_path, f"Kode;Tekst\n{rows}\n".encode(), "--list", "9999")
    assert (code, told["codes"]) == (0, 70_000)
    # Of the processor: a busy machine must not fail it; a quadratic reader would.
    assert time.process_time() - started < 10
    codelists.use(tmp_path / "clinic" / "codes")
    codelists.search("9999", "varm opp")
    started = time.process_time()
    for typed in ("u", "un", "ore", "venstre ore 69", "finnes ikke"):
        codelists.search("9999", typed)
    assert time.process_time() - started < 1
