"""Writing a message: one form for every kind, made from the kind's own description.

What is written is kept as a draft while one writes, whatever the form, so that a dropped line loses nothing. Where
the form is one that saves itself, leaving is just leaving; otherwise leaving asks whether the draft should stay.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import Answer, FieldType, FormDescription, FormField
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.fields import (
    ChoiceField,
    Edited,
    Field,
    FormRow,
    LineField,
    ManyLinesField,
    Option,
    SearchField,
    TextField,
)
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.drafts import Draft
    from elmeld_tui.store.rows import Patient
    from elmeld_tui.tui.application import ElmeldApp

_SAVE_AFTER = 1.0
"""Seconds of rest after which what is written is kept."""

_SEARCH_AFTER = 0.15
"""Seconds of rest after which a search begins."""

_NEW_PATIENT = "new"
_MOST_FOUND = 20


Begin = Callable[["Office"], "Draft"]
"""Makes the draft to begin with; runs on the office's thread."""


def new(form: str) -> Begin:
    """Begin with an empty draft of ``form``."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import new_draft

        return new_draft(office, form)

    return begin


def reply(message_id: int) -> Begin:
    """Begin an answer to a message."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import reply_draft

        return reply_draft(office, message_id)

    return begin


def kept(draft_id: int) -> Begin:
    """Go on with a kept draft."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import load_draft

        return load_draft(office, draft_id)

    return begin


async def open_composer(app: ElmeldApp, begin: Begin) -> None:
    """Open the composer on what ``begin`` makes."""

    def prepare(office: Office) -> tuple[Draft, FormDescription, Patient | None]:
        from elmeld_tui.office.drafts import form_of

        draft = begin(office)
        patient = office.reader.patient(draft.patient_id) if draft.patient_id is not None else None
        return draft, form_of(draft), patient

    try:
        draft, form, patient = await app.session.at_office(prepare)
    except OfficeError as error:
        app.warn(str(error))
        return
    app.push_screen(ComposerScreen(app.session, draft, form, patient))


class ComposerScreen(Screen[None]):
    """The composer.

    Args:
        session: who writes, and where.
        draft: what is written so far.
        form: what the kind asks for.
        patient: whom it is about, as known; None until chosen.
    """

    WHERE = Where.COMPOSER
    BINDINGS = bindings(Where.COMPOSER)
    CSS_PATH = resources.directory("styles") / "composer.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - typed by the framework
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, draft: Draft, form: FormDescription, patient: Patient | None) -> None:
        super().__init__()
        self.session = session
        self._draft = draft
        self._form = form
        self._patient = patient
        self._was_kept = draft.id is not None
        self._is_saved = True
        self._seen = draft
        self._saved_at = ""
        self._touched: set[str] = set()
        self._save_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, the questions in order, keys."""
        yield SidesLine(id="title")
        with VerticalScroll(id="form", can_focus=False):
            yield from self._rows()
        yield KeyBar(Where.COMPOSER)

    def _rows(self) -> Iterable[FormRow]:
        services = [CodedValue(service.her_id, "", service.name) for service in self.session.clinic.services]
        patient_hint = t("navn, fødselsnummer eller D-nummer")
        recipient_hint = t("søk i adresseregisteret: navn, sted eller HER-id")
        yield self._row("patient", t("Pasient"), SearchField("patient", hint=patient_hint))
        yield self._row("recipient", t("Mottaker"), SearchField("recipient", hint=recipient_hint))
        if len(services) > 1:
            yield self._row("sender", t("Avsender"), ChoiceField("sender", services))
        for asked in self._form.fields:
            yield FormRow(
                asked.label, _field(asked), required=asked.required, help_text=asked.help, asked=asked.name
            )

    def _row(self, name: str, label: str, field: Widget) -> FormRow:
        return FormRow(label, field, required=True, asked=name)

    def on_mount(self) -> None:
        """Fill in what is written so far, and begin where nothing is."""
        draft = self._draft
        if self._patient is not None:
            self._search("patient").pick(_patient_option(self._patient))
        if draft.recipient_her:
            self._search("recipient").pick(Option(draft.recipient_her, draft.recipient_name, draft.recipient_her))
        for name, row in self._by_name().items():
            if name == "sender":
                _answering(row).fill(draft.sender_her)
            elif name in draft.answers:
                _fill(row.field, draft.answers[name])
        self._seen = self._written()
        self._show_title()
        first = next((row for row in self.query(FormRow) if not _answering(row).answer), None)
        if first is not None:
            self.call_after_refresh(_focus_in, first)

    def _by_name(self) -> dict[str, FormRow]:
        return {row.asked: row for row in self.query(FormRow)}

    def _search(self, name: str) -> SearchField:
        field = self._by_name()[name].field
        assert isinstance(field, SearchField)
        return field

    def _show_title(self) -> None:
        saved = t("lagret {time}", time=self._saved_at) if self._saved_at and self._is_saved else ""
        if not self._is_saved:
            saved = t("ikke lagret ennå")
        title = t("Svar") if self._draft.in_reply_to is not None else t("Ny melding")
        self.query_one("#title", SidesLine).tell(
            (Span(f" {title} · {self._form.title}", Tone.HEADING),), (Span(f"{saved} ", Tone.MUTED),)
        )

    def _written(self) -> Draft:
        """Return the draft with what the fields say now."""
        rows = self._by_name()
        recipient = self._search("recipient").picked
        sender = rows.get("sender")
        return replace(
            self._draft,
            answers={
                asked.name: answer
                for asked in self._form.fields
                if (answer := _answering(rows[asked.name]).answer)
            },
            recipient_her=recipient.value if recipient else "",
            recipient_name=recipient.text if recipient else "",
            sender_her=str(_answering(sender).answer) if sender else self._draft.sender_her,
            patient_id=self._patient.id if self._patient is not None and self._search("patient").picked else None,
        )

    @on(Edited)
    def _edited(self, event: Edited) -> None:
        event.stop()
        written = self._written()
        if written == self._seen:
            # A field that is filled in by us, or set back to what it said.
            return
        self._seen = written
        self._touched.add(event.name)
        self._is_saved = False
        self._show_title()
        self._show_problems(only=self._touched)
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self.set_timer(_SAVE_AFTER, self._keep)

    def _show_problems(self, *, only: set[str] | None = None) -> dict[str, str]:
        """Show what stands between this and being sent, beside the fields it is about; return all of it."""
        from elmeld_tui.office.writing import problems

        found = problems(self._written())
        for name, row in self._by_name().items():
            row.remark(found.get(name, "") if only is None or name in only else "")
        return found

    @work(exclusive=True, group="keep")
    async def _keep(self) -> None:
        await self._save()

    async def _save(self) -> bool:
        """Keep what is written as a draft; return whether it went well."""
        from elmeld_tui.office.drafts import save_draft

        written = self._written()
        try:
            kept = await self.session.at_office(
                lambda office: save_draft(office, replace(written, id=self._draft.id))
            )
        except OfficeError as error:
            self.app.warn(str(error))
            return False
        self._draft = replace(self._draft, id=kept.id)
        self._is_saved = written == replace(self._written(), id=written.id)
        self._saved_at = clock.short(self.session.clock())[-5:]
        if self.is_current or self.is_mounted:
            self._show_title()
        return True

    @on(SearchField.Wanted)
    def _wanted(self, event: SearchField.Wanted) -> None:
        event.stop()
        self._find(event.field, event.words)

    @work(exclusive=True, group="find")
    async def _find(self, field: SearchField, words: str) -> None:
        """Look for ``words``; a newer search puts an end to this one."""
        await asyncio.sleep(_SEARCH_AFTER)
        if not words:
            field.offer([])
            return
        if field.name == "patient":
            field.offer(await self._find_patients(words))
        elif field.name == "recipient":
            field.offer(*await self._find_recipients(words))
        else:
            lists = next(asked.codelists for asked in self._form.fields if asked.name == field.name)
            field.offer(_find_codes(lists, words))

    async def _find_patients(self, words: str) -> list[Option]:
        found = self.session.reader.patients(words, _MOST_FOUND)
        return [_patient_option(each) for each in found] + [Option(_NEW_PATIENT, t("Ny pasient …"), words)]

    async def _find_recipients(self, words: str) -> tuple[list[Option], str]:
        from elmeld_tui.office.addresses import find_recipients

        found = await self.session.at_office(lambda office: find_recipients(office, words, _MOST_FOUND))
        options = [Option(party.her_id, party.full_name, party.her_id) for party in found.parties]
        return options, found.note or ("" if options else t("Ingen treff. Prøv færre ord."))

    @on(SearchField.Picked)
    def _picked(self, event: SearchField.Picked) -> None:
        event.stop()
        if event.field.name != "patient":
            event.field.pick(event.option)
            if event.field.is_full:
                self.focus_next()
        elif event.option.value == _NEW_PATIENT:
            self._ask_for_patient(event.option.note)
        else:
            self._patient = self.session.reader.patient(int(event.option.value))
            event.field.pick(event.option)
            self.focus_next()

    def _ask_for_patient(self, words: str) -> None:
        from elmeld_tui.tui.screens.patient import PatientScreen

        def registered(patient: Patient | None) -> None:
            if patient is not None:
                self._patient = patient
                self._search("patient").pick(_patient_option(patient))
                self.focus_next()

        self.app.push_screen(PatientScreen(self.session, words), registered)

    @work(exclusive=True, group="preview")
    async def action_preview(self) -> None:
        """Show exactly what the receiver will see."""
        from elmeld_tui.office.writing import preview
        from elmeld_tui.tui.screens.preview import PreviewScreen

        if not self._is_ready():
            return
        written = self._written()
        try:
            shown = await self.session.at_office(lambda office: preview(office, written))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        if await self.app.push_screen_wait(PreviewScreen(shown.view, shown.document, shown.next_step)):
            self.action_send()

    @work(exclusive=True, group="send")
    async def action_send(self) -> None:
        """Ask once, say what happens next, and send."""
        from elmeld_tui.office.writing import preview, send

        if not self._is_ready():
            return
        written = self._written()
        try:
            shown = await self.session.at_office(lambda office: preview(office, written))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        question = t("Send {title}?", title=self._form.title.lower())
        choices = [Choice("send", t("Send nå")), Choice("back", t("Ikke ennå"), t("tilbake til skjemaet"))]
        if await self.app.push_screen_wait(ChoiceScreen(question, shown.next_step, choices)) != "send":
            return
        self._stop_saving()
        try:
            await self.session.at_office(lambda office: send(office, replace(written, id=self._draft.id)))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self.dismiss()
        self.app.tell(t("Meldingen er lagt i kø og sendes nå. Følg den under Sendt."))

    def _is_ready(self) -> bool:
        """Return whether everything is filled in; where not, go to the first field that is not."""
        found = self._show_problems()
        if not found:
            self.app.clear_notifications()
            return True
        row = next((row for name, row in self._by_name().items() if name in found), None)
        if row is not None:
            _focus_in(row)
            row.scroll_visible(animate=False)
        self.app.warn(
            t("Ett felt må rettes først.") if len(found) == 1 else t("{n} felt må rettes først.", n=len(found))
        )
        return False

    def _stop_saving(self) -> None:
        """Let no draft be kept after the message has gone."""
        if self._save_timer is not None:
            self._save_timer.stop()
        self.workers.cancel_group(self, "keep")

    @work(exclusive=True, group="keep")
    async def action_save_draft(self) -> None:
        """Keep what is written."""
        if await self._save():
            self._was_kept = True
            self.app.tell(t("Utkastet er lagret."))

    @work(exclusive=True, group="leave")
    async def action_leave(self) -> None:
        """Close the composer; nothing that is written is lost unless one says so."""
        self._stop_saving()
        nothing_new = self._is_saved and (self._was_kept or self._draft.id is None)
        if nothing_new or (self._form.saves_itself and await self._save()):
            self.dismiss()
            if not nothing_new:
                self.app.tell(t("Utkastet ligger under Utkast."))
            return
        choices = [
            Choice("keep", t("Lagre utkast"), t("det ligger under Utkast")),
            Choice("discard", t("Forkast"), t("det som er skrevet, blir borte")),
            Choice("back", t("Fortsett å skrive")),
        ]
        answer = await self.app.push_screen_wait(
            ChoiceScreen(t("Du har skrevet noe som ikke er sendt."), "", choices)
        )
        if answer == "keep" and await self._save():
            self.dismiss()
        elif answer == "discard":
            await self._discard()
            self.dismiss()

    async def _discard(self) -> None:
        from elmeld_tui.office.drafts import discard_draft

        await self.session.at_office(lambda office: discard_draft(office, self._draft))


