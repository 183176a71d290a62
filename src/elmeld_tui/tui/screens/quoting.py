"""Choosing which of the patient's results are written into the text, several at a time."""

from __future__ import annotations

from collections.abc import Sequence

from elmeld_tui.i18n import t
from elmeld_tui.office.quoting import Quotable
from elmeld_tui.tui.screens.marking import MarkingScreen, Words
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted, line

_RESULT, _FLAG, _REFERENCE = 18, 10, 16
_WIDE = 84
"""Cells from which the reference interval has a column of its own."""


class QuotingScreen(MarkingScreen[Quotable]):
    """Is dismissed with the results to quote, or None where there shall be none.

    Args:
        results: those that can be, the newest first.
        closed: how many reports the user may not open.
    """

    OPENED_BY = "quote_results"

    def __init__(self, results: Sequence[Quotable], closed: int) -> None:
        words = Words(
            t("Prøvesvar til teksten"),
            t("søk: analyse, dato, over, under"),
            t("Ingen treff. Prøv færre ord."),
            t("tab merker flere · enter skriver dem i teksten · esc lukker"),
        )
        super().__init__(words, results)
        self._hidden_reports = closed

    def identity(self, item: Quotable) -> int:
        """Return which of the results it is."""
        return item.place

    def searched(self, item: Quotable) -> str:
        """Return what was examined and when, by whom, and its laboratory's word on it."""
        return f"{item.day} {item.analysis.title} {item.result} {item.cell.flag_word} {item.cell.laboratory}"

    def draw(self, item: Quotable, mark: str, width: int) -> Line:
        """Return when, what, how much, which side of the reference interval, and the interval where there is room."""
        cell = item.cell
        flag = f"{cell.flag} {cell.flag_word}".strip() if cell.flag else ""
        reference = f" {fitted(cell.value.reference, _REFERENCE)}" if width >= _WIDE else ""
        rest = width - len(f" {mark} {item.day}  ") - _RESULT - 1 - _FLAG - len(reference) - 1
        name = fitted(item.analysis.title, max(0, rest))
        return (
            Span(f" {mark} {item.day} {name} {fitted(item.result, _RESULT)} "),
            Span(fitted(flag, _FLAG), Tone.TROUBLE if flag else Tone.PLAIN),
            Span(reference, Tone.MUTED),
        )

    def summed(self, marked: Sequence[Quotable]) -> Line:
        """Return how many are marked, and that there are reports one does not see."""
        told = t("{n} valgt", n=len(marked))
        if self._hidden_reports:
            closed = t(
                "{n} svarrapporter er ikke med: de er ikke sendt til deg eller gruppene dine.",
                n=self._hidden_reports,
            )
            return line(f"{told} · ! {closed}", Tone.TROUBLE)
        return line(told, Tone.STRONG)
