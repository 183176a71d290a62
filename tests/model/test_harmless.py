"""What a terminal may be given."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.model.harmless import harmless, json_line

anything = st.text(st.characters(codec=None), max_size=60)


@given(anything)
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    shown = harmless(text).replace("\n", "").replace("\t", "")
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not [
        c for c in shown if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI"}
    ]
    shown.encode("utf-8")


@given(anything)
def test_no_character_is_lost(text: str) -> None:
    assert len(harmless(text)) == len(text.replace("\r\n", "\n"))


@given(anything)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    once = harmless(text)
    assert harmless(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("B-Hemoglobin 10,2 [g/dL] æøå Iŋgá 👩‍⚕️", "B-Hemoglobin 10,2 [g/dL] æøå Iŋgá 👩‍⚕️"),
        ("\x1b]52;c;AAAA\x07", "␛]52;c;AAAA␇"),
        ("\x9b31m", "\ufffd31m"),
        ("linje 1\r\nlinje 2\tkolonne", "linje 1\nlinje 2\tkolonne"),
        ("over\rskrevet", "over␍skrevet"),
        ("ikke \u202etnatsi", "ikke \ufffdtnatsi"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(anything)
def test_json_is_harmless_and_reads_back_unchanged(text: str) -> None:
    line = json_line({"text": text})
    assert json.loads(line) == {"text": text}
    assert harmless(line) == line
    assert "\n" not in line


@pytest.mark.parametrize("filler", "\u115f\u1160\u3164\uffa0")
def test_a_letter_that_is_nothing_to_see_is_seen(filler: str) -> None:
    assert harmless(f"Ola{filler}Nordmann") == "Ola\ufffdNordmann"
