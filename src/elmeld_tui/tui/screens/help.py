"""Help: the keys of the place one came from and of the focused widget; searched by typing, run with enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Action, Where, actions
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.screens.picker import About, Picker
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


_KEYS, _LABEL = 21, 18


class _Row(NamedTuple):
    """An action, or the name of the place those below it belong to."""

    action: Action | None
    place: Where


def _draw(row: _Row, width: int) -> Line:
    if row.action is None:
        return line(f" {row.place.place}", Tone.HEADING)
    keys = " ".join(key_word(key) for key in row.action.keys)
    return (
        Span(f" {fitted(keys, _KEYS)} ", Tone.KEY),
        Span(f"{fitted(row.action.label(), _LABEL)} "),
        Span(fitted(row.action.help(), max(0, width - _KEYS - _LABEL - 3)), Tone.MUTED),
    )


class HelpScreen(Picker[Action]):
    """Is dismissed with the action to do, or None.

    Args:
        places: where one is, nearest first.
    """

    LIST = "found"
    CSS_PATH = resources.styles("help")

    def __init__(self, places: Sequence[Where]) -> None:
        super().__init__()
        self._places = places

    def compose(self) -> ComposeResult:
        """A line to type in, the keys, and all that is said of the one under the cursor."""
        with Vertical(id="box"):
            yield Lines(line(t("Taster · {place}", place=self._places[0].place), Tone.HEADING))
            yield SearchLine(t("skriv for å søke"))
            yield WindowList(
                _draw,
                identity=lambda row: (row.place, row.action.name if row.action else ""),
                empty=lambda: t("Ingen treff. Prøv færre ord."),
                id=self.LIST,
            )
            yield About()
            yield Lines(line(f" {t('enter utfører · esc lukker')}", Tone.MUTED))

    def on_mount(self) -> None:
        """Show everything to begin with."""
        self._show("")

    def _show(self, words: str) -> None:
        wanted = words.casefold().split()
        rows = []
        for place in self._places:
            found = [_Row(action, place) for action in actions(place) if _says(action, wanted)]
            rows += [_Row(None, place), *found] if found else []
        self.picks.show(rows, keep_cursor=False)
        # The first row is the name of a place, and nothing to be done.
        self.picks.move_to(1)
        self._tell_about()

    def _tell_about(self) -> None:
        row = self.picks.current
        text = row.action.help() if row is not None and row.action is not None else ""
        self.query_one(About).tell(text)

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Show what says all the words, in its keys, its name or its explanation."""
        self._show(event.words)

    @on(WindowList.Moved, "#found")
    def _moved(self, event: WindowList.Moved) -> None:
        event.stop()
        self._tell_about()

    @on(WindowList.Opened, "#found")
    def _chosen(self, event: WindowList.Opened) -> None:
        event.stop()
        if event.row.action is not None:
            self.dismiss(event.row.action)


def _says(action: Action, words: Sequence[str]) -> bool:
    keys = " ".join(key_word(key) for key in action.keys)
    said = f"{keys} {action.label()} {action.help()}".casefold()
    return all(word in said for word in words)


def open_help(app: ElmeldApp) -> None:
    """Show the keys that work here, in the place and in what has the focus, to be searched and used."""
    below = app.screen
    if isinstance(below, HelpScreen):
        return
    focused = below.focused
    around = [getattr(below, "WHERE", Where.EVERYWHERE), getattr(focused, "WHERE", Where.EVERYWHERE)]

    def chosen(action: Action | None) -> None:
        if action is not None:
            target = focused if focused is not None and action.where is around[1] else below
            app.call_later((app if action.where is Where.EVERYWHERE else target).run_action, action.name)

    app.push_screen(HelpScreen([*dict.fromkeys([*around, Where.EVERYWHERE])]), chosen)
