"""What the documentation points at is there, and what it says one can type is a command."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elmeld_tui.cli import COMMANDS
from elmeld_tui.store import settings

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = (ROOT, ROOT / "src" / "elmeld_tui", ROOT / "tests")
"""Where the paths that pages name begin."""

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FILE = re.compile(r"`([a-z_]+/[\w/.-]*(?:\.py|\.md|/))`")
SETTINGS = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^ {4,}(?:\$ )?elmeld (?:--data-dir \S+ )?([a-z][a-z|-]*)", re.MULTILINE)


def _named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_link_and_every_file_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lost = [link for link in LINK.findall(text) if "://" not in link and not (page.parent / link).exists()]
    # A decision tells of its day, and of what was turned down.
    if page.parent.name != "decisions":
        lost += [file for file in FILE.findall(text) if not any((place / file).exists() for place in PLACES)]
    assert lost == []


def _commands(text: str) -> Iterator[str]:
    for found in COMMAND.findall(text):
        yield from found.split("|")


def test_what_one_is_told_to_type_is_a_command_and_every_command_is_told_of() -> None:
    told = {name for page in PAGES for name in _commands(page.read_text(encoding="utf-8"))}
    # A table of figures is headed so.
    assert told - {"with"} <= set(COMMANDS)
    everything = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    untold = [name for name in COMMANDS if f"elmeld {name}" not in everything and name not in told]
    # It is sshd that gives this one.
    assert untold == ["ssh-session"]


def test_what_one_is_told_to_write_in_the_settings_is_read(tmp_path: Path) -> None:
    whole: dict[str, Any] = {}
    for block in SETTINGS.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")):
        for name, value in tomllib.loads(block).items():
            whole[name] = whole.get(name, {}) | value if isinstance(value, dict) else value
    assert set(whole) >= {"clinic", "service", "user", "keys", "mail", "folder", "routes", "store", "retention"}
    clinic = settings._whole(whole, tmp_path / "clinic.toml")
    assert (clinic.operations.port, clinic.retention.envelopes) == (9191, 180)
