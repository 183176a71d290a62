"""The words of a search as shown in a title, each with a sign that removes it."""

from __future__ import annotations

from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted, line_width

_WIDEST = 30


def chips(words: str, width: int) -> Line:
    """Return the words of a search line, in at most ``width`` cells; where there is not room, the last and how many more.

    A click on a chip's sign takes that word away.
    """
    from elmeld_tui.office.search_language import terms

    each: list[Line] = []
    for number, term in enumerate(terms(words)):
        said = str(term)
        room = min(_WIDEST, max(1, width - 8))
        text = said if len(said) <= room else fitted(said, room)
        each.append((Span(text, Tone.KEY), Span(" × ", Tone.MUTED, f"screen.drop_term({number})")))
    shown: Line = ()
    left = len(each)
    for chip in reversed(each):
        more = 5 if left > 1 else 0
        if shown and line_width(chip) + line_width(shown) + more > width:
            break
        shown, left = (*chip, *shown), left - 1
    return (Span(f"+{left}  ", Tone.MUTED), *shown) if left else shown
