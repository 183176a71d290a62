"""The door to the terminal application; nothing of it is loaded before one goes in."""

from __future__ import annotations

import gc
import sys
from pathlib import Path


def run(data_dir: Path, *, config: Path | None) -> int:
    """Open the clinic in ``data_dir`` in this terminal, until the user quits.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than ``clinic.toml`` in it.

    Returns:
        The exit code: 0 when the user quit, 1 when the program failed, 2 when there is no clinic to open.
    """
    # Loading makes some hundred thousand objects, all of them to stay: looking for garbage among them again and
    # again is a tenth of the time to the first screen. The application takes it up when that is drawn.
    gc.disable()
    from elmeld_tui.store.errors import NoStoreError, StoreError
    from elmeld_tui.store.settings import SettingsError
    from elmeld_tui.tui import keys
    from elmeld_tui.tui.application import ElmeldApp
    from elmeld_tui.tui.session import open_session

    keys.install()
    try:
        session = open_session(data_dir, config)
    except (SettingsError, NoStoreError, StoreError) as error:
        print(f"elmeld: {error}", file=sys.stderr)
        return 2
    app = ElmeldApp(session)
    try:
        app.run()
    finally:
        session.close()
        gc.enable()
    return app.return_code or 0
