"""The first screen comes at once, because what it does not need is not loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill

from tests.waiting import PATIENCE

HEAVY = [
    "sqlmodel",
    "sqlalchemy",
    "sqlalchemy.orm",
    "alembic",
    "pydantic",
    "xmlschema",
    "httpx",
    "starlette",
    "uvicorn",
    "cryptography",
    "asn1crypto",
    "lxml",
    "PIL",
    "pypdf",
    "striprtf",
]
REPORT = "import json, sys; print(json.dumps([name for name in HEAVY if name in sys.modules]))"


def loaded_by(code: str, *arguments: str) -> list[str]:
    program = f"HEAVY = {HEAVY!r}\n{code}\n{REPORT}"
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert run.returncode == 0, run.stderr
    names: list[str] = json.loads(run.stdout.splitlines()[-1])
    return names


@pytest.mark.parametrize("module", ["elmeld_tui.cli", "elmeld_tui.tui.app", "elmeld_tui.tui.application"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import {module}") == []


def test_reading_the_command_line_loads_nothing_heavy_and_no_screen() -> None:
    code = """
HEAVY.append("textual")
from elmeld_tui.cli import main
try:
    main(["--version"])
except SystemExit:
    pass
"""
    assert loaded_by(code) == []


def test_nothing_heavy_is_loaded_before_the_first_screen_is_drawn(tmp_path: Path) -> None:
    fill(tmp_path, 200)
    code = """
import asyncio, json, sys
from pathlib import Path
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import open_session

class FirstScreenOnly(ElmeldApp):
    done = asyncio.Event()

    async def open_office(self):
        self.loaded = [name for name in HEAVY if name in sys.modules]
        self.drawn = "".join(strip.text for strip in self.screen._compositor.render_strips())
        self.done.set()

async def main():
    session = open_session(Path(sys.argv[1]), None)
    app = FirstScreenOnly(session)
    async with app.run_test(size=(140, 45)) as pilot:
        await asyncio.wait_for(app.done.wait(), 90)
        assert "Innboks" in app.drawn, app.drawn
        assert app.loaded == [], app.loaded
    session.close()

asyncio.run(main())
"""
    assert loaded_by(code, str(tmp_path)) == []


def test_what_sshd_asks_when_somebody_logs_in_loads_nothing_heavy(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    key = "AAAAC3NzaC1lZDI1NTE5AAAAIJJ1cAVbSvbQGHSbIaj7hDHlmYn8dZ3xBmNL5lO3nFpK"
    code = f"""
from elmeld_tui.cli import main
assert main(["--data-dir", {str(tmp_path)!r}, "ssh-keys", "lookup", "ssh-ed25519", {key!r}]) == 0
"""
    assert loaded_by(code) == []


def test_an_office_is_opened_without_what_only_declares_its_tables(tmp_path: Path) -> None:
    fill(tmp_path, 0)
    code = """
import sys
from pathlib import Path
from elmeld_tui.office.clinic import open_office
open_office(Path(sys.argv[1])).close()
"""
    assert {"sqlmodel", "pydantic", "sqlalchemy.orm"}.isdisjoint(loaded_by(code, str(tmp_path)))
