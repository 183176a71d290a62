"""Keys that are pressed while a screen is still opening: they were meant for that, and not for what is shown yet.

Over a slow line, or while a draft is being read, the next letters are there before the dialogue is. In a list they are
commands, and one of them signs a message off. So they wait for what opens; where nothing does, nothing is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from textual import events
from textual.screen import Screen
from textual.worker import Worker, WorkerError, active_worker

from elmeld_tui.tui.actions import Where, actions

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

OPENS = "opens"
"""Name of the work that a key of a place begins and that opens a screen over it."""

UNASKED = "unasked"
"""Name of such work as no key has begun: what it opens must not be answered by keys that were meant for a list."""

Typed = events.Key | events.Paste
Deliver = Callable[[Typed], Awaitable[None]]


class TypedAhead:
    """Holds what is typed until the screen that it is meant for is there.

    Args:
        app: whose keys.
        deliver: hands on what was typed, as if it came now.
        in_vain: says that what was typed is dropped.
    """

    def __init__(self, app: ElmeldApp, deliver: Deliver, in_vain: Callable[[], None]) -> None:
        self._app = app
        self._deliver = deliver
        self._in_vain = in_vain
        self._held: list[Typed] = []
        self._typed_on: Screen[object] | None = None
        self._answered_by: WeakKeyDictionary[Worker[object], Screen[object]] = WeakKeyDictionary()

    def holds(self, event: Typed) -> bool:
        """Return whether ``event`` waits; it is kept then.

        Args:
            event: what was typed; it may have been looked at already by what has the focus, which had no use for it.
        """
        opening = self._opening()
        if (opening is None and not self._held) or _is_to_leave(event):
            return False
        if not self._held:
            self._typed_on = self._app.screen
            if opening is not None:
                self._app.run_worker(self._outlive(opening), group="typed_ahead")
        self._held.append(event)
        if opening is None:
            self._app.call_later(self._let_go)
        return True

    def opened(self) -> None:
        """Note that a screen has opened: what waits is for that, when it can take it."""
        if (worker := active_worker.get(None)) is not None:
            self._answered_by[worker] = self._app.screen
        if self._held:
            self._app.screen.call_after_refresh(self._app.call_later, self._let_go)

    def _opening(self) -> Worker[object] | None:
        """Return the work that is about to open a screen over a place; none where one is open, and takes keys."""
        if len(self._app.screen_stack) > 1:
            return None
        workers = (one for one in self._app.workers if one.name == OPENS and not one.is_finished)
        return next((one for one in workers if not self._is_open(one)), None)

    def _is_open(self, worker: Worker[object]) -> bool:
        """Return whether what ``worker`` has opened is open still, be it in another place."""
        return self._answered_by.get(worker) in self._app.open_screens()

    async def _outlive(self, opening: Worker[object]) -> None:
        with suppress(WorkerError):
            # What went wrong is told by whoever began it.
            await opening.wait()
        self._app.call_later(self._let_go)

    async def _let_go(self) -> None:
        """Hand on what waits, as it was typed; drop it where nothing has opened that it could be for."""
        if self._opening() is not None:
            return
        held = sorted(self._held, key=lambda event: event.time)
        self._held.clear()
        if self._app.screen is self._typed_on:
            if held:
                self._in_vain()
            return
        for event in held:
            again = (
                events.Key(event.key, event.character)
                if isinstance(event, events.Key)
                else events.Paste(event.text)
            )
            await self._deliver(again)


def _is_to_leave(event: Typed) -> bool:
    return isinstance(event, events.Key) and any(
        event.key in action.keys for action in actions(Where.EVERYWHERE) if action.name == "quit"
    )
