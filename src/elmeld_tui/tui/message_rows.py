"""A message as one line of a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.office.replies import reply_form
from elmeld_tui.office.words import Concern, StateWords, outside_words, state_of
from elmeld_tui.store.reading import Row
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, cut, fitted, line_width

if TYPE_CHECKING:
    from elmeld_tui.office.attention import Counter

_KINDS = frozenset(Kind)
_BIRTH, _WAY, _WORD, _OUTSIDE = 4, 3, 12, 22
_TIME, _DAY = 14, 8
_BOTH_NAMES = 26
"""Cells from which two names beside each other still say whose they are."""
_WIDE, _ROOMY = 84, 112
"""Cells from which a row has room for everything, and for all of it in whole words."""
_TYPE = ((_WIDE, 18, 18), (64, 16, 16), (0, 15, 12))
"""Cells for the type of a message received and of one sent, by the cells there are for its row in a mailbox."""
_WHOSE = 14
"""Cells that a patient's name keeps where there is little room: of two names it is the one not to mistake."""


def type_of(row: Row) -> str:
    """Return what a user calls this type of message."""
    kind = Kind(row.kind) if row.kind in _KINDS else Kind.UNKNOWN
    return type_name(row.type_code, kind, row.title)


def list_time(text: str, now: datetime, *, wide: bool = True) -> str:
    """Return a stored time as a list shows it, Oslo time, in 14 cells, or 8 where it is narrow.

    Of today it is the hour, ``09:12``, of yesterday ``i går 09:12``, else the date, ``22.11.26 09:12``; where it is
    narrow, the hour of today alone.
    """
    moment, today = clock.from_text(text), clock.oslo_date(now)
    whole = clock.short(moment)
    date, _, hour = whole.partition(" ")
    ago = (today - clock.oslo_date(moment)).days
    said = {0: hour, 1: f"{t('i går')} {hour}" if wide else t("i går")}.get(ago, whole if wide else date)
    return f"{said:<{_TIME if wide else _DAY}}"


def post_line(row: Row, width: int, now: datetime) -> Line:
    """Return a message as a mailbox lists it: of one sent, how far it has come; of one received, whom it is about."""
    out, wide = row.direction == "out", width >= _WIDE
    state = state_of(row)
    sign = state.sign if out or state.concern is Concern.TROUBLE else "•" if row.unread else " "
    type_width = next(cells[out] for least, *cells in _TYPE if width >= least)
    at = list_time(row.at, now, wide=wide)
    ending = []
    has_changed = changes_another(row)
    roomy = width >= _ROOMY
    if wide or not out:
        ending.append(fitted(row.patient_birth[:4], _BIRTH))
    kind, told = type_of(row), state.word
    if outside := outside_words(row, short=not roomy):
        # What is found is told instead of what one knows: that a report has come.
        beside_kind = f"{kind.partition('-')[0]} {outside_words(row, short=True)}"
        kind, told = (kind, outside) if wide and not has_changed else (beside_kind, told)
    if wide or out or has_changed:
        ending.append(fitted(told, _OUTSIDE if roomy else _WORD))
    rest = max(0, width - 3 - len(at) - type_width - sum(len(cell) + 1 for cell in ending) - 3 - wide)
    party = rest * 3 // 5 if wide else rest // 2 if out else max(rest // 3, min(rest // 2, rest - _WHOSE))
    cells = [
        at,
        fitted(kind, type_width),
        fitted(row.party, party) + " " * wide,
        fitted(row.patient or row.title, rest - party),
        *ending,
    ]
    return (Span(f"{_clip(row)}{sign} " + " ".join(cells), _tone(state, row)),)


def log_line(row: Row, width: int) -> Line:
    """Return a message as the message log lists it; whom it is about, where there is room for both names."""
    state = state_of(row)
    wide = width >= 100
    type_width, word = (20, 16) if wide else (12, 14)
    at = clock.short(clock.from_text(row.at))
    rest = max(0, width - 3 - len(at) - _WAY - type_width - word - 5)
    beside = row.patient if not wide and rest >= _BOTH_NAMES else ""
    party = rest * 3 // 5 if wide else (rest - 1) // 2 if beside else rest
    cells = [
        at,
        fitted(t("ut") if row.direction == "out" else t("inn"), _WAY),
        fitted(type_of(row), type_width),
        fitted(row.party, party),
        *([fitted(beside, rest - party - 1)] if beside else []),
        fitted(state.word, word),
    ]
    if wide:
        cells.append(fitted(row.patient, rest - party))
    return (Span(f"{_clip(row)}{state.sign} " + " ".join(cells), _tone(state, row)),)


