"""A dialog with a line to type in and the matches below it; enter takes the one under the cursor."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.screen import ModalScreen

from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Lines, line
from elmeld_tui.tui.widgets.window_list import WindowList

Answer = TypeVar("Answer")

_MOVES = {"up": -1, "down": 1}
_PAGES = {"pageup": -1, "pagedown": 1}


class About(Lines):
    """What is said of the row under the cursor, whole: the list itself may have room for its beginning only."""

    def __init__(self) -> None:
        super().__init__((), (), id="about")
        self._said = ""

    def tell(self, said: str) -> None:
        """Say ``said`` from now on, in two lines."""
        self._said = said
        self.on_resize()

    def on_resize(self) -> None:
        """Fold it anew."""
        first, second, *_ = [*wrap(self._said, max(1, self.size.width - 1)), "", ""]
        self.show(line(f" {first}"), line(f" {second}"))


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
