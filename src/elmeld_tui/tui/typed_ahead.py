"""Keys that come faster than what they bring about: each is handed on when the one before has had its effect.

Over a slow line, or while a draft is being read, the next keys are there before the dialogue that they are meant for.
In a list they would be commands, and one of them signs a message off; in a dialogue that is just being closed they would
be lost. So they wait for what opens; where nothing does, nothing is done with them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from textual import events
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.worker import Worker, WorkerError, active_worker

from elmeld_tui.tui.actions import Where, actions

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

OPENS = "opens"
"""Name of the work that a key begins and that may open a screen."""

UNASKED = "unasked"
"""Name of such work as no key has begun: what it opens must not be answered by keys that were meant for a list."""

Typed = events.Key | events.Paste
Deliver = Callable[[Typed], Awaitable[None]]

_ROUNDS = 3
"""How often what a key sets going may be handed from the focus up to the application.

Once for the key itself, once for what its command tells the part that has the focus, once for what that says in turn.
"""

_PAINTED = 0.01
"""Seconds in which a key's effect is painted, before anybody looks whether it is whole; where no other key waits."""

_LIMIT = 5.0
"""Seconds after which the next key is handed on even if a part of the screen never came to an end with the last."""


class TypedAhead:
    """Hands on what is typed, one key after the other.

    Args:
        app: whose keys.
        deliver: hands on what was typed.
        in_vain: says that what was typed is dropped.

    Attributes:
        is_waiting: whether a key has not had its whole effect yet, so that the next would wait.
    """

    def __init__(self, app: ElmeldApp, deliver: Deliver, in_vain: Callable[[], None]) -> None:
        self._app = app
        self._deliver = deliver
        self._in_vain = in_vain
        self._held: deque[Typed] = deque()
        self.is_waiting = False
        self._turn = 0
        self._limit: asyncio.TimerHandle | None = None
        self._handing_up: asyncio.TimerHandle | None = None
        self._is_unasked = False
        self._unasked_since = 0.0
        self._begun_on: Screen[object] | None = None
        self._answered_by: WeakKeyDictionary[Worker[object], Screen[object]] = WeakKeyDictionary()

    async def take(self, event: Typed) -> None:
        """Hand ``event`` on: now, or when what was typed before it has had its effect."""
        if _is_to_leave(event):
            await self._deliver(event)
            return
        self._held.append(event)
        if event.time < self._unasked_since:
            self._drop()
        if not self.is_waiting:
            await self._go_on(self._turn)
        elif self._handing_up is not None:
            self._handing_up.cancel()
            self._hand_up(self._turn, [], _ROUNDS)

    def holds_back(self, event: Typed) -> bool:
        """Return whether ``event``, which what had the focus has no use for, must not be used by what is shown now.

        It waits where something is about to open, and is dropped where something has opened that nobody asked for.
        """
        has_opened = self._is_unasked or event.time < self._unasked_since
        if _is_to_leave(event) or not (has_opened or self._opening()):
            return False
        self._held.appendleft(_anew(event))
        if has_opened:
            self._drop()
            return True
        if not self.is_waiting:
            self._app.call_later(self._go_on, self._wait())
        return True

    def opened(self) -> None:
        """Note that a screen has opened: what waits is for that, when it can take it."""
        screen, worker = self._app.screen, active_worker.get(None)
        if worker is not None:
            self._answered_by[worker] = screen
            self._is_unasked = worker.name == UNASKED
        screen.call_after_refresh(self._app.call_later, self._go_on, self._wait())

    def _opening(self) -> Worker[object] | None:
        """Return the work that is about to open a screen; none where what it has opened is open."""
        at_work = [one for one in self._app.workers if one.name == OPENS and not one.is_finished]
        return next((one for one in at_work if self._answered_by.get(one) not in self._app.open_screens()), None)

    async def _go_on(self, turn: int) -> None:
        """Hand on the next of what waits, unless something is about to open that it is for."""
        if turn != self._turn:
            return
        self.is_waiting = False
        if self._is_unasked:
            self._is_unasked, self._unasked_since = False, monotonic()
            self._drop()
        if self._held and (opening := self._opening()) is not None:
            self._begun_on = self._begun_on or self._app.screen
            self._app.run_worker(self._outlive(opening, self._wait(None)), group="typed_ahead")
            return
        if self._begun_on is self._app.screen:
            self._drop()
        self._begun_on = None
        while self._held and not self.is_waiting:
            event = self._held.popleft()
            has_effect = not self._is_written(event)
            await self._deliver(event)
            if has_effect:
                turn = self._wait()
                if self._held:
                    self._hand_up(turn, [], _ROUNDS)
                else:
                    at_rest = partial(self._hand_up, turn, [], _ROUNDS)
                    self._handing_up = asyncio.get_running_loop().call_later(_PAINTED, at_rest)

    def _wait(self, limit: float | None = _LIMIT) -> int:
        """Hold what is typed until :meth:`_go_on` is called with what is returned, for ``limit`` seconds at most."""
        self.is_waiting = True
        self._turn += 1
        for timer in filter(None, (self._limit, self._handing_up)):
            timer.cancel()
        self._limit = self._handing_up = None
        if limit is not None:
            on_time = partial(self._app.call_later, self._go_on, self._turn)
            self._limit = asyncio.get_running_loop().call_later(limit, on_time)
        return self._turn

    def _hand_up(self, turn: int, parts: list[MessagePump], rounds: int) -> None:
        """Go from what has the focus up to the application, behind what each of them has still to do."""
        if turn != self._turn or not self._app.screen_stack:
            return
        self._handing_up = None
        for number, part in enumerate(parts, start=1):
            if part.call_later(self._hand_up, turn, parts[number:], rounds):
                return
        if rounds:
            focus = self._app.focused or self._app.screen
            self._hand_up(turn, list(focus.ancestors_with_self), rounds - 1)
        else:
            self._app.call_later(self._go_on, turn)

    def _is_written(self, event: Typed) -> bool:
        """Return whether ``event`` is written where the focus is, and does nothing else."""
        focus = self._app.focused
        return isinstance(event, events.Paste) or (
            focus is not None and focus.check_consume_key(event.key, event.character)
        )

    async def _outlive(self, opening: Worker[object], turn: int) -> None:
        with suppress(WorkerError):
            # What went wrong is told by whoever began it.
            await opening.wait()
        self._app.call_later(self._go_on, turn)

    def _drop(self) -> None:
        if self._held:
            self._held.clear()
            self._in_vain()


def _anew(event: Typed) -> Typed:
    """Return ``event`` as it was typed, before anything had looked at it."""
    if isinstance(event, events.Paste):
        return events.Paste(event.text)
    return events.Key(event.key, event.character)


def _is_to_leave(event: Typed) -> bool:
    return isinstance(event, events.Key) and any(
        event.key in action.keys for action in actions(Where.EVERYWHERE) if action.name == "quit"
    )
