"""From the object to the frame of a message: parties on two levels, an identified patient, change, attachments.

What may not be sent is reported by path in the user's language: a national number whose check digits fail (S15), a
patient without number and without name, birth date and sex (S13, S16), a party without HER-id and name on both levels
(S17), an attachment no receiver need accept (HIS 1036 ch. 3), a frame the form cannot have (`framing`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime

from elmeld_tui.i18n import t
from elmeld_tui.messages import enclosing, framing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.composing.checking import faults
from elmeld_tui.messages.composing.identity import Problems, Said, Surroundings, text
from elmeld_tui.messages.composing.parties import nav_party, party
from elmeld_tui.messages.composing.patient import contradictions, patient
from elmeld_tui.model import clock
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.findings import Severity
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.parties import Party


class FrameError(Exception):
    """The message cannot leave as it is.

    Attributes:
        problems: what is wrong, by path, in the user's language.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def addressing(
    form: FormDescription, said: Said, around: Surroundings, *, msg_id: str, now: datetime
) -> Addressing:
    """Return the frame that ``said`` describes; it must have no `checking.misuse`.

    Raises:
        FrameError: something is missing or cannot be right.
    """
    problems = faults(form, said)
    if problems:
        raise FrameError(problems)
    frame = Addressing(
        sender=party("sender", said.get("sender"), around, problems),
        receiver=_receiver(form, said.get("receiver"), around, problems),
        patient=patient(form, said.get("patient"), around, problems),
        msg_id=msg_id,
        now=now,
        conversation=_conversation(said.get("conversation")),
        test=said.get("test", False),
        document_id=text(said, "document_id"),
        service_type=text(said, "change") or form.changes[0],
        issued=clock.parse_business_time(said["issued"]) if text(said, "issued") else None,
        copies=tuple(
            party(f"copies.{number}", one, around, problems) for number, one in enumerate(said.get("copies", ()))
        ),
        enclosures=tuple(
            _enclosure(f"attachments.{number}", one, around, problems)
            for number, one in enumerate(said.get("attachments", ()))
        ),
    )
    if frame.patient.birth_date and frame.patient.birth_date > now.astimezone(clock.oslo()).date():
        problems["patient.birth_date"] = t("Fødselsdatoen er ikke kommet ennå.")
    told = [one.message for one in enclosing.findings(frame.enclosures) if one.severity is Severity.ERROR]
    if told and not any(place.startswith("attachments") for place in problems):
        problems["attachments"] = " ".join(told)
    # What a form demands of the frame is asked of parts that are right one by one.
    if found := problems or framing.problems(form, said.get("answers", {}), frame):
        raise FrameError(found)
    return frame


def warnings(frame: Addressing) -> list[str]:
    """Return what the sender should know before the message leaves (S14; HIS 1036 §2)."""
    found = contradictions(frame.patient)
    if frame.patient.name and frame.patient.national_id is None:
        found.append(
            t("Pasienten har ikke fødselsnummer eller D-nummer. Mottakeren må finne pasienten på annet vis.")
        )
    enclosed = enclosing.findings(frame.enclosures)
    return [*found, *(one.message for one in enclosed if one.severity is not Severity.ERROR)]


def _receiver(form: FormDescription, said: Said | None, around: Surroundings, problems: Problems) -> Party:
    if said is None and form.to_nav and "receiver" not in around.parties:
        return nav_party()
    return party("receiver", said, around, problems)


def _conversation(said: Said | None) -> Conversation | None:
    if said is None:
        return None
    parent = text(said, "parent")
    return Conversation(parent=parent, start=text(said, "start") or parent)


def _enclosure(path: str, said: Said, around: Surroundings, problems: Problems) -> Enclosure:
    content = b""
    if ("content" in said) == ("file" in said):
        problems[path] = t("Vedlegget trenger enten content eller file.")
    elif "content" in said:
        try:
            content = base64.b64decode("".join(said["content"].split()), validate=True)
        except (binascii.Error, ValueError):
            problems[f"{path}.content"] = t("Innholdet er ikke base64.")
    elif around.open_file is None:
        problems[f"{path}.file"] = t("Filer kan ikke leses her. Skriv innholdet som base64 under content.")
    else:
        try:
            content = around.open_file(said["file"])
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            problems[f"{path}.file"] = t("Filen kan ikke leses: {reason}.", reason=reason)
    if not content and not any(where.startswith(path) for where in problems):
        problems[path] = t("Vedlegget er tomt.")
    return Enclosure(text(said, "description"), text(said, "mime"), content)
