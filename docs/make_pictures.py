"""Make the pictures of the documentation: the program itself, on a demo clinic, drawn by its own screen.

Run by ``make pictures``. Names and numbers in them are the simulator's invented people.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import open_session

PICTURES = Path(__file__).parent / "pictures"
SIZE = (100, 30)
ACTS: dict[str, tuple[str, ...]] = {
    "post": ("enter",),
    "lab-result": ("down", "down", "enter"),
    "message-log": ("f4", "down", "down", "down", "enter"),
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
        for picture, keys in ACTS.items():
            asyncio.run(_draw(clinic, picture, keys))


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
