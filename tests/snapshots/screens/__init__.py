"""Every screen there is, gathered from the modules here: one for each part of the terminal.

A module has a table ``SCREENS`` from a name to a `Screen`; a new screen is a line in it, and a new part a module.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tests.snapshots.screen import Act, Screen

SCREENS: dict[str, Screen] = {
    name: screen
    for module in iter_modules(__path__)
    for name, screen in import_module(f"{__name__}.{module.name}").SCREENS.items()
}


def way_to(name: str) -> tuple[Screen, list[Act]]:
    """Return the first of the screens that are looked at in one terminal, and what leads from none to ``name``."""
    for first, screen in SCREENS.items():
        names = [first, *screen.then]
        if name in names:
            return screen, [screen.act, *screen.then.values()][: names.index(name) + 1]
    raise KeyError(name)
