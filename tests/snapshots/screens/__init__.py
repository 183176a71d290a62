"""Every screen there is, gathered from the modules here: one for each part of the terminal.

A module has a table ``SCREENS`` from a name to a `Screen`; a new screen is a line in it, and a new part a module.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tests.snapshots.screen import Screen

SCREENS: dict[str, Screen] = {
    name: screen
    for module in iter_modules(__path__)
    for name, screen in import_module(f"{__name__}.{module.name}").SCREENS.items()
}
