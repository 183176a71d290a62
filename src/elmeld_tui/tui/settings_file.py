"""A user's own settings files: where they are, what they say, and on which line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.store.settings_edit import lines_of

TERMINAL, KEYMAP = "terminal.toml", "keymap.toml"

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class Problem(NamedTuple):
    """What cannot be used: where it says so (a file and line, or a variable), and what is wrong with it."""

    where: str
    text: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.where}: {self.text}"


class SettingsFile(NamedTuple):
    """A file as read.

    Attributes:
        path: of the file.
        data: what it says; empty where there is no such file, or it cannot be read.
        lines: on which line, from 1, each (table, name) stands; (table, "") is the table's own line.
        problems: why it cannot be read.
    """

    path: Path
    data: dict[str, Any]
    lines: Mapping[tuple[str, str], int]
    problems: tuple[Problem, ...]

    def problem(self, table: str, name: str, text: str) -> Problem:
        """Return ``text`` as a problem at the line of ``name`` in ``table``."""
        return Problem(self.where(table, name), text)

    def where(self, table: str, name: str) -> str:
        """Return the file and line of ``name`` in ``table``."""
        number = self.lines.get((table, name)) or self.lines.get((table, ""))
        return f"{self.path}:{number}" if number else str(self.path)


def user_directory(environment: Mapping[str, str]) -> Path:
    """Return where a user's settings for this program are (XDG Base Directory: ``$XDG_CONFIG_HOME``, ``~/.config``)."""
    base = environment.get("XDG_CONFIG_HOME", "")
    # A relative path there is to be ignored, says the specification.
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "elmeld"


def read_settings_file(path: Path) -> SettingsFile:
    """Read the TOML file ``path``; one that is absent says nothing."""
    try:
        text = path.read_text(encoding="utf-8")
        return SettingsFile(path, tomllib.loads(text), lines_of(text), ())
    except FileNotFoundError:
        return SettingsFile(path, {}, {}, ())
    except UnicodeDecodeError:
        problem = Problem(str(path), t("filen er ikke skrevet i UTF-8"))
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        where = f"{path}:{at[1]}" if at else str(path)
        problem = Problem(where, t("ikke gyldig TOML: {reason}", reason=_AT_LINE.sub("", str(error))))
    except OSError as error:
        problem = Problem(str(path), t("kan ikke leses: {reason}", reason=error.strerror or error))
    return SettingsFile(path, {}, {}, (problem,))
