"""What every form provides to the registry of forms in `writing`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document
from elmeld_tui.model.forms import Answers, FormDescription


def _nothing_demanded(_: Answers) -> dict[str, str]:
    return {}


def _alone(_: Document) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Writer:
    """One form, both ways.

    Attributes:
        name: of the form.
        form: describes it, in the user's language.
        build: writes the message: UTF-8 with a declaration, valid against its schema; raises ValueError where an
            answer has characters that XML cannot carry.
        read: gives back the answers of a message that was written with this form, as `answers.normal` has them; of
            another sender's message, what the form has room for.
        check: what the fields demand of each other, by field name; every single field is checked before.
        recognises: whether this form writes messages like a document whose namespace and type are the form's; the
            others of one type tell themselves apart by it.
    """

    name: str
    form: Callable[[], FormDescription]
    build: Callable[[Answers, Addressing], bytes]
    read: Callable[[Document], Answers]
    check: Callable[[Answers], dict[str, str]] = _nothing_demanded
    recognises: Callable[[Document], bool] = _alone
