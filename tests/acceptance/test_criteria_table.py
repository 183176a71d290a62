"""docs/criteria.md is whole: every national criterion has a row, and every test it names is there."""

from __future__ import annotations

import re

from tests.named_tests import TESTS, document, missing

TABLE = document("criteria.md")
ROWS = dict(re.findall(r"^\| ([A-Z]+\d+) \|(.*)$", TABLE, re.MULTILINE))
NUMBERS = {"R": 40, "S": 43, "AU": 9, "AS": 42}


def test_every_criterion_has_a_row_that_names_a_test() -> None:
    wanted = {f"{series}{number}" for series, last in NUMBERS.items() for number in range(1, last + 1)}
    assert set(ROWS) == wanted
    assert [name for name, row in ROWS.items() if "::test_" not in row] == []


def test_every_test_it_names_is_there() -> None:
    assert missing(TABLE) == []


def test_a_test_that_bears_the_number_of_a_criterion_is_in_its_row() -> None:
    for path in TESTS.rglob("test_*.py"):
        for numbers, rest in re.findall(r"def test_((?:(?:as|au|r|s)\d+_)+)(\w+)\(", path.read_text("utf-8")):
            for series, number in re.findall(r"(as|au|r|s)(\d+)_", numbers):
                row = ROWS[f"{series.upper()}{int(number)}"]
                assert f"test_{numbers}{rest}`" in row, f"{path.name}: {numbers}{rest}"
