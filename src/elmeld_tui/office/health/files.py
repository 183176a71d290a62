"""Where the clinic's files lie."""

from __future__ import annotations

from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.office.health.check import Check, Verdict


def data_dir_check(data_dir: Path) -> Check | None:
    """Return what is wrong with where the clinic's files lie, or None."""
    mode = data_dir.stat().st_mode & 0o077
    if mode:
        return Check(
            "data_dir",
            Verdict.REMARK,
            t("Andre enn eieren kan komme til {path}.", path=data_dir),
            t("Kjør «chmod 700 {path}».", path=data_dir),
        )
    return None
