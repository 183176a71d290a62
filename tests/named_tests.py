"""Documents that name the tests which hold what they say."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent


def document(name: str) -> str:
    """Return the text of a document in ``docs``."""
    return (TESTS.parent / "docs" / name).read_text(encoding="utf-8")


def named_in(text: str) -> set[tuple[str, str]]:
    """Return the file and the name of each test that a text names as ``file.py::test_name``."""
    return set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", text))


def missing(text: str) -> list[str]:
    """Return the tests that a text names and that are not there."""
    return [f"{file}::{name}" for file, name in sorted(named_in(text)) if name not in written_in(TESTS / file)]


def written_in(path: Path) -> set[str]:
    """Return the names of the tests in a file; none where there is no such file."""
    if not path.exists():
        return set()
    return set(re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE))