def _field(asked: FormField) -> Widget:
    """Return the field that asks ``asked``."""
    match asked.type:
        case FieldType.CHOICE:
            return ChoiceField(asked.name, asked.choices)
        case FieldType.CODE:
            hint = t("søk i {lists}: kode eller ord", lists=", ".join(asked.codelists))
            return SearchField(asked.name, hint=hint, repeats=asked.repeats)
        case FieldType.TEXT:
            return TextField(asked.name)
        case FieldType.DATE:
            return LineField(asked.name, hint=t("ÅÅÅÅ-MM-DD"))
        case _:
            return ManyLinesField(asked.name) if asked.repeats else LineField(asked.name)


def _answering(row: FormRow) -> Field:
    field: Field = row.field  # type: ignore[assignment]
    return field


def _fill(field: Widget, answer: Answer) -> None:
    """Let ``field`` say ``answer``; a code is shown with its text."""
    if isinstance(field, SearchField):
        for written in [answer] if isinstance(answer, str) else answer:
            field.pick(_code_option(str(written)))
    else:
        filled: Field = field  # type: ignore[assignment]
        filled.fill(answer if isinstance(answer, str) else [str(one) for one in answer])


def _code_option(written: str) -> Option:
    from elmeld_tui.messages import codelists

    known = codelists.answer(written)
    return Option(written, f"{known.value} {known.text}" if known else written, written.partition(":")[0])


def _focus_in(row: FormRow) -> None:
    """Put the focus in the first widget of ``row`` that takes it."""
    for widget in row.query("*"):
        if widget.focusable:
            widget.focus()
            return


def _patient_option(patient: Patient) -> Option:
    return Option(str(patient.id), patient.name, f"{patient.national_id[:6]} {patient.national_id[6:]}")


def _find_codes(lists: Iterable[str], words: str) -> list[Option]:
    from elmeld_tui.messages import codelists

    return [
        Option(f"{name}:{found.value}", f"{found.value} {found.text}", name)
        for name in lists
        for found in codelists.search(name, words, _MOST_FOUND)
    ][:_MOST_FOUND]
