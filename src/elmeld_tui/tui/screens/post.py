"""Post: the mailboxes, what lies in them, and the message that is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.kinds import Kind
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.reading import Filter, Row
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui.actions import Where, bindings, key_of
from elmeld_tui.tui.message_rows import can_reply, draft_line, post_line, type_of
from elmeld_tui.tui.screens import begin
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.listing import ListingScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import Line, Lines, SidesLine, Span, Tone, fitted
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.widgets.paper import Layout

_DRAFTS = "draft"
_FEEDBACK = "feedback"
_MESSAGES = frozenset(Kind) - {Kind.APPREC}
"""What a clinic reads; receipts are in the message log."""
_FOLDERS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("inbox", lambda: t("Innboks")),
    (_FEEDBACK, lambda: t("Tilbakemelding")),
    (_DRAFTS, lambda: t("Utkast")),
    ("sent", lambda: t("Sendt")),
    ("archive", lambda: t("Arkiv")),
)


class Folder(NamedTuple):
    """A line at the left; ``number`` is what is unread in it, or how many drafts."""

    name: str
    label: str
    number: int


def _folder_line(folder: Folder, width: int) -> Line:
    number = str(folder.number) if folder.number else ""
    return (
        Span(
            f" {fitted(folder.label, width - 3 - len(number))} {number} "[:width],
            Tone.STRONG if folder.number else Tone.PLAIN,
        ),
    )


class PostScreen(ListingScreen):
    """The postbox."""

    WHERE = Where.POST
    DRAW = post_line
    BINDINGS = bindings(Where.POST)
    CSS_PATH = resources.directory("styles") / "post.tcss"
    AUTO_FOCUS = "#messages"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._folder = _FOLDERS[0][0]
        self._signed_off: int | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Mailboxes at the left; the list and the open message beside them."""
        with Horizontal(id="body"):
            with Vertical(id="mailboxes"):
                yield Lines((Span(t(" Klinikken"), Tone.HEADING),))
                yield WindowList(_folder_line, identity=lambda folder: folder.name, id="folders")
            with Vertical(id="beside"):
                with Vertical(id="list"):
                    yield SidesLine(id="title")
                    yield self.message_list()
                    yield WindowList(
                        draft_line,
                        identity=lambda draft: draft.id,
                        empty=lambda: t("Ingen utkast."),
                        id="drafts",
                    )
                yield Paper(id="paper")

    @property
    def base(self) -> Filter:
        """What lies in the folder; Tilbakemelding is every message there is, wherever it lies."""
        return Filter(kinds=_MESSAGES) if self._folder == _FEEDBACK else Filter(folder=self._folder)

    @property
    def heading(self) -> str:
        """The folder's name."""
        return dict(_FOLDERS)[self._folder]()

    @property
    def title_note(self) -> str:
        """How many are unread."""
        unread = self._unread.get(self._folder, 0)
        if not unread:
            return ""
        return t(", {n} ulest", n=unread) if unread == 1 else t(", {n} uleste", n=unread)

    def reload(self) -> None:
        """Read the counts, and the list that is open."""
        counts = self.session.reader.counts()
        drafts = self.session.reader.drafts(self.session.user.name)
        self._unread = {name: unread for name, (_, unread) in counts.items()}
        self.query_one("#folders", WindowList).show(
            [
                Folder(name, label(), len(drafts) if name == _DRAFTS else self._unread.get(name, 0))
                for name, label in _FOLDERS
            ]
        )
        self._drafts.show(drafts)
        super().reload()
        self.show_keys()

    def show_title(self) -> None:
        """Say what the list shows; drafts are counted apart."""
        if self._folder == _DRAFTS:
            self.query_one("#title", SidesLine).tell(
                (Span(f" {self.heading}", Tone.HEADING), Span(f" · {len(self._drafts.rows)}"))
            )
        else:
            super().show_title()

    @property
    def _drafts(self) -> WindowList[Draft]:
        return self.query_one("#drafts", WindowList)

    @on(WindowList.Moved, "#folders")
    def _show_folder(self, event: WindowList.Moved) -> None:
        event.stop()
        self._folder = event.row.name
        self._words = ""
        self.close_message_quietly()
        self.set_class(self._folder == _DRAFTS, "-drafts")
        self.show_list(keep_cursor=False)
        self.show_keys()

    @on(WindowList.Opened, "#folders")
    def _into_folder(self, event: WindowList.Opened) -> None:
        event.stop()
        (self._drafts if self._folder == _DRAFTS else self.messages).focus()

    @on(WindowList.Opened, "#messages")
    def _open(self, event: WindowList.Opened) -> None:
        event.stop()
        self.open_message(event.row)

    @on(WindowList.Opened, "#drafts")
    def _open_draft(self, event: WindowList.Opened) -> None:
        event.stop()
        draft: Draft = event.row
        self.app.write(begin.kept(draft.id))

    @work(exclusive=True, group="open")
    async def open_message(self, row: Row) -> None:
        """Show a message; that it was opened is in the audit trail, by whom."""
        try:
            layout = await self.session.at_office(lambda office: _open(office, row.id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self.paper.show(layout)
        self.reading(row)
        self.look()

    def close_message_quietly(self) -> None:
        """Close the open message and leave the focus where it is."""
        self._opened = None
        self.remove_class("-reading", "-zoomed")

    def show_keys(self) -> None:
        """Show the keys of what can be done in this folder; the same for every row, so that a move repaints no keys."""
        hidden = [] if self._opened or self._words else ["back"]
        if self._folder != "inbox":
            hidden.append("sign_off")
        if self._folder in {_DRAFTS, "sent"}:
            hidden += ["reply", "deviate"]
        if self._folder != "sent":
            hidden += ["change", "cancel"]
        if self._opened is None or not self._opened.attachments:
            hidden.append("attachments")
        self.query_one(KeyBar).hide(hidden)

    @work(exclusive=True, group="sign_off")
    async def action_sign_off(self) -> None:
        """Sign off the message: it has been seen, and goes to the archive."""
        row = self._chosen()
        if row is None:
            return
        try:
            await self.session.at_office(lambda office: _sign_off(office, row.id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._signed_off = row.id
        if self._opened is not None:
            self.close_message()
        self.look()
        self.app.tell(t("Kvittert og flyttet til Arkiv. Trykk {key} for å angre.", key=key_of("post.undo")))

    @work(exclusive=True, group="sign_off")
    async def action_undo(self) -> None:
        """Take back the last signing off."""
        message = self._signed_off
        if message is None:
            self.app.tell(t("Det er ingen kvittering å angre."))
            return
        try:
            await self.session.at_office(lambda office: _undo_sign_off(office, message))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._signed_off = None
        self.look()
        self.app.tell(t("Angret. Meldingen er tilbake."))

    def action_reply(self) -> None:
        """Answer the message in the form that fits it."""
        row = self._chosen()
        if row is None:
            return
        if can_reply(row):
            self.app.write(begin.reply(row.id))
        else:
            key = key_of("everywhere.new_message")
            self.app.tell(t("Denne meldingen har ikke noe svarskjema. Skriv en ny melding med {key}.", key=key))

    def action_deviate(self) -> None:
        """Tell the sender what is wrong with the message."""
        if (row := self._chosen()) is not None:
            self.app.write(begin.deviation(row.id))

    def action_change(self) -> None:
        """Send the document anew, changed."""
        if (row := self._chosen()) is not None:
            self.app.write(begin.follow_up(row.id, "M"))

    @work(exclusive=True, group="cancel")
    async def action_cancel(self) -> None:
        """Ask once, and cancel the document at everyone who got it."""
        row = self._chosen()
        if row is None:
            return
        try:
            await self.session.at_office(lambda office: _can_be_cancelled(office, row.id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        question = t("Kansellere {title}?", title=type_of(row).lower())
        text = t("Alle som fikk meldingen, får beskjed om å se bort fra den. Det kan ikke angres.")
        choices = [Choice("back", t("Behold meldingen")), Choice("cancel", t("Kanseller"))]
        if await self.app.push_screen_wait(ChoiceScreen(question, text, choices)) != "cancel":
            return
        try:
            await self.session.at_office(lambda office: _cancel(office, row.id))
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self.look()
        self.app.tell(t("Kanselleringen er lagt i kø og sendes nå. Følg den under Sendt."))

    def _chosen(self) -> Row | None:
        """The message under the cursor; none among drafts."""
        return None if self._folder == _DRAFTS else self.current

    def action_attachments(self) -> None:
        """Show what is attached to this message."""
        row = self._chosen()
        if row is not None:
            self.app.show_attachments(row)

    def action_zoom(self) -> None:
        """Give the open message the whole screen, or back."""
        if self._opened is not None:
            self.toggle_class("-zoomed")

    def action_in_log(self) -> None:
        """Show this message in the message log."""
        row = self._chosen()
        if row is not None:
            self.app.show_in_log(row)


# What runs on the office's thread imports there, where the screen does not wait for it.


def _open(office: Office, message_id: int) -> Layout:
    from elmeld_tui.office.reading import open_message
    from elmeld_tui.tui.layout import view_layout

    return view_layout(open_message(office, message_id).view)


def _can_be_cancelled(office: Office, message_id: int) -> None:
    from elmeld_tui.office.drafts import follow_up_draft

    follow_up_draft(office, message_id, "C")


def _cancel(office: Office, message_id: int) -> None:
    from elmeld_tui.office.writing import cancel

    cancel(office, message_id)


def _sign_off(office: Office, message_id: int) -> None:
    from elmeld_tui.office.post import sign_off

    sign_off(office, message_id)


def _undo_sign_off(office: Office, message_id: int) -> None:
    from elmeld_tui.office.post import undo_sign_off

    undo_sign_off(office, message_id)
