"""A user's own settings files: where they are, what they say, and on which line they say it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from elmeld_tui.i18n import t

TERMINAL, KEYMAP = "terminal.toml", "keymap.toml"

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")
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
        return SettingsFile(path, tomllib.loads(text), _lines(text), ())
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


def _lines(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each table and name; what is written over several lines has its first."""
    table, found = "", dict[tuple[str, str], int]()
    for number, row in enumerate(text.splitlines(), 1):
        if heading := _TABLE.match(row):
            table = heading[1].strip("\"'")
            found.setdefault((table, ""), number)
        elif name := _NAME.match(row):
            found.setdefault((table, name[1] or name[2] or name[3] or ""), number)
    return found


def write_setting(path: Path, table: str, name: str, value: str) -> None:
    """Let ``name`` in ``table`` of the file ``path`` say ``value``; everything else in it stays as it is.

    Args:
        path: the file; made where there is none.
        table: name of the table.
        name: name in it.
        value: as TOML writes it.

    Raises:
        OSError: it cannot be written; what was there stands.
    """
    from elmeld_tui.store.whole_files import replace_file

    rows = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    at = _lines("\n".join(rows))
    if (table, name) in at:
        rows[at[table, name] - 1] = f"{name} = {value}"
    elif (table, "") in at:
        rows.insert(at[table, ""], f"{name} = {value}")
    else:
        rows += [*([""] if rows else []), f"[{table}]", f"{name} = {value}"]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, "".join(f"{row}\n" for row in rows).encode())
