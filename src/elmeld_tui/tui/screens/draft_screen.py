"""A draft that lies open: saved while one writes, watched for other terminals, and left without losing a word.

What is typed is saved after `REST` seconds without a key, and at the latest `CEILING` seconds after the first key
that is not saved yet; at once when a field is left, and before the program ends or rests. Whether it thereby lies
among the drafts or is only a copy to recover from, the kind of form says (design §4.1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.errors import StoreError
from elmeld_tui.tui.actions import Where
from elmeld_tui.tui.keeping import Keeper
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS, UNASKED
from elmeld_tui.tui.widgets.answered import AnsweredMessage
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.draft_form import DraftForm
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone

if TYPE_CHECKING:
    from elmeld_tui.office.drafts import Draft
    from elmeld_tui.store.rows import Patient
    from elmeld_tui.tui.application import ElmeldApp

REST = 0.3
CEILING = 0.7
_TRY_AGAIN_AFTER = 2.0
"""Seconds after which saving is tried again where the store did not answer."""

_LOOK_EVERY = 0.4
"""Seconds between two looks at whether another terminal has taken the draft."""

_RENEW_EVERY = 20.0
"""Seconds between two signs of life; three may get lost before the draft counts as left (`office.terminals`)."""


class DraftScreen(Screen[None]):
    """A draft on the screen.

    Args:
        session: who writes, and where.
        draft: what is written so far.
        form: what the kind asks for.
        patient: whom it is about, as known; None until chosen.
        reading: whether it is open elsewhere, and only read here.
    """

    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(
        self,
        session: Session,
        draft: Draft,
        form: FormDescription,
        patient: Patient | None,
        *,
        reading: bool = False,
    ) -> None:
        super().__init__()
        self.session = session
        self.reading = reading
        self._draft, self._form, self._patient = draft, form, patient
        self._keeper = Keeper(session, draft, kept=form.saves_itself if draft.id is None else draft.kept)
        self._settled: Draft | None = None
        self._saved: Draft | None = None
        self._is_saved = True
        self._saved_at = ""
        self._in_trouble = False
        self._leaving = False
        self._unsaved_since: float | None = None
        self._save_timer: Timer | None = None
        self._saving = asyncio.Lock()
        self._seen_version = -1

    def compose(self) -> ComposeResult:
        """Title, the questions in order with what they are about beside them, keys."""
        yield SidesLine(id="title")
        with Container(id="desk"):
            yield DraftForm(self.session, self._draft, self._form, self._patient)
            if self._draft.in_reply_to is not None and not self.reading:
                yield AnsweredMessage(self.session, self._draft.in_reply_to)
        yield KeyBar(Where.COMPOSER)

    def on_mount(self) -> None:
        """Say what is written, and begin to watch it."""
        self.show_title()
        self._show_keys()
        self.set_interval(_LOOK_EVERY, self._watch)
        self.set_interval(_RENEW_EVERY, self._renew)

    @property
    def fields(self) -> DraftForm:
        """The form."""
        return self.query_one(DraftForm)

    @property
    def heading(self) -> str:
        """What is written here."""
        raise NotImplementedError

    def show_title(self) -> None:
        """Say what is written here, and how safe it is."""
        said, tone = self._state()
        # What is kept may be told when the screen is on its way out.
        for title in self.query("#title").results(SidesLine):
            title.tell((Span(f" {self.heading}", Tone.HEADING),), (Span(f"{said} ", tone),))

    def _show_keys(self) -> None:
        """Show the keys that can do something here."""
        of_writing = ["preview", "send", "enclose", "save_draft", "quote_results"]
        idle = of_writing if self.reading else [] if self._form.attachments else ["enclose"]
        self.query_one(KeyBar).hide(idle)

    def _state(self) -> tuple[str, Tone]:
        if self.reading:
            return t("bare lesing"), Tone.TROUBLE
        if self._in_trouble:
            return t("! IKKE LAGRET, prøver igjen"), Tone.TROUBLE
        if not self._is_saved:
            return t("ikke lagret ennå"), Tone.MUTED
        return (t("lagret {time}", time=self._saved_at) if self._saved_at else ""), Tone.MUTED

    @on(DraftForm.Ready)
    def _begin(self, event: DraftForm.Ready) -> None:
        event.stop()
        self._settled = self._saved = event.written
        if self.fields.written != event.written:
            self._save_in(REST)
        if self.reading:
            self.fields.let_be()

    @on(DraftForm.Touched)
    def _touched(self, event: DraftForm.Touched) -> None:
        event.stop()
        if self._saved is None or self.reading:
            return
        now = monotonic()
        if self._unsaved_since is None:
            self._unsaved_since = now
        self._save_in(min(REST, self._unsaved_since + CEILING - now))

    @on(DraftForm.Changed)
    def _changed(self, event: DraftForm.Changed) -> None:
        event.stop()
        if self._is_saved and self.fields.written != self._saved:
            self._is_saved = False
            self.show_title()

    @on(DraftForm.Left)
    def _left(self, event: DraftForm.Left) -> None:
        event.stop()
        if self._unsaved_since is not None:
            self._save_in(0)

    def _save_in(self, seconds: float) -> None:
        self._stop_timer()
        self._save_timer = self.set_timer(max(seconds, 0.001), self._save_due)

    def _stop_timer(self) -> None:
        if self._save_timer is not None:
            self._save_timer.stop()

    def _save_due(self) -> None:
        self._unsaved_since = None
        if not self._leaving and not self.reading:
            self.fields.read()
            self.run_worker(self.save(), group="keep")

    async def save(self, *, kept: bool = False) -> bool:
        """Save what is written; return whether it is safe where it was meant to be.

        Args:
            kept: whether it shall lie among the drafts from now on.
        """
        from elmeld_tui.office.drafts import DraftMovedError

        async with self._saving:
            written = self.fields.written
            if written == self._saved and not kept:
                self._now_saved(written)
                return True
            self._keeper.kept = self._keeper.kept or kept
            try:
                await self._keeper.save(written)
            except DraftMovedError as error:
                self._now_saved(written)
                self._ask_which_text(str(error))
                return False
            except OfficeError as error:
                self._not_saved(str(error))
                return False
            self._saved_at = clock.short(self.session.clock())[-5:]
            if kept:
                self._settled = written
            self._now_saved(written)
            return True

    def _now_saved(self, written: Draft) -> None:
        self._saved, self._in_trouble = written, False
        with suppress(NoMatches):
            # A form that is closed meanwhile goes part by part, and has nothing to show any more.
            self._is_saved = written == self.fields.written
            self.show_title()

    def _not_saved(self, why: str) -> None:
        if not self._in_trouble:
            self.app.warn(t("Det du skriver, er ikke lagret. Vi prøver igjen.") + " " + why)
        self._in_trouble, self._is_saved = True, False
        self.show_title()
        self._save_in(_TRY_AGAIN_AFTER)

    def save_at_once(self, patience: float) -> None:
        """Save what is written before this returns; the program is about to end or to rest.

        Args:
            patience: seconds to wait for the store.

        Raises:
            OfficeError: it could not be saved.
            TimeoutError: the store took longer than ``patience``.
        """
        if self._saved is None or self.reading or self._leaving:
            return
        written = self.fields.written
        if written != self._saved:
            self._keeper.save_at_once(written, patience)
            self._saved = written

    def _watch(self) -> None:
        """Look whether another terminal has taken the draft, sent it or thrown it away."""
        kept = self._keeper.draft
        busy = self.reading or self._leaving or self._saving.locked() or not self.is_current
        if busy or kept.id is None:
            return
        try:
            version = self.session.reader.data_version()
            row = self.session.reader.draft(kept.id) if version != self._seen_version else None
        except StoreError:
            # Saving will tell of it.
            return
        if version == self._seen_version:
            return
        self._seen_version = version
        if row is None or row.terminal != kept.terminal:
            self._taken(row.terminal if row is not None else "")

    @work(group="leave")
    async def _taken(self, terminal: str) -> None:
        from elmeld_tui.office.open_drafts import who_has

        # No key may come between the last save and this: it would be seen, and saved nowhere.
        writing = self.focused
        self.fields.disabled = True
        # What is disabled the framework keeps from the mouse only.
        self.set_focus(None)
        await _handled(writing)
        if not await self.save():
            self.fields.disabled = False
            self.set_focus(writing)
            return
        self.reading = True
        self.fields.let_be()
        self.show_title()
        self._show_keys()
        if terminal:
            self.app.warn(t("Utkastet er tatt over. Her kan du bare lese det.") + " " + who_has(terminal))
        else:
            self.app.warn(
                t("Utkastet er sendt, lagret eller forkastet i et annet vindu. Her kan du bare lese det.")
            )

    @work(name=UNASKED, group="leave")
    async def _ask_which_text(self, why: str) -> None:
        """Let the user choose between her text and the other terminal's; until then hers is safe as a copy."""
        theirs = self._keeper.apart_from
        text = why + "\n" + t("Det du skrev her, er tatt vare på ved siden av.")
        choices = [
            Choice("mine", t("Behold min tekst"), t("som et eget utkast")),
            Choice("theirs", t("Bruk den andre teksten"), t("min forkastes")),
        ]
        answer = await self.app.push_screen_wait(ChoiceScreen(t("To har skrevet i samme utkast"), text, choices))
        if answer == "mine":
            await self.save(kept=True)
        elif answer == "theirs" and theirs is not None:
            from elmeld_tui.tui.screens import begin

            if await self._done(self._keeper.discard()):
                self.dismiss()
                self.app.write(begin.kept(theirs))

    async def _done(self, act: Awaitable[object]) -> bool:
        try:
            await act
        except OfficeError as error:
            self.app.warn(str(error))
            return False
        return True

    async def _renew(self) -> None:
        if self.reading or self._leaving:
            return
        try:
            await self._keeper.renew()
        except OfficeError:
            # The next renewal may succeed; until the lease has run out nothing depends on it.
            return

    @work(exclusive=True, group="keep")
    async def action_save_draft(self) -> None:
        """Keep what is written."""
        if not self.reading and await self.save(kept=True):
            self.app.tell(t("Utkastet er lagret."))

    @work(name=OPENS, exclusive=True, group="leave")
    async def action_leave(self) -> None:
        """Close the composer; nothing that is written is lost unless one says so."""
        if await self.may_leave():
            self.dismiss()

    async def may_leave(self) -> bool:
        """Make what is written safe, or ask; return whether the composer may be closed."""
        if self.reading or self._settled is None:
            return True
        # What was typed a moment ago counts too.
        await _handled(self.focused)
        self.fields.read()
        self._stop_timer()
        self.app.clear_notifications()
        stored = self._keeper.draft.id is not None
        if self.fields.written == self._settled and (self._keeper.kept or not stored):
            return await self._close(was_stored=stored)
        if self._form.saves_itself and await self.save(kept=True):
            self.app.tell(t("Utkastet ligger under Utkast."))
            return await self._close(was_stored=True)
        return await self._ask_to_leave()

    async def _close(self, *, was_stored: bool) -> bool:
        """Let go of the draft, with the last of it saved."""
        if was_stored and not await self.save():
            return False
        self._leaving = True
        # What could not be let go of lets go of itself, when its lease has run out.
        await self._done(self._keeper.close())
        return True

    async def _ask_to_leave(self) -> bool:
        was_kept = self._draft.id is not None and self._keeper.kept
        lost = t("utkastet blir som det var") if was_kept else t("det som er skrevet, blir borte")
        choices = [
            Choice("keep", t("Lagre utkast"), t("det ligger under Utkast")),
            Choice("discard", t("Forkast"), lost),
            Choice("back", t("Fortsett å skrive")),
        ]
        answer = await self.app.push_screen_wait(
            ChoiceScreen(t("Du har skrevet noe som ikke er sendt."), "", choices)
        )
        if answer == "keep":
            return await self.save(kept=True) and await self._close(was_stored=True)
        if answer != "discard" or self._settled is None:
            return False
        self._leaving = True
        async with self._saving:
            back = self._keeper.save(self._settled) if was_kept else self._keeper.discard()
            self._leaving = await self._done(back)
        return self._leaving and (not was_kept or await self._done(self._keeper.close()))

    def on_key(self, event: events.Key) -> None:
        """Roll what is only read; no field has the focus then."""
        if self.reading and (roll := _ROLLS.get(event.key)):
            event.stop()
            getattr(self.fields, roll)(animate=False)


async def _handled(field: Widget | None) -> None:
    """Wait until the keys that are on their way to a field have been written in it."""
    done = asyncio.Event()
    if field is not None and field.call_later(done.set):
        await done.wait()


_ROLLS = {
    "down": "scroll_down",
    "up": "scroll_up",
    "pagedown": "scroll_page_down",
    "pageup": "scroll_page_up",
    "home": "scroll_home",
    "end": "scroll_end",
}
