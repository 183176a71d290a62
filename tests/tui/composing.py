"""Writing in the terminal as a user does: choosing a form, searching in its fields, going from field to field."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import TextArea

from elmeld_tui.tui.widgets.fields import FormRow
from elmeld_tui.tui.widgets.form import GroupRow
from elmeld_tui.tui.widgets.search_field import SearchField
from tests.tui.conftest import come_true, press, rest, write


async def begin(pilot: Pilot[None], letters: str) -> None:
    """Choose the form whose name begins with these letters."""
    await press(pilot, "ctrl+n", *letters, "enter")


async def write_dialogue(pilot: Pilot[None]) -> None:
    """Fill in what a professional dialogue must have."""
    await begin(pilot, "helse")
    await search(pilot, "åsen")
    await search(pilot, "kirurgisk")
    await press(pilot, "tab")
    await write(pilot, "Blodtrykk")
    await press(pilot, "tab")
    await write(pilot, "Kontroll?")


async def search(pilot: Pilot[None], words: str) -> None:
    """Type words in a search field, wait for what they find, and take the first."""
    await look_for(pilot, words)
    await press(pilot, "enter")


async def look_for(pilot: Pilot[None], words: str) -> None:
    """Type words in a search field, and wait for what they find."""
    await write(pilot, words)
    fields = [field for field in pilot.app.screen.query(SearchField) if field.has_focus_within]
    await come_true(pilot, lambda: all(field.is_answered for field in fields), words)
    await rest(pilot)


async def to_search(pilot: Pilot[None], name: str) -> None:
    """Go by tab to the search field called ``name``."""
    for _ in range(60):
        focused = pilot.app.focused
        if focused is not None and focused.name == name and isinstance(focused.parent, SearchField):
            return
        await press(pilot, "tab")
    raise AssertionError(f"tab never came to {name}")


def group(pilot: Pilot[None], name: str) -> GroupRow:
    return next(row for row in pilot.app.screen.query(GroupRow) if row.asked == name)


async def to_field(pilot: Pilot[None], name: str, member: int = 0, of: str = "") -> None:
    """Go to a field by tab, as its user does; fail where tab never gets there."""
    for _ in range(120):
        focused = pilot.app.focused
        rows = [one for one in focused.ancestors_with_self if isinstance(one, FormRow)] if focused else []
        if rows and rows[0].asked == name:
            groups = [one for one in rows[0].ancestors if isinstance(one, GroupRow)]
            if not of or (groups and groups[0].asked == of and rows[0].parent is groups[0].members[member]):
                return
        await press(pilot, "tab")
    raise AssertionError(f"tab never came to {of}.{name}")


async def to_line(pilot: Pilot[None], row: GroupRow, name: str) -> None:
    """Go by tab to the line that adds to, or takes from, a group."""
    for _ in range(120):
        focused = pilot.app.focused
        if focused is not None and focused.id == name and row in focused.ancestors:
            return
        await press(pilot, "tab")
    raise AssertionError(f"tab never came to {name} of {row.asked}")


async def write_order(pilot: Pilot[None]) -> None:
    await begin(pilot, "labo")
    await search(pilot, "åsen")
    await search(pilot, "kirurgisk")
    await to_line(pilot, group(pilot, "samples"), "add")
    await press(pilot, "enter")
    await to_field(pilot, "material_text", of="samples")
    await write(pilot, "Serum")
    await to_field(pilot, "time", of="samples")
    await write(pilot, "20.11.2026 08:15")
    await to_field(pilot, "text", of="investigations")
    await write(pilot, "Sink")


async def to_text(pilot: Pilot[None]) -> None:
    """Go to the first field of the form that running text is written in."""
    for _ in range(60):
        if isinstance(pilot.app.focused, TextArea):
            return
        await press(pilot, "tab")
    raise AssertionError("tab never came to a text")
