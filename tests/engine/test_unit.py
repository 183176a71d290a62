"""The unit: systemd understands it, and it leaves the engine what it needs and little else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from world import CLINIC

from elmeld_tui.cli import main
from elmeld_tui.engine.unit import unit
from elmeld_tui.model.clinic import KeyFile
from elmeld_tui.store.settings import write_clinic

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (systemd)"
)


@pytest.mark.parametrize("place", [None, "/srv/en klinikk", "/home/kari/50% klinikk"])
@needs_systemd
def test_systemd_understands_it(tmp_path: Path, place: str | None) -> None:
    file = tmp_path / "elmeld.service"
    file.write_text(unit(Path(sys.executable), Path(place) if place else None), encoding="utf-8")
    judged = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", file], capture_output=True, text=True, check=False
    )
    assert (judged.returncode, judged.stderr) == (0, "")


@needs_systemd
def test_it_is_not_much_exposed(tmp_path: Path) -> None:
    file = tmp_path / "elmeld.service"
    file.write_text(unit(Path(sys.executable)), encoding="utf-8")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", file],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"exposure level for \S+ (\d+\.\d)", judged.stdout)
    assert found
    assert float(found[1]) <= 2.0


def test_the_command_prints_it_for_the_clinic_at_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "klinikk"
    write_clinic(place, replace(CLINIC, signing=KeyFile(place / "signing.p12", "OUR_PASSWORD")))
    assert main(["engine", "--print-unit", "--data-dir", str(place)]) == 0
    printed = capsys.readouterr().out
    assert "Type=notify" in printed
    assert f"--data-dir {place} " in printed
    assert f"ReadWritePaths={place}" in printed
    assert "LoadCredential=OUR_PASSWORD:/etc/elmeld/OUR_PASSWORD" in printed
    assert "hemmelig" not in printed


def test_without_a_clinic_it_is_the_usual_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engine", "--print-unit"]) == 0
    printed = capsys.readouterr().out
    assert "--data-dir /var/lib/elmeld " in printed
    assert "StateDirectory=elmeld\n" in printed
    assert "ReadWritePaths" not in printed
