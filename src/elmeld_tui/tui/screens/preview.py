"""The message as the receiver will see it, and the XML behind it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.view import View
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import text_layout, view_layout
from elmeld_tui.tui.transport_pages import xml_layout
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone
from elmeld_tui.tui.widgets.paper import Paper


class PreviewScreen(Screen[bool]):
    """Is dismissed with whether to send.

    Args:
        view: what the receiver's clinician reads.
        document: the bytes themselves.
        next_step: what happens when it is sent.
    """

    WHERE = Where.PREVIEW
    BINDINGS = bindings(Where.PREVIEW)
    CSS_PATH = resources.styles("preview")
    AUTO_FOCUS = "#paper"

    def __init__(self, view: View, document: bytes, next_step: str) -> None:
        super().__init__()
        self._view, self._document, self._next_step = view, document, next_step
        self._shows_xml = False

    def compose(self) -> ComposeResult:
        """A title, the message, what happens next, keys."""
        yield SidesLine(id="title")
        yield Paper(view_layout(self._view), id="paper")
        yield Paper(text_layout(self._next_step, Tone.MUTED), id="next")
        yield KeyBar(Where.PREVIEW)

    def on_mount(self) -> None:
        """Say what this is."""
        self._show_title()

    def _show_title(self) -> None:
        what = t("XML, byte for byte") if self._shows_xml else t("Slik ser mottakeren meldingen")
        self.query_one("#title", SidesLine).tell(
            (Span(f" {what}", Tone.HEADING),), (Span(t("ikke sendt "), Tone.TROUBLE),)
        )

    def action_toggle_xml(self) -> None:
        """Show the XML, or the message."""
        self._shows_xml = not self._shows_xml
        self.query_one("#paper", Paper).show(
            xml_layout(self._document) if self._shows_xml else view_layout(self._view)
        )
        self._show_title()

    def action_send(self) -> None:
        """Send what is shown."""
        self.dismiss(result=True)

    def action_back(self) -> None:
        """Back to the form."""
        self.dismiss(result=False)
