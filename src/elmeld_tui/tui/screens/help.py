"""Help: the keys that work in the place one came from, and those that work anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Where, actions, bindings, key_table
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Paper

_KEYS = 20


class HelpScreen(ModalScreen[None]):
    """The keys of a place.

    Args:
        where: the place.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.directory("styles") / "help.tcss"
    AUTO_FOCUS = "#paper"

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        """A box with the keys."""
        with Vertical(id="box"):
            yield Lines(line(t("Taster · {place}", place=self._where.place), Tone.HEADING))
            yield Paper(self._layout_keys, id="paper")
            yield Lines(line(t("esc lukker · ↑ ↓ ruller"), Tone.MUTED))

    def _layout_keys(self, width: int) -> list[Line]:
        places = dict.fromkeys((self._where, Where.EVERYWHERE, Where.LIST, Where.TEXT))
        return [row for where in places for row in _section(where, width)]

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)


def _section(where: Where, width: int) -> Iterator[Line]:
    rows = key_table(actions(where))
    if not rows:
        return
    yield line(where.place, Tone.HEADING)
    for keys, _, text in rows:
        for number, part in enumerate(wrap(text, width - _KEYS - 1)):
            yield (Span(fitted("" if number else keys, _KEYS) + " ", Tone.KEY), Span(part))
    yield ()
