"""What happened to a message, what to do now, and every step of its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.words import Concern, words
from elmeld_tui.store.reading import Row
from elmeld_tui.store.rows import Event, PostItem, Receiver
from elmeld_tui.store.timeline import words as event_words
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.message_rows import state_of
from elmeld_tui.tui.widgets.lines import Line, Span, Tone
from elmeld_tui.tui.widgets.paper import Layout

_LABEL = 14

_TONES = {Concern.DONE: Tone.DONE, Concern.WAITING: Tone.WAITING, Concern.TROUBLE: Tone.TROUBLE}


def timeline_layout(
    row: Row, events: Sequence[Event], receivers: Sequence[Receiver], items: Sequence[PostItem] = ()
) -> Layout:
    """Return the layout of a message's way so far, and of what became of it in the mailboxes it lies in."""
    return lambda width: list(_timeline(row, events, receivers, items, width))


def _timeline(
    row: Row, events: Sequence[Event], receivers: Sequence[Receiver], items: Sequence[PostItem], width: int
) -> Iterator[Line]:
    state = state_of(row)
    yield from _labelled(
        t("Hva skjedde"), f"{state.sign} {state.word}. {state.happened}", width, _TONES[state.concern]
    )
    for receiver in receivers:
        for error in receiver.errors:
            yield from _labelled("", _error(error), width, Tone.TROUBLE)
    if state.next_step:
        yield from _labelled(t("Hva nå"), state.next_step, width, Tone.STRONG)
    if len(receivers) > 1:
        yield ()
        for number, receiver in enumerate(receivers):
            said = words(State(row.state), Receipt(receiver.receipt))
            yield from _labelled(
                "" if number else t("Mottakere"),
                f"{said.sign} {receiver.name}: {said.word}",
                width,
                _TONES[said.concern],
            )
    yield ()
    steps = [(event.at, _event(event)) for event in events]
    steps += [(item.signed_off_at, t("kvittert av {user}", user=item.signed_off_by)) for item in _signed(items)]
    for number, (at, step) in enumerate(sorted(steps, key=lambda step: step[0])):
        text = f"{clock.long(clock.from_text(at))}  {step}"
        yield from _labelled("" if number else t("Tidslinje"), text, width, Tone.PLAIN)


def _signed(items: Sequence[PostItem]) -> list[PostItem]:
    """Return one of the mailboxes' items for each signing off; it counts in every mailbox the message lies in."""
    return list({(item.signed_off_by, item.signed_off_at): item for item in items if item.signed_off_by}.values())


def _labelled(label: str, text: str, width: int, tone: Tone) -> Iterator[Line]:
    for number, part in enumerate(wrap(text, max(1, width - _LABEL))):
        yield (
            Span("" if number else label, Tone.MUTED),
            Span(" " * (_LABEL - (0 if number else len(label)))),
            Span(part, tone),
        )


def _error(error: dict[str, str]) -> str:
    said = " ".join(part for part in (error.get("code", ""), error.get("text", "")) if part)
    detail = error.get("detail", "")
    return f"{said}, «{detail}»" if detail else said


def _event(event: Event) -> str:
    """Return one step in words, with what is known of it."""
    known = [
        f"{_detail_word(key)} {_detail_value(key, value)}"
        for key, value in event.detail.items()
        if _is_worth_showing(value)
    ]
    said = event_words(event.name)
    return f"{said} ({', '.join(known)})" if known else said


def _detail_word(key: str) -> str:
    word = _DETAIL_WORDS.get(key)
    return word() if word else f"{key}:"


def _detail_value(key: str, value: str | int) -> str:
    """Return a detail as people say it: a time is told as the clock on the wall shows it."""
    if key not in _MOMENTS:
        return str(value)
    try:
        return clock.long(clock.from_text(str(value)))
    except ValueError:
        return str(value)


_MOMENTS = frozenset({"next_attempt", "agreement_ended"})
_DETAIL_WORDS: dict[str, Callable[[], str]] = {
    "eb_message_id": lambda: "eb:MessageId",
    "bytes": lambda: t("byte:"),
    "endpoint": lambda: t("til"),
    "receiver": lambda: t("mottaker"),
    "reason": lambda: t("fordi"),
    "code": lambda: t("kode"),
    "text": lambda: t("sa:"),
    "user": lambda: t("av"),
    "to": lambda: t("til"),
    "attempt": lambda: t("forsøk"),
    "next_attempt": lambda: t("prøver igjen"),
    "agreement": lambda: t("etter avtale"),
    "agreement_ended": lambda: t("som gikk ut"),
}


def _is_worth_showing(value: Any) -> bool:
    return isinstance(value, str | int) and value not in ("", 0, False, True)
