"""The parts of the place Klinikk, one module each."""

from __future__ import annotations

from elmeld_tui.tui.clinic import agreements, code_lists, groups, keys, people, positions, retention, texts
from elmeld_tui.tui.clinic.parts import Part

PARTS: tuple[Part, ...] = (
    people.PART,
    groups.PART,
    positions.PART,
    texts.PART,
    agreements.PART,
    code_lists.PART,
    keys.PART,
    retention.PART,
)
"""In the order they are shown, below the checklist."""
