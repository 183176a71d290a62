"""Make the pictures of the documentation: the program itself, on a demo clinic, drawn by its own screen.

Run by ``make pictures``. Names and numbers in them are the simulator's invented people.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# The screen of a terminal with many colours, whatever this one has.
os.environ["COLORTERM"] = "truecolor"
os.environ.pop("NO_COLOR", None)

from elmeld_tui.office.clinic import Office, open_office
from elmeld_tui.office.post import undo_sign_off
from elmeld_tui.store.filters import Filter
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import open_session

PICTURES = Path(__file__).parent / "pictures"
SIZE = (100, 30)
ACTS: dict[str, tuple[str, ...]] = {
    "post": ("down", "enter"),
    "post-timeline": ("down", "enter", "left"),
    "message-log": ("f4", "down", "down", "down", "down", "down", "enter"),
    "new-message": ("ctrl+n",),
    "composer": ("ctrl+n", "enter"),
    "keys": ("f1",),
}


def main() -> None:
    """Make every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        clinic = Path(name) / "clinic"
        story = [sys.executable, "-m", "elmeld_tui", "demo", "--headless", "--data-dir", str(clinic)]
        subprocess.run(story, check=True, stdout=subprocess.DEVNULL)
        _put_back(open_office(clinic))
        password = json.loads((clinic / "demo.json").read_text(encoding="utf-8"))["password"]
        engine = subprocess.Popen(
            [sys.executable, "-m", "elmeld_tui", "engine", "--json", "--data-dir", str(clinic)],
            env={**os.environ, "ELMELD_DEMO_KEY_PASSWORD": password},
            stdout=subprocess.PIPE,
        )
        assert engine.stdout is not None
        engine.stdout.readline()
        try:
            for picture, keys in ACTS.items():
                asyncio.run(_draw(clinic, picture, keys))
        finally:
            engine.terminate()
            engine.wait()


def _put_back(office: Office) -> None:
    """Let the messages that the story signed off lie in the inbox again."""
    for row in office.reader.page(Filter(folder="archive"), 0):
        undo_sign_off(office, row.id)
    office.close()


async def _draw(clinic: Path, picture: str, keys: tuple[str, ...]) -> None:
    app = ElmeldApp(open_session(clinic, None))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.6)
        app.save_screenshot(f"{picture}.svg", str(PICTURES))
        app.session.close()


if __name__ == "__main__":
    main()
