"""Code lists by OID, number and short name."""

from __future__ import annotations

import pytest

from elmeld_tui.messages import codelists
from elmeld_tui.model.codes import NO_CODE, CodedValue


@pytest.mark.parametrize("codelist", ["2.16.578.1.12.4.1.1.7170", "7170", "ICPC-2"])
def test_a_list_is_known_by_any_of_its_names(codelist: str) -> None:
    assert codelists.text(codelist, "T90") == "Diabetes type 2"
    assert codelists.name(codelist) == "ICPC-2 (7170)"


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
