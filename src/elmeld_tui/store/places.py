"""Where a clinic's files lie inside its data directory."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote


def database_file(data_dir: Path) -> Path:
    """Return the path of the one SQLite file."""
    return data_dir / "elmeld.db"


def settings_file(data_dir: Path) -> Path:
    """Return the path of the clinic's settings."""
    return data_dir / "clinic.toml"


def code_lists(data_dir: Path) -> Path:
    """Return the directory of the code lists that were imported, one file a list."""
    return data_dir / "codes"


def own_settings(data_dir: Path, login: str) -> Path:
    """Return the directory of the terminal settings of somebody who shares an account with others.

    Args:
        data_dir: the clinic's directory.
        login: hers; no letter of it leads out of the directory.
    """
    return data_dir / "terminals" / ("@" + quote(login, safe=""))
