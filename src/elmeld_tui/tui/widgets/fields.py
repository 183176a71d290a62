"""The fields a form is made of: a line, a text, a choice, and a search whose answer must be one of what was found.

Every field has ``answer`` and ``fill``, and tells `Edited` when its answer may have changed. What is put into a
field from outside is made harmless first, since the framework draws a field's value as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.harmless import harmless
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.window_list import WindowList

LABEL_WIDTH = 24
"""Cells for the labels of a form; styles/composer.tcss has the same number."""

_MOST_SHOWN = 6
"""How many of what a search found are seen at once."""


class Edited(Message):
    """The answer of a field has changed.

    Attributes:
        name: of the field.
        row: the row it stands in; known once the message has passed there.
    """

    def __init__(self, name: str, row: Widget | None = None) -> None:
        super().__init__()
        self.name = name
        self.row = row


_LINE_BREAKS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
_UNSENDABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def pasted(text: str) -> str:
    """Return what is pasted as it can be sent: other programs' line breaks as ours, no control characters.

    One cannot see a control character, and so not take it out again.
    """
    return _UNSENDABLE.sub("", _LINE_BREAKS.sub("\n", text))


class Field(Protocol):
    """What a form needs of a field."""

    @property
    def answer(self) -> str | list[str]:
        """What it says now; a list where the field repeats."""
        ...

    def fill(self, answer: str | list[str]) -> None:
        """Let it say ``answer``."""
        ...


class LineField(Input):
    """One line."""

    class Entered(Message):
        """Enter was pressed."""

    def __init__(self, name: str, *, hint: str = "") -> None:
        super().__init__(name=name, placeholder=harmless(hint), compact=True, select_on_focus=False)
        self.cursor_blink = False

    @property
    def answer(self) -> str:
        """What is written."""
        return self.value.strip()

    def fill(self, answer: str | list[str]) -> None:
        """Write ``answer``."""
        self.value = harmless(answer if isinstance(answer, str) else ", ".join(answer))

    def on_paste(self, event: events.Paste) -> None:
        """Take what can be sent."""
        event.text = pasted(event.text)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(Edited(self.name or ""))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())


class ManyLinesField(TextArea):
    """Several answers, one a line."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, compact=True, soft_wrap=True, tab_behavior="focus")
        self.cursor_blink = False

    @property
    def answer(self) -> list[str]:
        """The lines that say something."""
        return [row.strip() for row in self.text.splitlines() if row.strip()]

    def fill(self, answer: str | list[str]) -> None:
        """Write ``answer``."""
        self.text = harmless(answer if isinstance(answer, str) else "\n".join(answer))

    def on_paste(self, event: events.Paste) -> None:
        """Take what can be sent."""
        event.text = pasted(event.text)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(Edited(self.name or ""))


