"""The terminal application: what holds in every place."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.filter import LineFilter
from textual.screen import Screen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.reading import Row
from elmeld_tui.tui.actions import Where, bindings, use_keys
from elmeld_tui.tui.crash import crash_text
from elmeld_tui.tui.driver import TerminalDriver
from elmeld_tui.tui.looks import Look
from elmeld_tui.tui.preferences import Preferences
from elmeld_tui.tui.safe_text import ControlFilter
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.themes import THEMES, WithoutColours
from elmeld_tui.tui.wire import Shown

if TYPE_CHECKING:
    from elmeld_tui.model.forms import FormDescription
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.keymap import Keymap
    from elmeld_tui.tui.screens.begin import Begin

_ONE_FRAME = 0.03
"""Seconds in which a new screen gets its parts together."""


class ElmeldApp(App[None]):
    """The application, on one clinic.

    Args:
        session: whose clinic, and who sits here.
        preferences: how she wants the terminal; what suits it where nothing is given.
        keymap: her own keys, where she has chosen any.
    """

    TITLE = "elmeld"
    CSS_PATH = resources.directory("styles") / "app.tcss"
    BINDINGS = bindings(Where.EVERYWHERE)
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "post"

    def __init__(
        self, session: Session, preferences: Preferences | None = None, keymap: Keymap | None = None
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.session = session
        self.preferences = preferences or Preferences()
        self._settings_problems = [*self.preferences.problems, *(keymap.problems if keymap else ())]
        chosen = keymap.keys if keymap else {}
        use_keys(chosen)
        self.set_keymap({identity: ",".join(keys) for identity, keys in chosen.items()})
        for name, make in _PLACES.items():
            self.add_mode(name, partial(make, session))
        # Nothing moves by itself: a frame that nobody asked for is bytes on somebody's line.
        self.animation_level = "none"
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = self.preferences.theme
        self._control_filter = ControlFilter()
        self._shown = Shown()
        self._colour_filter = WithoutColours()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the framework's filters, the one for no colours, and the last border before the terminal."""
        colourless = [self._colour_filter] if self.theme == Look.MONOCHROME else []
        return [*super().get_line_filters(), *colourless, self._control_filter]

    def on_mount(self) -> None:
        """Open the office once the first screen is drawn, so that the first message opens without a wait."""
        self.call_after_refresh(self._after_first_paint)
        self.app_resume_signal.subscribe(self, lambda _app: self._shown.forget())

    def on_resize(self) -> None:
        """A terminal that gets another size may throw away what it shows."""
        self._shown.forget()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Write of the framework's update what the terminal does not show yet."""
        super()._display(screen, self._shown.difference(renderable))

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

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:
        """Push a screen and draw it once, when it is whole; the framework would draw every step on the way."""
        self.delay_update(_ONE_FRAME)
        return super().push_screen(*args, **kwargs)

    def pop_screen(self) -> AwaitComplete:
        """Pop the screen and draw what was under it once."""
        self.delay_update(_ONE_FRAME)
        return super().pop_screen()

    def tell(self, text: str) -> None:
        """Say, for a few seconds, that something is done whose effect may be off the screen.

        What was said before is over by then, and would only cover more of the screen.
        """
        self.clear_notifications()
        self.notify(harmless(text), markup=False, timeout=4)

    def warn(self, text: str) -> None:
        """Say what could not be done, why, and what to do."""
        self.clear_notifications()
        self.notify(harmless(text), markup=False, severity="error", timeout=10)

    def action_place(self, name: str) -> None:
        """Go to a place; what is open there is still open."""
        self.switch_mode(name)

    def show_in_log(self, row: Row) -> None:
        """Go to the message log, to ``row``."""
        from elmeld_tui.tui.screens.log import LogScreen

        self.switch_mode("log")
        log = self.screen_stack[0]
        assert isinstance(log, LogScreen)
        log.show_message(row)

    def show_attachments(self, row: Row) -> None:
        """Show what is attached to ``row``."""
        from elmeld_tui.tui.screens.attachments import open_attachments

        self.run_worker(open_attachments(self, self.session, row.id), group="attachments", exclusive=True)

    def action_new_message(self) -> None:
        """Choose a form and write."""
        if not self.screen.is_modal:
            self.run_worker(self._new_message(), group="compose", exclusive=True)

    async def _new_message(self) -> None:
        from elmeld_tui.tui.screens import begin
        from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

        def startable(_office: Office) -> list[FormDescription]:
            from elmeld_tui.office.drafts import startable_forms

            return startable_forms()

        forms = await self.session.at_office(startable)
        choices = [Choice(form.name, form.title) for form in forms]
        chosen = await self.push_screen_wait(ChoiceScreen(t("Ny melding"), "", choices))
        if chosen is not None:
            await begin.open_composer(self, begin.new(chosen))

    def write(self, beginning: Begin) -> None:
        """Open the composer on what ``beginning`` makes."""
        from elmeld_tui.tui.screens.begin import open_composer

        self.run_worker(open_composer(self, beginning), group="compose", exclusive=True)

    def action_redraw(self) -> None:
        """Write the whole screen again, where something else has written on the terminal."""
        self._shown.forget()
        self.screen.refresh()

    def action_theme(self) -> None:
        """Choose a theme, for now and for next time."""
        if not self.screen.is_modal:
            self.run_worker(self._choose_theme(), group="compose", exclusive=True)

    async def _choose_theme(self) -> None:
        from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

        choices = [Choice(look, look.label, t("nå") if look == self.theme else "") for look in Look]
        chosen = await self.push_screen_wait(ChoiceScreen(t("Farger og skrift"), "", choices))
        if chosen is not None:
            self.theme = chosen
            self._remember("theme", chosen)

    def action_mouse(self) -> None:
        """Let go of the mouse, or take it; for now and for next time."""
        driver = self._driver
        if not isinstance(driver, TerminalDriver):
            return
        driver.use_mouse(on=not driver.has_mouse)
        if driver.has_mouse:
            self.tell(t("Musen brukes."))
        else:
            self.tell(t("Musen er overlatt til terminalen. Merk og kopier som ellers i den."))
        self._remember("mouse", driver.has_mouse)

    def _remember(self, name: str, value: str | bool) -> None:  # noqa: FBT001 - the setting's own
        from elmeld_tui.tui.preferences import remember

        try:
            remember(os.environ, name, value)
        except OSError as error:
            self.warn(t("Valget gjelder til du avslutter. Det kan ikke lagres: {reason}", reason=error.strerror))

    def action_help(self) -> None:
        """Show the keys that work here."""
        from elmeld_tui.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(getattr(self.screen, "WHERE", Where.EVERYWHERE)))

    def action_palette(self) -> None:
        """Search everything that can be done here."""
        from elmeld_tui.tui.screens.palette import PaletteScreen, commands

        below = self.screen
        if below.is_modal:
            return

        def chosen(action: str | None) -> None:
            if action is not None:
                self.call_later(below.run_action, action)

        self.push_screen(PaletteScreen(commands(getattr(below, "WHERE", Where.EVERYWHERE))), chosen)

    def _fatal_error(self) -> None:
        """Replace the framework's crash screen, which prints the values of variables."""
        self.bell()
        self._exit_renderables.append(Text(crash_text(self._exception or sys.exc_info()[1])))
        self._close_messages_no_wait()


def _post(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.post import PostScreen

    return PostScreen(session)


def _log(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.log import LogScreen

    return LogScreen(session)


_PLACES: dict[str, Callable[[Session], Screen[None]]] = {"post": _post, "log": _log}
