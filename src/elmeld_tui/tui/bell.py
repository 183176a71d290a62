"""The terminal's bell: one stroke when something needs a human, never a burst of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from textual.timer import Timer

from elmeld_tui.store.errors import StoreError

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

_LOOK_EVERY = 1.0
"""Seconds between two looks for new alerts, by whoever wants the bell."""

_QUIET = 10.0
"""Seconds between two strokes; what comes meanwhile is rung for once, when they have passed."""


class AlertBell:
    """Rings for alerts that were not there before; those that are open when one comes are no news.

    Args:
        ring: rings once.
    """

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._known: frozenset[int] | None = None
        self._unrung: frozenset[int] = frozenset()
        self._silent_until = 0.0

    def look(self, numbers: Iterable[int], now: float) -> None:
        """Ring if something is new.

        Args:
            numbers: of the alerts that are open.
            now: seconds, of a monotonic clock.
        """
        found = frozenset(numbers)
        new = found - self._known if self._known is not None else frozenset()
        self._known = found
        # What was cleared again while the bell was silent needs nobody.
        self._unrung = (self._unrung | new) & found
        if self._unrung and now >= self._silent_until:
            self._unrung = frozenset()
            self._silent_until = now + _QUIET
            self._ring()


class Ringing:
    """Whether the terminal rings for new alerts, whatever one does there meanwhile.

    Args:
        app: in whose terminal.
    """

    def __init__(self, app: ElmeldApp) -> None:
        self._app = app
        self._timer: Timer | None = None

    @property
    def on(self) -> bool:
        """Whether it does."""
        return self._timer is not None

    def turn(self, *, on: bool) -> None:
        """Begin to ring for what is new from now on, or be silent."""
        if self._timer is not None:
            self._timer.stop()
        bell = AlertBell(self._app.bell)
        self._timer = self._app.set_interval(_LOOK_EVERY, lambda: self._look(bell)) if on else None
        if on:
            # What comes before the first second has passed is new too.
            self._look(bell)

    def _look(self, bell: AlertBell) -> None:
        # That the store does not answer, the place says.
        with suppress(StoreError):
            bell.look((alert.id for alert in self._app.session.open_alerts()), monotonic())
