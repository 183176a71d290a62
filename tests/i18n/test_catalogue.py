"""The English catalogue is whole: every text has its translation, none is left over, and the blanks agree."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from elmeld_tui import i18n

PACKAGE = Path(i18n.__file__).parents[1]
CATALOGUES = sorted((PACKAGE / "i18n" / "en").glob("*.json"))


def _texts() -> Iterator[tuple[str, str]]:
    """Yield every text passed to ``t``, with the place it stands."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{place}: t() takes a literal"
                assert isinstance(first.value, str), f"{place}: t() takes a text"
                yield first.value, place


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_text_has_an_english_one() -> None:
    english = {text for path in CATALOGUES for text in json.loads(path.read_text(encoding="utf-8"))}
    missing = sorted({f"{place}: {text}" for text, place in _texts() if text not in english})
    assert not missing, "\n".join(missing)


def test_no_translation_is_left_over() -> None:
    used = {text for text, _ in _texts()}
    left = {
        f"{path.name}: {text}"
        for path in CATALOGUES
        for text in json.loads(path.read_text("utf-8"))
        if text not in used
    }
    assert not left, "\n".join(sorted(left))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_blanks_of_both_texts_agree(path: Path) -> None:
    for norwegian, english in json.loads(path.read_text(encoding="utf-8")).items():
        assert english.strip(), norwegian
        assert _blanks(norwegian) == _blanks(english), norwegian


def test_one_text_has_one_translation() -> None:
    seen: dict[str, str] = {}
    for path in CATALOGUES:
        for norwegian, english in json.loads(path.read_text(encoding="utf-8")).items():
            assert seen.setdefault(norwegian, english) == english, f"{path.name}: {norwegian}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_english_is_quoted_as_english_is(path: Path) -> None:
    assert not [english for english in json.loads(path.read_text("utf-8")).values() if set(english) & set("«»")]
