"""A place where messages are read: the open one has panes, and one goes from message to message without closing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.containers import Vertical
from textual.widget import Widget

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.reading import Row
from elmeld_tui.tui.actions import key_of
from elmeld_tui.tui.layout import attachments_layout, view_layout
from elmeld_tui.tui.message_rows import list_time, thread_line
from elmeld_tui.tui.paged import PagedRows
from elmeld_tui.tui.screens.listing import ListingScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.lines import Line, SidesLine, Span, Tone, line_width, one_line, shortened
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.model.view import View
    from elmeld_tui.office.clinic import Office

_LEAST_NAME, _ROOM_FOR_HOUR = 20, 60
"""Cells for whom a message is with: without so many nothing is said; with so many the hour too."""

Panes = tuple[tuple[str, Callable[[], str]], ...]
"""The ways to look at a message: what each is known by, and what it is called."""


class ReadingScreen(ListingScreen):
    """A list of messages and the one of them that is read."""

    PANES: ClassVar[Panes] = (
        ("message", lambda: t("Melding")),
        ("attached", lambda: t("Vedlegg")),
        ("thread", lambda: t("Tråd")),
        ("timeline", lambda: t("Tidslinje")),
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pane = 0
        self._view: View | None = None

    def open_parts(self) -> Iterable[Widget]:
        """Make the room for the open message: its panes, and what the chosen one shows."""
        with Vertical(id="open"):
            yield from self.pane_parts()

    def pane_parts(self) -> Iterable[Widget]:
        """Make the line of panes, and what the chosen one shows."""
        yield SidesLine(id="panes")
        yield Paper(id="paper")
        yield WindowList(self._thread_line, identity=lambda row: row.id, id="thread")

    def _thread_line(self, row: Row, width: int) -> Line:
        return thread_line(row, width, self.session.clock())

    @property
    def pane(self) -> str:
        """The pane that is chosen."""
        return self.PANES[self._pane][0]

    @property
    def thread(self) -> WindowList[Row]:
        """The list of the conversation that the open message is part of."""
        return self.query_one("#thread", WindowList)

    @property
    def current(self) -> Row | None:
        """What an action is about: the open message while its panes have the focus, else the one under the cursor."""
        reads = self.paper.has_focus or self.thread.has_focus
        return self._opened if reads and self._opened is not None else self.messages.current

    def reload(self) -> None:
        """Read the list again, and what the open message has come to; what is read of it stays where it is."""
        super().reload()
        if self._opened is not None:
            self._opened = self.session.reader.row(self._opened.id, self.base.mailbox) or self._opened
            if self.pane in {"thread", "timeline"}:
                self.show_pane(keep_place=True)

    @on(WindowList.Opened, "#messages")
    def _open_from_list(self, event: WindowList.Opened) -> None:
        event.stop()
        self.open_message(event.row)

    @on(WindowList.Opened, "#thread")
    def _open_from_thread(self, event: WindowList.Opened) -> None:
        event.stop()
        self._pane = 0
        self.open_message(event.row)

    def open_message(self, row: Row) -> None:
        """Show a message, in the pane that was last used."""
        self._open_message(row)

    @work(exclusive=True, group="open")
    async def _open_message(self, row: Row) -> None:
        """Have the office open it: that it was opened is in the audit trail, by whom."""
        try:
            self._view = await self.session.at_office(lambda office: _open(office, row.id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._opened = row
        self.look()
        self.reading(self._opened)
        self.show_pane(keep_place=False)

    def show_pane(self, *, keep_place: bool) -> None:
        """Show the chosen pane of the open message, and leave the focus with it."""
        row = self._opened
        if row is None:
            return
        self.show_tabs(row)
        was_reading = self.paper.has_focus or self.thread.has_focus
        self.set_class(self.pane == "thread", "-thread")
        if self.pane == "thread":
            self._show_thread(row, keep_place=keep_place)
        elif self.pane == "timeline":
            self._show_timeline(row, keep_place=keep_place)
        else:
            self.show_page(row, keep_place=keep_place)
        if was_reading:
            (self.thread if self.pane == "thread" else self.paper).focus()

    def show_page(self, row: Row, *, keep_place: bool) -> None:  # noqa: ARG002 - other places read the row
        """Show the page of a pane that this place has by itself."""
        if self._view is None:
            return
        attached = self.pane == "attached"
        layout = attachments_layout(self._view.attachments) if attached else view_layout(self._view)
        self.paper.show(layout, keep_place=keep_place)

    def _show_thread(self, row: Row, *, keep_place: bool) -> None:
        self.thread.show(self.conversation(row), keep_cursor=keep_place)
        if not keep_place:
            rows = self.thread.rows
            self.thread.move_to(next((i for i, other in enumerate(rows) if other.id == row.id), 0))

    def conversation(self, row: Row) -> Sequence[Row]:
        """Return the messages that belong together with ``row``, itself among them."""
        return self.session.reader.thread(row.id)

    def _show_timeline(self, row: Row, *, keep_place: bool) -> None:
        # Read when it is asked for: the first screen does not wait for what explains faults.
        from elmeld_tui.engine.remedies import Act
        from elmeld_tui.office.course import course
        from elmeld_tui.tui.timeline import timeline_layout

        acts = {Act.RETRY: "again", Act.RESEND: "again", Act.RECREATE: "recreate", Act.HANDLED: "mark_handled"}
        keys = {act: key for act, name in acts.items() if (key := key_of(f"{self.WHERE}.{name}"))}
        found = course(self.session.reader, row.id, self.session.clock())
        self.paper.show(timeline_layout(found, keys), keep_place=keep_place)

    def show_tabs(self, row: Row) -> None:
        """Show which panes there are, and which is chosen."""
        tabs = [Span(" ")]
        for number, (name, label) in enumerate(self.PANES):
            count = row.attachments if name == "attached" else 0
            text = f" {label()} {count} " if count else f" {label()} "
            tone = Tone.CHOSEN if number == self._pane else Tone.PLAIN
            tabs.append(Span(text, tone, f"screen.pane({number})"))
        place = self.place_in_list(row)
        room = self.size.width - line_width((*tabs, *place))
        self.query_one("#panes", SidesLine).tell(tuple(tabs), (*self._whose(row, room), *place))

    def _whose(self, row: Row, room: int) -> Line:
        """Say when it came or went, and from or to whom, where no list beside it does."""
        if not self.has_class("-zoomed") or room < _LEAST_NAME:
            return ()
        when = list_time(row.at, self.session.clock(), wide=room >= _ROOM_FOR_HOUR).rstrip()
        said = one_line(f"{when} · {row.party}" if row.party else when)
        return (*shortened((Span(said),), min(room - 3, cell_len(said))), Span("  "))

    def place_in_list(self, row: Row) -> Line:
        """Say which of the list's messages is open, where it is one of them."""
        current = self.messages.current
        if current is None or current.id != row.id:
            return ()
        rows, n = self.messages.rows, self.messages.cursor + 1
        total = rows.amount if isinstance(rows, PagedRows) else len(rows)
        return (Span(t("{n} av {total} ", n=n, total=total), Tone.MUTED),)

    def action_pane(self, number: int) -> None:
        """Show pane ``number``, from 0."""
        self._pane = number % len(self.PANES)
        if self._opened is not None:
            self.show_pane(keep_place=False)

    def action_next_pane(self) -> None:
        """Show the pane to the right."""
        if self._opened is not None:
            self.action_pane(self._pane + 1)

    def action_previous_pane(self) -> None:
        """Show the pane to the left."""
        if self._opened is not None:
            self.action_pane(self._pane - 1)

    def action_zoom(self) -> None:
        """Give the open message the whole screen, or back."""
        if self._opened is not None:
            self.toggle_class("-zoomed")
            self.show_tabs(self._opened)
        else:
            self.app.not_here(t("Ingen melding er åpen."))

    def action_next_message(self) -> None:
        """Open the next message of the list; without an open one, move to it."""
        self.go_to(self.messages.cursor + 1, t("Dette er den siste meldingen i listen."))

    def action_previous_message(self) -> None:
        """Open the message before it in the list; without an open one, move to it."""
        self.go_to(self.messages.cursor - 1, t("Dette er den første meldingen i listen."))

    def action_next_unread(self) -> None:
        """Go to the next unread message of the list, from the top again after the last."""
        reader, here, unread = self.session.reader, self.messages.current, replace(self.chosen, unread=True)
        following = here and (reader.older(unread, here.id, 1) or reader.page(unread, 0, 1))
        if here is None or not following or following[0].id == here.id:
            self.app.tell(t("Ingen flere uleste her."))
        else:
            self.go_to(self.place_of(following[0]), "")

    def go_to(self, index: int, nothing_there: str) -> None:
        """Move to a row, and open it where one reads; say ``nothing_there`` where there is no such row."""
        if not 0 <= index < len(self.messages.rows):
            self.app.tell(nothing_there)
            return
        self.messages.move_to(index)
        if self._opened is not None and self.messages.current is not None:
            self.open_message(self.messages.current)

    def reading(self, row: Row) -> None:
        """Give the open message its room; the keys go to it unless one reads in the thread."""
        self._opened = row
        self.add_class("-reading")
        if not self.thread.has_focus or self.pane != "thread":
            (self.thread if self.pane == "thread" else self.paper).focus()
        self.show_keys()

    def close_message_quietly(self) -> None:
        """Close the open message and leave the focus where it is."""
        self._opened = self._view = None
        self.remove_class("-reading", "-zoomed", "-thread")

    def close_message(self) -> None:
        """Give the list its room back."""
        self.close_message_quietly()
        self.messages.focus()
        self.show_keys()


def _open(office: Office, message_id: int) -> View:
    from elmeld_tui.office.reading import open_message

    return open_message(office, message_id).view
