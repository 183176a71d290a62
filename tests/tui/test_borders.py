"""No text reaches the framework's widgets but through the border: held by reading the code.

The framework reads a plain text as markup and passes control characters on. So its text widgets are used only in the
modules that wrap them, its segments are made only where text is made harmless, and its notices only by the
application's own two ways of saying something.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import elmeld_tui.tui

ROOM = Path(elmeld_tui.tui.__file__).parent
WRAPPERS = {
    "screens/filters.py",
    "screens/lock.py",
    "widgets/entry.py",
    "widgets/fields.py",
    "widgets/insertion.py",
    "widgets/pasted.py",
    "widgets/patient_finder.py",
    "widgets/search_line.py",
}
PRIVATE_NAMES = {"keys.py", "terminal_input.py", "wire.py"}
SEGMENTS = {"widgets/lines.py", "safe_text.py", "wire.py"}
"""Where text becomes segments, where what got past that is stopped, and where drawn cells are put together again."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOM.rglob("*.py")):
        yield str(path.relative_to(ROOM)), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def called(tree: ast.Module) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


MODULES = dict(modules())


@pytest.mark.parametrize("name", sorted(set(MODULES) - WRAPPERS))
def test_the_frameworks_text_widgets_are_left_to_their_wrappers(name: str) -> None:
    assert not {each for each in imported(MODULES[name]) if each.startswith("textual.widgets")}


@pytest.mark.parametrize("name", sorted(set(MODULES) - SEGMENTS))
def test_segments_are_made_where_text_is_made_harmless(name: str) -> None:
    assert "Segment" not in called(MODULES[name])


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"application.py"}))
def test_notices_go_through_the_applications_own_words(name: str) -> None:
    assert not called(MODULES[name]) & {"notify", "from_markup", "panic"}


@pytest.mark.parametrize("name", sorted(set(MODULES) - PRIVATE_NAMES))
def test_the_frameworks_private_modules_are_left_alone(name: str) -> None:
    assert not {each for each in imported(MODULES[name]) if each.startswith("textual._")}
