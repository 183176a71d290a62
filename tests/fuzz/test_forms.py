"""What is pasted in a form is what stands in the message that is built, and what a draft offers back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

import pytest
from lxml import etree
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen

from elmeld_tui.messages import document, schemas, writing
from elmeld_tui.messages.composing.example import answers as example_answers
from elmeld_tui.model.forms import Answer, Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.sender import sender_party
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, load_draft, save_draft
from elmeld_tui.office.patients import register_patient
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.widgets.fields import FormRow, LineField, ManyLinesField, TextField, TypedField
from elmeld_tui.tui.widgets.form import GroupRow, Row, answers_in, every_row, fill, row_for
from tests.fuzz.hostile import OBEYED, spaced, texts
from tests.tui.conftest import NOW, addressing

SHORT = [text for text in texts() if len(text) < 400]
TO_A_TEXT = 60
"""Texts that are pasted, one a line, where a field takes running text."""

FORMS = list(writing.forms())


class Written(Screen[None]):
    """The questions of one form."""

    def __init__(self, form: FormDescription) -> None:
        super().__init__()
        self.form = form

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield from (row_for(asked) for asked in self.form.fields)

    @property
    def rows(self) -> list[Row]:
        return [row for row in self.query_one(VerticalScroll).children if isinstance(row, FormRow | GroupRow)]


def text_fields(rows: list[Row]) -> Iterator[LineField | TextField | ManyLinesField]:
    for row in every_row(rows):
        field = getattr(row, "field", None)
        if isinstance(field, LineField | TextField | ManyLinesField) and not isinstance(field, TypedField):
            yield field


def leaves(answer: Answer | Answers) -> Iterator[str]:
    """Yield every text in answers."""
    if isinstance(answer, str):
        yield answer
    else:
        for each in answer.values() if isinstance(answer, dict) else answer:
            yield from leaves(each)


def own_words(fields: tuple[FormField, ...], answers: Answers) -> Iterator[str]:
    """Yield what the writer has said freely: running text by its lines, and by its words what may be a name."""
    for field in fields:
        answer = answers.get(field.name, "")
        if field.type is FieldType.GROUP:
            for one in answer:
                assert isinstance(one, dict)
                yield from own_words(field.fields, one)
        elif field.type is FieldType.TEXT:
            yield from (line for text in leaves(answer) for line in text.splitlines())
        elif field.type is FieldType.LINE:
            yield from (word for text in leaves(answer) for word in text.split())


def without(answers: Answers, problems: dict[str, str], usual: Answers) -> Answers:
    """Return ``answers`` with the usual ones where a form has refused what was pasted."""
    refused = {place.partition(".")[0] for place in problems}
    return {name: usual[name] if name in refused else answer for name, answer in answers.items()}


@pytest.mark.parametrize("number", range(2))
async def test_what_is_pasted_is_what_is_built_and_what_a_draft_offers(
    app: ElmeldApp, office: Office, number: int
) -> None:
    patient = register_patient(office, "21858230052", "Ørjan", "Åsen")
    writer = sender_party(office.clinic, office.clinic.services[0], office.user)
    frame = replace(addressing(office, patient.id, number=90, now=NOW), sender=writer)
    source = islice(cycle(SHORT), number * len(SHORT) // 2, None)
    async with app.run_test(size=(120, 40)) as pilot:
        for form in (writing.form_named(name) for name in FORMS[number::2]):
            usual = example_answers(form)
            screen = Written(form)
            await app.push_screen(screen)
            with app.batch_update():
                await fill(screen.rows, usual)
                await pilot.pause()
                await paste(screen.rows, source)
                await pilot.pause()
                answers = answers_in(screen.rows)
                assert not [text for text in leaves(answers) if OBEYED.search(text.replace("\n", ""))]
                draft = save_draft(office, Draft(form.name, answers, patient_id=patient.id))
                for field in text_fields(screen.rows):
                    field.fill("")
                await fill(screen.rows, load_draft(office, draft.id or 0).answers)
                await pilot.pause()
                offered = answers_in(screen.rows)
                assert offered == answers
            app.pop_screen()

            sendable = {name: answer for name, answer in answers.items() if name in usual}
            for _ in range(4):  # what is refused is told in turns: first by the form, then by the kind
                problems = writing.check_answers(form, sendable)
                assert all(problem.endswith(".") for problem in problems.values())
                sendable = without(sendable, problems, usual)
            raw = writing.build(form.name, sendable, frame)
            assert not schemas.validate(document.read(raw).root)
            built = spaced(" ".join(_texts(etree.fromstring(raw))))
            lost = [said for said in own_words(form.fields, sendable) if spaced(said) not in built]
            assert not lost, (form.name, ascii(lost[:3]))


async def paste(rows: list[Row], source: Iterator[str]) -> None:
    """Paste in every field for text, instead of what it says."""
    for field in text_fields(rows):
        many = 1 if isinstance(field, LineField) else TO_A_TEXT
        field.fill("")
        field.post_message(events.Paste("\n".join(islice(source, many))))


def _texts(root: Any) -> Iterator[str]:
    for element in root.iter():
        yield from (element.text or "", element.tail or "", *element.attrib.values())
