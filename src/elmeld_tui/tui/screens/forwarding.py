"""Choosing whom to forward a message to: positions, groups and functions in groups, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.screens.picker import Picker
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.forwarding import Target

_KIND_WIDTH = 9
_KINDS: dict[str, Callable[[], str]] = {
    "position": lambda: t("stilling"),
    "group": lambda: t("gruppe"),
    "function": lambda: t("funksjon"),
}


def _draw(target: Target, width: int) -> Line:
    name = (width - _KIND_WIDTH - 3) * 2 // 5
    who = t("kan ikke velges nå") if target.refusal else ", ".join(target.people)
    return (
        Span(f" {fitted(_KINDS[target.kind](), _KIND_WIDTH)}", Tone.MUTED),
        Span(f" {fitted(target.name, name)} "),
        Span(fitted(who, max(0, width - _KIND_WIDTH - name - 3)), Tone.WAITING if target.refusal else Tone.MUTED),
    )


class ForwardScreen(Picker[str]):
    """Asks to whom; is dismissed with the key of the target, or None.

    Args:
        known: whom one can choose.
    """

    LIST = "targets"
    CSS_PATH = resources.styles("forwarding")

    def __init__(self, known: Sequence[Target]) -> None:
        super().__init__()
        self._known = known

    def compose(self) -> ComposeResult:
        """A line to type in, who fits, and what it means to forward."""
        with Vertical(id="box"):
            yield Lines(line(t(" Videresende til"), Tone.HEADING))
            yield SearchLine(t("stilling, gruppe, funksjon eller navn"))
            yield WindowList(_draw, identity=lambda target: target.key, empty=self._nobody, id=self.LIST)
            yield Lines(
                line(t(" Du har den ikke lenger selv. Et svar du har begynt på, følger ikke med."), Tone.MUTED),
                id="note",
            )
            yield Lines(line(t(" enter velger · esc lukker"), Tone.MUTED))

    def _nobody(self) -> str:
        if self._known:
            return t("Ingen treff. Prøv færre ord.")
        return t("Klinikken har ingen stillinger eller grupper ennå.")

    def on_mount(self) -> None:
        """Show everybody to begin with."""
        self.picks.styles.height = max(1, len(self._known))
        self.picks.show(self._known)

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Show who fits what is typed: each word in the name of the target, or of somebody it is now."""
        words = event.words.casefold().split()
        said = {target.key: " ".join((target.name, *target.people)).casefold() for target in self._known}
        fits = [target for target in self._known if all(word in said[target.key] for word in words)]
        self.picks.show(fits, keep_cursor=False)

    @on(WindowList.Opened, "#targets")
    def _chosen(self, event: WindowList.Opened) -> None:
        target: Target = event.row
        if target.refusal:
            self.query_one("#note", Lines).show(line(f" ! {target.refusal}", Tone.TROUBLE))
        else:
            self.dismiss(target.key)
