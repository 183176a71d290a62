"""What a user changes about the terminal while it runs, and copying from it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.store.settings_edit import UnchangeableError
from elmeld_tui.tui import clipboard
from elmeld_tui.tui.clipboard import Way
from elmeld_tui.tui.driver import TerminalDriver
from elmeld_tui.tui.looks import Look
from elmeld_tui.tui.preferences import remember
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


async def choose_theme(app: ElmeldApp) -> None:
    """Ask for a theme, and draw everything in it, now and next time."""
    choices = [Choice(look, look.label, t("nå") if look == app.theme else "") for look in Look]
    chosen = await app.push_screen_wait(ChoiceScreen(t("Farger og skrift"), "", choices))
    if chosen is not None:
        app.theme = chosen
        _remember(app, "theme", chosen)


def toggle_mouse(app: ElmeldApp) -> None:
    """Let go of the mouse, or take it, now and next time."""
    driver = app._driver  # noqa: SLF001 - the framework has no other name for it
    if not isinstance(driver, TerminalDriver):
        return
    driver.use_mouse(on=not driver.has_mouse)
    if driver.has_mouse:
        app.tell(t("Musen brukes."))
    else:
        app.tell(t("Musen er overlatt til terminalen. Merk og kopier som ellers i den."))
    _remember(app, "mouse", driver.has_mouse)


def toggle_bell(app: ElmeldApp) -> None:
    """Ring when something new needs a human, or be silent, now and next time."""
    on = not app.ringing.on
    app.ringing.turn(on=on)
    app.tell(t("Terminalen ringer når et nytt varsel kommer.") if on else t("Terminalen ringer ikke."))
    _remember(app, "bell", on)


def _remember(app: ElmeldApp, name: str, value: str | bool) -> None:  # noqa: FBT001 - the setting's own
    try:
        remember(os.environ, name, value)
    except (OSError, UnchangeableError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        app.warn(t("Valget gjelder til du avslutter. Det kan ikke lagres: {reason}", reason=reason))


async def copy(app: ElmeldApp, text: str) -> None:
    """Put ``text`` on the clipboard, and say where it went; what was copied is not said."""
    if not app.preferences.clipboard:
        app.warn(t("Kopiering er slått av (terminal.clipboard)."))
        return
    # What is copied may be pasted into a shell, which obeys more than a terminal does.
    text = harmless(text)
    for way in clipboard.ways(text, os.environ):
        if way is Way.TMUX and await clipboard.to_tmux(text):
            app.tell(t("Kopiert, også til tmux."))
            return
        if way is Way.TERMINAL:
            app.give_terminal(text)
            app.tell(t("Kopiert."))
            return
        if way is Way.FILE:
            _to_file(app, text)


def _to_file(app: ElmeldApp, text: str) -> None:
    try:
        path = clipboard.to_file(text, os.environ)
    except OSError as error:
        app.warn(t("Kan ikke kopiere: {reason}", reason=error.strerror))
        return
    if path is None:
        app.warn(t("Denne terminalen har ingen utklippstavle."))
    else:
        app.tell(t("Kopiert til {path}", path=path))
