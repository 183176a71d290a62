"""The classes that the terminal is made of, all of them: what is not among the fuzz's own is missed there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from textual.widget import Widget

from elmeld_tui import tui


def own_kinds(base: type[Widget]) -> set[type[Widget]]:
    """Return the program's own classes of ``base``."""
    for module in walk_packages(tui.__path__, f"{tui.__name__}."):
        import_module(module.name)
    return {kind for kind in _below(base) if kind.__module__.startswith(tui.__name__)}


def concrete(kinds: set[type[Widget]]) -> set[type[Widget]]:
    """Return those of ``kinds`` that no other is made of."""
    return {kind for kind in kinds if not any(kind in other.__mro__[1:] for other in kinds)}


def _below(base: type[Widget]) -> Iterator[type[Widget]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)
