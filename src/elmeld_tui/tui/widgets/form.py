"""A form as rows of fields, made from its description; a group of questions can be answered several times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import NO, YES, Answer, Answers, FieldType, FormField
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.choices import ChoiceField, ManyChoicesField
from elmeld_tui.tui.widgets.fields import (
    Edited,
    Field,
    FormRow,
    LineField,
    ManyLinesField,
    TextField,
    TypedField,
)
from elmeld_tui.tui.widgets.lines import Lines, Span, Tone, line
from elmeld_tui.tui.widgets.search_field import SearchField
from elmeld_tui.tui.widgets.unwritten import UnwrittenField


def row_for(asked: FormField) -> Row:
    """Return the row that asks ``asked``."""
    if asked.type is FieldType.GROUP:
        return GroupRow(asked)
    return FormRow(asked.label, _field(asked), required=asked.required, help_text=asked.help, asked=asked.name)


def _field(asked: FormField) -> Widget:
    match asked.type:
        case FieldType.CHOICE:
            one_of = ChoiceField(asked.name, asked.choices, title=asked.label)
            return ManyChoicesField(asked.name, asked.choices) if asked.repeats else one_of
        case FieldType.FLAG:
            return ChoiceField(asked.name, _yes_or_no())
        case FieldType.CODE:
            hint = _code_hint(asked.codelists)
            return SearchField(
                asked.name, hint=hint, repeats=asked.repeats, lists=asked.codelists, offers_unasked=True
            )
        case FieldType.TEXT:
            return TextField(asked.name)
    if asked.repeats:
        return ManyLinesField(asked.name)
    return LineField(asked.name) if asked.type is FieldType.LINE else TypedField(asked.name, asked.type)


def _code_hint(lists: Sequence[str]) -> str:
    """A list that a user knows is named; one that has only a number is not."""
    known = [name for name in lists if not name.isdecimal()]
    if not known:
        return t("kode eller ord; ↓ mest brukte")
    return t("{lists}: kode eller ord; ↓ mest brukte", lists=", ".join(known))


def _yes_or_no() -> tuple[CodedValue, ...]:
    return (NO_CODE, CodedValue(YES, text=t("ja")), CodedValue(NO, text=t("nei")))


class PressLine(UnwrittenField):
    """A line that does something when enter, space or the mouse presses it."""

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, pressed: PressLine) -> None:
            super().__init__()
            self.pressed = pressed

        @property
        def control(self) -> PressLine:
            """The line itself; the framework's selectors ask for it."""
            return self.pressed

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - the framework's name
        super().__init__((Span(f" {text} ", Tone.KEY),), id=id)
        self._text = text

    def on_focus(self) -> None:
        """Show that keys come here."""
        self.show((Span(f" {self._text} ", Tone.CURSOR),))

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.show((Span(f" {self._text} ", Tone.KEY),))

    def on_key(self, event: events.Key) -> None:
        """Press it."""
        if not self.is_written(event) and event.key in {"enter", "space"}:
            event.stop()
            self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """Press it."""
        self.post_message(self.Pressed(self))


class Member(Vertical):
    """One set of answers to a group's questions."""

    def __init__(self, asked: FormField, answers: Answers) -> None:
        super().__init__()
        self._asked = asked
        self._answers = answers

    def compose(self) -> ComposeResult:
        """A heading, the questions, and a line that takes it away."""
        yield Lines(id="heading")
        for each in self._asked.fields:
            yield row_for(each)
        yield PressLine(t("− ta bort"), id="remove")

    async def on_mount(self) -> None:
        """Say what is written so far."""
        await fill(self.rows, self._answers)

    @property
    def rows(self) -> list[Row]:
        """The rows in it, in order."""
        return [child for child in self.children if isinstance(child, FormRow | GroupRow)]

    def number(self, number: int) -> None:
        """Call it number ``number``."""
        name = self._asked.member or self._asked.label
        name = f"{name} {number}" if self._asked.repeats else name
        self.query_one("#heading", Lines).show((Span(f" {name}", Tone.STRONG),))


