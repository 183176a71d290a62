"""A box that asks for a key by having it pressed: twice, so that one sees first what the terminal sends."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Lines, Tone, line

_ROWS = 3
"""Of what is said of the key that was pressed."""


class KeyPressScreen(ModalScreen[str | None]):
    """Is dismissed with the name of the key that was pressed twice, or None.

    Args:
        title: what it is to be the key of.
        wrong: says why a key, by its name, cannot be it; empty where it can.
    """

    CSS_PATH = resources.styles("key_press")

    def __init__(self, title: str, wrong: Callable[[str], str]) -> None:
        super().__init__()
        self._title, self._wrong = title, wrong
        self._pressed = ""
        self._said, self._tone = t("Trykk tasten du vil ha."), Tone.PLAIN

    def compose(self) -> ComposeResult:
        """What is asked, and what was pressed."""
        with Vertical(id="box"):
            yield Lines(line(self._title, Tone.HEADING))
            yield Lines(id="said")
            yield Lines(line(t("esc lukker uten å endre"), Tone.MUTED))

    def on_resize(self) -> None:
        """Fold anew what is said."""
        self.call_after_refresh(self._draw)

    def take_key(self, event: events.Key) -> None:
        """Take a key, whatever it means elsewhere; the application gives every one to this screen."""
        if event.key == "escape":
            self.dismiss(None)
            return
        word = key_word(event.key)
        if problem := self._wrong(word):
            self._pressed = ""
            self._say(f"! {problem}", Tone.TROUBLE)
        elif word == self._pressed:
            self.dismiss(word)
        else:
            self._pressed = word
            self._say(t("Det var {key}, og den er ledig. Trykk den en gang til for å velge den.", key=word))

    def _say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        self._said, self._tone = text, tone
        self._draw()

    def _draw(self) -> None:
        said = self.query_one("#said", Lines)
        rows = wrap(self._said, max(1, said.container_size.width))
        said.show(*(line(row, self._tone) for row in [*rows, *[""] * (_ROWS - len(rows))]))
