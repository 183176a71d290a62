"""Two engines at once, killed anywhere, with a partner who misbehaves: everything arrives, and once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.postgres import NoPostgresError, binaries

SEED, SCHEDULES = 20261122, 8


@pytest.mark.crash
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_engines_killed_at_random_lose_nothing_and_send_nothing_twice(tmp_path: Path, database: str) -> None:
    if database == "postgresql":
        try:
            binaries()
        except NoPostgresError as error:
            pytest.skip(str(error))
    driver = Path(__file__).parent / "schedules.py"
    told = subprocess.run(
        [
            sys.executable,
            driver,
            tmp_path,
            "--schedules",
            str(SCHEDULES),
            "--seed",
            str(SEED),
            "--database",
            database,
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    result = json.loads(told.stdout)
    assert result["problems"] == []
    # Fewer would mean that nobody is killed, not that it is safe.
    assert result["killed"] >= SCHEDULES // 3
