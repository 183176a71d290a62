"""Whether an object has only known keys, with values they can have.

Strict: an unknown key is an error, because a misspelt one would otherwise be lost silently. A place in the object is
named by its dotted path, elements numbered from 0: ``copies.0.service.her_id``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.messages.building import is_writable
from elmeld_tui.messages.composing import keys
from elmeld_tui.messages.composing.keys import Key, Shape
from elmeld_tui.model import clock
from elmeld_tui.model.forms import FieldType, FormDescription, FormField


def misuse(form: FormDescription, said: Any) -> dict[str, str]:
    """Return what makes ``said`` no object to compose from, by path: unknown keys, values of another type."""
    if not isinstance(said, dict):
        return {"": t("Skriv ett JSON-objekt.")}
    return dict(_misuse(keys.frame(form), said, "", form))


def _misuse(
    known: tuple[Key, ...], said: Mapping[str, Any], place: str, form: FormDescription
) -> Iterator[tuple[str, str]]:
    by_name = {key.name: key for key in known}
    for name, value in said.items():
        path = f"{place}{name}"
        key = by_name.get(name)
        if key is None:
            yield path, t("Denne nøkkelen finnes ikke. Velg blant: {known}.", known=", ".join(by_name))
        elif key.shape is Shape.ANSWERS:
            yield from _misused_answers(form.fields, value, path)
        elif not isinstance(value, _TYPES[key.shape]):
            yield path, _EXPECTED[key.shape]()
        elif key.shape is Shape.OBJECT:
            yield from _misuse(key.keys, value, f"{path}.", form)
        elif key.shape is Shape.LIST:
            for number, one in enumerate(value):
                if isinstance(one, dict):
                    yield from _misuse(key.keys, one, f"{path}.{number}.", form)
                else:
                    yield f"{path}.{number}", _EXPECTED[Shape.OBJECT]()


_TYPES: dict[Shape, type[Any]] = {
    Shape.TEXT: str,
    Shape.DATE: str,
    Shape.TIME: str,
    Shape.FLAG: bool,
    Shape.OBJECT: dict,
    Shape.LIST: list,
}

_EXPECTED = {
    Shape.TEXT: lambda: t("Skriv en tekst i anførselstegn."),
    Shape.DATE: lambda: t("Skriv en tekst i anførselstegn."),
    Shape.TIME: lambda: t("Skriv en tekst i anførselstegn."),
    Shape.FLAG: lambda: t("Skriv true eller false."),
    Shape.OBJECT: lambda: t("Skriv et objekt, i krøllparenteser."),
    Shape.LIST: lambda: t("Skriv en liste av objekter, i hakeparenteser."),
}


def _misused_answers(fields: tuple[FormField, ...], said: Any, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(said, dict):
        yield place, _EXPECTED[Shape.OBJECT]()
        return
    by_name = {field.name: field for field in fields}
    for name, value in said.items():
        path = f"{place}.{name}"
        field = by_name.get(name)
        if field is None:
            yield path, t("Skjemaet har ikke dette feltet.")
        elif field.type is FieldType.GROUP:
            if not isinstance(value, list):
                yield path, _EXPECTED[Shape.LIST]()
                continue
            for number, one in enumerate(value):
                yield from _misused_answers(field.fields, one, f"{path}.{number}")
        elif not _is_text_or_texts(value, several=field.repeats):
            yield path, t("Skriv en liste av tekster.") if field.repeats else _EXPECTED[Shape.TEXT]()


def _is_text_or_texts(value: Any, *, several: bool) -> bool:
    if isinstance(value, list):
        return several and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def faults(form: FormDescription, said: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with single values of the frame, by path; the object must have no `misuse`."""
    return dict(_faults(keys.frame(form), said, ""))


def _faults(known: tuple[Key, ...], said: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for key in known:
        path, value = f"{place}{key.name}", said.get(key.name)
        if key.shape is Shape.OBJECT and value is not None:
            yield from _faults(key.keys, value, f"{path}.")
        elif key.shape is Shape.LIST:
            for number, one in enumerate(value or ()):
                yield from _faults(key.keys, one, f"{path}.{number}.")
        elif isinstance(value, str) and value.strip():
            if problem := _fault(key, value.strip()):
                yield path, problem
        elif key.required and value in (None, ""):
            yield path, t("Må fylles ut.")


def _fault(key: Key, value: str) -> str:
    if not is_writable(value):
        return t("Svaret har tegn som ikke kan sendes (kontrolltegn). Skriv teksten på nytt.")
    if key.choices and value not in {choice.value for choice in key.choices}:
        known = ", ".join(choice.value for choice in key.choices if choice.value)
        return t("Ukjent valg. Velg blant: {known}.", known=known)
    if key.pattern and not re.fullmatch(key.pattern, value):
        return t("Verdien har ikke riktig form: {label}.", label=key.label)
    return _WRITTEN[key.shape](value) if key.shape in _WRITTEN else ""


def _fault_of_date(value: str) -> str:
    try:
        right = date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    return "" if right else t("Skriv datoen som ÅÅÅÅ-MM-DD.")


def _fault_of_time(value: str) -> str:
    try:
        clock.parse_business_time(value)
    except ValueError:
        return t("Skriv tidspunktet som ÅÅÅÅ-MM-DDTtt:mm.")
    return ""


_WRITTEN = {Shape.DATE: _fault_of_date, Shape.TIME: _fault_of_time}
