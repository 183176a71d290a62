"""Code lists by OID, number and short name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.messages import codelists
from elmeld_tui.messages.codelists import searching
from elmeld_tui.model.codes import NO_CODE, CodedValue


@pytest.mark.parametrize("codelist", ["2.16.578.1.12.4.1.1.7170", "7170", "ICPC-2"])
def test_a_list_is_known_by_any_of_its_names(codelist: str) -> None:
    assert codelists.text(codelist, "T90") == "Diabetes type 2"
    assert codelists.name(codelist) == "ICPC-2 (7170)"


@pytest.mark.parametrize(
    ("codelist", "code", "meaning"),
    [
        ("8243", "AN", "Analyse"),
        ("8243", "SY", "Sykmelding"),
        ("8243", "UP", "Ubesvarte prøver"),
        ("8243", "XX", "Uspesifisert"),
        ("8202", "SCI", "Scintigrafi"),
        ("8202", "IMTR", "Immunologi og transfusjonsmedisin"),
        ("8245", "11", "Signert"),
        ("8245", "14", "Undersøkelse slettet"),
        ("9060", "NP", "Naprapat"),
    ],
)
def test_a_code_without_its_text_means_what_the_national_list_says(codelist: str, code: str, meaning: str) -> None:
    assert codelists.text(codelist, code) == meaning


def test_what_is_not_known_stands_as_it_is() -> None:
    assert codelists.text("7170", "Q99") == ""
    assert codelists.text("1.2.3", "A") == ""
    assert codelists.name("1.2.3") == "1.2.3"


def test_search_takes_words_in_any_order_and_code_or_text() -> None:
    found = [entry.value for entry in codelists.search("ICPC-2", "TYPE diabetes")]
    assert found[:2] == ["T89", "T90"]
    assert [entry.value for entry in codelists.search("ICPC-2", "t90")] == ["T90"]
    assert codelists.search("ICPC-2", "finnes ikke") == []
    assert len(codelists.search("ICPC-2", "", limit=5)) == 5


def test_what_begins_with_the_word_comes_first() -> None:
    found = [entry.text for entry in codelists.search("ICPC-2", "hoste")]
    assert found[0] == "Hoste"


def test_an_answer_is_list_and_code() -> None:
    assert codelists.answer("ICPC-2:T90") == CodedValue("T90", "2.16.578.1.12.4.1.1.7170", "Diabetes type 2")
    for wrong in ("T90", "ICPC-2:", "ICPC-2:Q99", "annet:T90", ""):
        assert codelists.answer(wrong) == NO_CODE


def test_there_are_diagnoses_to_choose_from() -> None:
    entries = codelists.entries("ICPC-2")
    assert len(entries) >= 150
    assert len({entry.value for entry in entries}) == len({entry.text for entry in entries}) == len(entries)


def test_there_are_hospital_diagnoses_to_choose_from() -> None:
    entries = codelists.entries("ICD-10")
    assert len(entries) >= 250
    assert len({entry.value for entry in entries}) == len({entry.text for entry in entries}) == len(entries)
    # In messages the codes stand without points.
    assert all(re.fullmatch(r"[A-Z]\d\d\d?", entry.value) for entry in entries)


@pytest.mark.parametrize(
    ("codelist", "typed", "first"),
    [
        ("ICPC-2", "ore", "Øresus"),
        ("ICPC-2", "ØRESUS", "Øresus"),
        ("icd-10", "e11.9", "Diabetes mellitus type 2 uten komplikasjoner"),
        ("ICD-10", "e119", "Diabetes mellitus type 2 uten komplikasjoner"),
        ("ICD-10", "hjertesvikt kong", "Kongestiv hjertesvikt"),
    ],
)
def test_letters_and_points_need_not_be_typed_as_they_are_written(codelist: str, typed: str, first: str) -> None:
    assert codelists.search(codelist, typed)[0].text == first


def test_the_code_comes_before_the_beginning_of_a_text_before_a_word_before_a_part() -> None:
    index = searching.index({"1": "xalt", "2": "en alt", "3": "alt og", "ALT4": "annet", "5": "uten"})
    assert index.search("alt", 9) == ["ALT4", "3", "2", "1"]
    assert index.search("alt", 2) == ["ALT4", "3"]
    assert index.search("", 3) == ["1", "2", "3"]
    assert index.search("alt og", 9) == ["3"]


@given(st.dictionaries(st.text("ABC123", min_size=1, max_size=4), st.text(min_size=1), max_size=8), st.text())
def test_a_search_finds_exactly_what_has_every_word(codes: dict[str, str], typed: str) -> None:
    found = searching.index(codes).search(typed, 99)
    assert len(set(found)) == len(found)
    wanted = searching.fold(typed).split()
    for code, text in codes.items():
        row = f"{searching.fold(code)}\n{searching.fold(text)}"
        assert (code in found) == all(word in row for word in wanted)


def test_an_imported_list_is_chosen_from_and_the_selection_still_read(tmp_path: Path) -> None:
    kept = {"name": "ICPC-2", "codes": {"A99": "Ny kode", "T90": "Diabetes, type to", "A01": "Smerte"}}
    (tmp_path / "7170.json").write_text(json.dumps(kept), "utf-8")
    codelists.use(tmp_path)
    try:
        assert codelists.text("ICPC-2", "T90") == "Diabetes, type to"
        # What the selection has comes first, in its order, so that no default moves.
        assert [one.value for one in codelists.entries("ICPC-2")] == ["A01", "T90", "A99"]
        assert [one.value for one in codelists.search("7170", "ny")] == ["A99"]
        assert codelists.answer("ICPC-2:A03") == NO_CODE
        assert codelists.text("ICPC-2", "A03") == "Feber"
        assert codelists.is_imported("ICPC-2")
        assert not codelists.is_imported("ICD-10")
        (tmp_path / "7110.json").write_text("{", "utf-8")
        with pytest.raises(codelists.ImportedListError, match=r"7110\.json"):
            codelists.search("ICD-10", "x")
    finally:
        codelists.use(None)
    assert codelists.text("ICPC-2", "T90") == "Diabetes type 2"


def test_a_number_no_list_can_have_is_no_list_and_no_file_is_asked_for_it(tmp_path: Path) -> None:
    codelists.use(tmp_path)
    try:
        assert codelists.name("7" * 1000) == "7" * 1000
        assert codelists.text("7" * 1000, "T90") == ""
    finally:
        codelists.use(None)
