"""A result of a search: as a line of a list, in full below it, and as the chosen value."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted


class Option(NamedTuple):
    """One of what a search found.

    Attributes:
        value: what it stands for.
        text: what it is called.
        note: a few words on it.
        sign: one that tells it from the others at a glance; empty where it is one of many.
        place: more words, shown where there is room.
        refused: why it cannot be chosen; empty where it can.
        instead: words that are searched for when it is chosen, where it is no answer itself.
    """

    value: str
    text: str
    note: str = ""
    sign: str = ""
    place: str = ""
    refused: str = ""
    instead: str = ""


def _rooms(option: Option, width: int) -> tuple[int, int]:
    """Return the cells there are in a line for what an option is called, and for the words on it."""
    told = option.refused or option.note
    note = min(width // 2 if option.refused else width // 3, cell_len(told))
    return max(0, width - note - 5), note


def whole(option: Option, width: int) -> str:
    """Return all that is said of an option, where a line cuts it: two codes may differ in their last words only."""
    told = option.refused or option.note
    room, note = _rooms(option, width)
    if cell_len(option.text) <= room and cell_len(told) <= note:
        return ""
    return f"{option.text} · {told}" if told else option.text


def draw_option(option: Option, width: int) -> Line:
    """Return an option as a line of a list: its sign, what it is called, and a few words on it, or why it cannot be."""
    told = option.refused or option.note
    room, note = _rooms(option, width)
    text, place = fitted(option.text, room), ""
    if option.place and (left := room - cell_len(option.text)) > cell_len(option.place) + 1:
        text, place = option.text, fitted(f" {option.place}", left)
    tone = Tone.MUTED if option.refused else Tone.PLAIN
    sign = option.sign or ("–" if option.refused else " ")
    return (Span(f" {sign} {text}", tone), Span(place, Tone.MUTED), Span(f" {fitted(told, note)} ", Tone.MUTED))


def draw_picked(option: Option, width: int) -> list[Line]:
    """Return what is chosen, whole: one must be able to see whom a message goes to, to the last digit."""
    *above, last = wrap(option.text, width)
    if cell_len(last) + len(option.note) + 2 > width and option.note:
        above, last = [*above, last], ""
    note = Span(f" {option.note}" if option.note else "", Tone.MUTED)
    rows: list[Line] = [(Span(f" {row} ", Tone.STRONG),) for row in above]
    return [*rows, (Span(f" {last} ", Tone.STRONG), note) if last else (note,)]


def code_option(written: str, sign: str = "") -> Option:
    """Return the answer ``<list>:<code>`` as an option, with the code's text where the list in use has it."""
    from elmeld_tui.messages import codelists

    known = codelists.answer(written)
    text = f"{known.value} {known.text}" if known else written
    return Option(written, text, written.partition(":")[0], sign)
