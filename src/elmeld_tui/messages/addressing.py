"""What every new message needs besides its answers: from whom, to whom, about whom, when, in which thread."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.parties import Party, Patient, Professional

if TYPE_CHECKING:
    from elmeld_tui.messages.document import Document


@dataclass(frozen=True, slots=True)
class Addressing:
    """The frame of a message.

    Attributes:
        sender: its person is who writes, and can be called back.
        receiver: the party that is addressed.
        patient: whom it is about.
        msg_id: a new UUID for every transmission (HIS 80601 §4.1).
        now: when it is written, aware; becomes GenDate.
        conversation: None on the first message of a dialogue.
        test: whether the message is marked as a test.
        document_id: of the clinical document, for a change or a cancellation; empty for a new document.
        service_type: N new, M change, C cancellation, A addition (7309).
        issued: IssueDate of the document's first version, aware; None for a new document, which is issued now.
        copies: who gets a copy of this very message.
        enclosures: attachments, in the order they are shown.
        in_reply_to: the message that is answered or spoken of.
    """

    sender: Party
    receiver: Party
    patient: Patient
    msg_id: str
    now: datetime
    conversation: Conversation | None = None
    test: bool = False
    document_id: str = ""
    service_type: str = "N"
    issued: datetime | None = None
    copies: tuple[Party, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    in_reply_to: Document | None = None

    @property
    def issue_date(self) -> datetime:
        """IssueDate, which a change or a cancellation keeps from the first version (HISD 1154; HITS 1102 §3.3)."""
        return self.issued or self.now

    @property
    def document_uuid(self) -> str:
        """The document's constant id; that of a new document follows from its first MsgId."""
        return self.document_id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:uuid:{self.msg_id}"))

    @property
    def writer(self) -> Professional | None:
        """Who writes, with where to call back; None where only a unit sends."""
        person = self.sender.person
        return replace(person, telecoms=self.callback) if person else None

    @property
    def callback(self) -> tuple[Telecom, ...]:
        """Where the writer can be reached: own numbers, else the service's, else the unit's."""
        person, service, unit = self.sender.person, self.sender.department, self.sender.organisation
        own = person.telecoms if person else ()
        return own or (service.telecoms if service else ()) or unit.telecoms
