"""A dialogue message as its reader wants it: the text, and below it the whole question that it answers.

The headings follow the type of the message; «Dialogmelding» itself is never shown (HISD 80903).
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, said
from elmeld_tui.messages.views import frame, shapes
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.view import Section

_NOTES = {
    "DIALOG_SVAR": lambda: t("Svar"),
    "DIALOG_AVVIK": lambda: t("Avvik"),
    "DIALOG_STATUS_HENVISNING": lambda: t("Status på henvisning"),
}


def title(root: Node, type_code: str, subject: str) -> str:
    """Return what the message is called, and its subject, else its theme.

    A type without a word of ours is called what the sender calls it.
    """
    name = type_name(type_code, Kind.DIALOGUE)
    if name == type_name("", Kind.DIALOGUE):
        name = said(find(root, "MsgInfo/Type")) or name
    return frame.words(name, subject)


def content(placing: Placing, body: Node, type_code: str) -> list[Section]:
    """Place a Dialogmelding."""
    found: list[Section] = []
    for note in find_all(body, "Notat"):
        question = find_all(note, "Foresporsel")
        people = find_all(note, "RollerRelatertNotat")
        told = [child for child in note.children if child.name not in {"Foresporsel", "RollerRelatertNotat"}]
        named = _NOTES.get(type_code)
        own = shapes.section(placing, told, named() if named else t("Notat"))
        found += [own] if own else []
        # Who answers stands with the answer, so that nobody is taken for who asked.
        found += [section for one in people for section in shapes.sections(placing, one)]
        found += _questions(placing, question, t("Forespørselen det svares på"))
    found += _questions(placing, find_all(body, "Foresporsel"), t("Forespørsel"))
    return shapes.joined([*found, *frame.the_rest(placing, body.children, t("Sak"))])


def _questions(placing: Placing, questions: list[Node], title: str) -> list[Section]:
    return [section for question in questions for section in shapes.sections(placing, question, title)]
