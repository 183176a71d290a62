"""What readers of the store return: plain rows, with the columns' names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from elmeld_tui.model.clock import from_text

_SILENCE = timedelta(seconds=30)
"""Longer than any piece of an engine's work takes, as a rule."""


class Row(NamedTuple):
    """A message as a list shows it.

    Attributes:
        id: of the message.
        direction: ``in`` or ``out``.
        kind: value of `model.kinds.Kind`.
        type_code: as received (8279).
        title: what the sender calls it; may be empty.
        party: name of the other side.
        patient: name; empty where there is none.
        patient_birth: ISO date, or empty.
        state: value of `model.states.State`.
        receipt: value of `model.states.Receipt`; ``none`` for a message in.
        unread: in the chosen mailbox.
        at: when it came into the store.
        attempts: times it was tried sent.
        last_event: name of its newest event.
        folder: in the chosen mailbox; empty where it lies in none.
        attachments: how many.
        test: a test message.
        document_state: value of `model.editions.DocumentState`.
        service_type: N, M, C, A … (7309), or empty.
        communication_type: value of `model.communication_types.CommunicationType`.
        outside_reference: how many results of a report lie outside their reference.
    """

    id: int
    direction: str
    kind: str
    type_code: str
    title: str
    party: str
    patient: str
    patient_birth: str
    state: str
    receipt: str
    unread: bool
    at: str
    attempts: int
    last_event: str
    folder: str
    attachments: int
    test: bool
    document_state: str = "current"
    service_type: str = ""
    communication_type: str = ""
    outside_reference: int = 0


class Message(NamedTuple):
    """Every column of a message; see `models.Message`."""

    id: int
    direction: str
    kind: str
    version: str
    type_code: str
    msg_id: str
    document_id: str
    original_id: str
    generated: str
    conversation_start: str
    conversation_parent: str
    service_type: str
    order_id: str
    document_state: str
    superseded_by: int | None
    sender_unit: str
    sender_her: str
    sender_name: str
    receiver_her: str
    receiver_name: str
    patient_id: int | None
    patient_name: str
    patient_birth: str
    title: str
    state: str
    receipt: str
    attempts: int
    created: str
    updated: str
    last_event: str
    answers_message_id: int | None
    recreates: int | None
    handled: str
    test: bool
    attachments: int
    held: bool = False
    communication_type: str = ""
    outside_reference: int = 0


class Link(NamedTuple):
    """Another message that belongs with one.

    Attributes:
        relation: value of `store.links.Relation`.
        message_id: of the other.
        kind: value of `model.kinds.Kind`.
        type_code: as received (8279).
        direction: ``in`` or ``out``.
        at: when it came into the store.
        document_state: value of `model.editions.DocumentState`.
        other_patient: it is about somebody else, so it is no link but a fault to look into.
        title: what it calls itself.
    """

    relation: str
    message_id: int
    kind: str
    type_code: str
    direction: str
    at: str
    document_state: str
    other_patient: bool
    title: str


class Receiver(NamedTuple):
    """What one receiver of a message out has answered; an error has ``code``, ``text`` and ``detail``."""

    her_id: str
    name: str
    role: str
    receipt: str
    apprec_id: str
    apprec_message_id: int | None
    answered: str
    errors: list[dict[str, str]]
    due: str


class Event(NamedTuple):
    """One step of a timeline; ``state`` and ``receipt`` are what it moved to, or None."""

    at: str
    name: str
    state: str | None
    receipt: str | None
    detail: dict[str, Any]


class Part(NamedTuple):
    """Bytes that belong to a message, without the bytes."""

    role: str
    content_type: str
    size: int
    sha256: str


class Alert(NamedTuple):
    """What a human must act on."""

    id: int
    code: str
    message_id: int | None
    subject: str
    raised: str
    detail: dict[str, Any]


class Draft(NamedTuple):
    """What someone is writing; see `post_models.Draft`. ``patient`` is a name, empty until chosen."""

    id: int
    form: str
    answers: dict[str, Any]
    recipient_her: str
    recipient_name: str
    sender_her: str
    patient_id: int | None
    owner: str
    created: str
    updated: str
    in_reply_to: int | None
    frame: dict[str, Any]
    mailbox: str
    kept: bool
    version: int
    terminal: str
    terminal_until: str
    patient: str


class Patient(NamedTuple):
    """A person known by number."""

    id: int
    national_id: str
    id_type: str
    name: str
    given_name: str
    family_name: str
    birth_date: str
    sex: str


class Report(NamedTuple):
    """A service report about a patient, the edition that counts.

    Attributes:
        message_id: of the message.
        document_id: shared by what belongs to one report, also when it came in parts.
        unit: organisation number or the like of who sent it.
        laboratory: name of who sent it.
        service_type: N, M, A … (7309), or empty.
        generated: when it was made.
        at: when it came into the store.
    """

    message_id: int
    document_id: str
    unit: str
    laboratory: str
    service_type: str
    generated: str
    at: str


class JournalEvent(NamedTuple):
    """That a message concerned a patient."""

    message_id: int
    at: str
    title: str


class PostItem(NamedTuple):
    """A message as it lies in a mailbox."""

    mailbox: str
    folder: str
    unread: bool
    signed_off_by: str
    signed_off_at: str
    moved: str


class Attempt(NamedTuple):
    """What the engine owes one receiver of a message out: when it tries next, and when it gives up."""

    receiver_her: str
    eb_message_id: str
    endpoint: str
    next_at: str
    give_up_at: str
    attempts: int
    done: bool
    outcome: str


class LineDown(NamedTuple):
    """The line to a receiver who could not be reached: since when, and before when nothing is tried again."""

    receiver_her: str
    since: str
    quiet_until: str


class EngineBeat(NamedTuple):
    """An engine's sign of life."""

    pid: int
    host: str
    port: int
    started: str
    beat: str

    def is_alive(self, now: datetime) -> bool:
        """Return whether its last sign of life is recent enough at ``now``; it gives one every five seconds."""
        return now - from_text(self.beat) <= _SILENCE
