"""A line one types on."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from elmeld_tui.model.harmless import harmless
from elmeld_tui.tui.widgets.pasted import flat, pasted_line, take, take_typed


class Entry(Input):
    """A line that shows all of what it says, and nothing that a terminal obeys.

    Args:
        text: what it says to begin with.
        hint: what may be typed.
        name: of the field it is.
        id: the framework's.
        secret: whether what is written is hidden.
    """

    def __init__(
        self,
        text: str = "",
        *,
        hint: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the framework's name
        secret: bool = False,
    ) -> None:
        super().__init__(
            on_one_line(text),
            placeholder=on_one_line(hint),
            name=name,
            id=id,
            password=secret,
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False

    def say(self, text: str) -> None:
        """Let it say ``text``, and the cursor stand behind it."""
        self.value = on_one_line(text)
        self.cursor_position = len(self.value)

    def on_paste(self, event: events.Paste) -> None:
        """Take all of what can be seen."""
        take(self, event, one_line=True)

    async def on_key(self, event: events.Key) -> None:
        """Write every character that can be seen."""
        take_typed(self, event)

    def action_copy(self) -> None:
        """Copy what is marked, unless it is hidden: then nobody else shall see it either."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Copy what is marked, and take it out; what is hidden is only taken out."""
        if self.password:
            self.delete_selection()
        else:
            super().action_cut()

    def action_paste(self) -> None:
        """Put in what was copied in this program, all of it."""
        self.replace(pasted_line(self.app.clipboard), *sorted(self.selection))


def on_one_line(text: str) -> str:
    """Return ``text`` harmless, on one line: the framework draws the first line alone, and the cursor beside a tab."""
    return flat(harmless(text))
