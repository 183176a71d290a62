"""Fields for choosing one or several of a few values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Offset

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.fields import Edited
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, line
from elmeld_tui.tui.widgets.unwritten import UnwrittenField

_FEW = 6
"""So many choices are gone through one by one; of more, all are shown in a list."""


class ChoiceField(UnwrittenField):
    """One of a few; left and right, or space, go through them, and enter shows them all."""

    unread = ""

    def __init__(self, name: str, choices: Sequence[CodedValue], *, title: str = "") -> None:
        super().__init__(())
        self._field = name
        self._title = title
        self._choices = choices
        self._at = 0

    @property
    def answer(self) -> str:
        """The code that is chosen."""
        return self._choices[self._at].value if self._choices else ""

    def fill(self, answer: str | list[str]) -> None:
        """Choose the code ``answer``, where it is one of the choices."""
        codes = [choice.value for choice in self._choices]
        if isinstance(answer, str) and answer in codes:
            self._at = codes.index(answer)
        self._draw()

    def on_mount(self) -> None:
        """Show the first choice."""
        self._draw()

    def on_focus(self) -> None:
        """Show that keys come here."""
        self._draw(focused=True)

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self._draw(focused=False)

    def _draw(self, *, focused: bool | None = None) -> None:
        focused = self.has_focus if focused is None else focused
        if not self._choices:
            return
        text = _said(self._choices[self._at])
        number = f"{self._at + 1}/{len(self._choices)}"
        tone = Tone.CURSOR if focused else Tone.CHOSEN
        told = f"  {number}" + (self._how() if focused else "")
        room = self.size.width or 1_000
        if cell_len(text) + 6 + cell_len(told) <= room:
            self.show((Span(f" ‹ {text} › ", tone), Span(told, Tone.MUTED)))
            return
        # What is too long for a line is folded: one must see all of what one has chosen.
        first, *further = wrap(f"{text} ›", max(1, room - 4))
        rows: list[Line] = [line(f" ‹ {first} ", tone), *(line(f"   {row} ", tone) for row in further)]
        self.show(*rows, line(f" {told}", Tone.MUTED))

    def _how(self) -> str:
        return t("  ← → velger") if len(self._choices) <= _FEW else t("  ← → velger · enter viser alle")

    def on_resize(self) -> None:
        """Fold the choice anew."""
        self.call_after_refresh(self._draw)

    def on_key(self, event: events.Key) -> None:
        """Go to the next choice, or the one before; or have them all shown."""
        if self.is_written(event):
            return
        step = {"right": 1, "space": 1, "left": -1}.get(event.key)
        if event.key == "enter" and len(self._choices) > _FEW:
            event.stop()
            self._show_all()
        elif step is not None and self._choices:
            event.stop()
            self._choose((self._at + step) % len(self._choices))

    def _show_all(self) -> None:
        from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._choose(int(answer))

        every = [Choice(str(place), _said(choice)) for place, choice in enumerate(self._choices)]
        self.app.push_screen(ChoiceScreen(self._title, "", every, at=self._at), chosen)

    def _choose(self, at: int) -> None:
        self._at = at
        self._draw()
        # A longer text may have come to stand below the last line of the screen.
        self.call_after_refresh(self.scroll_visible, animate=False)
        self.post_message(Edited(self._field))

    def on_click(self) -> None:
        """Go to the next choice."""
        if self._choices:
            self._choose((self._at + 1) % len(self._choices))


def _said(choice: CodedValue) -> str:
    return choice.text or choice.value or t("ikke valgt")


class ManyChoicesField(UnwrittenField):
    """Any of a few; up and down move, space takes one or lets it go."""

    unread = ""

    def __init__(self, name: str, choices: Sequence[CodedValue]) -> None:
        super().__init__()
        self._field = name
        self._choices = [choice for choice in choices if choice.value]
        self._taken: set[str] = set()
        self._starts: list[int] = []
        self._at = 0

    @property
    def answer(self) -> list[str]:
        """The codes that are taken, in the order they stand."""
        return [choice.value for choice in self._choices if choice.value in self._taken]

    @property
    def cursor_cell(self) -> Offset:
        """The choice that space takes."""
        return Offset(0, self._starts[self._at] if self._starts else 0)

    def fill(self, answer: str | list[str]) -> None:
        """Take the codes of ``answer``."""
        self._taken = {answer} if isinstance(answer, str) else set(answer)
        self._draw(focused=self.has_focus)

    def on_mount(self) -> None:
        """Show the choices."""
        self._draw(focused=False)

    def on_focus(self) -> None:
        """Show that keys come here."""
        self._draw(focused=True)

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self._draw(focused=False)

    def _draw(self, *, focused: bool) -> None:
        rows: list[Line] = []
        self._starts = []
        for number, choice in enumerate(self._choices):
            self._starts.append(len(rows))
            tone = Tone.CURSOR if focused and number == self._at else Tone.PLAIN
            mark = "x" if choice.value in self._taken else " "
            room = max(1, (self.size.width or 1_000) - 6)
            first, *further = wrap(choice.text or choice.value, room)
            rows += [line(f" [{mark}] {first} ", tone), *(line(f"     {row} ", tone) for row in further)]
        if focused:
            rows.append(line(t(" ↑ ↓ flytter · mellomrom velger"), Tone.MUTED))
        self.show(*rows)

    def on_resize(self) -> None:
        """Fold the choices anew."""
        self.call_after_refresh(self._draw, focused=self.has_focus)

    def on_key(self, event: events.Key) -> None:
        """Move, or take and let go."""
        if self.is_written(event):
            return
        if event.key == "space":
            self._toggle()
        elif event.key in {"up", "down"}:
            self._at = max(0, min(len(self._choices) - 1, self._at + (1 if event.key == "down" else -1)))
        else:
            return
        event.stop()
        self._draw(focused=True)

    def on_click(self, event: events.Click) -> None:
        """Take the one that is clicked, or let it go."""
        if event.y < len(self._lines):
            self._at = max(0, bisect_right(self._starts, event.y) - 1)
            self._toggle()
            self._draw(focused=self.has_focus)

    def _toggle(self) -> None:
        self._taken ^= {self._choices[self._at].value}
        self.post_message(Edited(self._field))
