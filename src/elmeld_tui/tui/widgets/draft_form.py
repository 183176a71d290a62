"""The form in which a message is written: the common fields, those of its kind, and what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.finding import (
    FAVOURITE,
    NEW_PATIENT,
    find_codes,
    find_enclosures,
    find_patients,
    find_recipients,
    patient_option,
    toggle_favourite,
)
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.choices import ChoiceField
from elmeld_tui.tui.widgets.entry import Entry
from elmeld_tui.tui.widgets.fields import Edited, Field, FormRow
from elmeld_tui.tui.widgets.form import Row, answers_in, every_row, fill, focus_in, row_for, rows_in
from elmeld_tui.tui.widgets.lines import Lines, Tone, line
from elmeld_tui.tui.widgets.option import Option
from elmeld_tui.tui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from elmeld_tui.office.drafts import Draft, Named
    from elmeld_tui.office.enclosing import Enclosable
    from elmeld_tui.store.rows import Patient
    from elmeld_tui.tui.application import ElmeldApp

_READ_AFTER = 0.1
"""Seconds of rest after which the fields are read and their problems shown."""

_SETTLED_AFTER = 0.1
"""Seconds after which the rows have found their places on a terminal of another size."""


class DraftForm(VerticalScroll, can_focus=False):
    """The questions of one draft, in order.

    Args:
        session: who writes, and where.
        draft: what is written so far.
        form: what the kind asks for.
        patient: whom it is about, as known; None until chosen.
    """

    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    class Ready(Message):
        """What was written before is filled in.

        Attributes:
            written: what the fields said then; who types ahead may have gone on by now.
        """

        def __init__(self, written: Draft) -> None:
            super().__init__()
            self.written = written

    class Touched(Message):
        """A key has reached a field; what it says may be another now."""

    class Changed(Message):
        """The fields say something else than when they were read last."""

    class Left(Message):
        """The focus has gone from a field."""

    def __init__(self, session: Session, draft: Draft, form: FormDescription, patient: Patient | None) -> None:
        super().__init__(id="form")
        self.session = session
        self._draft = draft
        self._form = form
        self._patient = patient
        self._seen = draft
        self._touched: set[Widget] = set()
        self._edited_rows: set[Widget] = set()
        self._faults: dict[Widget, str] = {}
        self._often: list[str] = []
        self._read_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """What a writer should read first, the frame every message has, the kind's own questions."""
        if self._form.notes:
            yield Lines(id="notes")
        yield from self._frame_rows()
        yield from (row_for(asked) for asked in self._form.fields)
        yield from self._further_rows()

    def _frame_rows(self) -> Iterable[FormRow]:
        """What every message has, whatever its form."""
        senders = [CodedValue(sender.her_id, "", sender.name) for sender in self.session.senders]
        patient_hint = t("navn, fødselsnummer eller D-nummer")
        yield _frame_row("patient", t("Pasient"), SearchField("patient", hint=patient_hint))
        yield _frame_row("recipient", t("Mottaker"), _recipient_field("recipient"))
        if len(senders) > 1:
            yield _frame_row("sender", t("Avsender"), ChoiceField("sender", senders, title=t("Avsender")))

    def _further_rows(self) -> Iterable[FormRow]:
        """What some messages may have besides."""
        if self._form.copies:
            yield _frame_row("copies", t("Kopi til"), _recipient_field("copies", repeats=True), required=False)
        if self._form.attachments:
            hint = t("søk i pasientens vedlegg")
            yield _frame_row(
                "enclosures", t("Vedlegg"), SearchField("enclosures", hint=hint, repeats=True), required=False
            )

    async def on_mount(self) -> None:
        """Fill in what is written so far, and begin where nothing is."""
        draft = self._draft
        if self._patient is not None:
            self._search("patient").pick(patient_option(self._patient))
        if draft.recipient_her:
            self._search("recipient").pick(Option(draft.recipient_her, draft.recipient_name, draft.recipient_her))
        if sender := self._framed().get("sender"):
            _choice(sender).fill(draft.sender_her)
        for name, chosen in (("copies", draft.copies), ("enclosures", draft.enclosures)):
            for one in chosen:
                self._search(name).pick(Option(one.value, one.name))
        await fill(self._asked(), draft.answers)
        self._seen = self.written
        self.post_message(self.Ready(self._seen))
        self._load_often()
        empty = (row for row in self.query(FormRow) if not _says_something(row))
        if (first := next(empty, None)) is not None:
            self.call_after_refresh(focus_in, first)

    @work(group="often")
    async def _load_often(self) -> None:
        """Fetch which codes the user sends most, before they are asked for."""
        from elmeld_tui.office.known_codes import most_used

        with suppress(OfficeError):
            # Without them every code is found all the same.
            self._often = await self.session.at_office(most_used)

    def begin_at(self, field: str, remark: str) -> None:
        """Let the user begin at ``field``, beside which ``remark`` says what is wrong, not at the first empty one."""
        row = next(row for row in self._rows() if row.asked == field)
        self._faults[row] = remark
        row.remark(remark)
        self.call_after_refresh(focus_in, row)

    def on_resize(self, event: events.Resize) -> None:
        """Fold the notes anew, and let the field one writes in be seen when all rows have folded anew."""
        for notes in self.query("#notes").results(Lines):
            room = event.size.width - 3
            notes.show(*(line(row, Tone.MUTED) for note in self._form.notes for row in wrap(note, room)))
        self.set_timer(_SETTLED_AFTER, self._show_focused)

    def _show_focused(self) -> None:
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            focused.scroll_visible(animate=False)

    def _rows(self) -> list[Row]:
        return [child for child in self.children if isinstance(child, Row)]

    def _framed(self) -> dict[str, FormRow]:
        """The rows every message has, by name."""
        return {row.asked: row for row in self._rows() if isinstance(row, FormRow) and row.id in _FRAME_IDS}

    def _asked(self) -> list[Row]:
        """The rows of the form's own questions."""
        return [row for row in self._rows() if row.id not in _FRAME_IDS]

    def _search(self, name: str) -> SearchField:
        field = self._framed()[name].field
        assert isinstance(field, SearchField)
        return field

    @property
    def written(self) -> Draft:
        """Return the draft with what the fields say now."""
        framed = self._framed()
        recipient = self._search("recipient").picked
        return replace(
            self._draft,
            answers=answers_in(self._asked()),
            recipient_her=recipient.value if recipient else "",
            recipient_name=recipient.text if recipient else "",
            sender_her=_choice(framed["sender"]).answer if "sender" in framed else self._draft.sender_her,
            patient_id=self._patient.id if self._patient is not None and self._search("patient").picked else None,
            copies=self._chosen("copies"),
            enclosures=self._chosen("enclosures"),
        )

    def _chosen(self, name: str) -> tuple[Named, ...]:
        from elmeld_tui.office.drafts import Named

        picked = self._search(name).all_picked if name in self._framed() else []
        return tuple(Named(option.value, option.text) for option in picked)

    @on(Edited)
    def _edited(self, event: Edited) -> None:
        event.stop()
        if event.row is not None:
            self._edited_rows.add(event.row)
            if event.row.has_focus_within:
                self._faults.pop(event.row, None)
        # Reading a long form takes longer than a key may; it waits for the typist's next breath.
        if self._read_timer is not None:
            self._read_timer.stop()
        self._read_timer = self.set_timer(_READ_AFTER, self.read)
        self.post_message(self.Touched())

    def on_descendant_blur(self) -> None:
        """Tell that a field was left."""
        self.post_message(self.Left())

    def read(self) -> bool:
        """Take note of what the fields say now, and show what is wrong with those that were edited.

        Returns:
            Whether they say something else than when they were read last.
        """
        written = self.written
        edited, self._edited_rows = self._edited_rows, set()
        # Nobody is told that a date is wrong before it is written to its end.
        left = {row for row in edited if not row.has_focus_within}
        self._touched |= {row for row in edited if row in left or not _unread(row)}
        if left:
            self.show_problems(only=self._touched)
        if written == self._seen:
            # A field that is filled in by us, or set back to what it said.
            return False
        self._seen = written
        self.show_problems(only=self._touched)
        self.post_message(self.Changed())
        return True

    def show_problems(self, *, only: set[Widget] | None = None) -> list[Row]:
        """Show what stands between this and being sent, beside the fields it is about; return those rows in order."""
        from elmeld_tui.office.writing import problems

        rows = self._rows()
        found = problems(self.written)
        told = {row: found.get(place, "") for place, row in rows_in(rows)}
        wrong = []
        for row in every_row(rows):
            problem = _unread(row) or told.get(row, "")
            row.remark((problem if only is None or row in only else "") or self._faults.get(row, ""))
            if problem:
                wrong.append(row)
        # What is said once stands until its own field is in order.
        self._touched.update(wrong if only is None else ())
        return wrong

    @on(SearchField.Wanted)
    def _wanted(self, event: SearchField.Wanted) -> None:
        event.stop()
        event.field.seek(event.words, partial(self._find, event.field))

    async def _find(self, field: SearchField, words: str) -> tuple[list[Option], str]:
        """Return what is found for ``words``, and a remark on it."""
        if not words and not field.offers_unasked:
            return [], ""
        if field.lists:
            return find_codes(field.lists, words, self._often)
        if field.name == "patient":
            return find_patients(self.session, words), ""
        if field.name == "enclosures":
            return await find_enclosures(self.session, self._patient, words)
        return await find_recipients(self.session, self._form, words)

    @on(SearchField.Picked)
    def _picked(self, event: SearchField.Picked) -> None:
        event.stop()
        if event.field.name != "patient":
            event.field.pick(event.option)
            if event.field.is_full:
                self.screen.focus_next()
        elif event.option.value == NEW_PATIENT:
            self._ask_for_patient(event.option.note)
        else:
            self._be_about(self.session.reader.patient(int(event.option.value)))
            event.field.pick(event.option)
            self.screen.focus_next()

    def _be_about(self, patient: Patient | None) -> None:
        """Let the message be about ``patient``; what then fits another is taken out, or told."""
        before, self._patient = self._patient, patient
        if before is None or patient is None or patient.id == before.id:
            return
        told = []
        if self._chosen("enclosures"):
            self._search("enclosures").pick_all([])
            told.append(t("Vedleggene er tatt bort: de gjelder {name}.", name=before.name))
        answered = self._draft.in_reply_to
        message = self.session.reader.message(answered) if answered is not None else None
        if message is not None and message.patient_id not in {None, patient.id}:
            told.append(t("Meldingen du skriver om, gjelder {name}.", name=message.patient_name))
        if told:
            self.app.warn("\n".join(told))

    def let_be(self) -> None:
        """Let nothing be written here, and no empty field say what might be: it would read as if it were written."""
        self.disabled = True
        for entry in self.query(Entry):
            entry.placeholder = ""

    async def toggle_favourite(self) -> str:
        """Let the address under the cursor be a favourite, or no longer; return what was done, or why it was not.

        Raises:
            OfficeError: the register does not know it, or does not answer.
        """
        field = next(
            (self._search(name) for name in _RECIPIENTS if name in self._framed() and self._in(name)), None
        )
        option = (field.under_cursor or field.picked) if field else None
        if field is None or option is None:
            return t("Søk opp en mottaker først, og gå til den i listen.")
        now = await toggle_favourite(self.session, option)
        field.mark(option.value, FAVOURITE if now else "")
        if now:
            return t("{name} er nå en favoritt.", name=option.text)
        return t("{name} er ikke lenger en favoritt.", name=option.text)

    def _in(self, name: str) -> bool:
        return self._framed()[name].has_focus_within

    async def documents(self) -> tuple[list[Enclosable], set[str], int] | str:
        """Return the patient's documents, those that are enclosed, and the room for them; or why there are none."""
        from elmeld_tui.office import enclosing, fitting

        if not self._form.attachments:
            return t("{title} kan ikke ha vedlegg.", title=self._form.title)
        if self._patient is None:
            return t("Velg pasient først.")
        patient_id, her_id = self._patient.id, self.written.recipient_her
        found, room = await self.session.at_office(
            lambda office: (enclosing.documents(office, patient_id), fitting.room_for_enclosures(office, her_id))
        )
        enclosed = {one.value for one in self.written.enclosures}
        return (found, enclosed, room) if found else t("Pasienten har ingen vedlegg som passer.")

    def enclose(self, chosen: Iterable[Enclosable], offered: Iterable[Enclosable]) -> None:
        """Let what is chosen of what was offered be what is enclosed of it."""
        field = self._search("enclosures")
        kept = {one.chosen.value for one in offered}
        others = [option for option in field.all_picked if option.value not in kept]
        field.pick_all([*others, *(Option(*one.chosen) for one in chosen)])

    @property
    def patient(self) -> Patient | None:
        """Whom it is about; None until chosen."""
        return self._patient if self._search("patient").picked else None

    def _ask_for_patient(self, words: str) -> None:
        from elmeld_tui.tui.screens.patient import patient_form

        def registered(patient: Patient | None) -> None:
            if patient is not None:
                self._be_about(patient)
                self._search("patient").pick(patient_option(patient))
                self.screen.focus_next()

        self.app.push_screen(patient_form(self.session, words), registered)


_RECIPIENTS = ("recipient", "copies")


def _recipient_field(name: str, *, repeats: bool = False) -> SearchField:
    hint = t("navn, sted eller HER-id; ↓ favoritter og siste")
    return SearchField(name, hint=hint, repeats=repeats, offers_unasked=True)


_FRAME = ("patient", "recipient", "sender", "copies", "enclosures")
_FRAME_IDS = frozenset(f"frame-{name}" for name in _FRAME)
"""The rows every message has are told by id, since a form may ask for what is called the same."""


def _frame_row(name: str, label: str, field: Widget, *, required: bool = True) -> FormRow:
    row = FormRow(label, field, required=required, asked=name)
    row.id = f"frame-{name}"
    return row


def _choice(row: FormRow) -> ChoiceField:
    assert isinstance(row.field, ChoiceField)
    return row.field


def _unread(row: Widget) -> str:
    field: Field | None = row.field if isinstance(row, FormRow) else None  # type: ignore[assignment]
    return field.unread if field is not None else ""


def _says_something(row: FormRow) -> bool:
    return bool(answers_in([row]))
