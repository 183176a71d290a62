"""A view as plain text for a terminal or a pipe.

Only headings begin in the first column: message content is indented, so that no text in it can pass for one. Control
characters are made visible (`model.harmless`).
"""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.view import Attachment, Field, Section, Table, View

_INDENT = "  "
_WIDEST_LABEL = 26
_GAP = 2
_NARROWEST = 8

# Lists whose codes a clinician reads, by the beginning of their name; the codes of the others are for machines.
_READ_WITH_CODE = ("ICPC", "ICD-10", "ATC")


def as_text(view: View, width: int = 80) -> str:
    """Return ``view`` as lines of at most ``width`` columns where words allow it, ended by a newline."""
    lines = [view.title, "=" * min(len(view.title), width)]
    lines += [f"!! {warning}" for warning in view.banner]
    for section in view.sections:
        lines += ["", section.title, "-" * min(len(section.title), width), *_section(section, width)]
    if problems := [line for attachment in view.attachments for line in _problem(attachment)]:
        lines += ["", *problems]
    return harmless("\n".join(line.rstrip() for line in lines)) + "\n"


def _section(section: Section, width: int) -> Iterator[str]:
    label_width = min(max((len(field.label) for field in section.fields), default=0), _WIDEST_LABEL)
    for field in section.fields:
        yield from _field(field, label_width, width)
    for table in section.tables:
        yield from _table(table, width)
    for number, paragraph in enumerate(section.text):
        if number or section.fields or section.tables:
            yield ""
        yield from _wrapped(paragraph, width, _INDENT)


def _field(field: Field, label_width: int, width: int) -> Iterator[str]:
    code = _code(field)
    start = f"{_INDENT}{field.label.ljust(label_width)}{' ' * _GAP}"
    margin = " " * (len(_INDENT) + label_width + _GAP)
    lines = list(_wrapped(f"{field.value}{code}", width, margin))
    if len(field.label) > label_width:
        yield start.rstrip()
        yield from lines
    else:
        yield start + lines[0][len(margin) :]
        yield from lines[1:]


def _code(field: Field) -> str:
    """The code with the name of its system where a clinician reads both, and the list of a code without words."""
    if not field.codelist or not field.code:
        return ""
    name = field.codelist.partition(" (")[0]
    if name.startswith(_READ_WITH_CODE):
        return f" [{name}]" if field.value == field.code else f" [{name} {field.code}]"
    return f" [{name}]" if field.value == field.code else ""


def _wrapped(text: str, width: int, margin: str) -> Iterator[str]:
    """Wrap ``text`` after ``margin``."""
    return (margin + line for line in _lines(text, max(width - len(margin), 20)))


def _lines(text: str, room: int) -> Iterator[str]:
    """Cut ``text`` into lines of at most ``room``, its own line breaks and indents kept."""
    for line in harmless(text).split("\n"):
        indent = line[: len(line) - len(line.lstrip(" "))][: room // 2]
        for piece in _cut(line.strip(), room - len(indent)):
            yield indent + piece


def _cut(line: str, room: int) -> Iterator[str]:
    """Cut at spaces, and a word that is longer than a line wherever it must; in one pass, however long it is."""
    held = ""
    for word in line.split(" "):
        for start in range(0, max(len(word), 1), room):
            part = word[start : start + room]
            if not held:
                held = part
            elif start == 0 and len(held) + 1 + len(part) <= room:
                held = f"{held} {part}"
            else:
                yield held
                held = part
    yield held


def _table(table: Table, width: int) -> Iterator[str]:
    rows = [table.columns, *table.rows]
    widths = _widths(rows, width - len(_INDENT))
    for number, row in enumerate(rows):
        cells = [list(_lines(cell, room)) for cell, room in zip(row, widths, strict=True)]
        for height in range(max(map(len, cells), default=0)):
            parts = [
                (cell[height] if height < len(cell) else "").ljust(room)
                for cell, room in zip(cells, widths, strict=True)
            ]
            yield _INDENT + (" " * _GAP).join(parts)
        if number == 0:
            yield _INDENT + (" " * _GAP).join("-" * room for room in widths)


def _widths(rows: list[tuple[str, ...]], room: int) -> list[int]:
    """Give each column what it asks for, and take from the widest until all have room."""
    longest = (
        max(len(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=True)
    )
    widths = [min(length, room) for length in longest]
    while sum(widths) + _GAP * (len(widths) - 1) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _problem(attachment: Attachment) -> Iterator[str]:
    if attachment.problem:
        yield f"!! {attachment.name}: {attachment.problem}"
