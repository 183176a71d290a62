"""Where the clinic's files are: who can access them, and whether there is disk space left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.office.health.check import Check, Verdict


def examine_files(clinic: Clinic, data_dir: Path) -> Iterator[Check]:
    """Yield whether others can reach the clinic's files, where they can, and whether there is room."""
    if data_dir.stat().st_mode & 0o077:
        yield Check(
            "data_dir",
            Verdict.REMARK,
            t("Andre enn eieren kan komme til {path}.", path=data_dir),
            t("Kjør «chmod 700 {path}».", path=data_dir),
        )
    free = shutil.disk_usage(data_dir).free // 10**6
    least = clinic.operations.least_free_mb
    if free < least:
        yield Check(
            "disk",
            Verdict.FAULT,
            t("Disken har {free} MB ledig; det skal være minst {least}.", free=free, least=least),
            t("Frigjør plass, eller flytt klinikkens mappe til en større disk."),
        )
    else:
        yield Check("disk", Verdict.OK, t("Disken har {free} MB ledig.", free=free))
