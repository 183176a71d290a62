"""The message log in numbers, over a week, a month or a quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import getters, work
from textual.app import ComposeResult
from textual.screen import Screen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.statistics import Statistics, statistics
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.statistics_page import statistics_layout
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone
from elmeld_tui.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_PERIODS = (7, 30, 90)
"""Days."""


class StatisticsScreen(Screen[None]):
    """Shows how much went each way and how much failed.

    Args:
        session: whose log.
    """

    WHERE = Where.STATISTICS
    BINDINGS = bindings(Where.STATISTICS)
    CSS_PATH = resources.styles("statistics")
    AUTO_FOCUS = "#paper"
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._period = 1

    def compose(self) -> ComposeResult:
        """A title, the numbers, keys."""
        yield SidesLine(id="title")
        yield Paper(id="paper")
        yield KeyBar(Where.STATISTICS)

    def on_mount(self) -> None:
        """Count."""
        self._show()

    @work(exclusive=True, group="statistics")
    async def _show(self) -> None:
        """Count beside the screen: a quarter of a large log takes a moment."""
        days = _PERIODS[self._period]
        self._tell(t("teller …"))

        def task(office: Office) -> Statistics:
            from elmeld_tui.office import policy

            policy.require(office, policy.Action.SEE_LOG)
            return statistics(office.reader, days, office.clock)

        try:
            found = await self.session.at_office(task)
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._tell("")
        self.query_one("#paper", Paper).show(statistics_layout(found))

    def _tell(self, note: str) -> None:
        title = t("Statistikk · siste {n} dager", n=_PERIODS[self._period])
        self.query_one("#title", SidesLine).tell(
            (Span(f" {title}", Tone.HEADING),), (Span(f"{note} ", Tone.MUTED),)
        )

    def action_period(self, step: int) -> None:
        """Look at a longer or a shorter period."""
        wanted = min(max(0, self._period + step), len(_PERIODS) - 1)
        if wanted != self._period:
            self._period = wanted
            self._show()

    def action_back(self) -> None:
        """Back to the log."""
        self.dismiss(None)
