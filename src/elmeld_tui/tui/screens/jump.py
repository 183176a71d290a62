"""Jump: every list, text and field on the screen gets a letter; the letter goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset, Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.widgets.lines import Lines, Span, Tone, line

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


LETTERS = "asdfghjklqwertyuiopzxcvbnm1234567890"
"""The letters that are given, those under the fingers first; no key of them needs more than one finger."""


def targets(screen: Screen[object]) -> list[tuple[str, Widget, Region]]:
    """Return a letter, a widget and where it is seen, for each part of ``screen`` that can be gone to."""
    seen = []
    for widget in screen.focus_chain:
        shown = screen.find_widget(widget).visible_region
        if shown:
            seen.append((widget, shown))
    return [(letter, widget, shown) for letter, (widget, shown) in zip(LETTERS, seen, strict=False)]


class JumpScreen(ModalScreen[Widget | None]):
    """Is dismissed with where to go, or None.

    Args:
        below: the screen to jump on.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("jump")

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self._targets = targets(below)

    def compose(self) -> ComposeResult:
        """A letter at the corner of each part."""
        for letter, _, region in self._targets:
            label = Lines((Span(f" {letter} ", Tone.CURSOR),))
            label.absolute_offset = Offset(region.x, region.y)
            yield label
        yield Lines(line(t(" Trykk en av bokstavene for å gå dit · esc lukker"), Tone.STRONG), id="how")

    def on_key(self, event: events.Key) -> None:
        """Go where the letter says; any other key is no letter, and closes."""
        event.stop()
        chosen = (widget for letter, widget, _ in self._targets if letter == event.character)
        self.dismiss(next(chosen, None))

    def action_close(self) -> None:
        """Stay."""
        self.dismiss(None)


def open_jump(app: ElmeldApp) -> None:
    """Give every part of the screen a letter, and go where the letter that is pressed says."""

    def chosen(widget: Widget | None) -> None:
        if widget is not None:
            widget.focus()

    if not isinstance(app.screen, JumpScreen):
        app.push_screen(JumpScreen(app.screen), chosen)
