"""The command palette: everything that can be done here, found by typing part of its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.fuzzy import Matcher

from elmeld_tui import resources
from elmeld_tui.i18n import t
from elmeld_tui.model.shortcuts import Shortcut
from elmeld_tui.tui.actions import Where, actions
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.screens.picker import About, Picker
from elmeld_tui.tui.widgets.lines import Line, Lines, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.search_line import SearchLine
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


_AROUND = 8
"""Rows of the screen that the list must leave."""


class Command(NamedTuple):
    """One thing to do: its action in the framework's spelling, its name, what it does, its key."""

    action: str
    label: str
    help: str
    key: str


def commands(where: Where) -> list[Command]:
    """Return what can be done in ``where``."""
    return [
        Command(
            action.name if action.where is not Where.EVERYWHERE else f"app.{action.name}",
            action.label()[:1].upper() + action.label()[1:],
            action.help(),
            key_word(action.keys[0]) if action.keys else "",
        )
        for action in actions(*dict.fromkeys((where, Where.EVERYWHERE)))
        if action.in_palette
    ]


def insertions(shortcuts: Iterable[Shortcut]) -> list[Command]:
    """Return what writes the text of each shortcut."""
    return [
        Command(f"insert_shortcut({one.name!r})", one.name, " ".join(one.text.split()), t("tekst"))
        for one in shortcuts
    ]


def _draw(command: Command, width: int) -> Line:
    label, key = min(22, width // 3), 9
    return (
        Span(f" {fitted(command.label, label)} "),
        Span(f"{fitted(command.help, max(0, width - label - key - 4))} ", Tone.MUTED),
        Span(fitted(command.key, key), Tone.KEY),
    )


class PaletteScreen(Picker[str]):
    """Is dismissed with the action that was chosen, or None.

    Args:
        known: what can be chosen.
    """

    LIST = "commands"
    CSS_PATH = resources.styles("palette")

    def __init__(self, known: list[Command]) -> None:
        super().__init__()
        self._known = known

    def compose(self) -> ComposeResult:
        """A line to type in, what fits, and all that is said of the one under the cursor."""
        with Vertical(id="box"):
            yield SearchLine(t("Hva vil du gjøre?"))
            yield WindowList(
                _draw,
                identity=lambda command: command.action,
                empty=lambda: t("Ingen treff. Prøv færre ord."),
                id=self.LIST,
            )
            yield About()
            yield Lines(line(f" {t('enter utfører · esc lukker')}", Tone.MUTED))

    def on_resize(self) -> None:
        """Leave room below the list for what is said of the one under the cursor, and for the keys."""
        self.picks.styles.height = min(len(self._known), max(3, self.app.size.height - _AROUND))

    def on_mount(self) -> None:
        """Show everything to begin with."""
        self.on_resize()
        self.picks.show(self._known)
        self._tell_about()

    def on_search_line_words(self, event: SearchLine.Words) -> None:
        """Show what fits what is typed, best first."""
        matcher = Matcher(event.words)
        fits = [
            (max(matcher.match(command.label), matcher.match(command.help) / 2), command)
            for command in self._known
        ]
        best = sorted((fit for fit in fits if fit[0] > 0), key=lambda fit: -fit[0])
        self.picks.show([command for _, command in best] if event.words else self._known, keep_cursor=False)
        self._tell_about()

    @on(WindowList.Moved, "#commands")
    def _tell_about(self) -> None:
        command: Command | None = self.picks.current
        self.query_one(About).tell(command.help if command else "")

    @on(WindowList.Opened, "#commands")
    def _chosen(self, event: WindowList.Opened) -> None:
        self.dismiss(event.row.action)


def open_palette(app: ElmeldApp) -> None:
    """Search everything that can be done here; in a composer, the text shortcuts too."""
    below, where = app.screen, getattr(app.screen, "WHERE", Where.EVERYWHERE)
    if below.is_modal:
        return
    texts: list[Command] = []
    if where is Where.COMPOSER:
        from elmeld_tui.tui.screens.composer import ComposerScreen

        assert isinstance(below, ComposerScreen)
        if below.expand_typed():
            return
        texts = insertions(below.shortcuts)
        # What another terminal has added is there the next time.
        below.load_shortcuts()

    def chosen(action: str | None) -> None:
        if action is not None:
            app.call_later(below.run_action, action)

    app.push_screen(PaletteScreen([*commands(where), *texts]), chosen)
