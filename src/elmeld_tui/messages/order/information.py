"""What an order says besides its investigations: why, and what the performer should know about the patient.

Each answer has exactly one place: a reason, a comment or an information item, told by heading or type (HIS 80821 ch.
4).
"""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.messages import building, codelists
from elmeld_tui.messages.answers import day_answer, given, given_all, members
from elmeld_tui.messages.order import NONE_KNOWN, OTHER_IMPLANT, Order, Statement, opposite
from elmeld_tui.messages.reading import Element, day
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import NO, YES, Answers

_COMMENTS = {"special": "SH", "administrative": "ADM"}
"""Heading (8234) of a comment, by field."""

_TEXTS = {"information": "OPPL", "infection": "SM", "cave": "CAVE", "medication": "MEDB"}
"""Type (8233) of an information item in words, by field."""

_DATED = {"gynaecology": ("GOPL", "8217"), "treatments": ("GBEH", "8218"), "previous": ("US", "8272")}
"""Type (8233) and list of coded information items, by group."""

_PREGNANT = {YES: "GRAVID", NO: "NOGR"}

_METAL = {
    "pacemaker": "PAC",
    "neurostimulator": "NEV",
    "cochlear_implant": "COC",
    "intracranial_clips": "IVK",
    "metal_in_eye": "MEY",
    "first_trimester": "GR1",
}
"""Contraindication (8210) that each question of an MR order asks for."""

_INDICATIONS = ("MU", "RU", "KF")

# The text of the list is the whole sentence that a receiver shows (acceptance criterion R39); the name is short.
_PERMISSIONS = {"1": "Tillatelse", "2": "Reservasjon"}


def write_reasons(request: Element, answers: Answers) -> None:
    """Append the reasons: the clinical question, why a cytological sample was taken, the diagnoses (8231)."""
    if words := given(answers, "reason"):
        building.text(_headed(request, "ReasonAsText", "PROB", "8231"), "TextResultValue", words)
    if indication := given(answers, "indication"):
        _headed(request, "ReasonAsText", indication, "8231")
    for diagnosis in given_all(answers, "diagnosis"):
        building.cv(_headed(request, "ReasonAsText", "DIAG", "8231"), "TextCode", codelists.answer(diagnosis))


def write_comments(request: Element, answers: Answers) -> None:
    """Append the comments (8234) and, in radiology, the one statement on the radiologist's permission (S25)."""
    for field, heading in _COMMENTS.items():
        if words := given(answers, field):
            building.text(_headed(request, "Comment", heading, "8234"), "TextResultValue", words)
    if permission := given(answers, "permission"):
        system = codelists.coded("8274", permission).system
        code = CodedValue(permission, system, _PERMISSIONS.get(permission, ""))
        building.cv(building.section(request, "Comment"), "TextCode", code)


def _headed(request: Element, name: str, heading: str, codelist: str) -> Element:
    element = building.section(request, name)
    building.cs(element, "Heading", heading, codelist)
    return element


def write_information(patient: Element, answers: Answers) -> None:
    """Append the information items (8233)."""
    for field, kind in _TEXTS.items():
        _write_item(patient, kind, text=given(answers, field))
    if pregnant := given(answers, "pregnant"):
        _write_item(patient, "OPPL", codelists.coded("8217", _PREGNANT[pregnant]))
    for group, (kind, _) in _DATED.items():
        for one in members(answers, group):
            code = codelists.answer(given(one, "code"))
            _write_item(patient, kind, code, given(one, "text"), given(one, "date"))
    for field, there in _METAL.items():
        if answer := given(answers, field):
            _write_item(patient, "NB", codelists.coded("8210", there if answer == YES else opposite(there)))
    if words := given(answers, "other_implant"):
        _write_item(patient, "NB", codelists.coded("8210", OTHER_IMPLANT), words)
    for precaution in given_all(answers, "precautions"):
        _write_item(patient, "NB", codelists.answer(precaution))


def _write_item(patient: Element, kind: str, code: CodedValue = NO_CODE, text: str = "", since: str = "") -> None:
    if not code and not text:
        return
    item = building.section(patient, "InfItem")
    observation = building.section(item, "Observation")
    building.text(observation, "Description", text)
    building.cv(observation, "CodedDescr", code)
    building.cs(item, "Type", kind, "8233")
    building.value(item, "StartDateTime", since)


def read(order: Order) -> Answers:
    """Return the answers that the reasons, comments and information items were written from."""
    answers: Answers = {
        "reason": _words(order.reasons),
        "indication": next((one.heading.value for one in order.reasons if one.heading.value in _INDICATIONS), ""),
        "diagnosis": [
            written for one in order.reasons if (written := code_answer(one.code, ("ICPC-2", "ICD-10")))
        ],
        "permission": order.permission.value,
        "precautions": [written for one in order.precautions if (written := code_answer(one.code, ("8209",)))],
    }
    answers |= {
        field: _words(one for one in order.comments if one.heading.value == heading)
        for field, heading in _COMMENTS.items()
    }
    answers |= {
        field: _words(one for one in order.information if one.heading.value == kind and not one.code)
        for field, kind in _TEXTS.items()
    }
    answers |= {group: _dated(order, kind, codelist) for group, (kind, codelist) in _DATED.items()}
    return answers | _pregnancy(order) | _metal(order)


def _words(statements: Iterable[Statement]) -> str:
    return "\n".join(one.text for one in statements if one.text)


def _dated(order: Order, kind: str, codelist: str) -> list[Answers]:
    return [
        {"code": written, "date": day_answer(day(one.since)), "text": one.text}
        for one in order.information
        if one.heading.value == kind and (written := code_answer(one.code, (codelist,)))
    ]


def _pregnancy(order: Order) -> Answers:
    told = {one.code.value for one in order.information if one.heading.value == "OPPL"}
    return {"pregnant": next((answer for answer, code in _PREGNANT.items() if code in told), "")}


def _metal(order: Order) -> Answers:
    there = {one.code.value for one in order.positive}
    absent = {one.code.value for one in order.negative}
    answers: Answers = {"other_implant": _words(one for one in order.positive if one.code.value == OTHER_IMPLANT)}
    for field, code in _METAL.items():
        denied = {opposite(code), NONE_KNOWN} & absent
        answers[field] = YES if code in there else NO if denied else ""
    return answers


def code_answer(code: CodedValue, lists: Iterable[str]) -> str:
    """Return ``code`` as an answer, ``<list>:<code>``; empty where none of ``lists`` has it."""
    number = codelists.number_of(code.system)
    written = (f"{name}:{code.value}" for name in lists if codelists.number_of(name) == number)
    return next((one for one in written if codelists.answer(one)), "")
