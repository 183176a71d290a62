"""A dialogue with a line to type in, and below it what fits; enter takes what is under the cursor."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.screen import ModalScreen

from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.widgets.window_list import WindowList

Answer = TypeVar("Answer")

_MOVES = {"up": -1, "down": 1}
_PAGES = {"pageup": -1, "pagedown": 1}


class Picker(ModalScreen[Answer | None]):
    """A dialogue where one picks from a list; is dismissed with None where nothing is picked.

    Attributes:
        LIST: id of the list in it.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    LIST: ClassVar[str]

    @property
    def picks(self) -> WindowList[Any]:
        """The list."""
        return self.query_one(f"#{self.LIST}", WindowList)

    def on_search_line_left(self) -> None:
        """Enter in the line takes what is under the cursor."""
        self.picks.action_choose()

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while one types."""
        if event.key in _MOVES:
            self.picks.action_move(_MOVES[event.key])
        elif event.key in _PAGES:
            self.picks.action_page(_PAGES[event.key])
        else:
            return
        event.stop()

    def action_close(self) -> None:
        """Leave without picking anything."""
        self.dismiss(None)
