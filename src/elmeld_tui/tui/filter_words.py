"""The language of a search line: ``status:avvist type:henvisning etter:01.11 ola`` becomes a `Filter`.

Words with a colon choose; every other word is looked for in names, ids and text. All must hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store.reading import Filter


class FilterError(ValueError):
    """A word of the line says nothing that can be looked for; the text says which, and what can."""


_STATUS: dict[str, Filter] = {
    "feilet": Filter(states=frozenset({State.TRANSPORT_REJECTED, State.UNDELIVERED})),
    "avvist": Filter(receipts=frozenset({Receipt.REJECTED})),
    "forfalt": Filter(receipts=frozenset({Receipt.OVERDUE})),
    "venter": Filter(receipts=frozenset({Receipt.AWAITED})),
    "godtatt": Filter(receipts=frozenset({Receipt.ACCEPTED, Receipt.ACCEPTED_WITH_FAULTS})),
    "kø": Filter(states=frozenset({State.QUEUED})),
    "sendt": Filter(states=frozenset({State.SENT})),
    "levert": Filter(states=frozenset({State.DELIVERED})),
    "mottatt": Filter(states=frozenset({State.IMPORTED})),
    "avgjøres": Filter(states=frozenset({State.MANUAL})),
    "karantene": Filter(states=frozenset({State.QUARANTINED})),
    "duplikat": Filter(states=frozenset({State.DUPLICATE})),
}
_TYPES: dict[str, Kind] = {
    "henvisning": Kind.REFERRAL,
    "epikrise": Kind.DISCHARGE_SUMMARY,
    "dialog": Kind.DIALOGUE,
    "rekvisisjon": Kind.ORDER,
    "svarrapport": Kind.SERVICE_REPORT,
    "lab": Kind.SERVICE_REPORT,
    "sykmelding": Kind.SICK_NOTE,
    "legeerklæring": Kind.MEDICAL_CERTIFICATE,
    "kvittering": Kind.APPREC,
    "ukjent": Kind.UNKNOWN,
}
_DIRECTIONS = {"ut": "out", "inn": "in"}


def read_filter(words: str, base: Filter, *, now: Clock = clock.now) -> Filter:
    """Return ``base`` narrowed by ``words``.

    Args:
        words: the line as typed.
        base: what the list shows without it.
        now: decides the year of a date given without one.

    Raises:
        FilterError: a word cannot be used.
    """
    chosen, text = base, []
    for word in words.split():
        name, colon, value = word.partition(":")
        if word.lower() == "ulest":
            chosen = replace(chosen, unread=True)
        elif not colon or name.lower() not in _READERS:
            text.append(word)
        elif value:
            chosen = _READERS[name.lower()](chosen, value.lower(), now)
    return replace(chosen, text=" ".join(text))


def _by_status(chosen: Filter, value: str, _now: Clock) -> Filter:
    wanted = _STATUS.get(value)
    if wanted is None:
        raise FilterError(_unknown("status", value, _STATUS))
    return replace(chosen, states=chosen.states | wanted.states, receipts=chosen.receipts | wanted.receipts)


def _by_type(chosen: Filter, value: str, _now: Clock) -> Filter:
    if value not in _TYPES:
        raise FilterError(_unknown("type", value, _TYPES))
    return replace(chosen, kinds=chosen.kinds | {_TYPES[value]})


def _by_direction(chosen: Filter, value: str, _now: Clock) -> Filter:
    if value not in _DIRECTIONS:
        raise FilterError(_unknown("retning", value, _DIRECTIONS))
    return replace(chosen, direction=_DIRECTIONS[value])


def _after(chosen: Filter, value: str, now: Clock) -> Filter:
    return replace(chosen, since=_midnight("etter", value, now))


def _before(chosen: Filter, value: str, now: Clock) -> Filter:
    return replace(chosen, until=_midnight("før", value, now))


_READERS: dict[str, Callable[[Filter, str, Clock], Filter]] = {
    "status": _by_status,
    "type": _by_type,
    "retning": _by_direction,
    "etter": _after,
    "før": _before,
}


def _unknown(
    name: str, value: str, known: dict[str, object] | dict[str, Filter] | dict[str, Kind] | dict[str, str]
) -> str:
    return t("{name}:{value} finnes ikke. Velg {known}.", name=name, value=value, known=", ".join(known))


def _midnight(name: str, value: str, now: Clock) -> str:
    """Return the start of a Norwegian date (``01.11`` or ``01.11.2026``) as the store writes time."""
    day, _, rest = value.rstrip(".").partition(".")
    month, _, year = rest.partition(".")
    try:
        local = datetime(
            int(year) if year else now().astimezone(clock.oslo()).year, int(month), int(day), tzinfo=clock.oslo()
        )
    except ValueError as error:
        raise FilterError(
            t("{name}:{value} er ingen dato. Skriv {name}:24.12.", name=name, value=value)
        ) from error
    return clock.to_text(local)