class GroupRow(Vertical):
    """A question that is answered by small forms: as many as one adds.

    Attributes:
        asked: name of what is asked for.
    """

    def __init__(self, asked: FormField) -> None:
        super().__init__()
        self.asked = asked.name
        self._asked = asked

    def compose(self) -> ComposeResult:
        """The question, the members, and a line that adds one."""
        star = (Span(" *", Tone.KEY),) if self._asked.required else ()
        yield Lines((Span(self._asked.label, Tone.HEADING), *star), id="label")
        if self._asked.help:
            yield Lines(line(self._asked.help, Tone.MUTED))
        yield Lines(id="remark")
        yield Vertical(id="members")
        name = (self._asked.member or self._asked.label).lower()
        yield PressLine(t("+ legg til {name}", name=name) if self._asked.repeats else t("+ fyll ut"), id="add")

    async def on_mount(self) -> None:
        """Begin with one member where one is needed."""
        if self._asked.required and not self.members:
            await self._members.mount(Member(self._asked, {}))
        self._number()

    @property
    def _members(self) -> Vertical:
        return self.query_one("#members", Vertical)

    @property
    def members(self) -> list[Member]:
        """The members, in order."""
        return [child for child in self._members.children if isinstance(child, Member)]

    @property
    def answer(self) -> list[Answers]:
        """What the members say; those that say nothing are left out."""
        return [said for member in self.members if (said := answers_in(member.rows))]

    async def fill(self, answers: Sequence[Answers]) -> None:
        """Let there be one member for each of ``answers``."""
        await self._members.remove_children()
        await self._members.mount(*(Member(self._asked, each) for each in answers))
        self._number()

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield every row in it with its place: ``<group>.<number>.<field>``, numbered as its answers are."""
        telling = [member for member in self.members if answers_in(member.rows)]
        for number, member in enumerate(telling):
            for place, row in rows_in(member.rows):
                yield f"{self.asked}.{number}.{place}", row

    def remark(self, problem: str) -> None:
        """Say what is wrong with the group as a whole."""
        room = max(1, self.size.width)
        rows = wrap(f"! {problem}", room) if problem else []
        self.get_child_by_id("remark", Lines).show(*(line(row, Tone.TROUBLE) for row in rows))

    @on(PressLine.Pressed, "#add")
    async def _add(self, event: PressLine.Pressed) -> None:
        event.stop()
        member = Member(self._asked, {})
        await self._members.mount(member)
        self._number()
        focus_in(member)
        self.post_message(Edited(self.asked, self))

    @on(PressLine.Pressed, "#remove")
    async def _remove(self, event: PressLine.Pressed) -> None:
        event.stop()
        member = next(one for one in self.members if event.pressed in one.walk_children())
        await member.remove()
        self._number()
        self.query_one("#add", PressLine).focus()
        self.post_message(Edited(self.asked, self))

    def _number(self) -> None:
        for number, member in enumerate(self.members, start=1):
            member.number(number)
        self.query_one("#add", PressLine).display = self._asked.repeats or not self.members


Row = FormRow | GroupRow


def rows_in(rows: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    """Yield every row with its place, those in groups too."""
    for row in rows:
        yield row.asked, row
        if isinstance(row, GroupRow):
            yield from row.rows()


def every_row(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield every row, those in groups too, whether they say anything or not."""
    for row in rows:
        yield row
        if isinstance(row, GroupRow):
            for member in row.members:
                yield from every_row(member.rows)


def answers_in(rows: Sequence[Row]) -> Answers:
    """Return what ``rows`` say, without what says nothing."""
    return {row.asked: answer for row in rows if (answer := answer_of(row))}


def answer_of(row: Row) -> Answer:
    """Return what ``row`` says."""
    if isinstance(row, GroupRow):
        return row.answer
    field: Field = row.field  # type: ignore[assignment]
    return field.answer


async def fill(rows: Sequence[Row], answers: Answers) -> None:
    """Let ``rows`` say ``answers``."""
    for row in rows:
        if answer := answers.get(row.asked):
            await _fill_row(row, answer)


async def _fill_row(row: Row, answer: Answer) -> None:
    if isinstance(row, GroupRow):
        await row.fill([one for one in answer if isinstance(one, dict)])
        return
    said = answer if isinstance(answer, str) else [one for one in answer if isinstance(one, str)]
    field: Field = row.field  # type: ignore[assignment]
    field.fill(said)


def focus_in(row: Widget) -> None:
    """Put the focus in the first widget of ``row`` that takes it."""
    for widget in row.query("*"):
        if widget.focusable:
            widget.focus()
            return
