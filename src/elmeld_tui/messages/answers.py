"""Answers to a form: read as the builders need them, and checked one by one as the composer shows them."""

from __future__ import annotations

from datetime import date

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.building import is_writable
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField


def given(answers: Answers, name: str) -> str:
    """Return the trimmed answer; the first where there are several, empty where there is none."""
    return next(iter(given_all(answers, name)), "")


def given_all(answers: Answers, name: str) -> list[str]:
    """Return every answer of a repeating field, trimmed, without empty ones."""
    answer = answers.get(name, "")
    return [one.strip() for one in ([answer] if isinstance(answer, str) else answer) if one.strip()]


def chosen(form: FormDescription, answers: Answers, name: str) -> CodedValue:
    """Return the choice that was made, or the field's default."""
    choices = next(field.choices for field in form.fields if field.name == name)
    answer = given(answers, name)
    return next((choice for choice in choices if choice.value == answer), NO_CODE) if answer else choices[0]


def problems(form: FormDescription, answers: Answers) -> dict[str, str]:
    """Return what is wrong with single answers, by field name, in the user's language."""
    found = {
        name: t("Skjemaet har ikke dette feltet.")
        for name in answers
        if name not in {field.name for field in form.fields}
    }
    for field in form.fields:
        if problem := _problem(field, given_all(answers, field.name)):
            found[field.name] = problem
    return found


def _problem(field: FormField, answers: list[str]) -> str:
    if not answers:
        needed = field.required and not field.choices
        return t("Må fylles ut.") if needed else ""
    if len(answers) > 1 and not field.repeats:
        return t("Feltet tar bare ett svar.")
    return next((problem for one in answers if (problem := _problem_with(field, one))), "")


def _problem_with(field: FormField, answer: str) -> str:
    if not is_writable(answer):
        return t("Svaret har tegn som ikke kan sendes (kontrolltegn). Skriv teksten på nytt.")
    if field.type is FieldType.CHOICE and answer not in {choice.value for choice in field.choices}:
        known = ", ".join(choice.value for choice in field.choices if choice.value)
        return t("Ukjent valg. Velg blant: {known}.", known=known)
    if field.type is FieldType.DATE and not _is_date(answer):
        return t("Skriv datoen som ÅÅÅÅ-MM-DD.")
    if field.type is FieldType.LINE and "\n" in answer:
        return t("Feltet tar bare én linje.")
    if field.type is FieldType.CODE and not _is_code(field, answer):
        return t("Koden finnes ikke. Skriv for eksempel {example}.", example=f"{field.codelists[0]}:T90")
    return ""


def _is_date(answer: str) -> bool:
    try:
        return date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False


def _is_code(field: FormField, answer: str) -> bool:
    return answer.partition(":")[0] in field.codelists and bool(codelists.answer(answer))
