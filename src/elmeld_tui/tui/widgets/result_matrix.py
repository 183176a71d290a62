"""Results over time as a list: the column of analyses stays in place while keys scroll the times beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import oslo, oslo_date
from elmeld_tui.office.lab_matrix import Analysis, Cell, Matrix, trend
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, cut, fitted
from elmeld_tui.tui.widgets.window_list import WindowList

_TREND, _UNIT, _REFERENCE, _CELL = 8, 8, 13, 12
_WIDE = 100
"""Cells from which the reference interval has a column of its own."""

CHANGED = "E"
"""The mark of a result that its laboratory has changed."""


class ResultMatrix(WindowList[Analysis]):
    """The matrix of a patient; enter on a row is told as `WindowList.Opened`."""

    BINDINGS = bindings(Where.MATRIX)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the framework's name
        super().__init__(
            self._row,
            identity=lambda analysis: analysis.key,
            empty=lambda: t("Ingen laboratorieresultater.") if self._is_told else t("Leser prøvesvarene …"),
            heading=self._head,
            id=id,
        )
        self._times: Sequence[datetime | None] = ()
        self._first = 0
        self._is_told = False

    def tell(self, table: Matrix, *, keep_place: bool) -> None:
        """Show ``table``; what one looks at stays where it is, and what is new comes after it."""
        seen = self._times[self._first] if self._first and keep_place else None
        self._is_told, self._times = True, table.times
        self._first = self._times.index(seen) if seen in self._times and seen is not None else 0
        before = {one.key: place for place, one in enumerate(self.rows)} if keep_place else {}
        rows = sorted(table.analyses, key=lambda one: before.get(one.key, len(before)))
        self.show(rows, keep_cursor=keep_place)
        self.refresh()

    def clear(self) -> None:
        """Show nothing, and say that it is read."""
        self._is_told, self._times, self._first = False, (), 0
        self.show([], keep_cursor=False)
        self.refresh()

    def action_shift(self, columns: int) -> None:
        """Scroll ``columns`` times towards the older."""
        first = max(0, min(self._first + columns, len(self._times) - self._columns))
        if first != self._first:
            self._first = first
            self._shown.clear()
            self.refresh()

    @property
    def _columns(self) -> int:
        """How many times there is room for."""
        return max(1, (self._width - sum(self._fixed(self._width))) // _CELL)

    def _fixed(self, width: int) -> tuple[int, int, int, int]:
        """Return the widths of name, unit, trend and reference, each with a space after it."""
        reference = _REFERENCE + 1 if width >= _WIDE else 0
        return max(16, width * 2 // 9), _UNIT + 1, _TREND + 1, reference

    def _beside(self, width: int) -> Sequence[datetime | None]:
        return self._times[self._first : self._first + max(1, (width - sum(self._fixed(width))) // _CELL)]

    def _head(self, width: int) -> Line:
        width = max(0, width - 1)
        name, unit, trend_width, reference = self._fixed(width)
        shown = self._beside(width)
        days = Counter(oslo_date(time) for time in self._times if time)
        left = len(self._times) - self._first - len(shown)
        fixed = (
            f" {fitted(t('Analyse'), name - 1)}{fitted(t('Enhet'), unit)}{fitted(t('Trend'), trend_width)}"
            f"{fitted(t('Referanse'), reference)}"
        )
        times = "".join(fitted(_when(time, days), _CELL) for time in shown)
        more = f"{'‹' if self._first else ' '}{'›' if left > 0 else ' '}"
        return (*cut((Span(fixed + times, Tone.HEADING),), max(0, width - 2)), Span(more, Tone.KEY))

    def _row(self, analysis: Analysis, width: int) -> Line:
        name, unit, trend_width, reference = self._fixed(width)
        fixed = (
            f" {fitted(analysis.title, name - 2)} "
            f"{fitted(analysis.unit, unit - 1)} "
            f"{fitted(trend(analysis, _TREND), trend_width)}"
            f"{fitted(analysis.reference, reference - 1) + ' ' if reference else ''}"
        )
        return (Span(fixed), *(_cell(analysis.cells.get(time, ())) for time in self._beside(width)))


def _when(time: datetime | None, days: Counter[date]) -> str:
    """Return a column's heading; with the time of day where there are several of one day."""
    if time is None:
        return t("tidligere")
    local = time.astimezone(oslo())
    return local.strftime("%d.%m %H:%M" if days[local.date()] > 1 else "%d.%m.%y")


def _cell(cells: tuple[Cell, ...]) -> Span:
    """Return what was found at one time: number, sign, and a mark where it is changed."""
    if not cells:
        return Span(" " * _CELL)
    told = " ".join(" ".join(f"{one.shown} {_marks(one)}".split()) for one in cells)
    if len(cells) == 1 and cells[0].number is not None:
        told = f"{cells[0].shown:>7} {_marks(cells[0])}"
    # A column is never left without a space, so that two results cannot be read as one.
    text = f"{fitted(told, _CELL - 1)} " if told[:1] != " " else f"{told[: _CELL - 1]:<{_CELL - 1}} "
    return Span(text, Tone.TROUBLE if any(one.flag for one in cells) else Tone.PLAIN)


def _marks(cell: Cell) -> str:
    return f"{cell.flag}{CHANGED if cell.changed else ''}"
