"""The message log in numbers as a page: a row for each day, type and partner, with a bar for how much there was.

What came in is drawn solid and what was sent shaded, so that they are told apart without colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from elmeld_tui.i18n import t
from elmeld_tui.office.statistics import Amount, Statistics
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted, line
from elmeld_tui.tui.widgets.paper import Layout

_NUMBER = 8
_RECEIVED, _SENT = "█", "▒"
_LEAST_LABEL = 11


def statistics_layout(found: Statistics) -> Layout:
    """Return the layout of a period in numbers."""
    return lambda width: list(_page(found, width))


def _page(found: Statistics, width: int) -> Iterator[Line]:
    tables = ((t("Dag"), found.days), (t("Type"), found.types), (t("Partner"), found.partners))
    longest = max(len(one.label) for _, amounts in tables for one in amounts)
    label = min(longest + 1, max(_LEAST_LABEL, width // 3))
    yield from (line(row, Tone.STRONG) for row in wrap(found.said, width))
    yield line(t("{solid} mottatt  {shaded} sendt", solid=_RECEIVED, shaded=_SENT), Tone.MUTED)
    for title, amounts in tables:
        yield ()
        yield from _table(title, amounts, label, width)


def _table(title: str, amounts: Sequence[Amount], label: int, width: int) -> Iterator[Line]:
    most = max((one.total for one in amounts), default=0)
    room = max(0, width - label - 3 * _NUMBER - 2)
    heads = "".join(f"{word:>{_NUMBER}}" for word in (t("mottatt"), t("sendt"), t("feilet")))
    yield (Span(f"{fitted(title, label)}{heads}", Tone.HEADING),)
    for one in amounts:
        numbers = f"{one.received:>{_NUMBER}}{one.sent:>{_NUMBER}}"
        tone = Tone.TROUBLE if one.wrong else Tone.MUTED
        yield (
            Span(f"{fitted(one.label, label)}{numbers}"),
            Span(f"{one.wrong or '–':>{_NUMBER}}", tone),
            Span(f"  {_bar(one, most, room)}"),
        )


def _bar(one: Amount, most: int, room: int) -> str:
    """Return a bar of at most ``room`` cells; what there is any of is seen."""
    received, sent = (_cells(part, most, room) for part in (one.received, one.sent))
    return (_RECEIVED * received + _SENT * sent)[:room]


def _cells(part: int, most: int, room: int) -> int:
    return max(1, part * room // most) if part else 0
