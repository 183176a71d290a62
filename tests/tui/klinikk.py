"""Going about in Klinikk, and reading what its boxes say."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.tui.conftest import press, shown


async def go_to_part(pilot: Pilot[None], part: str) -> None:
    """Go to a part of Klinikk by the arrow keys, and into it."""
    await press(pilot, "alt+6")
    for _ in range(9):
        if f" {part}" in shown(pilot).split("\n")[2].partition("│")[2]:
            break
        await press(pilot, "down")
    await press(pilot, "right")


def one_line(screen: str) -> str:
    """Return the words of a screen; those of a box stand between its borders."""
    return " ".join(screen.replace("│", " ").replace("▌", " ").split())
