"""The locked screen: nothing of the clinic is shown until the user's code has been typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.entry import Entry
from elmeld_tui.tui.widgets.lines import Lines, Tone, line

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_WIDTH = 60


def code_form(session: Session) -> SmallForm[bool]:
    """Make the box that asks for the code that opens one's locked screen."""

    def keep(office: Office, said: Said) -> bool:
        from elmeld_tui.office.locking import set_code

        set_code(office, str(said["code"]), str(said["repeated"]))
        return True

    asked = [
        Asked("code", t("Ny kode"), hint=t("minst seks tegn"), required=True, secret=True),
        Asked("repeated", t("Samme kode igjen"), required=True, secret=True),
    ]
    return SmallForm(session, t("Opplåsingskode"), asked, keep)


class LockScreen(Screen[None]):
    """Covers everything; is dismissed by the right code, and by nothing else.

    Args:
        session: whose.
        idle: whether nobody has touched a key for long, rather than that somebody locked it.
    """

    CSS_PATH = resources.styles("lock")
    AUTO_FOCUS = "Input"
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, *, idle: bool) -> None:
        super().__init__()
        self.session = session
        self._idle = idle
        self._tries = 0

    def compose(self) -> ComposeResult:
        """Who sits here, and a line for the code."""
        with Vertical(id="box"):
            yield Lines(line(t("elmeld er låst"), Tone.HEADING), line(self.session.user.full_name))
            yield Entry(hint=t("opplåsingskode"), id="code", secret=True)
            yield Lines(id="told")

    @work(exclusive=True, group="lock")
    async def _lock(self) -> None:
        from elmeld_tui.office import locking

        try:
            can_open = await self.session.at_office(lambda office: locking.lock(office, idle=self._idle))
        except OfficeError as error:
            self._tell(str(error))
            return
        hint = t("Skriv koden og trykk enter. ctrl+q avslutter; alt du har skrevet, er lagret.")
        without = t(
            "Du har ingen opplåsingskode. Avslutt med ctrl+q og logg inn på nytt; alt du har skrevet, er lagret. "
            "Neste gang: velg en kode med «opplåsingskode» i kommandoene."
        )
        # Where there is no code, none that is written can be a wrong one.
        self.query_one("#code", Input).display = can_open
        self._tell(hint if can_open else without)

    def on_mount(self) -> None:
        """Note it, and say how one gets on."""
        self._lock()

    def on_screen_suspend(self) -> None:
        """Stay on top of whatever was on its way when the screen was locked."""
        if self.app.guard.locked:
            self.app.call_later(self.app.guard.lock_again)

    def on_screen_resume(self) -> None:
        """Go too, when the one above was opened."""
        if not self.app.guard.locked:
            self.dismiss(None)

    def _tell(self, text: str) -> None:
        told = self.query_one("#told", Lines)
        told.show(*(line(row, Tone.MUTED) for row in wrap(text, min(_WIDTH, self.size.width - 4))))

    @on(Input.Submitted)
    def _written(self, event: Input.Submitted) -> None:
        event.stop()
        code, event.input.value = event.input.value, ""
        if code:
            self._try(code)

    @work(exclusive=True, group="unlock")
    async def _try(self, code: str) -> None:
        from elmeld_tui.office import locking

        def task(office: Office) -> bool:
            return locking.unlock(office, code)

        try:
            opened = await self.session.at_office(task)
        except OfficeError as error:
            self._tell(str(error))
            return
        if opened:
            self.app.guard.unlock()
            self.dismiss(None)
            return
        self._tries += 1
        left = locking.MOST_TRIES - self._tries
        if not left:
            self.app.save_everything()
            self.app.exit(
                return_code=1, message=t("For mange gale koder. Logg inn på nytt; alt du skrev, er lagret.")
            )
            return
        self._tell(t("Feil kode. {n} forsøk igjen.", n=left))
