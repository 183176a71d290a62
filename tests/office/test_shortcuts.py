"""Text shortcuts: what is filled in, where the cursor comes, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from elmeld_tui.model.shortcuts import Expanded, expand, placeholders
from elmeld_tui.office import shortcuts
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("Uten funn.", Expanded("Uten funn.", 10)),
        ("BT ___/___ i dag", Expanded("BT ___/___ i dag", 3, 3)),
        ("BT | mmHg, {dato}", Expanded("BT  mmHg, 22.11.2026", 3)),
        ("{dato}: | ___", Expanded("22.11.2026:  ___", 12)),
        ("{pasient} {ukjent} {", Expanded("{pasient} {ukjent} {", 20)),
    ],
)
def test_a_text_is_filled_in_and_the_cursor_comes_to_the_blank(text: str, expanded: Expanded) -> None:
    assert expand(text, {"dato": "22.11.2026", "pasient": ""}) == expanded


def test_a_sign_in_a_patient_s_name_moves_no_cursor() -> None:
    assert expand("Til {pasient}.", {"pasient": "A | ___ {dato}", "dato": "x"}).text == "Til A | ___ {dato}."


@pytest.mark.parametrize(
    ("born", "age"), [("1982-05-21", "44"), ("1982-11-22", "44"), ("1982-11-23", "43"), ("", ""), ("ukjent", "")]
)
def test_the_placeholders_know_the_patient_s_age_today(born: str, age: str) -> None:
    known = placeholders("Kari Prøve", date(2026, 11, 22), patient="Ørjan Åsen", born=born)
    assert known == {"dato": "22.11.2026", "meg": "Kari Prøve", "pasient": "Ørjan Åsen", "alder": age}


def test_her_own_shortcut_goes_before_the_clinic_s_of_the_same_name(office: Office) -> None:
    assert shortcuts.keep(office, "bt", "Klinikkens", for_all=True)
    assert shortcuts.keep(office, "bt", "Min")
    assert not shortcuts.keep(office, "bt", "Min, endret")
    assert [(one.name, one.text) for one in shortcuts.known(office)] == [("bt", "Min, endret")]
    colleague = replace(office, user=office.clinic.users[1])
    assert [one.text for one in shortcuts.known(colleague)] == ["Klinikkens"]
    shortcuts.remove(office, "bt")
    assert [one.text for one in shortcuts.known(office)] == ["Klinikkens"]
    with pytest.raises(OfficeError, match="ingen hurtigtast"):
        shortcuts.remove(office, "bt")


@pytest.mark.parametrize(
    "wrong", [{"to ord": "x"}, {"": "x"}, {"bt": "  "}, {"bt": "x" * 10_001}, {"x" * 31: "x"}]
)
def test_of_a_file_with_a_fault_nothing_is_kept(office: Office, wrong: dict[str, str]) -> None:
    with pytest.raises(OfficeError):
        shortcuts.keep_all(office, {"riktig": "x", **wrong})
    assert shortcuts.known(office) == []


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"a": 1}', b"\xff", b"[" * 100_000])
def test_a_file_that_is_something_else_is_told(raw: bytes) -> None:
    with pytest.raises(OfficeError):
        shortcuts.read_texts(raw)
