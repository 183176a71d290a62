"""What a list shows: a selection of messages, and the conditions a selected message must meet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.people import CLINIC_MAILBOX
from elmeld_tui.model.states import STATES_OUT, Receipt, State
from elmeld_tui.store.sql import ANYWHERE, Clause, words


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; what is empty or None does not restrict, and everything else must hold together.

    Of several values for one attribute any is enough. A phrase is found where each of its words begins a word.

    Attributes:
        mailbox: whose post; also decides which post item's folder and unread mark a row shows.
        folder: ``inbox``, ``archive``, ``sent`` …; empty for every message, in a folder or not.
        posted: only what lies in the mailbox, in whatever folder.
        unread: only unread, or only read, post.
        states: values of `model.states.State`.
        receipts: values of `model.states.Receipt`.
        kinds: values of `model.kinds.Kind`.
        type_codes: message types (8279).
        communication_types: values of `model.communication_types.CommunicationType`.
        direction: ``in`` or ``out``.
        since: earliest moment of arrival in the store, as `model.clock.to_text` writes it.
        until: moment before which it arrived.
        text: a phrase of the names, ids or text of the message.
        saying: phrases, as ``text``.
        together: phrases, as ``text``, each of which must hold, its words next to each other and in order.
        senders: phrases of the sender's name and HER-ids.
        receivers: phrases of a receiver's name and HER-ids, copies included.
        patients: phrases of the patient's name and numbers.
        patient_id: of one patient.
        attachments: only with, or only without, attachments.
        trouble: only, or only not, those that did not go as they should, on either axis, and that nobody has said are
            dealt with.
        current: only what its sender has neither replaced nor withdrawn.
        without: sets of values, none of which may hold.
        one_of: of each of these, whose values are all of columns or all phrases, one must hold.
    """

    mailbox: str = CLINIC_MAILBOX
    folder: str = ""
    posted: bool = False
    unread: bool | None = None
    states: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    type_codes: frozenset[str] = frozenset()
    communication_types: frozenset[str] = frozenset()
    direction: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    saying: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()
    patient_id: int | None = None
    attachments: bool | None = None
    trouble: bool | None = None
    current: bool = False
    without: Filter | None = None
    one_of: tuple[Filter, ...] = ()


_FAILED = "('transport_rejected', 'undelivered', 'quarantined')"
_FAULTY = "('rejected', 'accepted_with_faults', 'overdue')"
WRONG = f"({{m}}state IN {_FAILED} OR {{m}}receipt IN {_FAULTY})"
"""What did not go as it should, on either axis."""

TROUBLE = f"{WRONG} AND {{m}}handled = ''"
"""Of that, what nobody has said is dealt with; the predicate of an index, which a query must repeat."""

SETTLED = f"({{m}}handled <> '' OR ({{m}}state NOT IN {_FAILED} AND {{m}}receipt NOT IN {_FAULTY}))"
"""What is no trouble, or no longer."""

ATTACHED = "{m}attachments > 0"
"""What has attachments; the predicate of an index too."""

_SOME = 6
"""Communication types that are asked for one by one at the most."""

COLUMNS = {
    "receipts": "m.receipt",
    "communication_types": "m.communication_type",
    "type_codes": "m.type_code",
    "kinds": "m.kind",
    "states": "m.state",
}
"""Attributes of a filter that may give several values of an indexed column."""

PHRASES = {"senders": "sender", "receivers": "receiver", "patients": "patient", "saying": ANYWHERE}
"""Attributes of a filter that give phrases, and the part of the search index they are looked for in."""

_NOTHING: frozenset[str] = frozenset()

EVERY: dict[str, frozenset[str]] = {
    "states": frozenset(State),
    "receipts": frozenset(Receipt),
    "kinds": frozenset(Kind),
    "communication_types": frozenset(CommunicationType),
}
"""All values of such of `COLUMNS` as have but some."""


class Condition(NamedTuple):
    """What must hold of a message, that an index can answer: ``along`` names one which must be told of."""

    sql: str
    values: tuple[object, ...]
    along: str = ""


def lies_in_post(chosen: Filter) -> bool:
    """Return whether only what lies in the mailbox is chosen."""
    return bool(chosen.folder) or chosen.posted or chosen.unread is not None


def conditions(chosen: Filter) -> list[Condition]:
    """Return what must hold of a message for ``chosen`` that an index can answer, the likely rarest first."""
    found = []
    if chosen.patient_id is not None:
        found.append(Condition("m.patient_id = ?", (chosen.patient_id,)))
    for attribute, column in COLUMNS.items():
        if values := wanted(chosen, attribute):
            found.append(_in(column, values))
    for group in chosen.one_of:
        columns = [_in(column, values) for name, column in COLUMNS.items() if (values := getattr(group, name))]
        if columns:
            either = " OR ".join(one.sql for one in columns)
            found.append(Condition(f"({either})", tuple(value for one in columns for value in one.values)))
    if chosen.trouble:
        found.append(Condition(f"({TROUBLE.format(m='m.')})", (), "ix_message_trouble"))
    if chosen.attachments:
        found.append(Condition(ATTACHED.format(m="m."), (), "ix_message_attachments"))
    return found


