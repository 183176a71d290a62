"""A field whose answer must be one of the results of a search."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.fields import Edited, LineField
from elmeld_tui.tui.widgets.lines import Lines, Tone, line
from elmeld_tui.tui.widgets.option import Option, code_option, draw_option, draw_picked, whole
from elmeld_tui.tui.widgets.window_list import WindowList

_MOST_SHOWN = 6
"""How many of what a search found are seen at once."""

_SEARCH_AFTER = 0.15
"""Seconds of rest after which a search begins."""


Find = Callable[[str], Awaitable[tuple[list[Option], str]]]
"""Finds what words may mean, and says what there is to say of it."""


class SearchField(Vertical):
    """An answer that must be found: type a few letters, go down, enter.

    Args:
        name: of the field.
        hint: what may be typed.
        repeats: whether several may be chosen.
        lists: code lists it is searched in; empty where it is not codes that are searched.
        offers_unasked: whether arrow down in an empty line shows what is likely.
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

    def __init__(
        self,
        name: str,
        *,
        hint: str,
        repeats: bool = False,
        lists: Sequence[str] = (),
        offers_unasked: bool = False,
    ) -> None:
        super().__init__(name=name)
        self.offers_unasked = offers_unasked
        self.lists = lists
        self._hint = hint
        self._repeats = repeats
        self._picked: list[Option] = []
        self._found_for = ""
        self._is_entered = False

    def compose(self) -> ComposeResult:
        """What is chosen, the line to type in, and what was found."""
        yield Lines(id="picked")
        yield LineField(self.name or "", hint=self._hint)
        yield Lines(id="note")
        yield WindowList(draw_option, identity=lambda option: option.value, id="found")
        yield Lines(id="whole")

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

    @property
    def is_answered(self) -> bool:
        """Whether what is shown was found for the words that stand there."""
        return self._words == self._found_for

    @property
    def _is_whole(self) -> bool:
        """Whether all its parts are there still: a form that is closed goes part by part."""
        return {"picked", "note", "found", "whole"} <= {part.id for part in self.children} and bool(
            self.query(LineField)
        )

    @property
    def _words(self) -> str:
        return self._line.value.strip()

    @property
    def unread(self) -> str:
        """Say that what is typed is not chosen: it would be lost without a word."""
        typed = self._words
        return t("«{words}» er ikke valgt. Velg fra listen, eller visk det ut.", words=typed) if typed else ""

    def fill(self, answer: str | list[str]) -> None:
        """Choose values without a search; a code is shown with its text."""
        for value in [answer] if isinstance(answer, str) else answer:
            self.pick(code_option(value) if self.lists else Option(value, value))

    def pick(self, option: Option) -> None:
        """Choose ``option``; where only one may be, instead of what was chosen."""
        if self._repeats:
            self._picked = [each for each in self._picked if each.value != option.value] + [option]
        else:
            self._picked = [option]
        with self.prevent(LineField.Changed):
            self._line.value = ""
        self._found_for = ""
        self.offer([])
        self._show_picked()
        self.post_message(Edited(self.name or ""))

    def pick_all(self, options: Sequence[Option]) -> None:
        """Choose exactly ``options``, where several may be."""
        self._picked = list(options)
        self._show_picked()
        self.post_message(Edited(self.name or ""))

    def mark(self, value: str, sign: str) -> None:
        """Show what was found of that value with another sign."""
        rows = [option._replace(sign=sign) if option.value == value else option for option in self._found.rows]
        self._found.show(rows)
        self._picked = [one._replace(sign=sign) if one.value == value else one for one in self._picked]

    @work(exclusive=True, group="find")
    async def seek(self, words: str, find: Find) -> None:
        """Look for ``words`` when the typist rests; the next search in this field, and in no other, puts an end to it."""
        await asyncio.sleep(_SEARCH_AFTER)
        self.answers(words, *await find(words))

    def answers(self, words: str, options: Sequence[Option], note: str = "") -> None:
        """Show what was found for ``words``, and a remark on it; nothing where others stand there by now.

        Enter that was pressed before takes the one there is. Of several none has been seen, so none is taken.
        """
        if not self._is_whole or self._words != words or not self.has_focus_within:
            # The form was closed before the search came to its end, what was searched for is chosen, or one has
            # gone on: it is found again when one comes back.
            return
        self._found_for = words
        self.offer(options, note)
        is_entered, self._is_entered = self._is_entered, False
        if is_entered and len(options) == 1:
            self._found.action_choose()

    def offer(self, options: Sequence[Option], note: str = "") -> None:
        """Show options, and a remark on them."""
        found = self._found
        found.styles.height = min(len(options), _MOST_SHOWN, self._room)
        found.display = bool(options)
        found.show(options, keep_cursor=False)
        self._tell(note)
        self._tell_whole()
        if options:
            # Below the last line of the screen nobody would know that anything was found.
            self.call_after_refresh(self._bring_in)

    @property
    def _room(self) -> int:
        """How many rows of what was found can be seen together with the line one types on."""
        form = next((above for above in self.ancestors if isinstance(above, VerticalScroll)), self.screen)
        return max(2, form.size.height - 3)

    def _bring_in(self) -> None:
        # The line one types on last: it is seen whatever there is room for besides.
        for part in (self.query_one("#whole"), self._found, self._line):
            part.scroll_visible(animate=False)

    def _tell_whole(self) -> None:
        """Say whole, below what was found, what the line under the cursor cuts."""
        room = max(1, self.size.width - 3)
        option = self.under_cursor
        text = whole(option, self.size.width - 1) if option is not None else ""
        self.query_one("#whole", Lines).show(*(line(f"   {row}", Tone.MUTED) for row in wrap(text, room) if row))

    def _tell(self, note: str) -> None:
        room = max(1, self.size.width - 1)
        self.query_one("#note", Lines).show(*(line(f" {row}", Tone.MUTED) for row in wrap(note, room) if row))

    @property
    def under_cursor(self) -> Option | None:
        """What the list of what was found has under its cursor; None while it shows nothing."""
        return self._found.current if self._found.display else None

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

    def on_resize(self) -> None:
        """Fold what is chosen anew."""
        self._show_picked()

    def _show_picked(self) -> None:
        if not self.is_mounted or not self._is_whole:
            return
        room = max(1, self.size.width - 2) if self.size.width else 1_000
        self.query_one("#picked", Lines).show(
            *(row for option in self._picked for row in draw_picked(option, room))
        )
        hint = t("skriv for å bytte") if self.is_full else harmless(self._hint)
        self._line.placeholder = "" if self.is_disabled else hint

    @on(Edited)
    def _typed(self, event: Edited) -> None:
        if self._line.has_focus:
            event.stop()
            self._want()

    def _want(self, *, is_entered: bool = False) -> None:
        self._is_entered = is_entered
        self.post_message(self.Wanted(self, self._words))

    def on_descendant_blur(self) -> None:
        """Let it be seen beside the field that what is typed is not chosen, and fold what was found."""
        self._is_entered = False
        # The last line it loses the focus of may be one that is gone with its form.
        if any(line.value.strip() for line in self.query(LineField)):
            self.post_message(Edited(self.name or ""))
        self.call_after_refresh(self._fold)

    def _fold(self) -> None:
        if self._is_whole and not self.has_focus_within:
            self._found_for = ""
            self.offer([])

    def on_descendant_focus(self) -> None:
        """Find again what was found for what is typed here, when one comes back to it."""
        if self._is_whole and self._line.has_focus and self._words and not self._found.display:
            self._want()

    @on(LineField.Entered)
    def _entered(self, event: LineField.Entered) -> None:
        event.stop()
        if self.is_answered:
            self._found.action_choose()
        else:
            # Asked anew: the register may not have answered.
            self._want(is_entered=True)

    @on(WindowList.Moved)
    def _moved(self, event: WindowList.Moved) -> None:
        event.stop()
        self._tell_whole()
        self.call_after_refresh(self._bring_in)

    @on(WindowList.Opened)
    def _opened(self, event: WindowList.Opened) -> None:
        event.stop()
        self._line.focus()
        option: Option = event.row
        if option.instead:
            self.ask(option.instead)
        elif option.refused:
            self._tell(f"{option.text}: {option.refused}")
        else:
            self.post_message(self.Picked(self, option))

    def ask(self, words: str) -> None:
        """Search for ``words``, as if they were typed."""
        with self.prevent(LineField.Changed):
            self._line.say(words)
        self._want()

    def on_key(self, event: events.Key) -> None:
        """Arrows move among what was found; backspace in an empty line takes back the last choice."""
        if event.key in {"up", "down"} and self._line.has_focus and self._found.display:
            event.stop()
            self._found.action_move(1 if event.key == "down" else -1)
        elif event.key == "down" and self.offers_unasked and self._line.has_focus and not self._line.value:
            event.stop()
            self._want()
        elif event.key == "backspace" and self._line.has_focus and not self._line.value and self._picked:
            event.stop()
            self._picked.pop()
            self._show_picked()
            self.post_message(Edited(self.name or ""))
