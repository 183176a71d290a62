"""Answers to a form: read as the builders need them, and checked one by one as the composer shows them.

A problem is named by its field, and within a group by ``<group>.<number>.<field>``, numbered from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.building import is_writable
from elmeld_tui.model import clock
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import NO, YES, Answer, Answers, FieldType, FormDescription, FormField

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def given(answers: Answers, name: str) -> str:
    """Return the trimmed answer; the first where there are several, empty where there is none."""
    return next(iter(given_all(answers, name)), "")


def given_all(answers: Answers, name: str) -> list[str]:
    """Return every answer of a repeating field, trimmed, without empty ones."""
    answer = answers.get(name, "")
    several = [answer] if isinstance(answer, str) else answer
    return [one.strip() for one in several if isinstance(one, str) and one.strip()]


def members(answers: Answers, name: str) -> list[Answers]:
    """Return the members of a group, without those that say nothing."""
    answer = answers.get(name, [])
    return [one for one in answer if isinstance(one, dict) and not _is_empty(one)]


def numbered(answers: Answers, name: str) -> list[tuple[str, Answers]]:
    """Return the members of a group that say something, each with what its problems are named by."""
    answer = answers.get(name, [])
    several = [(f"{name}.{number}.", one) for number, one in enumerate(answer) if isinstance(one, dict)]
    return [(place, one) for place, one in several if not _is_empty(one)]


def _is_empty(answers: Answers) -> bool:
    return not any(given(answers, name) or members(answers, name) for name in answers)


def chosen(fields: FormDescription | Iterable[FormField], answers: Answers, name: str) -> CodedValue:
    """Return the choice that was made, or the field's default."""
    known = fields.fields if isinstance(fields, FormDescription) else fields
    choices = next(field.choices for field in known if field.name == name)
    answer = given(answers, name)
    return next((choice for choice in choices if choice.value == answer), NO_CODE) if answer else choices[0]


def moment(answers: Answers, name: str) -> str:
    """Return a time as a business document writes it, with its offset; empty where none is given."""
    written = given(answers, name)
    return clock.business_text(clock.parse_business_time(written)) if written else ""


def day_answer(day: date | None) -> str:
    """Return a date as a form has it, ``YYYY-MM-DD``; empty where there is none."""
    return day.isoformat() if day else ""


def normal(form: FormDescription | tuple[FormField, ...], answers: Answers) -> Answers:
    """Return ``answers`` in the one form that means the same: trimmed, defaults said, what says nothing left out."""
    fields = form.fields if isinstance(form, FormDescription) else form
    found: Answers = {}
    for field in fields:
        answer = _normal(field, answers)
        if answer:
            found[field.name] = answer
    return found


def _normal(field: FormField, answers: Answers) -> Answer:
    if field.type is FieldType.GROUP:
        return [normal(field.fields, one) for one in members(answers, field.name)]
    if field.repeats:
        return given_all(answers, field.name)
    answer = given(answers, field.name)
    if not answer and field.choices:
        return field.choices[0].value
    return answer


def problems(form: FormDescription, answers: Answers) -> dict[str, str]:
    """Return what is wrong with single answers, by field name, in the user's language."""
    return _problems(form.fields, answers, "")


def _problems(fields: tuple[FormField, ...], answers: Answers, place: str) -> dict[str, str]:
    known = {field.name for field in fields}
    found = {f"{place}{name}": t("Skjemaet har ikke dette feltet.") for name in answers if name not in known}
    for field in fields:
        if field.type is FieldType.GROUP:
            found |= _problems_of_group(field, answers, f"{place}{field.name}")
        elif problem := _problem(field, answers.get(field.name, "")):
            found[f"{place}{field.name}"] = problem
    return found


def _problems_of_group(field: FormField, answers: Answers, place: str) -> dict[str, str]:
    answer = answers.get(field.name, [])
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        return {place: t("Feltet tar en liste av svar med egne felt.")}
    inside = members(answers, field.name)
    if field.required and not inside:
        return {place: t("Må fylles ut.")}
    if len(inside) > 1 and not field.repeats:
        return {place: t("Feltet tar bare ett svar.")}
    found: dict[str, str] = {}
    for number, one in enumerate(answer):
        if isinstance(one, dict) and not _is_empty(one):
            found |= _problems(field.fields, one, f"{place}.{number}.")
    return found


def _problem(field: FormField, answer: Answer) -> str:
    several = [answer] if isinstance(answer, str) else answer
    written = [one for one in several if isinstance(one, str)]
    if len(written) != len(several):
        return t("Feltet tar bare tekst.")
    said = [one.strip() for one in written if one.strip()]
    if not said:
        needed = field.required and not field.choices
        return t("Må fylles ut.") if needed else ""
    if len(said) > 1 and not field.repeats:
        return t("Feltet tar bare ett svar.")
    return next((problem for one in said if (problem := _problem_with(field, one))), "")


def _problem_with(field: FormField, answer: str) -> str:
    if not is_writable(answer):
        return t("Svaret har tegn som ikke kan sendes (kontrolltegn). Skriv teksten på nytt.")
    if field.longest and len(answer) > field.longest:
        return t(
            "Teksten er på {length} tegn; mottakeren tar høyst {most}.", length=len(answer), most=field.longest
        )
    return _SHAPES[field.type](field, answer)


def _choice(field: FormField, answer: str) -> str:
    if answer in {choice.value for choice in field.choices}:
        return ""
    known = ", ".join(choice.value for choice in field.choices if choice.value)
    return t("Ukjent valg. Velg blant: {known}.", known=known)


def _flag(_: FormField, answer: str) -> str:
    return "" if answer in {YES, NO} else t("Svar yes eller no.")


def _date(_: FormField, answer: str) -> str:
    return "" if _is_date(answer) else t("Skriv datoen som ÅÅÅÅ-MM-DD.")


def _time(_: FormField, answer: str) -> str:
    return "" if _is_time(answer) else t("Skriv tidspunktet som ÅÅÅÅ-MM-DDTtt:mm.")


def _number(_: FormField, answer: str) -> str:
    return "" if _NUMBER.fullmatch(answer) else t("Skriv et tall, med punktum foran desimalene.")


def _one_line(_: FormField, answer: str) -> str:
    return t("Feltet tar bare én linje.") if "\n" in answer else ""


def _code(field: FormField, answer: str) -> str:
    if answer.partition(":")[0] in field.codelists and codelists.answer(answer):
        return ""
    example = next((f"{name}:{one.value}" for name in field.codelists for one in codelists.entries(name)), "")
    return t("Koden finnes ikke. Skriv for eksempel {example}.", example=example)


def _anything(_: FormField, __: str) -> str:
    return ""


_SHAPES = {
    FieldType.LINE: _one_line,
    FieldType.TEXT: _anything,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.NUMBER: _number,
    FieldType.FLAG: _flag,
    FieldType.CHOICE: _choice,
    FieldType.CODE: _code,
}


def _is_date(answer: str) -> bool:
    try:
        return date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False


def _is_time(answer: str) -> bool:
    try:
        return bool(
            _TIME.fullmatch(answer) and clock.parse_business_time(answer) and datetime.fromisoformat(answer)
        )
    except ValueError:
        return False
