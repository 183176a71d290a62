"""Composing: the forms there are, whether their answers can be sent, and the message they become."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.messages import answers as answering
from elmeld_tui.messages import dialogue, referral
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.header import Conversation

__all__ = ["Addressing", "build", "check_answers", "conversation_after", "forms"]


def forms() -> dict[str, FormDescription]:
    """Return every form by name, in the order a menu shows them, with texts in the user's language."""
    every = (referral.form(), dialogue.professional_form(), dialogue.request_form(), dialogue.answer_form())
    return {form.name: form for form in every}


_TOGETHER = {"referral": referral.check, "request": dialogue.check_request}


def check_answers(form: FormDescription, answers: Answers) -> dict[str, str]:
    """Return what keeps the message from being sent, by field name, in the user's language; empty when ready."""
    together = _TOGETHER.get(form.name)
    return (together(answers) if together else {}) | answering.problems(form, answers)


def conversation_after(document: Document) -> Conversation:
    """Return the ConversationRef of an answer to ``document``, in its thread or opening one (HIS 80601 §4.1)."""
    header = document.header
    start = header.conversation.start if header.conversation else ""
    return Conversation(parent=header.msg_id, start=start or header.msg_id)


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
    if in_reply_to is not None and addressing.conversation is None:
        addressing = replace(addressing, conversation=conversation_after(in_reply_to))
    if form_name == "answer":
        return dialogue.build_answer(answers, addressing, in_reply_to)
    builders = {
        "referral": referral.build,
        "dialogue": dialogue.build_professional,
        "request": dialogue.build_request,
    }
    return builders[form_name](answers, addressing)
