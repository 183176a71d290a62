"""Dialogue with NAV about people on sick leave: always dialogue 1.0, and always signed by its writer.

NAV accepts three things: the answer to its request, the reply to its invitation to a meeting, and an inquiry from the
doctor. It tells them apart by type and by the code list of the theme (navikt padm2; HIS 80805 §4.1). It sets no limit
to the length of the text.
"""

from __future__ import annotations

from collections.abc import Callable

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given
from elmeld_tui.messages.dialogue.writing import ANSWER_THEME, build_note, note_answers
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model.codes import oid
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import DIALOGUE_1_0, Kind
from elmeld_tui.model.nav import is_nav

_COMES = "1"


def answer_form() -> FormDescription:
    """The answer to NAV's request about a patient (ForesporselSvar)."""
    return _form(
        "nav-answer",
        "DIALOG_SVAR",
        t("Svar til NAV"),
        FormField("text", t("Svar"), FieldType.TEXT, required=True),
        answers_a_message=True,
    )


def meeting_form() -> FormDescription:
    """The reply to NAV's invitation to a dialogue meeting (MoteRespons)."""
    return _form(
        "nav-meeting",
        "DIALOG_SVAR",
        t("Svar på innkalling til dialogmøte"),
        FormField("theme", t("Svar"), FieldType.CHOICE, required=True, choices=codelists.entries("8126")),
        FormField(
            "text",
            t("Begrunnelse"),
            FieldType.TEXT,
            help=t("Må fylles ut når du ikke kommer, eller ønsker en annen tid."),
        ),
        answers_a_message=True,
    )


def inquiry_form() -> FormDescription:
    """An inquiry to NAV on the doctor's own account (Henvendelse)."""
    return _form(
        "nav-inquiry",
        "DIALOG_NOTAT",
        t("Henvendelse til NAV"),
        FormField("theme", t("Tema"), FieldType.CHOICE, required=True, choices=codelists.entries("8128")),
        FormField("text", t("Tekst"), FieldType.TEXT, required=True),
    )


def _form(
    name: str, type_code: str, title: str, *fields: FormField, answers_a_message: bool = False
) -> FormDescription:
    return FormDescription(
        name=name,
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code=type_code,
        title=title,
        fields=fields,
        saves_itself=False,
        family="dialogue",
        profile=name,
        answers_a_message=answers_a_message,
        attachments=True,
        signed=True,
        to_nav=True,
        notes=(t("Meldingen går til NAV og signeres personlig."),),
    )


def check_meeting(answers: Answers) -> dict[str, str]:
    """Return what a reply to an invitation lacks: who does not come as invited says why."""
    if chosen(meeting_form(), answers, "theme").value == _COMES or given(answers, "text"):
        return {}
    return {"text": t("Skriv hvorfor du ikke kan komme, eller hvilken tid du ønsker.")}


def _build_answer(answers: Answers, addressing: Addressing) -> bytes:
    return build_note(answer_form(), ANSWER_THEME, answers, addressing)


def _build_meeting(answers: Answers, addressing: Addressing) -> bytes:
    form = meeting_form()
    return build_note(form, chosen(form, answers, "theme"), answers, addressing)


def _build_inquiry(answers: Answers, addressing: Addressing) -> bytes:
    form = inquiry_form()
    return build_note(form, chosen(form, answers, "theme"), answers, addressing)


def _reads(form: Callable[[], FormDescription]) -> Callable[[Document], Answers]:
    return lambda document: note_answers(form(), document)


def _has_theme(codelist: int) -> Callable[[Document], bool]:
    return lambda document: _goes_to_nav(document) and document.header.theme.system == oid(codelist)


def _goes_to_nav(document: Document) -> bool:
    return any(is_nav(receiver) for receiver in document.header.receivers)


WRITERS = (
    Writer("nav-answer", answer_form, _build_answer, _reads(answer_form), recognises=_has_theme(9069)),
    Writer("nav-meeting", meeting_form, _build_meeting, _reads(meeting_form), check_meeting, _has_theme(8126)),
    Writer("nav-inquiry", inquiry_form, _build_inquiry, _reads(inquiry_form), recognises=_has_theme(8128)),
)
