"""From the object to a message that has been validated against its schema (S1, S2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.messages import schemas, writing
from elmeld_tui.messages.composing import frame
from elmeld_tui.messages.composing.checking import misuse
from elmeld_tui.messages.composing.identity import Said, Surroundings
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import namespace
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.parties import Party


class ComposeError(Exception):
    """No message can be made of the object.

    Attributes:
        problems: what is wrong, by path, in the user's language.
        misused: whether the object itself is wrong, not what it says.
    """

    def __init__(self, problems: dict[str, str], *, misused: bool = False) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = problems
        self.misused = misused


@dataclass(frozen=True, slots=True)
class Composed:
    """A message ready to leave.

    Attributes:
        document: itself, read back from its bytes.
        schemas: file names of the schemas it was held against.
        warnings: what its sender should know first.
    """

    document: Document
    schemas: tuple[str, ...]
    warnings: list[str]


def profile_of(forms: list[FormDescription], said: Any) -> FormDescription:
    """Return which of a family's forms an object is for; the usual one where it does not say.

    Raises:
        ComposeError: the family has no such profile.
    """
    profile = said.get("profile", "") if isinstance(said, dict) else ""
    form = next((form for form in forms if profile in ("", form.profile)), None)
    if form is None:
        known = ", ".join(form.profile for form in forms)
        raise ComposeError({"profile": t("Ukjent valg. Velg blant: {known}.", known=known)}, misused=True)
    return form


def compose(
    form: FormDescription,
    said: Any,
    around: Surroundings,
    *,
    msg_id: str,
    now: datetime,
    in_reply_to: Document | None = None,
) -> Composed:
    """Build the message that ``said`` describes.

    Args:
        form: one of `writing.forms`.
        said: the object, as JSON gave it.
        around: what the object need not say.
        msg_id: a new UUID.
        now: aware.
        in_reply_to: the message that is answered.

    Raises:
        ComposeError: something is missing, cannot be right, or breaks the schema.
    """
    if wrong := misuse(form, said):
        raise ComposeError(wrong, misused=True)
    problems = {
        f"answers.{field}": text for field, text in writing.check_answers(form, said.get("answers", {})).items()
    }
    try:
        addressing = frame.addressing(form, said, around, msg_id=msg_id, now=now)
    except frame.FrameError as error:
        raise ComposeError(dict(error.problems) | problems) from error
    if problems:
        raise ComposeError(problems)
    if form.answers_a_message and in_reply_to is None and addressing.conversation is None:
        raise ComposeError({"": t("Skjemaet svarer på en melding; nevn den med --reply-to.")}, misused=True)
    try:
        raw = writing.build(form.name, said["answers"], addressing, in_reply_to=in_reply_to)
    except ValueError as error:
        raise ComposeError({"": str(error)}) from error
    document = read(raw)
    if faults := schemas.validate(document.root):
        raise ComposeError({fault.where: fault.message for fault in faults})
    return Composed(document, held_against(document), frame.warnings(addressing))


def held_against(document: Document) -> tuple[str, ...]:
    """Return the file names of the schemas that judge ``document``: its envelope's and its body's."""
    namespaces = dict.fromkeys((namespace(document.root), document.header.namespace))
    return tuple(schemas.SCHEMA_FILES[one] for one in namespaces if one in schemas.SCHEMA_FILES)


def answering(document: Document, said: Said, around: Surroundings) -> Surroundings:
    """Return ``around`` with what an answer to ``document`` leaves unsaid: back to its sender, about its patient."""
    header = document.header
    parties = dict(around.parties)
    if "receiver" not in said and header.sender:
        parties["receiver"] = _addressed(header.sender)
    if "sender" not in said and header.receivers:
        parties.setdefault("sender", replace(header.receivers[0], role=""))
    patient = header.patient if "patient" not in said else None
    return replace(around, parties=parties, patient=around.patient or patient)


def _addressed(sender: Party) -> Party:
    """A professional who signed under a service is not who is addressed (HIS 1153-2 AD2.5-AD2.8)."""
    return replace(sender, role="PRIM", person=None if sender.department else sender.person)
