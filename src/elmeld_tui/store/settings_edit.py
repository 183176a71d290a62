"""Changing one setting in a TOML file that people edit: everything else in it stays as it is, comments too.

The result is parsed before it is saved, and must equal the old file but for the one setting. So a way of writing that
is not known here leads to a refusal, never to a broken file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.store.toml_values import toml

Value = str | int | bool | Sequence[str]

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_ONE_OF_MANY = re.compile(r"\s*\[\[")
_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*=""")
_OWNERS_ALONE = 0o600


class UnchangeableError(ValueError):
    """The file is written in a way that this cannot change; the text says so, and what to do."""


def lines_of(text: str) -> dict[tuple[str, str], int]:
    """Return the line, from 1, of each (table, name); what is written over several lines has its first.

    (table, "") is the table's own line; what stands before any table is in the table "".
    """
    table, found = "", dict[tuple[str, str], int]()
    for number, row in enumerate(text.split("\n"), 1):
        if heading := _TABLE.match(row):
            table = heading[1].strip("\"'")
            found.setdefault((table, ""), number)
        elif _ONE_OF_MANY.match(row):
            table = row.strip()
        elif name := _NAME.match(row):
            found.setdefault((table, name[1] or name[2] or name[3] or ""), number)
    return found


def write_setting(path: Path, table: str, name: str, value: Value | None) -> None:
    """Let ``name`` in ``table`` of the file ``path`` say ``value``; everything else in it stays as it is.

    Args:
        path: the file; made where there is none, for its owner alone.
        table: name of the table.
        name: name in it.
        value: what it shall say; None takes it out.

    Raises:
        OSError: it cannot be read or written; what was there stands.
        UnchangeableError: it is no valid TOML, or is written in a way that this cannot change.
    """
    # The terminal reads settings before its first screen, and writes one when it has time.
    from elmeld_tui.store.whole_files import replace_file

    file, mode, text = path.resolve(), _OWNERS_ALONE, ""
    if file.exists():
        mode = file.stat().st_mode & 0o777
        text = _read(file)
    else:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(file, changed(text, table, name, value, path).encode("utf-8"), mode=mode)


def _read(file: Path) -> str:
    try:
        # Not as text: line ends are to stay what they are.
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnchangeableError(t("{path} er ikke skrevet i UTF-8", path=file)) from error


def changed(text: str, table: str, name: str, value: Value | None, path: Path) -> str:
    """Return the text of a file with ``name`` in ``table`` saying ``value``, or gone where that is None.

    Raises:
        UnchangeableError: see `write_setting`.
    """
    try:
        wanted = _wanted(tomllib.loads(text), table, name, value)
    except tomllib.TOMLDecodeError as error:
        raise UnchangeableError(t("{path} er ikke gyldig TOML: {reason}", path=path, reason=error)) from error
    for candidate in _candidates(text, table, name, value):
        if _reads_as(candidate, wanted):
            return candidate
    raise UnchangeableError(
        t("{path}: «{name}» i [{table}] må endres i filen selv.", path=path, name=name, table=table)
    )


def _wanted(data: dict[str, Any], table: str, name: str, value: Value | None) -> dict[str, Any]:
    """Return what a file shall say; a table that nothing is left in may stay."""
    content = data.get(table, {})
    rest = {key: said for key, said in content.items() if key != name} if isinstance(content, dict) else {}
    said = value if isinstance(value, str | int | None) else list(value)
    return data | {table: rest if value is None else {**rest, name: said}}


def _candidates(text: str, table: str, name: str, value: Value | None) -> Iterator[str]:
    """Yield texts that may be what is wanted, the one that changes least first."""
    rows = text.split("\n")
    at, ending = lines_of(text), "\r" if rows[0].endswith("\r") else ""
    if (table, name) in at:
        first = at[table, name] - 1
        new = [] if value is None else [_said_again(rows[first], value)]
        # A value may go on over lines that nothing but the whole tells the end of.
        for end in range(first + 1, len(rows) + 1):
            yield "\n".join([*rows[:first], *new, *rows[end:]])
    elif value is None:
        yield text
    else:
        new = [f"{name} = {toml(value)}{ending}"]
        if (table, "") in at:
            heading = at[table, ""]
            # The heading may be the last line, without an end of its own.
            before = [row.rstrip("\r") + ending for row in rows[heading - 1 : heading]]
            yield "\n".join([*rows[: heading - 1], *before, *new, *(rows[heading:] or [""])])
        else:
            written = rows[:-1] if rows[-1] == "" else [*rows[:-1], rows[-1] + ending]
            gap = [ending] if written else []
            yield "\n".join([*written, *gap, f"[{table}]{ending}", *new, ""])


def _said_again(row: str, value: Value) -> str:
    """Return the line of a setting with another value, and with the comment behind it."""
    name = _NAME.match(row)
    assert name is not None
    start = f"{row[: name.end()]} {toml(value)}"
    for mark in re.finditer("#", row):
        before = row[: mark.start()]
        if _is_toml(before):
            return start + before[len(before.rstrip()) :] + row[mark.start() :]
    return start + ("\r" if row.endswith("\r") else "")


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _reads_as(text: str, wanted: dict[str, Any]) -> bool:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    # A table that was not there and has nothing in it says nothing.
    return {name: said for name, said in found.items() if said != {}} == {
        name: said for name, said in wanted.items() if said != {}
    }
