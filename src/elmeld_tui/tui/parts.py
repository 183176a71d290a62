"""The parts of a screen that F6 moves between: a list, a text, or a form with all its fields."""

from __future__ import annotations

from collections.abc import MutableMapping
from itertools import groupby
from typing import TypeAlias
from weakref import ReferenceType, WeakKeyDictionary, ref

from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget

Left: TypeAlias = MutableMapping[Widget, ReferenceType[Widget]]
"""Where each part was left, by part."""


def none_left() -> Left:
    """Return the memory of one who has left no part yet; it keeps no screen alive."""
    return WeakKeyDictionary()


def next_part(screen: Screen[object], step: int, left: Left) -> Widget | None:
    """Return where to go ``step`` parts on from where the focus is; None where there is no other part.

    That is where one was in that part, else its beginning: who looks up from a form comes back to her field.

    Args:
        screen: the screen one is on.
        step: 1 for the next part, -1 for the one before.
        left: where each part was left; takes note of the one that is left now.
    """
    parts = [list(group) for _, group in groupby(screen.focus_chain, _part)]
    here = next((number for number, part in enumerate(parts) if screen.focused in part), None)
    if here is None:
        return parts[0][0] if parts else None
    if len(parts) == 1:
        return None
    if screen.focused is not None:
        left[_part(screen.focused)] = ref(screen.focused)
    there = parts[(here + step) % len(parts)]
    remembered = left.get(_part(there[0]))
    was = remembered() if remembered is not None else None
    return was if was in there else there[0]


def _part(widget: Widget) -> Widget:
    form = next((above for above in widget.ancestors if isinstance(above, VerticalScroll)), None)
    return form or widget
