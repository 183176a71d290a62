"""One analysis over time as a page: a plot with the reference interval, and every result in words below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.reference_intervals import limits
from elmeld_tui.office.lab_matrix import Analysis, Cell
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Layout

_ROWS = 7
_STEP = 4
_SIGNS = {"": "●", "↑": "▲", "↓": "▼"}
_SCALE = 10


def analysis_layout(analysis: Analysis) -> Layout:
    """Return the page of an analysis."""
    return lambda width: list(_page(analysis, width))


def _page(analysis: Analysis, width: int) -> Iterator[Line]:
    unit = f" ({analysis.unit})" if analysis.unit else ""
    for row in wrap(f"{analysis.title}{unit}", width):
        yield line(row, Tone.HEADING)
    if analysis.reference:
        yield from (line(row) for row in wrap(t("Referanse {reference}", reference=analysis.reference), width))
    measured = [cell for cell in analysis.every if cell.number is not None and cell.value.taken is not None]
    fits = max(1, (width - _SCALE - 2) // _STEP)
    if len(measured) > 1:
        yield ()
        yield from _plot(list(reversed(measured[:fits])), analysis.reference, width)
        yield line(
            t("● innenfor  ▲ over  ▼ under  ┄ referansegrense; fra eldst til nyest, {n} av {all}",
              n=min(fits, len(measured)), all=len(measured)),
            Tone.MUTED,
        )  # fmt: skip
    yield ()
    for time, cells in analysis.cells.items():
        at = clock.short(time) if time else t("tidligere")
        for cell in cells:
            tone = Tone.TROUBLE if cell.flag else Tone.PLAIN
            for number, row in enumerate(wrap(" · ".join(_told(cell, analysis)), max(1, width - 16))):
                yield (Span(fitted("" if number else at, 16), Tone.MUTED), Span(row, tone))


def _told(cell: Cell, analysis: Analysis) -> Iterator[str]:
    """Yield what is known of one result."""
    yield f"{cell.shown} {cell.value.unit}".strip()
    if cell.flag:
        yield f"{cell.flag} {cell.flag_word}"
    if cell.changed:
        yield t("endret av laboratoriet")
    if cell.value.reference and cell.value.reference != analysis.reference:
        yield t("Referanse {reference}", reference=cell.value.reference)
    if cell.laboratory:
        yield cell.laboratory
    if cell.value.comment:
        yield cell.value.comment


def _plot(cells: Sequence[Cell], reference: str, width: int) -> Iterator[Line]:
    """Yield the rows of the plot: the limits as dotted lines, each number by a sign that tells its side of them."""
    low, high = limits(reference)
    numbers = [cell.number or 0.0 for cell in cells]
    every = [*numbers, *(limit for limit in (low, high) if limit is not None)]
    bottom, top = min(every), max(every)

    def row_of(number: float) -> int:
        return _ROWS // 2 if top == bottom else round((top - number) / (top - bottom) * (_ROWS - 1))

    scale = {row_of(limit): _number(limit) for limit in (low, high) if limit is not None}
    for y in range(_ROWS):
        ground = "┄" if y in scale else " "
        signs = (
            _SIGNS[cell.side] if row_of(number) == y else ground
            for cell, number in zip(cells, numbers, strict=True)
        )
        drawn = "".join(f"{ground * (_STEP - 1)}{sign}" for sign in signs)
        label = scale.get(y) or (_number(top) if y == 0 else _number(bottom) if y == _ROWS - 1 else "")
        yield line(f"{label:>{_SCALE}} {drawn}{ground}"[:width])


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
