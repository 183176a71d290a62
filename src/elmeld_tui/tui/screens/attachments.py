"""The attachments of a message: what each is, its text or picture, and a way to save it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.view import Attachment, Field, Section, View
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.saved_files import chosen_directory
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import byte_size, text_layout, view_layout, wrap
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.fields import LineField
from elmeld_tui.tui.widgets.lines import Line, Lines, SidesLine, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Layout, Paper
from elmeld_tui.tui.widgets.picture import PictureView
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.messages.attached.opening import Opened, Picture
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_FORMAT_WIDTH, _SIZE_WIDTH = 24, 8


class AttachmentRow(NamedTuple):
    """A line of the list: its number from 1, what it is, and what people call its format."""

    number: int
    attachment: Attachment
    format: str


async def open_attachments(app: ElmeldApp, session: Session, message_id: int) -> None:
    """Show the attachments of a message, or say that it has none."""
    try:
        rows = await session.at_office(lambda office: _rows(office, message_id))
    except OfficeError as error:
        app.warn(str(error))
        return
    if rows:
        app.push_screen(AttachmentsScreen(session, message_id, rows))
    else:
        app.tell(t("Meldingen har ingen vedlegg."))


def _draw(row: AttachmentRow, width: int) -> Line:
    attachment = row.attachment
    name = max(0, width - _FORMAT_WIDTH - _SIZE_WIDTH - 6)
    return (
        Span(" ! " if attachment.problem else "   ", Tone.TROUBLE),
        Span(fitted(attachment.name, name)),
        Span(f" {fitted(row.format, _FORMAT_WIDTH)}", Tone.MUTED),
        Span(f"{byte_size(attachment.size):>{_SIZE_WIDTH}} ", Tone.MUTED),
    )


def _about(row: AttachmentRow) -> Layout:
    """Return the layout of what is known of an attachment without opening it."""
    attachment = row.attachment
    known = (
        (t("Beskrivelse"), attachment.description),
        (t("Format"), row.format),
        (t("Oppgitt som"), attachment.mime),
        (t("Størrelse"), byte_size(attachment.size)),
        (t("SHA-256"), attachment.sha256),
    )
    fields = tuple(Field(label, value) for label, value in known if value)
    banner = (attachment.problem,) if attachment.problem else ()
    return view_layout(View(attachment.name, "", "", banner, (Section("", fields=fields),), ()))


class AttachmentsScreen(Screen[None]):
    """Shows the attachments of one message.

    Args:
        session: whose clinic, and who reads.
        message_id: of the message.
        rows: its attachments; at least one.
    """

    WHERE = Where.ATTACHMENTS
    BINDINGS = bindings(Where.ATTACHMENTS)
    CSS_PATH = resources.styles("attachments")
    AUTO_FOCUS = "#attachments"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - typed by the framework
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, message_id: int, rows: list[AttachmentRow]) -> None:
        super().__init__()
        self.session = session
        self._message_id, self._rows = message_id, rows

    def compose(self) -> ComposeResult:
        """The list, and below it what is known or shown of the one that is chosen."""
        yield SidesLine(id="title")
        yield WindowList(_draw, identity=lambda row: row.number, id="attachments")
        yield Paper(_about(self._rows[0]), id="paper")
        yield PictureView(id="picture")
        yield KeyBar(Where.ATTACHMENTS)

    def on_mount(self) -> None:
        """Show the list."""
        self._list.styles.height = len(self._rows)
        self._list.show(self._rows)
        self._close()

    @property
    def _list(self) -> WindowList[AttachmentRow]:
        return self.query_one("#attachments", WindowList)

    @property
    def _paper(self) -> Paper:
        return self.query_one("#paper", Paper)

    @property
    def _chosen(self) -> AttachmentRow:
        return self._list.current or self._rows[0]

    @on(WindowList.Moved, "#attachments")
    def _moved(self, event: WindowList.Moved) -> None:
        event.stop()
        self._close()

    def _close(self) -> None:
        """Show what is known of the chosen one, and not what is in it."""
        self.workers.cancel_group(self, "read")
        self.remove_class("-reading", "-picture")
        self._paper.show(_about(self._chosen))
        self._tell_title(t("enter viser"))

    def _tell_title(self, right: str) -> None:
        number = t("Vedlegg {number} av {total}", number=self._chosen.number, total=len(self._rows))
        self.query_one("#title", SidesLine).tell(
            (Span(f" {number}", Tone.HEADING), Span(f" · {self._chosen.attachment.name}")),
            (Span(f"{right} ", Tone.MUTED),),
        )

    @on(WindowList.Opened, "#attachments")
    def _open(self, event: WindowList.Opened) -> None:
        event.stop()
        self._read(event.row.number)

    @work(exclusive=True, group="read")
    async def _read(self, number: int) -> None:
        """Show what is in an attachment; that it was read is in the audit trail, by whom."""
        self._paper.show(text_layout(t("Åpner vedlegget …"), Tone.MUTED))
        try:
            opened = await self.session.at_office(lambda office: _open_one(office, self._message_id, number))
        except OfficeError as error:
            self._close()
            self.app.warn(str(error))
            return
        self.add_class("-reading")
        self._tell_title(opened.note)
        if opened.picture is None:
            self._paper.show(text_layout(opened.text))
            self._paper.focus()
        else:
            self._show_picture(opened.picture)

    def _show_picture(self, picture: Picture) -> None:
        width, height = picture.original
        size = t("{width} × {height} piksler", width=width, height=height)
        if self.app.current_theme.ansi:
            told = t(
                "Bildet er på {size}. Denne terminalen har ikke farger nok til å vise det. s lagrer.", size=size
            )
            self._paper.show(text_layout(told))
            self._paper.focus()
            return
        self._tell_title(size)
        self.add_class("-picture")
        shown = self.query_one("#picture", PictureView)
        shown.show(picture)
        shown.focus()

    def action_back(self) -> None:
        """Back to the list; from the list, to the message."""
        if self.has_class("-reading") or not self._list.has_focus:
            self._list.focus()
            self._close()
        else:
            self.dismiss(None)

    @work(name=OPENS, exclusive=True, group="save")
    async def action_save(self) -> None:
        """Save the chosen one where the user says."""
        row = self._chosen
        if not row.attachment.content:
            self.app.warn(row.attachment.problem)
            return
        start = await self.session.at_office(_start_directory)
        directory = await self.app.push_screen_wait(SaveScreen(row.attachment.name, str(start)))
        if directory is None:
            return
        try:
            path = await self.session.at_office(
                lambda office: _save_one(office, self._message_id, row.number, directory)
            )
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self.app.tell(t("Lagret som {path}. Slett filen når du er ferdig med den.", path=path))


class SaveScreen(ModalScreen[Path | None]):
    """Asks where to save; is dismissed with the folder, or None.

    Args:
        name: of the file.
        directory: the folder that is suggested.
        title: what is saved; an attachment where nothing is said.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("attachments")

    def __init__(self, name: str, directory: str, *, title: str = "") -> None:
        super().__init__()
        self._file, self._directory, self._asked = name, directory, title or t("Lagre vedlegg")

    def compose(self) -> ComposeResult:
        """A box with one field."""
        with Vertical(id="box"):
            yield Lines(line(self._asked, Tone.HEADING), line(self._file), line(""))
            yield Lines(line(t("Mappe:"), Tone.MUTED))
            yield LineField("directory")
            yield Lines(id="problem")
            yield Lines(line(""), line(t("Bare du kan lese filen. Ingen annen fil blir overskrevet."), Tone.MUTED))
            yield Lines(line(t("enter lagrer · esc lukker"), Tone.MUTED))

    def on_mount(self) -> None:
        """Suggest a folder."""
        self.query_one(LineField).fill(self._directory)
        self.query_one(LineField).action_end()

    @on(LineField.Entered)
    def _entered(self, event: LineField.Entered) -> None:
        event.stop()
        written = self.query_one(LineField).answer
        if not written:
            return
        try:
            self.dismiss(chosen_directory(written))
        except OfficeError as error:
            problem = self.query_one("#problem", Lines)
            problem.show(*(line(row, Tone.TROUBLE) for row in wrap(f"! {error}", problem.container_size.width)))

    def action_close(self) -> None:
        """Leave without saving."""
        self.dismiss(None)


# What runs on the office's thread imports there, where the screen does not wait for it.


def _rows(office: Office, message_id: int) -> list[AttachmentRow]:
    from elmeld_tui.messages.attached.opening import format_of
    from elmeld_tui.office.attachments import list_attachments

    found = list_attachments(office, message_id)
    return [AttachmentRow(number, each, format_of(each).label()) for number, each in enumerate(found, 1)]


def _open_one(office: Office, message_id: int, number: int) -> Opened:
    from elmeld_tui.office.attachments import read_attachment

    return read_attachment(office, message_id, number)


def _save_one(office: Office, message_id: int, number: int, directory: Path) -> Path:
    from elmeld_tui.office.attachments import save_attachment

    return save_attachment(office, message_id, number, directory)


def _start_directory(_office: Office) -> Path:
    from elmeld_tui.office.saved_files import download_directory

    return download_directory()