def _in(column: str, values: frozenset[str]) -> Condition:
    return Condition(f"{column} IN ({marks(values)})", tuple(sorted(values)))


def direction(chosen: Filter) -> str:
    """Return the only direction that what is chosen can have, of itself or since its states have it; else nothing."""
    states = wanted(chosen, "states")
    if chosen.direction or not states:
        return chosen.direction
    return "out" if states <= STATES_OUT else "" if states & STATES_OUT else "in"


def by_type(chosen: Filter) -> list[Filter]:
    """Return ``chosen`` by each of the communication types it gives, if these are some few."""
    types = sorted(chosen.communication_types)
    if not 1 < len(types) <= _SOME:
        return []
    return [replace(chosen, communication_types=frozenset({one})) for one in types]


def wanted(chosen: Filter, attribute: str) -> frozenset[str] | None:
    """Return the values of an attribute of `COLUMNS` that ``chosen`` lets through; None for any."""
    given: frozenset[str] = getattr(chosen, attribute)
    refused: frozenset[str] = getattr(chosen.without, attribute) if chosen.without else frozenset()
    if not refused or attribute not in EVERY:
        return given or None
    return (given or EVERY[attribute]) - refused


def sought(chosen: Filter) -> list[Clause]:
    """Return the words that ``chosen`` looks for: of each clause one alternative must be found."""
    phrases = [chosen.text, *sorted(chosen.together)]
    clauses: list[Clause] = [[(ANYWHERE, [word])] for word in words(" ".join(phrases))]
    if any(phrase and not words(phrase) for phrase in phrases):
        # Only signs, which no word begins with: nothing is found.
        clauses.append([])
    clauses += [_alternatives(chosen, [attribute]) for attribute in PHRASES if getattr(chosen, attribute)]
    clauses += [_alternatives(group, PHRASES) for group in chosen.one_of if _has_phrases(group)]
    return clauses


def refused(chosen: Filter) -> Clause:
    """Return the words of which ``chosen`` lets nothing through that has one alternative."""
    return _alternatives(chosen.without, PHRASES) if chosen.without else []


def apart(chosen: Filter) -> tuple[Filter, Filter]:
    """Return ``chosen`` as if it refused no words, and what of that it refuses: the one less the other is ``chosen``."""
    without = chosen.without or Filter()
    others = _wordless(without)
    words = Filter(
        senders=without.senders, receivers=without.receivers, patients=without.patients, saying=without.saying
    )
    everything = replace(chosen, without=others)
    return everything, replace(everything, one_of=(*chosen.one_of, words))


def beside_words(chosen: Filter) -> Filter:
    """Return ``chosen`` without any words."""
    without = _wordless(chosen.without) if chosen.without else Filter()
    groups = tuple(group for group in chosen.one_of if not _has_phrases(group))
    return replace(_wordless(chosen), one_of=groups, without=None if without == Filter() else without)


def in_one_index(chosen: Filter) -> Filter | None:
    """Return ``chosen`` without any words, if that is one choice an index gives newest first; else None."""
    other = beside_words(chosen)
    if other == Filter(mailbox=chosen.mailbox, folder=chosen.folder, unread=True):
        return other
    each = conditions(other)
    one = len(each) == 1 and len(each[0].values) <= 1
    return other if one and _unconditional(other) == Filter(mailbox=chosen.mailbox) else None


def words_alone(chosen: Filter) -> Filter:
    """Return what ``chosen`` looks for by words, whatever else it wants."""
    return Filter(
        text=" ".join([chosen.text, *sorted(chosen.together)]),
        saying=chosen.saying,
        senders=chosen.senders,
        receivers=chosen.receivers,
        patients=chosen.patients,
        one_of=tuple(group for group in chosen.one_of if _has_phrases(group)),
    )


def _unconditional(chosen: Filter) -> Filter:
    """Return ``chosen`` without its `conditions`."""
    bare = replace(chosen, states=_NOTHING, receipts=_NOTHING, kinds=_NOTHING, type_codes=_NOTHING)
    return replace(bare, communication_types=_NOTHING, patient_id=None, trouble=None, attachments=None, one_of=())


def _wordless(chosen: Filter) -> Filter:
    bare = replace(chosen, text="", together=_NOTHING)
    return replace(bare, saying=_NOTHING, senders=_NOTHING, receivers=_NOTHING, patients=_NOTHING)


def _has_phrases(chosen: Filter) -> bool:
    return any(getattr(chosen, attribute) for attribute in PHRASES)


def _alternatives(chosen: Filter, attributes: Collection[str]) -> Clause:
    said = [(PHRASES[name], words(phrase)) for name in attributes for phrase in sorted(getattr(chosen, name))]
    return [(part, found) for part, found in said if found]


def marks(values: Collection[object]) -> str:
    """Return as many parameter marks as there are values."""
    return ", ".join("?" * len(values))
