"""An example of the object a message is composed from: every field answered, about people who do not exist.

Made from the form, with plausible values for its fields by name and type (``example.json``). Where a form's answers
depend on each other, the file says what this form's example answers instead, or leaves out (null).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from elmeld_tui.messages import codelists
from elmeld_tui.model import nav
from elmeld_tui.model.forms import Answer, Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.model.kinds import FORMS

_ANSWERED = "6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52"
"""MsgId of the message that an example of an answer answers."""

_PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
"""A white dot, as PNG: every receiver takes that format (HIS 1077:2017 §5.2; HIS 1207:2018 §5.1)."""


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = json.loads((resources.files(__package__) / "example.json").read_text(encoding="utf-8"))
    return words


def example(form: FormDescription) -> dict[str, Any]:
    """Return a whole object that composes to a valid message of ``form``; the same every time."""
    said: dict[str, Any] = {
        "profile": form.profile,
        "sender": _sender(form),
        "receiver": _nav()
        if form.to_nav
        else _party("Fjord sykehus", "8200000", "Medisinsk poliklinikk", "8200001"),
        "patient": _patient(),
        "test": True,
    }
    if len(form.changes) > 1:
        said["change"] = form.changes[0]
    if form.answers_a_message and FORMS[form.namespace].in_msghead:
        said["conversation"] = {"parent": _ANSWERED, "start": _ANSWERED}
    said["answers"] = answers(form)
    if form.copies:
        said["copies"] = [_party("Elvebyen kommune", "8300000", "Hjemmesykepleien", "8300001")]
    if form.attachments:
        said["attachments"] = [{"description": "EKG", "mime": "image/png", "content": _PICTURE}]
    return said


def _party(unit: str, unit_her: str, service: str, service_her: str) -> dict[str, Any]:
    return {
        "organisation": {"name": unit, "her_id": unit_her},
        "service": {"name": service, "her_id": service_her},
    }


def _nav() -> dict[str, Any]:
    return {"organisation": {"name": "NAV", "her_id": nav.HER_ID, "organisation_number": "889640782"}}


def _sender(form: FormDescription) -> dict[str, Any]:
    party = _party("Fjellveien legesenter", "8094001", "Allmennlege", "8094002")
    party["organisation"]["organisation_number"] = "310412368"
    party["person"] = {
        "given_name": "Åse",
        "family_name": "Eksempel",
        "profession": "LE",
        "hpr_number": "9900401",
        "phone": "55900401",
    }
    if form.signed:
        party["person"]["national_id"] = with_check_digits("158175001")
    return party


def _patient() -> dict[str, Any]:
    return {
        "given_name": "Kari",
        "family_name": "Eksempel",
        "birth_date": "1969-11-13",
        "sex": "2",
        "national_id": with_check_digits("139169002"),
        "id_type": "FNR",
        "street": "Fjellveien 1",
        "postal_code": "5003",
        "city": "Bergen",
        "phone": "55900404",
    }


def answers(form: FormDescription) -> Answers:
    """Return an answer to every field of ``form`` that can stand beside the others."""
    return _answers(form.fields, _words()["forms"].get(form.name, {}))


def _answers(fields: tuple[FormField, ...], instead: dict[str, Any], group: str = "") -> Answers:
    found: Answers = {}
    for field in fields:
        own = instead.get(field.name, {})
        if own is None:
            continue
        if field.type is FieldType.GROUP:
            members = own if isinstance(own, list) else [own]
            found[field.name] = [_answers(field.fields, one, f"{field.name}.") for one in members]
        else:
            found[field.name] = own or _answer(field, group)
    return found


def _answer(field: FormField, group: str) -> Answer:
    answer = _single(field, group)
    return [answer] if field.repeats else answer


def _single(field: FormField, group: str) -> str:
    words = _words()
    if field.type is FieldType.CHOICE:
        return next(choice.value for choice in field.choices if choice.value)
    if field.type is FieldType.CODE:
        return _code(field)
    if field.type in {FieldType.DATE, FieldType.TIME}:
        day = str(words["dates"].get(field.name, words["types"][FieldType.DATE]))
        return day if field.type is FieldType.DATE else f"{day}{words['types'][FieldType.TIME]}"
    answer = str(words["types"][field.type])
    if field.type is not FieldType.FLAG:
        names = words["names"]
        answer = str(names.get(f"{group}{field.name}") or names.get(field.name, answer))
    return answer[: field.longest] if field.longest else answer


def _code(field: FormField) -> str:
    """Return a code of the field's first list: a well-known one, else the first there is."""
    codelist = field.codelists[0]
    known = codelists.codes(codelist)
    code = _words()["codes"].get(codelist, "")
    return f"{codelist}:{code if code in known else next(iter(known))}"
