"""A search line with completion: what the last word may become is shown below, and tab takes the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from elmeld_tui.model.harmless import harmless
from elmeld_tui.office.search_completion import completions
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, line, line_width
from elmeld_tui.tui.widgets.search_line import SearchLine

_MOST = 12


class QueryLine(Vertical):
    """A line to search from, and what may be typed next.

    Args:
        hint: what may be typed.
        words: what it says to begin with.
        kept: names of the searches that the user has kept.
        last: what was searched for before, which an empty line may become first; empty where nothing was.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False)]

    def __init__(self, hint: str, words: str, kept: Sequence[str], last: str = "") -> None:
        super().__init__(id="query")
        self._line = SearchLine(hint, words)
        self._kept = kept
        self._last = last
        self._found: list[str] = []
        self._problem = ""

    def compose(self) -> ComposeResult:
        """The line, and below it what its last word may become."""
        yield self._line
        yield Lines(id="completions")

    def on_mount(self) -> None:
        """Say what may be typed."""
        self._show_completions(self._line.value)

    @on(SearchLine.Words)
    def _show(self, event: SearchLine.Words) -> None:
        self._show_completions(event.words)

    def _show_completions(self, words: str) -> None:
        again = [self._last] if self._last and not words else []
        self._found = [*again, *completions(words, self._kept)]
        self._show_below()

    def _show_below(self) -> None:
        """Show what the last word may become; where that is nothing, what cannot be understood."""
        below, width = self.query_one("#completions", Lines), self.size.width or self.screen.size.width
        if not self._found:
            told = wrap(f"! {self._problem}", width - 2) if self._problem else []
            below.show(*([line(f" {row}", Tone.TROUBLE) for row in told] or [()]))
            return
        start = self._line.value.rfind(" ") + 1
        spans = [
            Span(f" {harmless(found[start:])} ", Tone.MUTED if number else Tone.KEY, f"screen.complete({number})")
            for number, found in enumerate(self._found[:_MOST])
        ]
        below.show(_whole(spans, width))

    def on_resize(self) -> None:
        """Choose anew what there is room for."""
        self._show_below()

    def complain(self, problem: str) -> None:
        """Say what cannot be understood, where nothing is offered; empty where all can."""
        self._problem = problem
        if self.is_mounted:
            self._show_below()

    def action_complete(self, number: int = 0) -> None:
        """Let the last word become what is offered; with nothing to offer, go on to the next field."""
        if number < len(self._found):
            self._line.say(self._found[number] + ("" if self._found[number].endswith(":") else " "))
            self._line.focus()
        else:
            self.screen.focus_next()


def _whole(words: Sequence[Span], width: int) -> Line:
    """Return those of ``words`` that can be read whole in ``width`` cells, and a sign that there are more."""
    if line_width(tuple(words)) <= width:
        return tuple(words)
    shown: Line = ()
    for word in words:
        if line_width((*shown, word)) > width - 2:
            break
        shown = (*shown, word)
    return (*shown, Span(" …", Tone.MUTED))