class TextField(TextArea):
    """Running text."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, compact=True, soft_wrap=True, tab_behavior="focus")
        self.cursor_blink = False

    @property
    def answer(self) -> str:
        """What is written."""
        return self.text.strip()

    def fill(self, answer: str | list[str]) -> None:
        """Write ``answer``."""
        self.text = harmless(answer if isinstance(answer, str) else "\n".join(answer))

    def on_paste(self, event: events.Paste) -> None:
        """Take what can be sent."""
        event.text = pasted(event.text)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(Edited(self.name or ""))


class ChoiceField(Lines, can_focus=True):
    """One of a few; left and right, or space, go through them."""

    def __init__(self, name: str, choices: Sequence[CodedValue]) -> None:
        super().__init__(())
        self._field = name
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
        chosen = self._choices[self._at]
        text = chosen.text or chosen.value or t("ikke valgt")
        number = f"{self._at + 1}/{len(self._choices)}"
        self.show(
            (
                Span(f" ‹ {text} › ", Tone.CURSOR if focused else Tone.CHOSEN),
                Span(f"  {number}", Tone.MUTED),
                Span(t("  ← → velger") if focused else "", Tone.MUTED),
            )
        )

    def on_key(self, event: events.Key) -> None:
        """Go to the next choice, or the one before."""
        step = {"right": 1, "space": 1, "left": -1}.get(event.key)
        if step is None or not self._choices:
            return
        event.stop()
        self._at = (self._at + step) % len(self._choices)
        self._draw()
        self.post_message(Edited(self._field))

    def on_click(self) -> None:
        """Go to the next choice."""
        if self._choices:
            self._at = (self._at + 1) % len(self._choices)
            self._draw()
            self.post_message(Edited(self._field))


class Option(NamedTuple):
    """One of what a search found: what it stands for, what it is called, and a few words on it."""

    value: str
    text: str
    note: str = ""


def _draw_option(option: Option, width: int) -> Line:
    note = min(width // 3, len(option.note))
    return (
        Span(f" {fitted(option.text, max(0, width - note - 3))} "),
        Span(fitted(option.note, note), Tone.MUTED),
    )


def _code_option(written: str) -> Option:
    from elmeld_tui.messages import codelists

    known = codelists.answer(written)
    return Option(written, f"{known.value} {known.text}" if known else written, written.partition(":")[0])


class SearchField(Vertical):
    """An answer that must be found: type a few letters, go down, enter.

    Args:
        name: of the field.
        hint: what may be typed.
        repeats: whether several may be chosen.
        lists: code lists it is searched in; empty where it is not codes that are searched.
    """

    class Wanted(Message):
        """Something is searched for."""

        def __init__(self, field: SearchField, words: str) -> None:
            super().__init__()
            self.field = field
            self.words = words

    class Picked(Message):
        """One of what was found is chosen."""

        def __init__(self, field: SearchField, option: Option) -> None:
            super().__init__()
            self.field = field
            self.option = option

    def __init__(self, name: str, *, hint: str, repeats: bool = False, lists: Sequence[str] = ()) -> None:
        super().__init__(name=name)
        self.lists = lists
        self._hint = hint
        self._repeats = repeats
        self._picked: list[Option] = []

    def compose(self) -> ComposeResult:
        """What is chosen, the line to type in, and what was found."""
        yield Lines(id="picked")
        yield LineField(self.name or "", hint=self._hint)
        yield Lines(id="note")
        yield WindowList(_draw_option, identity=lambda option: option.value, id="found")

    @property
    def answer(self) -> str | list[str]:
        """The value of what is chosen."""
        values = [option.value for option in self._picked]
        return values if self._repeats else next(iter(values), "")

    @property
    def is_full(self) -> bool:
        """Whether no more can be chosen."""
        return bool(self._picked) and not self._repeats

    @property
    def picked(self) -> Option | None:
        """What is chosen; the first, where several may be."""
        return next(iter(self._picked), None)

    @property
    def all_picked(self) -> list[Option]:
        """Everything that is chosen."""
        return list(self._picked)

    def fill(self, answer: str | list[str]) -> None:
        """Choose values without a search; a code is shown with its text."""
        for value in [answer] if isinstance(answer, str) else answer:
            self.pick(_code_option(value) if self.lists else Option(value, value))

    def pick(self, option: Option) -> None:
        """Choose ``option``; where only one may be, instead of what was chosen."""
        if self._repeats:
            self._picked = [each for each in self._picked if each.value != option.value] + [option]
        else:
            self._picked = [option]
        with self.prevent(Input.Changed):
            self._line.value = ""
        self.offer([])
        self._show_picked()
        self.post_message(Edited(self.name or ""))

    def offer(self, options: Sequence[Option], note: str = "") -> None:
        """Show what was found, and a remark on it."""
        found = self._found
        found.styles.height = min(len(options), _MOST_SHOWN)
        found.display = bool(options)
        found.show(options, keep_cursor=False)
        self.query_one("#note", Lines).show(*([line(note, Tone.MUTED)] if note else []))

    @property
    def _line(self) -> LineField:
        return self.query_one(LineField)

    @property
    def _found(self) -> WindowList[Option]:
        return self.query_one("#found", WindowList)

    def on_mount(self) -> None:
        """Nothing is found yet."""
        self._found.display = False
        self._show_picked()

    def _show_picked(self) -> None:
        if not self.is_mounted:
            return
        rows = [
            (Span(f" {option.text} ", Tone.STRONG), Span(f" {option.note}" if option.note else "", Tone.MUTED))
            for option in self._picked
        ]
        self.query_one("#picked", Lines).show(*rows)
        self._line.placeholder = t("skriv for å bytte") if self.is_full else harmless(self._hint)

    @on(Edited)
    def _typed(self, event: Edited) -> None:
        if self._line.has_focus:
            event.stop()
            self.post_message(self.Wanted(self, self._line.value.strip()))

    @on(LineField.Entered)
    def _entered(self, event: LineField.Entered) -> None:
        event.stop()
        self._found.action_choose()

    @on(WindowList.Moved)
    def _moved(self, event: WindowList.Moved) -> None:
        event.stop()

    @on(WindowList.Opened)
    def _opened(self, event: WindowList.Opened) -> None:
        event.stop()
        self._line.focus()
        self.post_message(self.Picked(self, event.row))

    def on_key(self, event: events.Key) -> None:
        """Arrows move among what was found; backspace in an empty line takes back the last choice."""
        if event.key in {"up", "down"} and self._line.has_focus and self._found.display:
            event.stop()
            self._found.action_move(1 if event.key == "down" else -1)
        elif event.key == "backspace" and self._line.has_focus and not self._line.value and self._picked:
            event.stop()
            self._picked.pop()
            self._show_picked()
            self.post_message(Edited(self.name or ""))


class FormRow(Vertical):
    """A question: its label, its field, and under it what is wrong or what helps.

    Attributes:
        asked: name of what is asked for.
        field: where it is answered.
    """

    def __init__(self, label: str, field: Widget, *, required: bool, help_text: str = "", asked: str = "") -> None:
        super().__init__()
        self.asked = asked
        self._label = label
        self._required = required
        self._help = help_text
        self._problem = ""
        self.field = field

    def compose(self) -> ComposeResult:
        """Label, field, remark."""
        rows: list[Line] = [line(row, Tone.MUTED) for row in wrap(self._label, LABEL_WIDTH - 3)]
        if self._required:
            rows[-1] = (*rows[-1], Span(" *", Tone.KEY))
        yield Lines(*rows, id="label")
        yield self.field
        yield Lines(id="remark")

    @on(Edited)
    def _note_row(self, event: Edited) -> None:
        event.row = event.row or self

    def remark(self, problem: str) -> None:
        """Say what is wrong with the answer, or, when nothing is, what helps."""
        self._problem = problem
        text, tone = (f"! {problem}", Tone.TROUBLE) if problem else (self._help, Tone.MUTED)
        room = max(1, self.size.width - LABEL_WIDTH - 1) if self.size.width else len(text)
        self.query_one("#remark", Lines).show(*(line(row, tone) for row in wrap(text, room) if text))

    def on_mount(self) -> None:
        """Begin with what helps."""
        self.remark("")

    def on_resize(self) -> None:
        """Fold the remark anew."""
        self.remark(self._problem)
