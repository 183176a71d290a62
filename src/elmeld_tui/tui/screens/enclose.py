"""Choosing what goes with a message: the patient's documents, several at a time, with type and size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.enclosing import Enclosable
from elmeld_tui.tui.actions import Where, actions, bindings
from elmeld_tui.tui.layout import byte_size
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList

_NAME = 42
"""Cells that are enough for the name of a document and what stands around it."""


class EncloseScreen(ModalScreen[list[Enclosable] | None]):
    """Is dismissed with the documents that shall go with the message, or None where nothing is to change.

    Args:
        documents: those that can be enclosed, the newest first.
        chosen: the values of those that are enclosed already.
        room: bytes that all of them may have together.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("enclose")

    def __init__(self, documents: Sequence[Enclosable], chosen: Iterable[str], room: int) -> None:
        super().__init__()
        self._documents = documents
        self._marked = set(chosen)
        self._was_marked = frozenset(self._marked)
        self._room = room

    def compose(self) -> ComposeResult:
        """A line to type in, what fits, and how much is chosen."""
        with Vertical(id="box"):
            yield Lines(line(t("Vedlegg fra pasientens dokumenter"), Tone.HEADING))
            yield SearchLine(t("søk: navn, avsender eller format"))
            yield WindowList(
                self._draw,
                identity=lambda document: document.chosen.value,
                empty=lambda: t("Pasienten har ingen vedlegg som passer."),
                id="documents",
            )
            yield Lines(id="sum")
            yield Lines(line(t("tab merker flere · enter legger ved · esc lukker uten å endre"), Tone.MUTED))

    def _draw(self, document: Enclosable, width: int) -> Line:
        mark = "✓" if document.chosen.value in self._marked else " "
        day = clock.short(clock.from_text(document.at))[:8]
        about = f"{day} · {document.format} · {document.party}"
        note = min(max(width // 2, width - _NAME), len(about))
        name = fitted(document.chosen.name, max(0, width - note - 8))
        return (Span(f" [{mark}] {name} "), Span(f" {fitted(about, note)}", Tone.MUTED))

    @property
    def _list(self) -> WindowList[Enclosable]:
        return self.query_one("#documents", WindowList)

    def on_mount(self) -> None:
        """Show everything to begin with."""
        self._list.styles.height = max(1, min(len(self._documents), max(3, self.app.size.height - 9)))
        self._list.show(self._documents)
        self._show_sum()

    def _chosen(self) -> list[Enclosable]:
        return [one for one in self._documents if one.chosen.value in self._marked]

    def _show_sum(self) -> None:
        chosen = self._chosen()
        size = sum(one.size for one in chosen)
        told = t("{n} valgt · {size} av {room}", n=len(chosen), size=byte_size(size), room=byte_size(self._room))
        too_much = size > self._room
        text = f"! {told}: {t('for mye til å sendes')}" if too_much else told
        self.query_one("#sum", Lines).show(line(text, Tone.TROUBLE if too_much else Tone.STRONG))

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Show what has every word."""
        wanted = event.words.casefold().split()
        self._list.show(
            [one for one in self._documents if all(word in _searched(one) for word in wanted)], keep_cursor=False
        )

    def on_search_line_left(self) -> None:
        """Enter takes what is marked; where nothing new is, what is under the cursor."""
        self._finish()

    @on(WindowList.Opened, "#documents")
    def _opened(self) -> None:
        self._finish()

    def _finish(self) -> None:
        if self._marked == self._was_marked and self._list.current is not None:
            self._marked.add(self._list.current.chosen.value)
        self.dismiss(self._chosen())

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while one types; tab marks, and goes on; the key that opened it is enough to end."""
        if event.key in {"up", "down"}:
            self._list.action_move(1 if event.key == "down" else -1)
        elif event.key == "tab" and (under := self._list.current) is not None:
            self._marked ^= {under.chosen.value}
            self._list.action_move(1)
            self._list.refresh()
            self._show_sum()
        elif event.key in _OPENING:
            self._finish()
        else:
            return
        event.stop()
        event.prevent_default()

    def action_close(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)


_OPENING = frozenset(
    key for action in actions(Where.COMPOSER) if action.name == "enclose" for key in action.usual_keys
)


def _searched(document: Enclosable) -> str:
    return f"{document.chosen.name} {document.format} {document.party}".casefold()
