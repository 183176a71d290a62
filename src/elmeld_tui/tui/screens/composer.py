"""Writing a message: one form for every kind, made from the kind's own description.

What is written is kept as a draft while one writes, whatever the form, so that a dropped line loses nothing. Where
the form is one that saves itself, leaving is just leaving; otherwise leaving asks whether the draft should stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import getters, on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.shortcuts import Shortcut, expand, placeholders
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.draft_form import DraftForm
from elmeld_tui.tui.widgets.form import GroupRow, focus_in
from elmeld_tui.tui.widgets.insertion import insert, takes_text, word_before_cursor
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone

if TYPE_CHECKING:
    from elmeld_tui.office.drafts import Draft
    from elmeld_tui.store.rows import Patient
    from elmeld_tui.tui.application import ElmeldApp

_SAVE_AFTER = 1.0
"""Seconds of rest after which what is written is kept."""


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
        self._saved_at = ""
        self._save_timer: Timer | None = None
        self.shortcuts: list[Shortcut] = []

    def compose(self) -> ComposeResult:
        """Title, the questions in order, keys."""
        yield SidesLine(id="title")
        yield DraftForm(self.session, self._draft, self._form, self._patient)
        yield KeyBar(Where.COMPOSER)

    def on_mount(self) -> None:
        """Say what is written."""
        self._show_title()
        self.load_shortcuts()

    @work(exclusive=True, group="favourite")
    async def action_favourite(self) -> None:
        """Let the address under the cursor be one of the user's favourites, or no longer."""
        try:
            self.app.tell(await self._fields.toggle_favourite())
        except OfficeError as error:
            self.app.warn(str(error))

    @work(exclusive=True, group="compose")
    async def action_enclose(self) -> None:
        """Choose what goes with the message among the patient's documents."""
        found = await self._fields.documents()
        if isinstance(found, str):
            self.app.warn(found)
            return
        from elmeld_tui.tui.screens.enclose import EncloseScreen

        documents, enclosed, room = found
        chosen = await self.app.push_screen_wait(EncloseScreen(documents, enclosed, room))
        if chosen is not None:
            self._fields.enclose(chosen, documents)

    @work(exclusive=True, group="shortcuts")
    async def load_shortcuts(self) -> None:
        """Fetch the text shortcuts that can be used here, before they are asked for: then they come at once."""
        from elmeld_tui.office import shortcuts

        self.shortcuts = await self.session.at_office(shortcuts.known)

    def action_insert_shortcut(self, name: str) -> None:
        """Write the text of a shortcut where the cursor stands."""
        self._insert(name, instead_of=0)

    def expand_typed(self) -> bool:
        """Write a shortcut's text instead of its name, where that is typed before the cursor with a point in front."""
        field = self.focused
        word = word_before_cursor(field) if field is not None and takes_text(field) else ""
        return word.startswith(".") and self._insert(word[1:], instead_of=len(word))

    def _insert(self, name: str, *, instead_of: int) -> bool:
        field = self.focused
        shortcut = next((one for one in self.shortcuts if one.name == name), None)
        if shortcut is None:
            return False
        if field is None or not takes_text(field):
            self.app.warn(t("Sett markøren i et tekstfelt først, og velg hurtigtasten på nytt."))
            return False
        patient = self._fields.patient
        known = placeholders(
            self.session.user.full_name,
            self.session.clock().astimezone(clock.oslo()).date(),
            patient=patient.name if patient else "",
            born=patient.birth_date if patient else "",
        )
        insert(field, expand(shortcut.text, known), instead_of=instead_of)
        return True

    @work(exclusive=True, group="compose")
    async def action_shortcuts(self) -> None:
        """Add, change and remove text shortcuts."""
        from elmeld_tui.tui.screens.shortcuts import ShortcutsScreen

        await self.app.push_screen_wait(ShortcutsScreen(self.session, self.shortcuts))
        self.load_shortcuts()

    def begin_at(self, field: str, remark: str) -> None:
        """Let the user begin at ``field``, beside which ``remark`` says what is wrong; for when it is shown."""
        self._fields.begin_at(field, remark)

    @property
    def _fields(self) -> DraftForm:
        return self.query_one(DraftForm)

    def _show_title(self) -> None:
        saved = t("lagret {time}", time=self._saved_at) if self._saved_at and self._is_saved else ""
        if not self._is_saved:
            saved = t("ikke lagret ennå")
        title = _TITLES.get(self._draft.service_type, _new_title)()
        if self._draft.in_reply_to is not None and self._draft.service_type == "N":
            title = t("Om mottatt melding") if self._form.patient_optional else t("Svar")
        self.query_one("#title", SidesLine).tell(
            (Span(f" {title} · {self._form.title}", Tone.HEADING),), (Span(f"{saved} ", Tone.MUTED),)
        )

    @on(DraftForm.Changed)
    def _changed(self, event: DraftForm.Changed) -> None:
        event.stop()
        self._is_saved = False
        self._show_title()
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self.set_timer(_SAVE_AFTER, self._keep)

    @work(exclusive=True, group="keep")
    async def _keep(self) -> None:
        await self._save()

    async def _save(self) -> bool:
        """Keep what is written as a draft; return whether it went well."""
        from elmeld_tui.office.drafts import save_draft

        written = self._fields.written
        try:
            kept = await self.session.at_office(
                lambda office: save_draft(office, replace(written, id=self._draft.id))
            )
        except OfficeError as error:
            self.app.warn(str(error))
            return False
        self._draft = replace(self._draft, id=kept.id)
        self._is_saved = written == replace(self._fields.written, id=written.id)
        self._saved_at = clock.short(self.session.clock())[-5:]
        if self.is_current or self.is_mounted:
            self._show_title()
        return True

    @work(exclusive=True, group="preview")
    async def action_preview(self) -> None:
        """Show exactly what the receiver will see."""
        from elmeld_tui.office.writing import preview
        from elmeld_tui.tui.screens.preview import PreviewScreen

        if not self._is_ready():
            return
        written = self._fields.written
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
        written = self._fields.written
        try:
            shown = await self.session.at_office(lambda office: preview(office, written))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        question = _QUESTIONS.get(self._draft.service_type, _new_question)(self._form.title.lower())
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
        found = self._fields.show_problems()
        if not found:
            self.app.clear_notifications()
            return True
        focus_in(found[0])
        # Only when the remark has its place is the row as tall as it will be.
        self.call_after_refresh(found[0].scroll_visible, animate=False, top=isinstance(found[0], GroupRow))
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
        # What was typed a moment ago counts too.
        if self._fields.read():
            self._is_saved = False
        self._stop_saving()
        self.app.clear_notifications()
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


_TITLES = {"M": lambda: t("Endring"), "C": lambda: t("Kansellering"), "A": lambda: t("Tillegg")}


_QUESTIONS = {
    "M": lambda title: t("Send endring av {title}?", title=title),
    "A": lambda title: t("Send tillegg til {title}?", title=title),
}


def _new_question(title: str) -> str:
    return t("Send {title}?", title=title)


def _new_title() -> str:
    return t("Ny melding")
