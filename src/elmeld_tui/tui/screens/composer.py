"""Writing a message: one form for every kind, made from the kind's own description, with a preview; sent from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.shortcuts import Shortcut, expand, placeholders
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings, focus_bindings
from elmeld_tui.tui.patient_rows import whose
from elmeld_tui.tui.screens.acts import ask_office
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.draft_screen import DraftScreen
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.form import GroupRow, focus_in
from elmeld_tui.tui.widgets.insertion import insert, insert_lines, takes_text, word_before_cursor

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.quoting import Quotable
    from elmeld_tui.office.writing import Preview


class ComposerScreen(DraftScreen):
    """The composer."""

    WHERE = Where.COMPOSER
    BINDINGS = [*bindings(Where.COMPOSER), *focus_bindings()]  # noqa: RUF012 - typed by the framework
    CSS_PATH = resources.styles("form", "composer")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - typed by the framework
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]  # noqa: RUF012 - typed by the framework

    def on_mount(self) -> None:
        """Have the text shortcuts at hand."""
        self.shortcuts: list[Shortcut] = []
        self.load_shortcuts()

    @work(exclusive=True, group="favourite")
    async def action_favourite(self) -> None:
        """Let the address under the cursor be one of the user's favourites, or no longer."""
        try:
            self.app.tell(await self.fields.toggle_favourite())
        except OfficeError as error:
            self.app.warn(str(error))

    @work(name=OPENS, exclusive=True, group="compose")
    async def action_enclose(self) -> None:
        """Choose what goes with the message among the patient's documents."""
        found = await self.fields.documents()
        if isinstance(found, str):
            self.app.warn(found)
            return
        from elmeld_tui.tui.screens.enclose import EncloseScreen

        documents, enclosed, room = found
        chosen = await self.app.push_screen_wait(EncloseScreen(documents, enclosed, room))
        if chosen is not None:
            self.fields.enclose(chosen, documents)

    @work(name=OPENS, exclusive=True, group="compose")
    async def action_quote_results(self) -> None:
        """Choose among the patient's results, and write them where the cursor stands."""
        field, patient = self.focused, self.fields.patient
        if patient is None:
            self.app.warn(t("Velg pasient først."))
            return
        if field is None or not takes_text(field):
            self.app.warn(t("Sett markøren i et tekstfelt først, så kan prøvesvar skrives der."))
            return

        def found(office: Office) -> tuple[list[Quotable], int]:
            from elmeld_tui.office.quoting import quotable

            return quotable(office, patient.id)

        known = await ask_office(self.app, found)
        if known is None:
            return
        if not known[0]:
            self.app.warn(t("Pasienten har ingen prøvesvar her som du kan åpne."))
            return
        from elmeld_tui.office.quoting import quote
        from elmeld_tui.tui.screens.quoting import QuotingScreen

        chosen = await self.app.push_screen_wait(QuotingScreen(*known))
        if chosen:
            insert_lines(field, [quote(one) for one in chosen])

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
        patient = self.fields.patient
        known = placeholders(
            self.session.user.full_name,
            clock.oslo_date(self.session.clock()),
            patient=patient.name if patient else "",
            born=patient.birth_date if patient else "",
        )
        insert(field, expand(shortcut.text, known), instead_of=instead_of)
        return True

    @work(name=OPENS, exclusive=True, group="compose")
    async def action_shortcuts(self) -> None:
        """Add, change and remove text shortcuts."""
        from elmeld_tui.tui.screens.shortcuts import ShortcutsScreen

        await self.app.push_screen_wait(ShortcutsScreen(self.session, self.shortcuts))
        self.load_shortcuts()

    def begin_at(self, field: str, remark: str) -> None:
        """Let the user begin at ``field``, beside which ``remark`` says what is wrong; for when it is shown."""
        self.fields.begin_at(field, remark)

    @property
    def heading(self) -> str:
        """What kind of message it is, and whether it changes or answers another."""
        title = _TITLES.get(self._draft.service_type, _new_title)()
        if self._draft.in_reply_to is not None and self._draft.service_type == "N":
            title = t("Om mottatt melding") if self._form.patient_optional else t("Svar")
        # «Svar · Svar på forespørsel» would say it twice.
        says_it = self._form.title.casefold().startswith(title.casefold())
        return self._form.title if says_it else f"{title} · {self._form.title}"

    @work(name=OPENS, exclusive=True, group="preview")
    async def action_preview(self) -> None:
        """Show exactly what the receiver will see."""
        from elmeld_tui.tui.screens.preview import PreviewScreen

        shown = await self._shown()
        if shown is None:
            return
        if await self.app.push_screen_wait(PreviewScreen(shown.view, shown.document, shown.next_step)):
            self.action_send()

    @work(name=OPENS, exclusive=True, group="send")
    async def action_send(self) -> None:
        """Ask once, say what happens next, and send."""
        shown = await self._shown()
        if shown is None:
            return
        question = _QUESTIONS.get(self._draft.service_type, _new_question)(self._form.title.lower())
        choices = [Choice("send", t("Send nå")), Choice("back", t("Ikke ennå"), t("tilbake til skjemaet"))]
        # The question lies over what the form says of it.
        patient = self.fields.patient
        told = "\n".join([*([whose(patient)] if patient else []), shown.next_step])
        if await self.app.push_screen_wait(ChoiceScreen(question, told, choices)) != "send":
            return
        if await self._send():
            self.dismiss()
            self.app.tell(
                t("Meldingen er lagt i kø og sendes nå. Følg den under Sendt.")
                if self.session.engine_works
                else t("Meldingen er lagt i kø, men motoren står. Den sendes når motoren går igjen.")
            )

    async def _shown(self) -> Preview | None:
        """Return what would go out now; None, and the user is told why, where nothing can."""
        from elmeld_tui.office.writing import preview

        if not self._is_ready():
            return None
        written = self.fields.written
        try:
            return await self.session.at_office(lambda office: preview(office, written))
        except OfficeError as error:
            self.app.warn(str(error))
            return None

    async def _send(self) -> bool:
        """Send what is written, and the draft with it; return whether it is on its way."""
        from elmeld_tui.office.writing import send

        # What is saved of it is what is sent, so that nothing is saved after the draft has gone.
        if not await self.save():
            return False
        leaving = self._keeper.as_saved(self.fields.written)
        self._leaving = True
        try:
            await self.session.at_office(lambda office: send(office, leaving))
        except OfficeError as error:
            self._leaving = False
            self.app.warn(str(error))
            return False
        return True

    def _is_ready(self) -> bool:
        """Return whether everything is filled in; where not, go to the first field that is not."""
        if self.reading:
            self.app.warn(t("Utkastet kan bare leses her. Åpne det på nytt fra Utkast for å ta det over."))
            return False
        found = self.fields.show_problems()
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


_TITLES = {"M": lambda: t("Endring"), "C": lambda: t("Kansellering"), "A": lambda: t("Tillegg")}


_QUESTIONS = {
    "M": lambda title: t("Send endring av {title}?", title=title),
    "A": lambda title: t("Send tillegg til {title}?", title=title),
}


def _new_question(title: str) -> str:
    return t("Send {title}?", title=title)


def _new_title() -> str:
    return t("Ny melding")
