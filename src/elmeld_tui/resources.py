"""Where the files that are installed with the program are: the schemas and the style sheets.

In a checkout they are at the top level; in an installed wheel they are inside the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePath
from typing import Literal

_PACKAGE = Path(__file__).parent


@cache
def directory(name: Literal["schemas", "styles"]) -> Path:
    """Return the directory ``name``.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{name}/ is missing from this installation of elmeld; install it again")


def styles(*names: str) -> list[str | PurePath]:
    """Return the style sheets ``names`` of the terminal, as the framework takes them."""
    return [directory("styles") / f"{name}.tcss" for name in names]
