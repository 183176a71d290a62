"""Letters that are typed on after a key that did nothing: they were meant for what did not open, and are no commands.

Who presses «s» to write an answer, and does not see at once that none can be written, types her first sentence in a
list of messages, where «k» signs off and «v» forwards. So the letters after a refusal do nothing until she rests, or
presses a key that is none; and that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from textual import events

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import Where, actions

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp

REST = 1.0
"""Seconds without a letter after which the next is a command again: longer than between two letters of a slow typist."""


class AfterRefusal:
    """Drops the letters that follow a refusal.

    Args:
        app: whose keys.
        warn: shows what is told.

    Attributes:
        said: what the application has said since the last key that did something; empty where nothing.
    """

    def __init__(self, app: ElmeldApp, warn: Callable[[str], None]) -> None:
        self.said = ""
        self._app = app
        self._warn = warn
        self._last = -REST
        self._is_told = False

    def refused(self) -> None:
        """Note that a key did nothing just now; why, has been said already."""
        self._last, self._is_told = monotonic(), False

    def looks_up(self, event: events.Event) -> None:
        """Let letters be commands again at what nobody does who writes a text: a key that is no letter, or the mouse."""
        if isinstance(event, events.MouseDown) or (isinstance(event, events.Key) and not event.is_printable):
            self.said, self._last = "", -REST

    def drops(self, event: events.Key) -> bool:
        """Return whether ``event``, which nothing that is written in has taken, is a letter that was typed on.

        A letter that is no command where one is, is the first of a word, and as much a refusal as any.
        """
        if not event.is_printable:
            return False
        if event.time - self._last <= REST:
            self._last = max(self._last, event.time)
            self._tell()
            return True
        self.said = ""
        if self._means_nothing(event.key):
            self.refused()
        return False

    def held_in_vain(self) -> None:
        """Say that what waited for a screen was dropped, since none has opened."""
        self.refused()
        self._tell()

    def _tell(self) -> None:
        if not self._is_told:
            self._is_told = True
            self._warn(self._why() + t("Det du skrev etterpå, er ikke brukt til noe."))

    def _why(self) -> str:
        if self.said:
            return f"{self.said}\n"
        return "" if self._is_over_place() else t("Her er bokstavene kommandoer.") + " "

    def _means_nothing(self, key: str) -> bool:
        if self._is_over_place() and getattr(self._app.screen, "WHERE", None) is not Where.COMPOSER:
            # A question takes what it understands, and opens nothing that one could have meant to write in.
            return False
        here = (getattr(one, "WHERE", Where.EVERYWHERE) for one in (self._app.screen, self._app.focused))
        return not any(key in action.keys for action in actions(*here, Where.EVERYWHERE))

    def _is_over_place(self) -> bool:
        return len(self._app.screen_stack) > 1
