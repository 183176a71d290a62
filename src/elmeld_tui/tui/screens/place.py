"""What the places share: bars around a body that follows changes in the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.store.errors import StoreError
from elmeld_tui.tui.actions import Where
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.bars import KeyBar, TopBar

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

LOOK_EVERY = 0.4
"""Seconds between two looks at whether the store has changed; asking costs microseconds and draws nothing."""


class PlaceScreen(Screen[None]):
    """A place of the application."""

    WHERE: ClassVar[Where]
    # The framework repaints the whole screen when the focus moves; our lists show their own focus, in one line.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - typed by the framework

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._seen_version = -1
        self._seen_day = clock.oslo_date(session.clock())

    def compose(self) -> ComposeResult:
        """Put the body between the bars."""
        yield TopBar(self.WHERE)
        yield from self.compose_body()
        yield KeyBar(self.WHERE)

    def compose_body(self) -> Iterable[Widget]:
        """Make what this place shows."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read again what this place shows; nothing that is unchanged is drawn."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin to follow the store."""
        self._look_timer = self.set_interval(LOOK_EVERY, self.look)

    def on_screen_suspend(self) -> None:
        """Rest while another screen covers this one."""
        self._look_timer.pause()

    def on_screen_resume(self) -> None:
        """Catch up at once."""
        self._look_timer.resume()
        self.look()

    def look(self) -> None:
        """Read again if something has been committed since last time; a store that is away is asked again later."""
        try:
            version, today = self.session.reader.data_version(), clock.oslo_date(self.session.clock())
            # What has come today is told by its hour, until midnight.
            if version != self._seen_version or today != self._seen_day:
                self._seen_version, self._seen_day = version, today
                self.reload()
            words, works = self._line_state()
            self._tell_top(len(self.session.open_alerts()), words, works=works)
        except StoreError:
            self.look_again()
            self._tell_top(0, t("Meldingslageret svarer ikke"), works=False)

    def look_again(self) -> None:
        """Read again at the next look, whether or not anything has been committed."""
        self._seen_version = -1

    def _tell_top(self, alerts: int, words: str, *, works: bool) -> None:
        session, user = self.session, self.session.user
        role = _PROFESSIONS.get(user.profession, lambda: "")()
        self.query_one(TopBar).tell(
            session.clinic.name,
            " · ".join(part for part in (user.full_name, role) if part),
            alerts,
            words,
            line_works=works,
        )

    def _line_state(self) -> tuple[str, bool]:
        beat = self.session.reader.engine()
        if beat is None:
            return t("Motor ikke startet"), False
        if not beat.is_alive(self.session.clock()):
            return t("Motor står"), False
        if self.session.reader.is_stuck():
            return t("Får ikke sendt"), False
        return t("Helsenett ok"), True


_PROFESSIONS = {
    "LE": lambda: t("lege"),
    "SP": lambda: t("sykepleier"),
    "HE": lambda: t("helsesekretær"),
}