def thread_line(row: Row, width: int, now: datetime) -> Line:
    """Return a message as its conversation lists it: when, which way, what, from or to whom."""
    state = state_of(row)
    wide = width >= _WIDE
    at = list_time(row.at, now, wide=wide)
    type_width, word = (22, 16) if wide else (16, 11)
    cells = [
        at,
        fitted(t("ut") if row.direction == "out" else t("inn"), _WAY),
        fitted(type_of(row), type_width),
        fitted(row.party, max(0, width - 3 - len(at) - _WAY - type_width - word - 5)),
        fitted(state.word, word),
    ]
    sign = "•" if row.unread else state.sign
    return (Span(f"{_clip(row)}{sign} " + " ".join(cells), _tone(state, row)),)


def changes_another(row: Row) -> bool:
    """Return whether a document changes or cancels another, or has been changed itself: a list must say so."""
    return row.document_state != "current" or row.service_type in {"M", "C"}


def _clip(row: Row) -> str:
    """Return a sign that attachments come with the message (HIS 1036:2011 ch. 5): one cell wide in any terminal."""
    return "+" if row.attachments else " "


def _tone(state: StateWords, row: Row) -> Tone:
    if state.concern is Concern.TROUBLE:
        return Tone.TROUBLE
    return Tone.STRONG if row.unread else Tone.PLAIN


def can_reply(row: Row) -> bool:
    """Return whether there is a form that answers this message: a request, or a dialogue that goes on."""
    return bool(reply_form(row.direction, row.type_code))


def draft_line(draft: Draft, width: int, now: datetime) -> Line:
    """Return a draft as the list of drafts shows it: what, to whom, about whom, and where it is open, if it is."""
    wide = width >= _WIDE
    at, type_width = list_time(draft.updated, now, wide=wide), 20 if wide else 14
    host = _host_that_has(draft, now)
    ending = [fitted(t("åpent på {host}", host=host), 24) if wide else t("åpent")] if host else []
    rest = max(0, width - 3 - len(at) - type_width - sum(len(cell) + 1 for cell in ending) - 4)
    party = rest * 3 // 5 if wide else rest // 2
    cells = [
        at,
        fitted(draft.frame.get("title", draft.form), type_width),
        fitted(draft.recipient_name or t("ingen mottaker ennå"), party),
        fitted(draft.patient or t("ingen pasient ennå"), rest - party),
        *ending,
    ]
    return (Span("   " + " ".join(cells), Tone.STRONG if ending else Tone.PLAIN),)


def _host_that_has(draft: Draft, now: datetime) -> str:
    """Return the machine whose terminal has a draft open; empty where none that lives has."""
    if not draft.terminal:
        return ""
    from elmeld_tui.office.terminals import is_open, opening

    found = opening(draft.terminal) if is_open(draft.terminal, draft.terminal_until, now) else None
    return found.host if found else ""


def counter_line(counted: Sequence[tuple[Counter, int]], width: int) -> Line:
    """Return how many messages there are of each sort, each behind the key that shows them.

    Where there is no room for all, those that count nothing give way, but the first.
    """
    numbered = [(number, one.label, amount) for number, (one, amount) in enumerate(counted, 1)]
    for shown in (numbered, [one for one in numbered if one[2] or one[0] == 1]):
        line = tuple(span for one in shown for span in _counter(*one))
        if line_width(line) <= width:
            break
    return cut(line, width)


def _counter(number: int, label: str, amount: int) -> Line:
    action = f"screen.counter({number})"
    grouped = f"{amount:,}".replace(",", "\N{NO-BREAK SPACE}")
    return (
        Span(f" {number} ", Tone.KEY, action),
        Span(f"{label} ({grouped}) ", Tone.STRONG if amount else Tone.MUTED, action),
    )
