"""Editing text shortcuts: the list of them, and a small form for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import NO, YES
from elmeld_tui.model.shortcuts import Shortcut
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.choices import ChoiceField
from elmeld_tui.tui.widgets.fields import Edited, FormRow, LineField, TextField
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


def _draw(shortcut: Shortcut, width: int) -> Line:
    whose = "" if shortcut.owner else t("klinikkens")
    room = max(0, width - 36)
    text = fitted(" ".join(shortcut.text.split()), room)
    return (
        Span(f" {fitted(shortcut.name, 20)} "),
        Span(f"{text} ", Tone.MUTED),
        Span(fitted(whose, 12), Tone.MUTED),
    )


class ShortcutsScreen(ModalScreen[None]):
    """The shortcuts one has; enter changes one, n adds, delete removes.

    Args:
        session: whose.
        known: those there are.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("form", "shortcuts")
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, known: Sequence[Shortcut]) -> None:
        super().__init__()
        self.session = session
        self._known = known

    def compose(self) -> ComposeResult:
        """The list, and its keys."""
        with Vertical(id="box"):
            yield Lines(line(t("Hurtigtaster"), Tone.HEADING))
            yield WindowList(
                _draw,
                identity=lambda shortcut: (shortcut.owner, shortcut.name),
                empty=lambda: t("Du har ingen ennå. Trykk n for å legge til den første."),
                id="shortcuts",
            )
            yield Lines(line(t("n legger til · enter endrer · delete tar bort · esc lukker"), Tone.MUTED))

    def on_mount(self) -> None:
        """Show those there are."""
        self._list.styles.height = max(3, min(len(self._known) + 2, self.app.size.height - 8))
        self._list.show(self._known)
        self._list.focus()

    @property
    def _list(self) -> WindowList[Shortcut]:
        return self.query_one("#shortcuts", WindowList)

    def on_key(self, event: events.Key) -> None:
        """Add one, or remove the one under the cursor."""
        if event.key == "n":
            self._write(Shortcut(None, self.session.user.name, "", ""))
        elif event.key == "delete" and (under := self._list.current) is not None:
            self._remove(under)
        else:
            return
        event.stop()

    @on(WindowList.Opened, "#shortcuts")
    def _opened(self, event: WindowList.Opened) -> None:
        self._write(event.row)

    @work(name=OPENS, exclusive=True, group="compose")
    async def _write(self, shortcut: Shortcut) -> None:
        await self.app.push_screen_wait(ShortcutScreen(self.session, shortcut))
        await self._show()

    @work(name=OPENS, exclusive=True, group="compose")
    async def _remove(self, shortcut: Shortcut) -> None:
        from elmeld_tui.office.shortcuts import remove
        from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

        question = t("Slette «{name}»?", name=shortcut.name)
        text = "" if shortcut.owner else t("Den blir borte for alle ved klinikken.")
        choices = [Choice("back", t("Behold")), Choice("remove", t("Slett"))]
        if await self.app.push_screen_wait(ChoiceScreen(question, text, choices)) != "remove":
            return
        try:
            await self.session.at_office(lambda office: remove(office, shortcut.name, for_all=not shortcut.owner))
        except OfficeError as error:
            self.app.warn(str(error))
        await self._show()

    async def _show(self) -> None:
        from elmeld_tui.office.shortcuts import known

        self._list.show(await self.session.at_office(known))

    def action_close(self) -> None:
        """Go back to what one was writing."""
        self.dismiss(None)


class ShortcutScreen(ModalScreen[None]):
    """Asks for the name and the text of one shortcut, and keeps it.

    Args:
        session: whose.
        shortcut: as it is; without a name, a new one.
    """

    WHERE = Where.DIALOG
    BINDINGS = bindings(Where.DIALOG)
    CSS_PATH = resources.styles("form", "shortcuts")
    if TYPE_CHECKING:
        app = getters.app(ElmeldApp)

    def __init__(self, session: Session, shortcut: Shortcut) -> None:
        super().__init__()
        self.session = session
        self._shortcut = shortcut

    def compose(self) -> ComposeResult:
        """A box with three fields."""
        whose = (CodedValue(NO, text=t("bare meg")), CodedValue(YES, text=t("alle ved klinikken")))
        with Vertical(id="box"):
            yield Lines(line(t("Hurtigtast"), Tone.HEADING))
            yield FormRow(t("Navn"), LineField("name", hint=t("kort, uten mellomrom")), required=True)
            yield FormRow(
                t("Tekst"),
                TextField("text"),
                required=True,
                help_text=t("{pasient} {dato} {alder} {meg} fylles ut; markøren havner ved | eller første ___"),
            )
            yield FormRow(t("Gjelder"), ChoiceField("whose", whose), required=False)
            yield Lines(id="problem")
            yield Lines(line(t("ctrl+s lagrer · esc lukker uten å lagre"), Tone.MUTED))

    def on_mount(self) -> None:
        """Say what it is now."""
        name, text = self.query_one(LineField), self.query_one(TextField)
        name.fill(self._shortcut.name)
        text.fill(self._shortcut.text)
        self.query_one(ChoiceField).fill(NO if self._shortcut.owner else YES)
        (text if self._shortcut.name else name).focus()

    @on(Edited)
    def _edited(self, event: Edited) -> None:
        event.stop()
        self._check_name()

    def on_descendant_blur(self) -> None:
        """Look at the name when one has left it."""
        if not self.query(FormRow).first().has_focus_within:
            self._check_name()

    def _check_name(self, *, is_written: bool = False) -> str:
        """Say beside the name why it cannot be one, when it has been left; return that."""
        from elmeld_tui.office.shortcuts import name_problem

        row, name = self.query(FormRow).first(), self.query_one(LineField).answer
        is_written = is_written or bool(name and not row.has_focus_within)
        problem = name_problem(name) if is_written else ""
        row.remark(problem)
        return problem

    @on(LineField.Entered)
    def _entered(self, event: LineField.Entered) -> None:
        event.stop()
        self.query_one(TextField).focus()

    def on_key(self, event: events.Key) -> None:
        """Keep it."""
        if event.key in {"ctrl+s", "f9"}:
            event.stop()
            self._keep()

    @work(exclusive=True, group="keep")
    async def _keep(self) -> None:
        from elmeld_tui.office.shortcuts import keep

        if self._check_name(is_written=True):
            self.query_one(LineField).focus()
            return
        name, text = self.query_one(LineField).answer, self.query_one(TextField).text.rstrip()
        for_all = self.query_one(ChoiceField).answer == YES
        try:
            await self.session.at_office(lambda office: keep(office, name, text, for_all=for_all))
        except OfficeError as error:
            problem = self.query_one("#problem", Lines)
            room = problem.container_size.width
            problem.show(*(line(row, Tone.TROUBLE) for row in wrap(f"! {error}", room)))
            return
        self.dismiss(None)

    def action_close(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)
