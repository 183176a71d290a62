"""An application as its terminal gets it: only safe text, only what has changed, and the cursor in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from elmeld_tui.tui.looks import Look
from elmeld_tui.tui.safe_text import ControlFilter
from elmeld_tui.tui.themes import WithoutColours
from elmeld_tui.tui.widgets.lines import Toned
from elmeld_tui.tui.wire import Difference, shown_on

_ONE_FRAME = 0.03
"""Seconds in which a new screen gets its parts together."""


class DrawnApp(App[None]):
    """What is between the framework's picture and the terminal.

    Args:
        driver_class: what writes to the terminal; None for the framework's own.
    """

    def __init__(self, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class=driver_class)
        self._control_filter = ControlFilter()
        self._colour_filter = WithoutColours()
        self._shown = shown_on(self.console)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the framework's filters, the one for no colours, and the last border before the terminal."""
        colourless = [self._colour_filter] if self.theme == Look.MONOCHROME else []
        return [*super().get_line_filters(), *colourless, self._control_filter]

    def on_mount(self) -> None:
        """A terminal that somebody comes back to may show something else by now."""
        self.app_resume_signal.subscribe(self, lambda _app: self._shown.forget())

    def on_resize(self) -> None:
        """A terminal that gets another size may throw away what it shows."""
        self._shown.forget()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Write of the framework's update what the terminal does not show yet; where that is nothing, nothing."""
        self._place_cursor()
        update = self._shown.difference(renderable)
        if (
            isinstance(update, Difference)
            and not update
            and self.cursor_position == self._previous_cursor_position
        ):
            self.post_display_hook()
        else:
            super()._display(screen, update)

    def _place_cursor(self) -> None:
        """Let the terminal's own cursor stand where the keys go: what braille displays and magnifiers follow."""
        focused = self.focused
        if isinstance(focused, Toned):
            self.cursor_position = focused.content_region.offset + focused.cursor_cell
        elif (place := getattr(focused, "cursor_screen_offset", None)) is not None:
            # A field knows where one writes, and may have been scrolled since it said so.
            self.cursor_position = place

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:
        """Push a screen and draw it once, when it is whole; the framework would draw every step on the way."""
        self.delay_update(_ONE_FRAME)
        return super().push_screen(*args, **kwargs)

    def pop_screen(self) -> AwaitComplete:
        """Pop the screen and draw what was under it once."""
        self.delay_update(_ONE_FRAME)
        return super().pop_screen()

    def action_redraw(self) -> None:
        """Write the whole screen again, where something else has written on the terminal."""
        self._shown.forget()
        self.screen.refresh()

    def give_terminal(self, text: str) -> None:
        """Ask the terminal to put ``text`` on its clipboard (OSC 52)."""
        super().copy_to_clipboard(text)
