"""An engine killed anywhere loses nothing and does nothing twice (design, promises 1 and 2)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.crash
def test_an_engine_killed_at_any_step_is_finished_by_the_next(tmp_path: Path) -> None:
    driver = Path(__file__).parent / "crash_driver.py"
    done = subprocess.run(
        [sys.executable, str(driver), str(tmp_path)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["problems"] == []
    # Fewer steps would mean that the story is not lived, not that it is safe.
    assert told["lives"] > 30


@pytest.mark.crash
def test_an_engine_killed_with_a_mail_in_hand_neither_loses_it_nor_takes_it_twice(tmp_path: Path) -> None:
    if not Path("/usr/lib/dovecot/pop3-login").exists():
        pytest.skip("Dovecot with IMAP and POP3 is not installed")
    driver = Path(__file__).parent / "fetch_driver.py"
    done = subprocess.run(
        [sys.executable, str(driver), str(tmp_path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    for told in json.loads(done.stdout):
        assert told == {
            "died": [True, False],
            "lying": [1, 0],
            "in": [["in", "dialogue", "imported"]],
            "problems": [],
        }
