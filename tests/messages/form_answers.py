"""Answers to any form, made from its own description, and what a written message must hold whatever the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from hypothesis import strategies as st
from message_samples import addressing, reference_faults

from elmeld_tui.messages import answers as answering
from elmeld_tui.messages import building, codelists, schemas, writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import local
from elmeld_tui.model.forms import NO, YES, Answer, Answers, FieldType, FormDescription, FormField

Strategies = Mapping[str, st.SearchStrategy[Answer]]

# What a person can type: every character XML can carry; a lone carriage return is no line break anyone types.
typed = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n\t"), max_size=60
)
line = typed.map(lambda text: " ".join(text.split()))
_TIMES = st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - local, as a form has it
    lambda at: at.replace(hour=12).isoformat(timespec="minutes")
)


def _said(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return strategy.filter(lambda text: bool(text.strip()))


def _code(field: FormField) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{name}:{one.value}" for name in field.codelists for one in codelists.entries(name)])


_SHAPES = {
    FieldType.DATE: st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    FieldType.TIME: _TIMES,
    FieldType.NUMBER: st.integers(0, 100).map(str),
    FieldType.FLAG: st.sampled_from([YES, NO]),
    FieldType.LINE: line,
    FieldType.TEXT: typed,
}


def _single(field: FormField) -> st.SearchStrategy[str]:
    if field.type is FieldType.CHOICE:
        return st.sampled_from([choice.value for choice in field.choices])
    return _code(field) if field.type is FieldType.CODE else _SHAPES[field.type]


def answer_to(field: FormField, special: Strategies, place: str = "") -> st.SearchStrategy[Answer]:
    """Answers to one field, at least one where it is required; ``special`` replaces those at ``group.field``."""
    place = f"{place}{field.name}"
    if place in special:
        return special[place]
    least = 1 if field.required else 0
    if field.type is FieldType.GROUP:
        inside = answers_to(field.fields, special, f"{place}.")
        return st.lists(inside, min_size=least, max_size=3 if field.repeats else 1)
    single = _said(_single(field)) if field.required and not field.choices else _single(field)
    return st.lists(single, min_size=least, max_size=3) if field.repeats else single


def answers_to(fields: tuple[FormField, ...], special: Strategies, place: str = "") -> st.SearchStrategy[Answers]:
    required = {one.name: answer_to(one, special, place) for one in fields if one.required}
    optional = {one.name: answer_to(one, special, place) for one in fields if not one.required}
    return st.fixed_dictionaries(required, optional=optional)


def answers_for(form: FormDescription, special: Strategies | None = None) -> st.SearchStrategy[Answers]:
    """Whole answers to ``form`` that its own check has nothing against."""
    return answers_to(form.fields, special or {}).filter(lambda answers: not writing.check_answers(form, answers))


def check_round_trip(
    form: FormDescription, answers: Answers, shared: Path | None = None, frame: Addressing | None = None
) -> Document:
    """Build, hold against our schema and the national one, and read the same answers back; return the document."""
    document = read(writing.build(form.name, answers, frame or addressing()))
    assert schemas.validate(document.root) == []
    if shared is not None:
        assert reference_faults(shared, document) == []
    assert document.raw.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert (document.header.type_code, document.header.namespace) == (form.type_code, form.namespace)
    for element in document.root.iter():
        says = len(element) or element.attrib or (element.text or "").strip() or element.tag == building.LINE_BREAK
        assert says, f"{local(element)} says nothing"
    assert legible(writing.answers_of(form.name, document)) == legible(answering.normal(form, answers))
    recognised = writing.form_of(document)
    assert recognised is not None
    assert recognised.name == form.name
    return document


def legible(answer: Answer | Answers) -> Answer | Answers:
    """What a reader sees of it: the same words in the same lines; how many spaces stood between is not seen."""
    if isinstance(answer, str):
        return "\n".join(" ".join(line.split()) for line in answer.strip().split("\n"))
    if isinstance(answer, dict):
        return {name: legible(one) for name, one in answer.items()}  # type: ignore[misc]
    return [legible(one) for one in answer]  # type: ignore[misc, return-value]
