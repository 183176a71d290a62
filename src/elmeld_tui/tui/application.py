"""The terminal application: what holds in every place."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events, work

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.office import policy
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.errors import StoreError
from elmeld_tui.tui import ending, unanswered
from elmeld_tui.tui.actions import Where, bindings, use_keys
from elmeld_tui.tui.after_refusal import AfterRefusal
from elmeld_tui.tui.bell import Ringing
from elmeld_tui.tui.crash import crash_text
from elmeld_tui.tui.drawn_app import DrawnApp
from elmeld_tui.tui.driver import TerminalDriver, in_browser
from elmeld_tui.tui.guard import LOOK_EVERY, WHILE_LOCKED, Guard
from elmeld_tui.tui.parts import next_part, none_left
from elmeld_tui.tui.permission import may
from elmeld_tui.tui.places import ASKED_OF, PLACES
from elmeld_tui.tui.preferences import Preferences
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.themes import THEMES
from elmeld_tui.tui.typed_ahead import OPENS, UNASKED, TypedAhead
from elmeld_tui.tui.widgets.copying import CopyWanted
from elmeld_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from textual.screen import Screen

    from elmeld_tui.tui.keymap import Keymap
    from elmeld_tui.tui.screens.begin import Begin

_LOOK_AGAIN, _LOOKS_AGAIN = 2.0, 30
"""Seconds between looks for what another terminal has left unsent after this one was opened, and how many."""


class ElmeldApp(DrawnApp):
    """The application, on one clinic.

    Args:
        session: whose clinic, and who sits here.
        preferences: how she wants the terminal; what suits it where nothing is given.
        keymap: her own keys, where she has chosen any.
    """

    TITLE = "elmeld"
    # The first place's too: a sheet that comes later lets the framework read all of them anew.
    CSS_PATH = resources.styles("app", "post")
    BINDINGS = bindings(Where.EVERYWHERE)
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "post"

    def __init__(
        self, session: Session, preferences: Preferences | None = None, keymap: Keymap | None = None
    ) -> None:
        super().__init__(driver_class=None if in_browser() else TerminalDriver)
        unanswered.install()
        self.session = session
        self.preferences = preferences or Preferences()
        self._settings_problems = [*self.preferences.problems, *(keymap.problems if keymap else ())]
        self.use_keymap(keymap.keys if keymap else {})
        for name, make in PLACES.items():
            self.add_mode(name, partial(make, session))
        # Nothing moves by itself: a frame that nobody asked for is bytes on somebody's line.
        self.animation_level = "none"
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = self.preferences.theme
        self._put_off: set[int] = set()
        self._left_parts = none_left()
        self.ringing = Ringing(self)
        self.guard = Guard(self)
        self._has_told = False
        self._after_refusal = AfterRefusal(self, self._show_warning)
        self.typed_ahead = TypedAhead(self, self._hand_on, self._after_refusal.held_in_vain)

    def use_keymap(self, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """Let the actions with the ids in ``chosen`` have those keys from now on, and every other its usual ones."""
        use_keys(chosen)
        self.set_keymap({identity: ",".join(keys) for identity, keys in chosen.items()})
        for bar in (
            bar for screen in self.open_screens() for bar in screen.query("KeyBar, TopBar").results(Lines)
        ):
            bar.post_message(events.Resize(bar.size, bar.virtual_size))

    def on_mount(self) -> None:
        """Open the office once the first screen is drawn, so that the first message opens without a wait."""
        self.call_after_refresh(self._after_first_paint)
        self.set_interval(LOOK_EVERY, self.guard.look)
        self.app_suspend_signal.subscribe(self, lambda _app: self.save_everything())
        self.ringing.turn(on=self.preferences.bell)
        if not self.is_headless:
            ending.save_before_ending(self)

    @property
    def terminal(self) -> int | None:
        """The descriptor of the terminal one types in; None where it is none."""
        return self._driver.fileno if isinstance(self._driver, TerminalDriver) else None

    def _after_first_paint(self) -> None:
        if not gc.isenabled():
            # `app.run` let the collector rest; what is loaded by now stays, and need not be looked through again.
            gc.freeze()
            gc.enable()
        self.run_worker(self.open_office())

    async def open_office(self) -> None:
        """Load what the first screen does not need, and say so if the clinic cannot be worked in."""
        try:
            await self.session.at_office(lambda _office: None)
        except OfficeError as error:
            self.warn(str(error))
            return
        if self._settings_problems:
            told = t("Valg for terminalen er ikke tatt i bruk: {problem}", problem=self._settings_problems[0])
            self.warn(told + "\n" + t("Se alle med «elmeld config validate»."))
        self.offer_unsent()
        self.set_interval(_LOOK_AGAIN, self._offer_again, repeat=_LOOKS_AGAIN)

    def _offer_again(self) -> None:
        """Offer in Post what was open in a terminal whose line dropped: the server may notice that later than her.

        Not while she writes in a line: what she types on would be her answer.
        """
        if not self.is_running:
            # The screens are being closed, and a timer may still tick.
            return
        if self.current_mode == "post" and not self._writes():
            self.offer_unsent()

    def _writes(self) -> bool:
        """Return whether letters are written where the focus is."""
        return self.focused is not None and self.focused.check_consume_key("a", "a")

    def offer_unsent(self) -> None:
        """Offer back what was being written when a terminal died, unless one is asked, or writes or is about to."""
        about_to_write = any(one.group == "compose" and not one.is_finished for one in self.workers)
        if about_to_write or self.screen.is_modal or ending.open_drafts(self):
            return
        try:
            interrupted = self.session.reader.interrupted_drafts(self.session.user.name)
        except StoreError:
            # The place says that the store does not answer.
            return
        if interrupted:
            from elmeld_tui.tui import unsent

            self.run_worker(unsent.offer(self, self._put_off), name=UNASKED, group="compose", exclusive=True)

    def save_everything(self) -> None:
        """Save what is being written, before this returns."""
        ending.save_everything(self)

    async def _on_exit_app(self) -> None:
        """Whoever shows us is gone, such as a browser that was closed."""
        self.save_everything()
        await super()._on_exit_app()

    async def action_quit(self) -> None:
        """End, when what is being written is safe or thrown away."""
        self.run_worker(self._quit(), name=OPENS, group="leave", exclusive=True)

    async def _quit(self) -> None:
        for screen in ending.open_drafts(self):
            if not await screen.may_leave():
                return
        self.exit()

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:
        """Push a screen, and let it have what was typed while it opened."""
        pushed = super().push_screen(*args, **kwargs)
        self.typed_ahead.opened()
        return pushed

    def tell(self, text: str) -> None:
        """Say, for a few seconds or until the next key, that something is done whose effect may be off the screen.

        What was said before is over by then, and would only cover more of the screen.
        """
        if self.guard.locked:
            return
        self.clear_notifications()
        self.notify(harmless(text), markup=False, timeout=4)
        self._has_told = True
        self._after_refusal.said = text

    def warn(self, text: str) -> None:
        """Say what could not be done, why, and what to do."""
        if not self.guard.locked:
            self._after_refusal.said = text
            self._after_refusal.refused()
            self._show_warning(text)

    def _show_warning(self, text: str) -> None:
        self.clear_notifications()
        self.notify(harmless(text), markup=False, severity="error", timeout=10)
        self._has_told = False

    def not_here(self, why: str) -> None:
        """Say why a key does nothing where one is."""
        self.tell(why)
        self._after_refusal.refused()

    def action_place(self, name: str) -> None:
        """Go to a place; what is open there is still open."""
        if name not in ASKED_OF or may(self, ASKED_OF[name]):
            self.switch_mode(name)
        if name == "post":
            self.offer_unsent()

    def action_new_message(self) -> None:
        """Choose a form and write."""
        self.new_message()

    def new_message(self, *, recipient_her: str = "") -> None:
        """Choose a form and write, to the party with this HER-id where one is given."""
        from elmeld_tui.tui.screens.begin import choose_form

        if not self.screen.is_modal and may(self, policy.Action.WRITE):
            self.run_worker(choose_form(self, recipient_her), name=OPENS, group="compose", exclusive=True)

    def write(self, beginning: Begin, *, begin_at: str = "", remark: str = "") -> None:
        """Open the composer on what ``beginning`` makes, at a field that ``remark`` is about where one is given."""
        from elmeld_tui.tui.screens.begin import open_composer

        opening = open_composer(self, beginning, begin_at=begin_at, remark=remark)
        self.run_worker(opening, name=OPENS, group="compose", exclusive=True)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there, and let what was typed too early wait."""
        if isinstance(event, events.InputEvent):
            self.guard.touch()
        typed = event if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded else None
        if typed is not None and self._has_told:
            # It has been seen, or is not waited for; it covers what one goes on to read.
            self._has_told = False
            self.clear_notifications()
        if typed is None:
            await self._hand_on(event)
        else:
            await self.typed_ahead.take(typed)

    async def _hand_on(self, event: events.Event) -> None:
        """Hand an event on; a screen that asks for a key gets each of them, whatever it means elsewhere."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            self._after_refusal.looks_up(event)
        if isinstance(event, events.Key) and (take_key := getattr(self.screen, "take_key", None)):
            take_key(event)
        else:
            await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Give a letter that came together with the key that opened a line to that line: it was meant for no list.

        The line had not opened when the letter was on its way, so it comes here as a command: over a slow line
        ``/k`` would sign off a message instead of searching. What a line takes, it never lets pass on.
        """
        if self.typed_ahead.holds_back(event):
            event.prevent_default()
            return
        line = self.focused
        if line is not None and line.check_consume_key(event.key, event.character):
            event.prevent_default()
            line.post_message(events.Key(event.key, event.character))
        elif self._after_refusal.drops(event):
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Say that what is pasted where nobody can write goes nowhere."""
        if event.is_forwarded and not self._writes():
            self.tell(t("Her kan det ikke skrives. Det du limte inn, er ikke brukt til noe."))

    def action_lock(self) -> None:
        """Cover everything until the user's code has been written."""
        self.guard.lock(idle=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing but leaving be done while the screen is locked."""
        if self.guard.locked and action not in WHILE_LOCKED:
            return False
        return super().check_action(action, parameters)

    @work(name=OPENS, exclusive=True, group="compose")
    async def action_unlock_code(self) -> None:
        """Choose the code that opens one's locked screen."""
        from elmeld_tui.tui.screens.lock import code_form

        kept = None if self.screen.is_modal else await self.push_screen_wait(code_form(self.session))
        if kept:
            self.tell(t("Koden er lagret. «lås skjermen» i kommandoene prøver den."))

    def action_theme(self) -> None:
        """Choose a theme, for now and for next time."""
        from elmeld_tui.tui.terminal_choices import choose_theme

        if not self.screen.is_modal:
            self.run_worker(choose_theme(self), name=OPENS, group="compose", exclusive=True)

    def action_mouse(self) -> None:
        """Let go of the mouse, or take it; for now and for next time."""
        from elmeld_tui.tui.terminal_choices import toggle_mouse

        toggle_mouse(self)

    def action_ring(self) -> None:
        """Ring when something new needs a human, or be silent; for now and for next time."""
        from elmeld_tui.tui.terminal_choices import toggle_bell

        toggle_bell(self)

    def copy_to_clipboard(self, text: str) -> None:
        """Put what is marked in a field on the clipboard by the way that other copying goes, and keep it for ctrl+v."""
        if text:
            self._clipboard = text
            self.post_message(CopyWanted(text))

    def on_copy_wanted(self, event: CopyWanted) -> None:
        """Put the text that somebody wants copied on the clipboard."""
        from elmeld_tui.tui.terminal_choices import copy

        event.stop()
        self.run_worker(copy(self, event.text), group="copy", exclusive=True)

    def action_jump(self) -> None:
        """Give every part of the screen a letter, and go where the letter that is pressed says."""
        from elmeld_tui.tui.screens.jump import open_jump

        open_jump(self)

    def action_next_part(self) -> None:
        """Go to the next part of the screen."""
        self._to_part(1)

    def action_previous_part(self) -> None:
        """Go to the part of the screen before."""
        self._to_part(-1)

    def _to_part(self, step: int) -> None:
        part = next_part(self.screen, step, self._left_parts)
        if part is not None:
            part.focus()

    def action_help(self) -> None:
        """Show the keys that work here, in the place and in what has the focus, to be searched and used."""
        from elmeld_tui.tui.screens.help import open_help

        open_help(self)

    def action_palette(self) -> None:
        """Search everything that can be done here; in a composer, the text shortcuts too."""
        from elmeld_tui.tui.screens.palette import open_palette

        open_palette(self)

    def open_screens(self) -> list[Screen[Any]]:
        """Return every screen that is open, in whatever place.

        One that has been left is none of them; the framework keeps it attached until it has taken it apart.
        """
        return [screen for stack in self._screen_stacks.values() for screen in stack]

    def could_not(self, why: str) -> None:
        """Say why something could not be read or done; what the places show is read again at their next look."""
        from elmeld_tui.tui.screens.place import PlaceScreen

        self.warn(why)
        for screen in self.open_screens():
            if isinstance(screen, PlaceScreen):
                screen.look_again()

    def _handle_exception(self, error: Exception) -> None:
        """End at a fault of the program, and at nothing else; timers and workers come here."""
        if told := unanswered.told_to_user(error):
            self.could_not(told)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Replace the framework's crash screen, which prints the values of variables."""
        self.save_everything()
        self.bell()
        self._exit_renderables.append(Text(crash_text(self._exception or sys.exc_info()[1])))
        self._close_messages_no_wait()
