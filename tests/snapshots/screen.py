"""What a snapshot is taken of: a screen, and how one gets there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from textual.pilot import Pilot

from elmeld_tui.office.clinic import Office
from tests.tui.conftest import press, rest, until

Act = Callable[[Pilot[None]], Awaitable[None]]


class Screen(NamedTuple):
    """How one gets to a screen.

    Attributes:
        act: what is done in the terminal, and what is waited for.
        arrange: what the clinic has before that, besides what every screen test finds there.
        then: screens one comes to from there, each from the one before, in the same terminal: starting one takes longer
            than most of what is done in it.
    """

    act: Act
    arrange: Callable[[Office], object] = lambda _office: None
    then: Mapping[str, Act] = MappingProxyType({})


def keys(*pressed: str) -> Act:
    """Return the pressing of ``pressed``, each when the one before has had its effect."""

    async def act(pilot: Pilot[None]) -> None:
        await press(pilot, *pressed)
        await rest(pilot)

    return act


def asked(key: str, question: str) -> Act:
    """Return the pressing of ``key``, which opens a question: work without an end to wait for, so its text is."""

    async def act(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await until(pilot, question)

    return act


def after(*pressed: str, then: float) -> Act:
    """Return the pressing of ``pressed`` where the last opens a question, which is given ``then`` seconds to be drawn."""

    async def act(pilot: Pilot[None]) -> None:
        *first, last = pressed
        await press(pilot, *first)
        await pilot.press(last)
        await pilot.pause(then)

    return act
