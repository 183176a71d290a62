"""Form descriptions: what a composer asks for, as data, so that screen and command line grow from one text.

Answers are one flat object, field name to value: a string (text, ISO date, code value, HER-id), or a list of
strings where the field repeats. A coded value outside a fixed choice is written ``<list>:<code>`` with the list's
short name, e.g. ``ICPC-2:T90``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.kinds import Kind

Answers = dict[str, str | list[str]]


class FieldType(StrEnum):
    """What a field holds."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class FormField:
    """One question.

    Attributes:
        name: key in the answers; stable.
        label: the question, in the user's language.
        type: what an answer looks like.
        required: whether the message can leave without it.
        repeats: whether the answer is a list.
        choices: the values of a `FieldType.CHOICE`, first the default.
        codelists: short names of the lists a `FieldType.CODE` is searched in.
        help: one sentence beside the field; empty where the label says it.
    """

    name: str
    label: str
    type: FieldType
    required: bool = False
    repeats: bool = False
    choices: tuple[CodedValue, ...] = ()
    codelists: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class FormDescription:
    """What one composer asks for besides sender, recipient and patient, which every composer has.

    Attributes:
        name: stable name in commands and drafts, e.g. ``referral``.
        kind: what is written.
        namespace: of the body it writes.
        type_code: of the message (8279).
        title: what the user calls it.
        fields: in screen order.
        saves_itself: whether it becomes a draft while one types (design §4.1), or asks on leaving.
    """

    name: str
    kind: Kind
    namespace: str
    type_code: str
    title: str
    fields: tuple[FormField, ...]
    saves_itself: bool
