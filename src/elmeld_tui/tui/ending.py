"""How the application ends: only when what is being written is safe, whoever ends it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp
    from elmeld_tui.tui.screens.draft_screen import DraftScreen

_SIGNALS = {signal.SIGHUP: 60.0, signal.SIGTERM: 20.0}
"""The line has dropped, somebody wants us to end: and how many seconds the store may take to be there again.

Nobody waits for a program whose line has dropped; a service manager that ends one kills it after 90 s (systemd).
"""

_PATIENCE = 5.0
"""Seconds for the store where the user waits too."""

_TRY_AGAIN_AFTER = 0.5

_LOOK_EVERY = 1.0


def open_drafts(app: ElmeldApp) -> list[DraftScreen]:
    """Return every draft that lies open, in any place."""
    # Told by their place: to look at their class, one would have to load it before anybody writes.
    found = [screen for screen in app.open_screens() if getattr(screen, "WHERE", None) is Where.COMPOSER]
    return cast("list[DraftScreen]", found)


def save_everything(app: ElmeldApp, patience: float = _PATIENCE) -> None:
    """Save what is being written, before this returns; a store that is away is asked again for ``patience`` seconds.

    Nobody is there to be told of what cannot be saved: what was saved up to a moment ago stays.
    """
    end = time.monotonic() + patience
    left = open_drafts(app)
    while left := [screen for screen in left if not _is_saved(screen, end)]:
        if time.monotonic() + _TRY_AGAIN_AFTER >= end:
            return
        time.sleep(_TRY_AGAIN_AFTER)


def _is_saved(screen: DraftScreen, end: float) -> bool:
    from elmeld_tui.office.drafts import DraftMovedError

    try:
        screen.save_at_once(max(0.0, end - time.monotonic()))
    except DraftMovedError:
        # Somebody else has the draft; what was written here is saved beside it.
        return True
    except (OfficeError, TimeoutError):
        return False
    return True


def save_before_ending(app: ElmeldApp) -> None:
    """From now on, let a signal that ends the program wait until what is being written is saved."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, _end, app, number)
    terminal = app.terminal
    if terminal is not None:
        app.set_interval(_LOOK_EVERY, lambda: _end(app, signal.SIGHUP) if _is_hung_up(terminal) else None)


def _is_hung_up(terminal: int) -> bool:
    """Return whether nobody is at the other end of a terminal any more.

    Only who leads the session is told by the kernel, and such as make do not hand it on.
    """
    line = select.poll()
    line.register(terminal, 0)
    return any(what & (select.POLLHUP | select.POLLERR) for _, what in line.poll(0))


def _end(app: ElmeldApp, number: signal.Signals) -> None:
    save_everything(app, _SIGNALS[number])
    if number == signal.SIGTERM:
        app.exit(return_code=128 + number)
        return
    # There is no terminal any more that could be left in order.
    asyncio.get_running_loop().remove_signal_handler(number)
    os.kill(os.getpid(), number)


@contextmanager
def signals_as_before() -> Iterator[None]:
    """Give back, at the end, what signals meant at the beginning: the application's loop forgets it."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
