"""Locking the terminal: after a time without input, or on request, until its user is back."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

LOOK_EVERY = 5.0
"""Seconds between two looks at whether the terminal has been left alone."""

WHILE_LOCKED = frozenset({"quit", "redraw", "focus_next", "focus_previous"})
"""The application's actions that can be done at a locked screen."""


class Guard:
    """Knows when a terminal was last touched, and whether it is locked.

    Args:
        app: what is covered.

    Attributes:
        locked: whether it is covered.
    """

    def __init__(self, app: ElmeldApp) -> None:
        self._app = app
        self._touched = monotonic()
        self.locked = False

    def touch(self) -> None:
        """Note that somebody is there."""
        self._touched = monotonic()

    def look(self) -> None:
        """Cover the terminal when it has been left alone for as long as the clinic has said."""
        minutes = self._app.session.clinic.lock_after_minutes
        if minutes and not self.locked and monotonic() - self._touched > minutes * 60:
            self.lock(idle=True)

    def lock(self, *, idle: bool) -> None:
        """Save what is being written, and cover everything."""
        from elmeld_tui.tui.screens.lock import LockScreen

        self._app.save_everything()
        self._app.clear_notifications()
        self.locked = True
        self._app.push_screen(LockScreen(self._app.session, idle=idle))

    def lock_again(self) -> None:
        """Cover what has come over the locked screen."""
        if self.locked:
            self.lock(idle=False)

    def unlock(self) -> None:
        """Let keys do what they do again; the screens that cover go by themselves."""
        self.locked = False
