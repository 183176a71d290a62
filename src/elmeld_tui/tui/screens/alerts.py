"""Varsler: what needs a human, oldest first; for each, what has happened, what clears it, and the key for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.people import Actor
from elmeld_tui.office import alert_acts
from elmeld_tui.office.alerts import Need, Needs, is_about_setup
from elmeld_tui.office.course import alert_course
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.possible import Deed
from elmeld_tui.store.reading import Row
from elmeld_tui.tui.actions import Where, bindings, key_of
from elmeld_tui.tui.alert_rows import AlertPage, alert_layout, alert_line
from elmeld_tui.tui.going import show_in_log, show_patient_of
from elmeld_tui.tui.layout import view_layout
from elmeld_tui.tui.permission import refuse
from elmeld_tui.tui.screens import acts, seeing_to
from elmeld_tui.tui.screens.beside import BesideScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import Lines, SidesLine, Span, Tone, fitted
from elmeld_tui.tui.widgets.paper import Layout, Paper
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_ALERT, _MESSAGE = range(2)
_PANES: tuple[Callable[[], str], ...] = (lambda: t("Varsel"), lambda: t("Melding"))
"""The ways to look at an alert; the second only where it is about a message."""

_DEEDS = (Deed.RECREATE, Deed.AGAIN, Deed.DECIDE, Deed.LINK_PATIENT, Deed.MARK_HANDLED)


class AlertsScreen(BesideScreen[Need]):
    """The place of the alerts."""

    WHERE = Where.ALERTS
    BINDINGS = bindings(Where.ALERTS)
    CSS_PATH = resources.styles("alerts")
    LIST = "#alerts"
    AUTO_FOCUS = LIST

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pane = _ALERT
        self._shown: object = None

    def compose_body(self) -> Iterable[Widget]:
        """The list above, the open alert below."""
        with Vertical(id="list"):
            yield SidesLine(id="title")
            yield WindowList(
                lambda need, width: alert_line(need, width, self.session.clock()),
                identity=lambda need: need.id,
                empty=lambda: t("Ingen varsler. Ingenting trenger deg nå."),
                id="alerts",
            )
        with Vertical(id="detail"):
            yield Lines((), (), id="panes")
            yield Paper(id="paper")

    def look(self) -> None:
        """Follow the store, and the engine's signs of life and the hour besides, which no commit tells of."""
        super().look()
        seen = self.session.seen_alerts, self.session.clock().replace(second=0, microsecond=0)
        if self._seen_version >= 0 and seen != self._shown:
            self._shown = seen
            self.reload()

    def reload(self) -> None:
        """Read the alerts again; one that is open, and has been cleared meanwhile, says so and is closed."""
        alerts = self.session.open_alerts()
        found = Needs(self.session.reader, alerts)
        self.listed.show(found)
        title = (Span(f" {t('Varsler')}", Tone.HEADING), Span(f" · {len(found)}"))
        self.query_one("#title", SidesLine).tell(title)
        if (opened := self._opened) is not None:
            self._follow(next((found[at] for at, one in enumerate(alerts) if one.id == opened.id), None))
        self.show_keys()

    def _follow(self, newer: Need | None) -> None:
        if newer is None:
            self.close_message()
            self.app.tell(t("Varselet er slokket."))
        elif self._pane == _ALERT:
            self._opened = newer
            self._show_pane(keep_place=True)

    @on(WindowList.Opened, "#alerts")
    def _open(self, event: WindowList.Opened) -> None:
        event.stop()
        self._pane = _ALERT
        self.reading(event.row)
        self._show_pane(keep_place=False)

    def _show_pane(self, *, keep_place: bool) -> None:
        need = self._opened
        if need is None:
            return
        self._show_tabs(need)
        if self._pane == _MESSAGE and need.row is not None:
            self._show_message(need.row)
        else:
            self.paper.show(alert_layout(self._page(need)), keep_place=keep_place)

    def _page(self, need: Need) -> AlertPage:
        reader, alert = self.session.reader, need.alert
        deeds = alert_acts.mending(reader, self._actor, alert)
        return AlertPage(
            need, alert_course(reader, alert, self.session.clock()), deeds, alert_acts.cleared_when(alert)
        )

    def _show_tabs(self, need: Need) -> None:
        patient = need.row.patient if need.row is not None else ""
        known = [f"{need.sign} {need.word}", need.what, patient, need.whom]
        title = " · ".join(part for part in known if part)
        tabs = [Span(" ")]
        for number, label in enumerate(_PANES[: 1 + (need.row is not None)]):
            tone = Tone.CHOSEN if number == self._pane else Tone.PLAIN
            tabs.append(Span(f" {label()} ", tone, f"screen.pane({number})"))
        self.query_one("#panes", Lines).show(
            (Span(f" {fitted(title, self.size.width - 2)}", Tone.HEADING),), tuple(tabs)
        )

    @work(exclusive=True, group="pane")
    async def _show_message(self, row: Row) -> None:
        """Show what the message says; that it was opened is in the audit trail, by whom."""
        try:
            layout = await self.session.at_office(lambda office: _message_page(office, row.id))
        except OfficeError as error:
            self._pane = _ALERT
            self._show_pane(keep_place=False)
            self.app.warn(str(error))
            return
        self.paper.show(layout)

    def action_pane(self, number: int) -> None:
        """Show the alert (0) or the message it is about (1)."""
        if self._opened is not None:
            self._pane = number % 2 if self._opened.row is not None else _ALERT
            self._show_pane(keep_place=False)

    def action_next_pane(self) -> None:
        """Show the other pane."""
        self.action_pane(self._pane + 1)

    def action_previous_pane(self) -> None:
        """Show the other pane."""
        self.action_pane(self._pane - 1)

    def action_next_alert(self) -> None:
        """Move to the next alert, and open it where one reads."""
        self._go_to(self.listed.cursor + 1, t("Dette er det siste varselet."))

    def action_previous_alert(self) -> None:
        """Move to the alert before."""
        self._go_to(self.listed.cursor - 1, t("Dette er det første varselet."))

    def _go_to(self, index: int, nothing_there: str) -> None:
        if not 0 <= index < len(self.listed.rows):
            self.app.tell(nothing_there)
            return
        self.listed.move_to(index)
        if self._opened is not None and (need := self.listed.current) is not None:
            self._pane = _ALERT
            self.reading(need)
            self._show_pane(keep_place=False)

    @property
    def _actor(self) -> Actor:
        return self.session.reader.people.actor(self.session.user.name)

    def show_keys(self) -> None:
        """Show the keys that end the open alert; in the list all of them, so that a move repaints no keys."""
        need, hidden = self._opened, []
        if need is None:
            hidden = ["back", "setup"] if self.listed.rows else ["back", "setup", "in_log", *_DEEDS]
        else:
            fitting = alert_acts.mending(self.session.reader, self._actor, need.alert)
            hidden = [
                *(deed for deed in _DEEDS if deed not in fitting),
                "in_log" if is_about_setup(need.alert) else "setup",
            ]
        self.query_one(KeyBar).hide([str(name) for name in hidden])

    def action_back(self) -> None:
        """Close the open alert."""
        if self._opened is not None:
            self.close_message()

    def action_zoom(self) -> None:
        """Give the open alert the whole screen, or back."""
        if self._opened is not None:
            self.toggle_class("-zoomed")
        else:
            self.app.not_here(t("Ingen varsler er åpne."))

    def action_in_log(self) -> None:
        """Show the message in the message log."""
        if (row := self._row()) is not None:
            show_in_log(self.app, row)

    def action_setup(self) -> None:
        """Go to the clinic's set-up, where what is wrong is tested and its mend told."""
        need = self._chosen()
        if need is not None and is_about_setup(need.alert):
            self.app.action_place("clinic")
        elif need is not None:
            self.app.not_here(
                t("Varselet gjelder en melding. Se den i loggen med {key}.", key=key_of("alerts.in_log"))
            )

    def action_patient(self) -> None:
        """Go to the patient that the message is about."""
        if (row := self._row()) is not None:
            show_patient_of(self.app, row)

    def _row(self) -> Row | None:
        """Return the message that the chosen alert is about; None, and that is said, where it is about none."""
        need = self._chosen()
        if need is not None and need.row is None:
            self.app.not_here(t("Varselet gjelder ingen melding."))
        return need.row if need is not None else None

    def action_recreate(self) -> None:
        """Explain what went wrong with the message, and make a new one of it."""
        self._mend(Deed.RECREATE, acts.recreate)

    def action_again(self) -> None:
        """Have the message tried now, or sent again."""
        self._mend(Deed.AGAIN, acts.again)

    def action_decide(self) -> None:
        """Take the message in, or refuse it."""
        self._mend(Deed.DECIDE, seeing_to.decide)

    def action_link_patient(self) -> None:
        """Say whose the message is."""
        self._mend(Deed.LINK_PATIENT, acts.link_patient)

    @work(name=OPENS, exclusive=True, group="ask")
    async def _mend(self, deed: Deed, act: Callable[[ElmeldApp, Row], Awaitable[bool]]) -> None:
        need = self._may(deed)
        if need is not None and need.row is not None and await act(self.app, need.row):
            self.look()

    @work(name=OPENS, exclusive=True, group="ask")
    async def action_mark_handled(self) -> None:
        """Say how it has been dealt with otherwise, or that somebody has looked."""
        if (need := self._may(Deed.MARK_HANDLED)) is not None and await seeing_to.mark(self.app, need):
            self.look()

    def _may(self, deed: Deed) -> Need | None:
        """Return the alert that a deed is to end; None, and why is said, where it is the wrong one."""
        need = self._chosen()
        reason = alert_acts.why_not(self.session.reader, self._actor, deed, need.alert) if need else ""
        if need is not None and reason:
            refuse(self.app, reason, alert_acts.asks(deed, need.alert), need.alert.message_id)
        return None if reason else need

    def _chosen(self) -> Need | None:
        """Return the alert that is chosen; None, and that is said, where none is."""
        if self.current is None:
            self.app.not_here(t("Ingen varsler er valgt."))
        return self.current


def _message_page(office: Office, message_id: int) -> Layout:
    from elmeld_tui.office.reading import open_message

    return view_layout(open_message(office, message_id).view)
