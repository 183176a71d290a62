"""How the application ends: not before what is being written is safe, whoever ends it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import Where

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp
    from elmeld_tui.tui.screens.draft_screen import DraftScreen

_SIGNALS = (signal.SIGHUP, signal.SIGTERM)
"""The line has dropped; somebody wants us to end."""


def open_drafts(app: ElmeldApp) -> list[DraftScreen]:
    """Return every draft that lies open, in any place."""
    stacks = app._screen_stacks.values()  # noqa: SLF001 - the framework tells of the current place's alone
    # Told by their place: to look at their class, one would have to load it before anybody writes.
    found = [screen for stack in stacks for screen in stack if getattr(screen, "WHERE", None) is Where.COMPOSER]
    return cast("list[DraftScreen]", found)


def save_everything(app: ElmeldApp) -> None:
    """Save what is being written, before this returns."""
    for screen in open_drafts(app):
        try:
            screen.save_at_once()
        except (OfficeError, TimeoutError):
            # Nobody is there to be told; what was saved up to a moment ago stays, and the others get their turn.
            continue


def save_before_ending(app: ElmeldApp) -> None:
    """From now on, let a signal that ends the program wait until what is being written is saved."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, _end, app, number)


def _end(app: ElmeldApp, number: signal.Signals) -> None:
    save_everything(app)
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
