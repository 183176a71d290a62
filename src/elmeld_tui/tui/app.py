"""The entry point of the terminal application; nothing of it is loaded before that."""

from __future__ import annotations

import codecs
import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless


def run(
    data_dir: Path, *, config: Path | None, options: Mapping[str, str | None] | None = None, user_name: str = ""
) -> int:
    """Open the clinic in ``data_dir`` in this terminal, until the user quits.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than ``clinic.toml`` in it.
        options: what the command line says of how the terminal shall be, by the names of `preferences`.
        user_name: who sits here, where it is somebody else than the operating system says.

    Returns:
        The exit code: 0 when the user quit, 1 when the program failed, 2 when there is no clinic to open.
    """
    # Loading makes some hundred thousand objects, all of them to stay: looking for garbage among them again and
    # again is a tenth of the time to the first screen. The application takes it up when that is drawn.
    gc.disable()
    try:
        return _run(data_dir, config, options or {}, user_name)
    finally:
        gc.enable()


def _run(data_dir: Path, config: Path | None, options: Mapping[str, str | None], user_name: str) -> int:
    if problem := _unfit_terminal():
        print(f"elmeld: {problem}", file=sys.stderr)
        return 2
    _suit_the_line()
    from elmeld_tui.store.errors import NoStoreError, StoreError
    from elmeld_tui.store.settings import SettingsError
    from elmeld_tui.tui import keys
    from elmeld_tui.tui.application import ElmeldApp
    from elmeld_tui.tui.ending import signals_as_before
    from elmeld_tui.tui.keymap import read_keymap
    from elmeld_tui.tui.preferences import read_preferences
    from elmeld_tui.tui.session import open_session

    keys.install()
    try:
        session = open_session(data_dir, config, user_name)
    except (SettingsError, NoStoreError, StoreError) as error:
        print(harmless(f"elmeld: {error}"), file=sys.stderr)
        return 2
    preferences = read_preferences(os.environ, options)
    # The themes see to it; the framework would draw in greys, which are colours all the same.
    os.environ.pop("NO_COLOR", None)
    app = ElmeldApp(session, preferences, read_keymap(os.environ))
    try:
        with signals_as_before():
            app.run(mouse=preferences.mouse)
    finally:
        session.close()
    return app.return_code or 0


def _unfit_terminal() -> str:
    """Return why nobody can work at this terminal; empty where one can."""
    from elmeld_tui.tui.driver import in_browser

    if in_browser():
        return ""
    if os.environ.get("TERM") == "dumb":
        return t("denne terminalen kan bare vise linjer (TERM=dumb). Bruk kommandoene, se «elmeld --help».")
    if not os.isatty(0):
        return t("her er det ingen terminal. Bruk «ssh -t», eller kommandoene, se «elmeld --help».")
    # Where the framework draws. In another encoding frames and letters come out as escapes that push all else away.
    encoding = sys.__stderr__.encoding if sys.__stderr__ else "utf-8"
    if codecs.lookup(encoding).name != "utf-8":
        return t(
            "terminalen er satt til {encoding}, og elmeld trenger UTF-8. Skriv «export LC_ALL=C.UTF-8» og prøv igjen.",
            encoding=encoding,
        )
    return ""


def _suit_the_line() -> None:
    """Over SSH, ask for less: the framework reads these once, when it is loaded. What the user has set stays."""
    if os.environ.get("SSH_CONNECTION"):
        # A terminal that is far away sends an escape key in one packet, and its sequences too.
        os.environ.setdefault("ESCDELAY", "40")
        os.environ.setdefault("TEXTUAL_FPS", "30")
