"""Everything a user can do, in one table: bindings, footer, command palette, help and the manual are made from it.

Each place has its own part of the table, in a module of its own.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType

from elmeld_tui.tui.actions import (
    addresses,
    alerts,
    clinic,
    composer,
    dialogs,
    everywhere,
    log,
    moving,
    patient,
    post,
    statistics,
)
from elmeld_tui.tui.actions.action import Action, Where, use_keys
from elmeld_tui.tui.key_names import key_word

__all__ = ["ACTIONS", "Action", "Where", "actions", "bindings", "focus_bindings", "key_of", "use_keys"]

ACTIONS: tuple[Action, ...] = (
    *post.ACTIONS,
    *patient.ACTIONS,
    *log.ACTIONS,
    *statistics.ACTIONS,
    *alerts.ACTIONS,
    *addresses.ACTIONS,
    *clinic.ACTIONS,
    *composer.ACTIONS,
    *dialogs.ACTIONS,
    *everywhere.ACTIONS,
    *moving.ACTIONS,
)
"""In the order footers and help show them."""


def key_of(identity: str) -> str:
    """Return the key of the action with this id as a keyboard says it; empty where there is none, or no such action."""
    keys = next((action.keys for action in ACTIONS if action.id == identity), ())
    return key_word(keys[0]) if keys else ""


def actions(*places: Where) -> list[Action]:
    """Return the actions of ``places``, in the table's order."""
    return [action for action in ACTIONS if action.where in places]


def bindings(where: Where) -> list[BindingType]:
    """Return the framework's bindings for a class that is ``where``."""
    return [
        Binding(
            ",".join(action.usual_keys or (f"{_NO_KEY}{number}",)),
            action.name,
            show=False,
            priority=where is Where.EVERYWHERE and _is_safe(action),
            id=action.id,
        )
        for number, action in enumerate(actions(where))
    ]


def focus_bindings() -> list[BindingType]:
    """Return the bindings of tab for a screen none of whose fields wants it.

    What is typed after tab, and arrives with it over a slow line, is given to whoever has the focus then; so tab must
    have moved it before the next key is looked at.
    """
    return [
        Binding(",".join(action.usual_keys), action.name, show=False, priority=True, id=action.id)
        for action in actions(Where.EVERYWHERE)
        if not _is_safe(action)
    ]


_NO_KEY = "no-key-"
"""How the key begins that no keyboard has: what has no key by itself can be given one by the user."""


def _is_safe(action: Action) -> bool:
    """Return whether an action's keys may be taken before a focused field sees them.

    Function, ctrl and alt keys may; tab is left to the framework's own order, where a field may want it.
    """
    return not action.name.startswith("app.focus")
