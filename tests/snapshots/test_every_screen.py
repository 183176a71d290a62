"""Every screen there is has its snapshots: on the smallest terminal and on a large one, in colours and without."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from textual.screen import Screen

import elmeld_tui.tui
from elmeld_tui.tui.clinic import PARTS
from tests.snapshots.screens import SCREENS
from tests.snapshots.shown import SHOWN_IN

STOPS = {stop for name, screen in SCREENS.items() for stop in (name, *screen.then)}


def descendants(of: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for one in of.__subclasses__():
        yield one
        yield from descendants(one)


def test_every_screen_of_the_application_is_seen_in_a_snapshot() -> None:
    for module in walk_packages(elmeld_tui.tui.__path__, f"{elmeld_tui.tui.__name__}."):
        import_module(module.name)
    # What others build on is no screen by itself.
    screens = {
        one.__name__
        for one in descendants(Screen)
        if one.__module__.startswith(elmeld_tui.tui.__name__) and not one.__subclasses__()
    }
    assert screens == set(SHOWN_IN)
    assert set(SHOWN_IN.values()) <= STOPS


def test_every_part_of_the_clinic_is_seen_in_a_snapshot() -> None:
    assert {f"clinic_{part.name}" for part in PARTS} <= STOPS


def test_every_stop_has_a_picture_and_a_text_in_both_sizes_and_nothing_else_is_kept() -> None:
    kept = {path.name for path in (Path(__file__).parent / "__snapshots__" / "test_screens").iterdir()}
    assert kept == {
        f"test_screen[{stop}-{size}].{kind}"
        for stop, size, kind in product(STOPS, ("80x24", "140x45"), ("svg", "txt"))
    }
