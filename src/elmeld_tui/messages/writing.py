"""Composing: the available forms, whether their answers can be sent, and the message they become."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.messages import answers as answering
from elmeld_tui.messages import treatment_note
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.dialogue import nav as nav_dialogue
from elmeld_tui.messages.dialogue import writing as dialogue_writing
from elmeld_tui.messages.discharge_summary import version_1_2 as discharge_summary_1_2
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.medical_certificate import writing as medical_certificate_writing
from elmeld_tui.messages.order import writing as order_writing
from elmeld_tui.messages.referral import version_1_1 as referral_1_1
from elmeld_tui.messages.referral import version_2_0 as referral_2_0
from elmeld_tui.messages.sick_note import writing as sick_note_writing
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.header import Conversation

__all__ = [
    "Addressing",
    "answers_of",
    "build",
    "check_answers",
    "conversation_after",
    "form_named",
    "form_of",
    "forms",
]

_WRITERS: dict[str, Writer] = {
    writer.name: writer
    for writer in (
        *referral_2_0.WRITERS,
        *referral_1_1.WRITERS,
        # A treatment note is told from an ordinary summary or note by what it calls itself, so it is asked first.
        *treatment_note.WRITERS,
        *discharge_summary_1_2.WRITERS,
        *dialogue_writing.WRITERS,
        *nav_dialogue.WRITERS,
        *order_writing.WRITERS,
        *sick_note_writing.WRITERS,
        *medical_certificate_writing.WRITERS,
    )
}
"""In the order a menu shows them; the first of a family is its usual form."""


def forms() -> dict[str, FormDescription]:
    """Return every form by name, in the order a menu shows them, with texts in the user's language."""
    return {writer.name: writer.form() for writer in _WRITERS.values()}


def form_named(name: str) -> FormDescription:
    """Return one form, with texts in the user's language: what a key pressed in it costs no more than.

    Raises:
        KeyError: there is no such form.
    """
    return _WRITERS[name].form()


def check_answers(form: FormDescription, answers: Answers) -> dict[str, str]:
    """Return what keeps the message from being sent, by field name, in the user's language; empty when ready."""
    found = answering.problems(form, answers)
    # What fields demand of each other is asked of answers that are right one by one.
    return found or _WRITERS[form.name].check(answers)


def conversation_after(document: Document) -> Conversation:
    """Return the ConversationRef of an answer to ``document``, in its thread or opening one (HIS 80601 §4.1).

    A document of an older kind without MsgHead is named as its AppRec names it.
    """
    header = document.header
    start = header.conversation.start if header.conversation else ""
    return Conversation(parent=header.original_id, start=start or header.original_id)


def build(
    form_name: str, answers: Answers, addressing: Addressing, *, in_reply_to: Document | None = None
) -> bytes:
    """Write the message: UTF-8 with a declaration, valid against its schema.

    Args:
        form_name: a key of `forms`.
        answers: checked by `check_answers`; a choice that is not answered is the field's default.
        addressing: the frame; its conversation follows from ``in_reply_to`` where it gives none itself.
        in_reply_to: the message that is answered; an answer carries the request in it.

    Raises:
        KeyError: there is no such form.
        ValueError: an answer has characters that XML cannot carry.
    """
    if in_reply_to is not None:
        thread = addressing.conversation or conversation_after(in_reply_to)
        addressing = replace(addressing, conversation=thread, in_reply_to=in_reply_to)
    return _WRITERS[form_name].build(answers, addressing)


def form_of(document: Document) -> FormDescription | None:
    """Return the form that writes messages like ``document``; None where no form does."""
    header = document.header
    for writer in _WRITERS.values():
        form = writer.form()
        if (form.namespace, form.type_code) == (header.namespace, header.type_code) and writer.recognises(
            document
        ):
            return form
    return None


def answers_of(form_name: str, document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from, to change it or to write it anew.

    Raises:
        KeyError: there is no such form.
    """
    return _WRITERS[form_name].read(document)
