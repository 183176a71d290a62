"""Which edition of a document is in force, whatever order they arrived in (HISD 1154 §4, HITS 1102 §3.3, §4.3).

Every change is a message of its own, under the same document id. What is in force is decided from all of them
together, so that the result does not depend on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class DocumentState(StrEnum):
    """Whether a message still tells what its sender means."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Edition:
    """One message about a document.

    Attributes:
        message_id: in the store.
        msg_id: of the message.
        service_type: N, M, C, A … (7309); empty counts as N.
        generated: GenDate as the store writes it; the latest counts.
        patient_id: in the store; None where nobody knows.
        in_parts: a document that is sent in parts, each new one beside the others, until it is changed.
    """

    message_id: int
    msg_id: str
    service_type: str
    generated: str
    patient_id: int | None
    in_parts: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of an edition, and the message that made it so; None while it is current."""

    state: DocumentState
    by: int | None = None


_CURRENT = Standing(DocumentState.CURRENT)
_WEIGHT = {"C": 2, "M": 1}


def standings(editions: Sequence[Edition]) -> dict[int, Standing]:
    """Return the standing of each edition of one document.

    A cancellation voids every other edition, also those it came before. Else the latest counts; an addition stands
    beside what it adds to. Editions about different patients never touch each other: the same id is then a fault.
    """
    found: dict[int, Standing] = {}
    for patient in {one.patient_id for one in editions}:
        together = [one for one in editions if patient is None or one.patient_id in {patient, None}]
        together.sort(key=_order)
        found |= {one.message_id: _standing(one, together) for one in editions if one.patient_id == patient}
    return found


def _order(edition: Edition) -> tuple[str, int, str]:
    """By GenDate; of two made at the same moment, the one that changes the other counts."""
    return edition.generated, _WEIGHT.get(edition.service_type, 0), edition.msg_id


def _standing(edition: Edition, together: Sequence[Edition]) -> Standing:
    cancellation = _latest(together, "C")
    if edition.service_type == "C":
        if cancellation is None or cancellation == edition:
            return _CURRENT
        return Standing(DocumentState.SUPERSEDED, cancellation.message_id)
    if cancellation is not None:
        return Standing(DocumentState.CANCELLED, cancellation.message_id)
    changed = _latest(together, "M")
    stated = None if edition.in_parts and edition.service_type != "M" else _latest(together, "N", "")
    later = [one for one in (changed, stated) if one is not None and _order(one) > _order(edition)]
    if not later:
        return _CURRENT
    return Standing(DocumentState.SUPERSEDED, max(later, key=_order).message_id)


def _latest(together: Sequence[Edition], *service_types: str) -> Edition | None:
    return next((one for one in reversed(together) if one.service_type in service_types), None)
