"""The message that an answer or a deviation report is about, to be read while one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import key_of
from elmeld_tui.tui.layout import text_layout, view_layout
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone
from elmeld_tui.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from elmeld_tui.model.view import View
    from elmeld_tui.office.clinic import Office


class AnsweredMessage(Vertical):
    """What came, beside what is written about it.

    Args:
        session: who reads.
        message_id: of the message.
    """

    def __init__(self, session: Session, message_id: int) -> None:
        super().__init__(id="answered")
        self._session = session
        self._message_id = message_id

    def compose(self) -> ComposeResult:
        """A heading with the key that leads here, and the text."""
        yield SidesLine(id="answered-title")
        yield Paper(id="answered-text")

    def on_mount(self) -> None:
        """Fetch the message; nobody waits for it to begin to write."""
        way_here = t("{key} hit og tilbake", key=key_of("everywhere.next_part"))
        self.query_one(SidesLine).tell((Span(t("Mottatt melding"), Tone.HEADING),), (Span(way_here, Tone.MUTED),))
        self._read()

    @work(group="answered")
    async def _read(self) -> None:
        message_id = self._message_id

        def read(office: Office) -> View:
            from elmeld_tui.office.reading import answered_message

            return answered_message(office, message_id)

        try:
            layout = view_layout(await self._session.at_office(read))
        except OfficeError as error:
            # A draft may be older than the right to read what it answers.
            layout = text_layout(str(error), Tone.MUTED)
        for paper in self.query(Paper):
            paper.show(layout)
