"""JSON Schema (2020-12) of the object a message is composed from, made from the same keys and forms that check it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.composing import keys
from elmeld_tui.messages.composing.keys import Key, Shape
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import NO, YES, FieldType, FormDescription, FormField

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_FEW = 200
"""Codes of a list that are named one by one; of a longer list only the form is given."""


def schema(forms: Sequence[FormDescription]) -> Schema:
    """Return the schema of one family; ``forms`` are its profiles, the usual one first.

    An object without a profile is of the usual one, so that exactly one branch is tried against any object.
    """
    usual = forms[0]
    profiles = [CodedValue(form.profile, text=form.title) for form in forms]
    return {
        "$schema": DIALECT,
        "title": usual.family,
        "type": "object",
        "properties": {"profile": _choice(profiles) | {"default": usual.profile}},
        "allOf": [
            {
                "if": {"properties": {"profile": {"const": form.profile}}, "required": ["profile"]}
                if form is not usual
                else {
                    "anyOf": [
                        {"not": {"required": ["profile"]}},
                        {"properties": {"profile": {"const": form.profile}}},
                    ]
                },
                "then": {"$ref": f"#/$defs/{form.profile}"},
            }
            for form in forms
        ],
        "$defs": {form.profile: _form(form) for form in forms},
    }


def _form(form: FormDescription) -> Schema:
    described = _object(keys.frame(form), form) | {"title": form.title}
    notes = [
        *form.notes,
        *([t("Skjemaet svarer på en melding; nevn den med --reply-to.")] if form.answers_a_message else []),
    ]
    return described | ({"description": " ".join(notes)} if notes else {})


def _object(described: tuple[Key, ...], form: FormDescription) -> Schema:
    return {
        "type": "object",
        "properties": {key.name: _key(key, form) for key in described},
        "required": [key.name for key in described if key.required],
        "additionalProperties": False,
    }


def _key(key: Key, form: FormDescription) -> Schema:
    return {"title": key.label} | _shaped(key, form)


def _shaped(key: Key, form: FormDescription) -> Schema:
    if key.shape is Shape.ANSWERS:
        return _answers(form.fields)
    if key.shape is Shape.OBJECT:
        return _object(key.keys, form)
    if key.shape is Shape.LIST:
        return {"type": "array", "items": _object(key.keys, form)}
    if key.choices:
        return _choice(key.choices)
    return _PLAIN.get(key.shape) or _text(key)


def _text(key: Key) -> Schema:
    if not key.pattern:
        return {"type": "string"}
    pattern = key.pattern if key.required else f"({key.pattern})?"
    return {"type": "string", "pattern": rf"^\s*{pattern}\s*$"}


_PLAIN: dict[Shape, Schema] = {
    Shape.FLAG: {"type": "boolean"},
    Shape.DATE: {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d)?$"},
    Shape.TIME: {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?)?$"},
}


def _choice(choices: Sequence[CodedValue]) -> Schema:
    """Return the values with their texts; a choice that says nothing may be left out or be empty."""
    return {
        "type": "string",
        "oneOf": [
            {"const": str(choice.value), "title": choice.text or choice.original_text} for choice in choices
        ],
    }


def _answers(fields: tuple[FormField, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in fields},
        # A choice that is not answered is its default.
        "required": [field.name for field in fields if field.required and not field.choices],
        "additionalProperties": False,
    }


def _field(field: FormField) -> Schema:
    described: Schema = {"title": field.label} | ({"description": field.help} if field.help else {})
    if field.type is FieldType.GROUP:
        most = {} if field.repeats else {"maxItems": 1}
        return described | _array(_answers(field.fields), required=field.required) | most
    single = _single(field)
    if field.repeats:
        needed = field.required and not field.choices
        return described | {"anyOf": [_array(single, required=needed), single]}
    default = {"default": str(field.choices[0].value)} if field.choices else {}
    return described | single | default


def _array(items: Schema, *, required: bool) -> Schema:
    return {"type": "array", "items": items} | ({"minItems": 1} if required else {})


def _single(field: FormField) -> Schema:
    if field.type is FieldType.CHOICE:
        return _choice(field.choices)
    if field.type is FieldType.CODE:
        return _code(field)
    described: Schema = {"type": "string"}
    if pattern := _PATTERNS.get(field.type):
        # What need not be answered may be answered with nothing.
        described["pattern"] = rf"^\s*{pattern}\s*$" if field.required else rf"^\s*({pattern})?\s*$"
    elif field.required:
        described["pattern"] = r"\S"
    if field.longest:
        described["maxLength"] = field.longest
    return described


_PATTERNS = {
    FieldType.DATE: r"\d{4}-\d\d-\d\d",
    FieldType.TIME: r"\d{4}-\d\d-\d\dT\d\d:\d\d",
    FieldType.NUMBER: r"-?[0-9]+(\.[0-9]+)?",
    FieldType.FLAG: f"({YES}|{NO})",
}


def _code(field: FormField) -> Schema:
    lists = {name: codelists.codes(name) for name in field.codelists}
    names = "|".join(name.replace(".", r"\.") for name in field.codelists)
    if sum(map(len, lists.values())) > _FEW:
        pattern = rf"({names}):\S.*"
        return {"type": "string", "pattern": f"^{pattern}$" if field.required else f"^({pattern})?$"}
    known = [
        CodedValue(f"{name}:{code}", text=words) for name, codes in lists.items() for code, words in codes.items()
    ]
    return _choice(known if field.required else [CodedValue(), *known])
