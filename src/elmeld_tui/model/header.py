"""What every business document says about itself, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.kinds import FORMS, Form, Kind
from elmeld_tui.model.parties import Party, Patient


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ConversationRef: both ids, absent on the first message of a dialogue (HIS 80601 §4.1)."""

    parent: str
    start: str


@dataclass(frozen=True, slots=True)
class Header:
    """The addressing part of a document, read leniently: what is absent or unreadable is empty or None.

    Attributes:
        namespace: of the body; decides kind and version.
        kind: what the document is.
        version: the published version; empty for an unknown namespace.
        type_code: the type as received (8279, or an older code).
        msg_id: of this transmission (a UUID by the standard, not always in fact).
        document_id: of the clinical document, constant over change and cancel; empty where the kind has none.
        original_id: what an AppRec to this document must name in OriginalMsgId/Id (AR10 §6.5, AR11 §3.1).
        service_type: N, M, C, A … (7309) for kinds that can change and cancel, else empty.
        generated: GenDate, aware, in UTC.
        generated_text: GenDate exactly as received.
        sender: None where the document names none.
        receivers: every receiver, the primary first; copies carry role COP.
        patient: None where the document names none.
        conversation: None on the first message of a dialogue.
        processing: P, T or D (8113); empty means production.
        emergency: a referral whose urgency is 0 (øyeblikkelig hjelp), which is always accepted (AR11 §3.3.4).
        title: what the sender calls this document (subject, description); may be empty.
        order_id: of the order or referral that a report or discharge summary answers (HITS 1218 §3); empty where
            the sender names none, or says that it did not get one.
        theme: of a dialogue, TemaKodet or TypeForesp; its code list tells NAV's processes apart.
        further_original_ids: what a further AppRec must name where one message holds several reports (AR10 §3.2).
    """

    namespace: str
    kind: Kind
    version: str
    type_code: str
    msg_id: str
    document_id: str
    original_id: str
    service_type: str
    generated: datetime | None
    generated_text: str
    sender: Party | None
    receivers: tuple[Party, ...]
    patient: Patient | None
    conversation: Conversation | None
    processing: str
    emergency: bool
    title: str
    order_id: str = ""
    further_original_ids: tuple[str, ...] = ()
    theme: CodedValue = NO_CODE

    @property
    def form(self) -> Form | None:
        """The known version of a known kind, or None."""
        return FORMS.get(self.namespace)
