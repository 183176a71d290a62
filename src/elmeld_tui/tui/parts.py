"""The parts of a screen that F6 goes between: a list, a text, or a form with all its fields."""

from __future__ import annotations

from itertools import groupby

from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget


def beginning_of_next(screen: Screen[object], step: int) -> Widget | None:
    """Return the first widget of the part ``step`` parts on from where the focus is; None where there is no other.

    Args:
        screen: the screen one is on.
        step: 1 for the next part, -1 for the one before.
    """
    parts = [list(group) for _, group in groupby(screen.focus_chain, _part)]
    here = next((number for number, part in enumerate(parts) if screen.focused in part), None)
    if here is None:
        return parts[0][0] if parts else None
    return parts[(here + step) % len(parts)][0] if len(parts) > 1 else None


def _part(widget: Widget) -> Widget:
    form = next((above for above in widget.ancestors if isinstance(above, VerticalScroll)), None)
    return form or widget
