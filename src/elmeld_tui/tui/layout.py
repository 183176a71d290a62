"""Laying out views and timelines as lines of a given width, as a `Paper` shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.view import Attachment, Field, Section, Table, View
from elmeld_tui.tui.actions import key_of
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Layout

_NARROWEST = 12


def view_layout(view: View) -> Layout:
    """Return the layout of a message as a clinician reads it; every text of the view has a place in it."""
    return lambda width: list(_view(view, width))


def text_layout(text: str, tone: Tone = Tone.PLAIN) -> Layout:
    """Return the layout of running text: line breaks kept, long lines folded."""
    return lambda width: [line(row, tone) for row in wrap(text, width)]


def wrap(text: str, width: int) -> list[str]:
    """Return ``text``, made harmless, as lines of at most ``width`` cells: words whole where they fit."""
    rows: list[str] = []
    for paragraph in harmless(text).expandtabs(4).split("\n"):
        row = ""
        for word in _words(paragraph, max(1, width)):
            if cell_len(row) + cell_len(word.rstrip()) > width:
                rows.append(row.rstrip())
                row = word.lstrip()
            else:
                row += word
        rows.append(row.rstrip())
    return rows


_SIGN = re.compile(r" *[✓✗!·→–-] +")
"""What stands before the text of an item."""


def hung(text: str, width: int) -> list[str]:
    """Return ``text`` as `wrap` does; the lines of an item go on under its text, not under the sign before it."""
    rows = []
    for paragraph in text.split("\n"):
        sign = _SIGN.match(paragraph)
        indent = sign.end() if sign else 0
        if indent > width // 2:
            indent = 0
        first, *others = wrap(paragraph[indent:], width - indent)
        rows += [paragraph[:indent] + first, *(" " * indent + row for row in others)]
    return rows


def _words(paragraph: str, width: int) -> Iterator[str]:
    """Yield words with the spaces after them; one that is wider than a line comes in pieces."""
    start = 0
    indent = len(paragraph) - len(paragraph.lstrip(" "))
    while start < len(paragraph):
        space = paragraph.find(" ", max(start, indent))
        end = len(paragraph) if space < 0 else space
        while end < len(paragraph) and paragraph[end] == " ":
            end += 1
        word = paragraph[start:end]
        if cell_len(word.rstrip()) > width:
            *pieces, last = chop_cells(word.rstrip(), width)
            yield from pieces
            yield last + word[len(word.rstrip()) :]
        else:
            yield word
        start = end


def _view(view: View, width: int) -> Iterator[Line]:
    yield (Span(fitted(view.title, width), Tone.HEADING),)
    for warning in view.banner:
        for row in wrap(f"! {warning}", width):
            yield line(row, Tone.TROUBLE)
    for section in view.sections:
        yield ()
        yield from _section(section, width)
    if view.attachments:
        yield ()
        yield line(t("Vedlegg"), Tone.HEADING)
        for number, attachment in enumerate(view.attachments, 1):
            yield from _attachment(number, attachment, width)


def attachments_layout(attachments: Sequence[Attachment]) -> Layout:
    """Return the layout of what is attached to a message, and how it is opened."""
    return lambda width: list(_attachments(attachments, width))


def _attachments(attachments: Sequence[Attachment], width: int) -> Iterator[Line]:
    if not attachments:
        yield line(t("Meldingen har ingen vedlegg."), Tone.MUTED)
        return
    for number, attachment in enumerate(attachments, 1):
        yield from _attachment(number, attachment, width)
    yield ()
    yield line(t("Åpnes med {key}.", key=key_of("post.attachments")), Tone.MUTED)


def _section(section: Section, width: int) -> Iterator[Line]:
    if section.title:
        yield from (line(row, Tone.HEADING) for row in wrap(section.title, width))
    yield from _fields(section.fields, width)
    for table in section.tables:
        yield from _table(table, width)
    for number, paragraph in enumerate(section.text):
        if number or section.fields or section.tables:
            yield ()
        yield from (line(row) for row in hung(paragraph, width))


def _fields(fields: Sequence[Field], width: int) -> Iterator[Line]:
    longest = max((cell_len(harmless(field.label)) for field in fields), default=0)
    label_width = min(longest, max(_NARROWEST, width // 3))
    for field in fields:
        labels = wrap(field.label, label_width)
        code = f"({field.code})" if field.code and field.code != field.value else ""
        values = wrap(field.value, width - label_width - 2)
        codes = [""] * len(values)
        if code:
            last = f"{values[-1]}  {harmless(code)}"
            if cell_len(last) <= width - label_width - 2:
                codes[-1] = "  " + harmless(code)
            else:
                folded = wrap(code, width - label_width - 2)
                values += [""] * len(folded)
                codes += folded
        for index in range(max(len(labels), len(values))):
            label = labels[index] if index < len(labels) else ""
            value, behind = (values[index], codes[index]) if index < len(values) else ("", "")
            yield (
                Span(label + " " * (label_width - cell_len(label) + 2), Tone.MUTED),
                Span(value),
                Span(behind, Tone.MUTED),
            )


def _table(table: Table, width: int) -> Iterator[Line]:
    widths = _column_widths(table, width)
    yield from _table_row(table.columns, widths, Tone.MUTED)
    for row in table.rows:
        yield from _table_row(row, widths, Tone.PLAIN)


def _table_row(cells: Sequence[str], widths: Sequence[int], tone: Tone) -> Iterator[Line]:
    folded = [wrap(cell, room) for cell, room in zip(cells, widths, strict=True)]
    for index in range(max((len(rows) for rows in folded), default=0)):
        parts = [rows[index] if index < len(rows) else "" for rows in folded]
        yield line(
            "  ".join(
                part + " " * (room - cell_len(part)) for part, room in zip(parts, widths, strict=True)
            ).rstrip(),
            tone,
        )


def _column_widths(table: Table, width: int) -> list[int]:
    """Return a width for each column: its widest cell, the widest columns giving way until the table fits."""
    widths = [
        max([cell_len(part) for cell in cells for part in harmless(cell).split("\n")] or [1])
        for cells in zip(table.columns, *table.rows, strict=True)
    ]
    room = max(len(widths), width - 2 * (len(widths) - 1))
    while sum(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= 1:
            break
        widths[widest] -= 1
    return [max(1, column) for column in widths]


def _attachment(number: int, attachment: Attachment, width: int) -> Iterator[Line]:
    size = byte_size(attachment.size)
    description = attachment.description if attachment.description != attachment.name else ""
    text = " · ".join(part for part in (attachment.name, attachment.mime, size, description) if part)
    yield from (line(row) for row in wrap(f"{number}  {text}", width))
    if attachment.problem:
        yield from (line(row, Tone.TROUBLE) for row in wrap(f"   ! {attachment.problem}", width))


def byte_size(size: int) -> str:
    """Return a size as people say it, in Norwegian: ``84 kB``, ``1,2 MB``."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")
