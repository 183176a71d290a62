"""Form descriptions: what a composer asks for, as data from which both the screen and the command line are built.

Answers are one object, field name to value: a string (text, number, ISO date or time, code value, ``yes`` or ``no``),
a list of strings where the field repeats, or for a group a list of such objects. A coded value outside a fixed
choice is written ``<list>:<code>`` with the list's short name, e.g. ``ICPC-2:T90``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Union

from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.kinds import Kind

Answer = Union[str, list[str], list["Answers"]]  # noqa: UP007 - a name that is not yet defined has no `|`
Answers = dict[str, Answer]

YES, NO = "yes", "no"
"""The answers of a `FieldType.FLAG`; no answer says that nothing is known."""


class FieldType(StrEnum):
    """What a field holds.

    ``TIME`` is Norwegian local time to the minute, ``2026-11-22T08:15``. ``NUMBER`` is digits with at most one
    decimal point. ``GROUP`` is a list of answers to the field's own fields.
    """

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    CODE = "code"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class FormField:
    """One question.

    Attributes:
        name: key in the answers; stable.
        label: the question, in the user's language.
        type: what an answer looks like.
        required: whether the message can leave without it; of a group, whether it needs at least one member.
        repeats: whether the answer is a list of strings, or a group may have several members.
        choices: the values of a `FieldType.CHOICE`, first the default.
        codelists: short names of the lists a `FieldType.CODE` is searched in.
        help: one sentence beside the field; empty where the label says it.
        fields: of a `FieldType.GROUP`, what each member is asked.
        longest: most characters of an answer; 0 for no bound.
        member: of a group, what one member is called; empty where the label says it.
    """

    name: str
    label: str
    type: FieldType
    required: bool = False
    repeats: bool = False
    choices: tuple[CodedValue, ...] = ()
    codelists: tuple[str, ...] = ()
    help: str = ""
    fields: tuple[FormField, ...] = ()
    longest: int = 0
    member: str = ""


@dataclass(frozen=True, slots=True)
class FormDescription:
    """What one composer asks for besides sender, recipient and patient, which every composer has.

    Attributes:
        name: stable name in drafts, e.g. ``order-radiology``.
        kind: what is written.
        namespace: of the body it writes.
        type_code: of the message (8279).
        title: what the user calls it.
        fields: in screen order.
        saves_itself: whether it becomes a draft while one types (design §4.1), or asks on leaving.
        family: the command's word for it, ``elmeld compose FAMILY``: ``referral``, ``dialogue``, ``order`` …
        profile: which of the family's forms; the first form of a family is its usual one.
        changes: the service types (7309) it can be sent with, ``N`` first: ``N``, ``NMC``, ``NMAC``.
        answers_a_message: whether it can only be begun from a message that it answers or speaks of.
        attachments: whether attachments may be enclosed.
        copies: whether copy receivers may be named.
        signed: whether it leaves only with the writer's personal signature.
        to_nav: whether NAV is its only receiver.
        patient_optional: whether it may leave without saying whom it is about.
        notes: sentences a writer should read first, e.g. why no copy receiver can be named.
    """

    name: str
    kind: Kind
    namespace: str
    type_code: str
    title: str
    fields: tuple[FormField, ...]
    saves_itself: bool
    family: str
    profile: str
    changes: str = "N"
    answers_a_message: bool = False
    attachments: bool = False
    copies: bool = False
    signed: bool = False
    to_nav: bool = False
    patient_optional: bool = False
    notes: tuple[str, ...] = ()
