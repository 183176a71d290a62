"""Every fault by every way, from the first moment until nothing is owed; docs/faults.md is what is seen here."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_matrix import CELLS, IN, OUT, Fault
from fault_roads import By
from fault_run import Bench, bench, run

MAKE = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "make_faults.py"))
PAGE = MAKE["PAGE"].read_text(encoding="utf-8")
OUT_LINES, IN_LINES = MAKE["written"](PAGE)
STALE = "write it anew: python docs/make_faults.py"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("store")) as made:
        yield made


@pytest.mark.parametrize(("fault", "way"), CELLS, ids=[f"{fault.name}-{way.name.lower()}" for fault, way in CELLS])
def test_a_fault_ends_as_it_must_and_is_told(fault: Fault, way: By, shared: Bench, tmp_path: Path) -> None:
    seen = run(fault, way, shared, tmp_path)
    assert seen.end == fault.ends[way]
    assert seen.broken == []
    assert bool(seen.told) == bool(seen.end.alerts), "whoever is called is told why, and nobody else"
    for english, norwegian in zip(seen.told, seen.bokmaal, strict=True):
        for here, there in ((english.happened, norwegian.happened), (english.now, norwegian.now)):
            assert here
            assert there
            assert here != there
    lines = OUT_LINES if fault.letter is None else IN_LINES
    assert lines.get((fault.words, way)) == MAKE["line"](fault, seen), STALE


def test_the_page_is_about_these_faults_and_no_others() -> None:
    for lines, faults in ((OUT_LINES, OUT), (IN_LINES, IN)):
        assert set(lines) == {(fault.words, way) for fault in faults for way in fault.ends}, STALE
    assert MAKE["page"](OUT_LINES, IN_LINES) == PAGE, STALE
