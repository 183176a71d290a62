"""The benchmarks that start other programs still run; what they measure is not judged here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = """
import json, sys
from pathlib import Path
from benchmarks import memory, script_rival
script_rival.main(rounds=1, group=1)
memory.run_part("out", 50_000, Path(sys.argv[1]))
"""


def test_a_message_of_each_kind_gets_through(tmp_path: Path) -> None:
    measured = tmp_path / "measured"
    done = subprocess.run(
        [sys.executable, "-c", RUN, measured], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "times faster" in done.stdout or "cannot run" in done.stdout
    assert '"delivered"' in measured.read_text()
