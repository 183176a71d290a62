"""Klinikk: the set-up as a checklist that tests itself, and the administration of people, access and lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.office import policy
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where, bindings
from elmeld_tui.tui.clinic import PARTS
from elmeld_tui.tui.clinic.parts import Entry, Part, entry_line
from elmeld_tui.tui.layout import text_layout, view_layout
from elmeld_tui.tui.screens.place import PlaceScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.typed_ahead import OPENS
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.lines import Line, SidesLine, Span, Tone, fitted
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.health import Check

_ACTS = ("change", "grant", "members", "retire")


def _part_line(part: Part, width: int) -> Line:
    return (Span(f" {fitted(part.title(), width - 2)} "),)


class ClinicScreen(PlaceScreen):
    """The clinic: what it must have, and who works there."""

    WHERE = Where.CLINIC
    BINDINGS = bindings(Where.CLINIC)
    CSS_PATH = resources.styles("clinic")
    AUTO_FOCUS = "#parts"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._checks: list[Check] = []
        self._examined = False
        self._checklist = Part("setup", lambda: t("Oppsett"), lambda _office: [], lambda: "")
        self._part = self._checklist

    def compose_body(self) -> Iterable[Widget]:
        """The parts at the left; the rows of one, and the page on the row under the cursor, beside them."""
        with Horizontal(id="body"):
            yield WindowList(_part_line, identity=lambda part: part.name, id="parts")
            with Vertical(id="beside"):
                yield SidesLine(id="title")
                yield WindowList(
                    entry_line,
                    identity=lambda entry: entry.key,
                    empty=self._empty,
                    id="rows",
                )
                yield Paper(id="paper")

    def _empty(self) -> str:
        return self._part.empty()

    @property
    def _rows(self) -> WindowList[Entry]:
        return self.query_one("#rows", WindowList)

    def on_mount(self) -> None:
        """Show the parts, and begin to test."""
        super().on_mount()
        self.query_one("#parts", WindowList).show([self._checklist, *PARTS])
        self.action_examine()

    def reload(self) -> None:
        """Read the part that is shown again: another terminal may have changed it."""
        if self._part is not self._checklist:
            self._load()
        self.show_keys()

    @on(WindowList.Moved, "#parts")
    def _show_part(self, event: WindowList.Moved) -> None:
        event.stop()
        self._part = event.row
        self.query_one("#paper", Paper).show(text_layout(""))
        if self._part is self._checklist:
            self._show_checklist()
        else:
            self._rows.show([])
            self._load()
        self.show_keys()

    @on(WindowList.Opened, "#parts")
    def _into_part(self, event: WindowList.Opened) -> None:
        event.stop()
        self._rows.focus()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        part = self._part
        try:
            rows = await self.session.at_office(part.load)
        except OfficeError as error:
            self.app.warn(str(error))
            return
        if part is self._part and self.is_attached:
            self._show(rows)

    def _show(self, rows: list[Entry]) -> None:
        self._rows.show(rows)
        self._show_title()
        self._show_page()

    def _show_title(self) -> None:
        said = f" · {len(self._rows.rows)}"
        if self._part is self._checklist:
            said = "" if self._examined else t(" · prøves nå …")
        self.query_one("#title", SidesLine).tell((Span(f" {self._part.title()}", Tone.HEADING), Span(said)))

    @on(WindowList.Moved, "#rows")
    def _moved(self, event: WindowList.Moved) -> None:
        event.stop()
        self._show_page()

    def _show_page(self) -> None:
        entry = self._rows.current
        self.query_one("#paper", Paper).show(
            view_layout(entry.page) if entry else text_layout(""), keep_place=True
        )
        self.show_keys()

    @on(WindowList.Opened, "#rows")
    def _opened(self, event: WindowList.Opened) -> None:
        """Enter changes what can be changed; else one reads all of it."""
        event.stop()
        if "change" in self._part.acts:
            self.action_change()
        else:
            self.query_one("#paper", Paper).focus()

    def action_to_parts(self) -> None:
        """Go to the parts."""
        self.query_one("#parts", WindowList).focus()

    def action_to_rows(self) -> None:
        """Go to what the part has."""
        self._rows.focus()

    def show_keys(self) -> None:
        """Show the keys of what can be done in this part, each with what it does to the row under the cursor."""
        entry = self._rows.current
        refused = not self._may_change()
        hidden = [act for act in _ACTS if act not in self._part.acts or entry is None or refused]
        if self._part.add is None or refused:
            hidden.append("add")
        if self._part is not self._checklist:
            hidden.append("examine")
        words = {act: word(entry) for act, word in self._part.words.items()} if entry else {}
        self.query_one(KeyBar).hide([*hidden, *(act for act, word in words.items() if not word)], words)

    def _may_change(self) -> bool:
        """Whether who sits here may change anything in this part; she is told why not when she tries."""
        reader, asked = self.session.reader, self._part.asks
        return asked is None or policy.may(reader.people.actor(self.session.user.name), asked).allowed

    @work(name=OPENS, exclusive=True, group="act")
    async def action_add(self) -> None:
        """Make a new one of what this part has."""
        if self._part.add is None:
            self.app.not_here(t("Her kan ingenting legges inn: velg for eksempel Brukere eller Grupper."))
        elif await self._part.add(self.app):
            self._load()

    def action_change(self) -> None:
        """Change the row under the cursor."""
        self._act("change")

    def action_grant(self) -> None:
        """Give or take access."""
        self._act("grant")

    def action_members(self) -> None:
        """Say who is in the group."""
        self._act("members")

    def action_retire(self) -> None:
        """Let the row under the cursor be out of use, or in use again."""
        self._act("retire")

    @work(name=OPENS, exclusive=True, group="act")
    async def _act(self, name: str) -> None:
        entry, act = self._rows.current, self._part.acts.get(name)
        if act is None or entry is None:
            self.app.not_here(t("Det kan ikke gjøres under {part}.", part=self._part.title()))
        elif await act(self.app, entry):
            self._load()

    @work(exclusive=True, group="examine")
    async def action_examine(self) -> None:
        """Test everything again; each answer is shown as it comes."""
        self._checks, self._examined = [], False
        self._show_checklist()
        try:
            await self.session.out(self._examine)
        except OfficeError as error:
            self.app.warn(str(error))
            return
        self._examined = True
        self._show_checklist()

    def _examine(self, office: Office) -> None:
        """Test, on a thread of its own: what asks the register and the mail server may wait long for them."""
        from elmeld_tui.office.health import examine_clinic

        policy.require(office, policy.Action.SEE_CLINIC)
        for check in examine_clinic(office):
            self.app.call_from_thread(self._found, check)

    def _found(self, check: Check) -> None:
        self._checks.append(check)
        self._show_checklist()

    def _show_checklist(self) -> None:
        if self._part is not self._checklist or not self.is_attached:
            return
        from elmeld_tui.tui.clinic.checklist import entries

        self._show(entries(self._checks, finished=self._examined))
