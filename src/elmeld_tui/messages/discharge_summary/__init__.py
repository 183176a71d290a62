"""The discharge summary (epikrise) as content, read from 1.1 and 1.2; a treatment note is one too.

HIS 80226:2014 §4.1 Table 1 says what it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from elmeld_tui.messages.document import Document
from elmeld_tui.messages.parts import information, people, prose
from elmeld_tui.messages.parts.information import Information
from elmeld_tui.messages.parts.medication import Medication
from elmeld_tui.messages.reading import Element, MaybeElement, coded, find, find_all, moment, text, value
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.parties import Party, Professional


@dataclass(frozen=True, slots=True)
class Event:
    """A stay or another contact; what is absent is empty.

    Attributes:
        planned: whether it is to come; else it has been.
        start: aware, in UTC; of a planned event the day it is planned for.
        end: aware, in UTC; None while it lasts, or where it has no length.
        care_level: in-patient, out-patient … (8240).
        outcome: where the patient went.
        information: every fact (8233), diagnoses and medicines too, in document order.
        comments: running text by heading (8311), in document order.
        events: that it consisted of.
    """

    planned: bool
    start: datetime | None
    end: datetime | None
    care_level: CodedValue
    outcome: CodedValue
    information: tuple[Information, ...]
    comments: tuple[tuple[CodedValue, str], ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class AnsweredReferral:
    """The referral a summary answers (ServReq).

    Attributes:
        id: document id of a 1.x, message id of a 2.0 (HITS 1218 ch. 3).
        issued: as received.
        content: what was wanted (8455); text alone in a 1.1.
        diagnoses: of the referral.
    """

    id: str
    issued: str
    content: CodedValue
    diagnoses: tuple[CodedValue, ...]


@dataclass(frozen=True, slots=True)
class DischargeSummary:
    """What a discharge summary tells; what is absent is empty.

    Attributes:
        id: of the document, constant over change and cancel.
        service_type: N, M or C (7309).
        status: P preliminary, F final, A addendum, S planned (7306).
        description: what its sender calls it: «Sykehusepikrise», «Behandlingsnotat» …
        referral: None where it answers none.
        events: at least one, except in a cancellation.
        responsible: for the treatment (8254 AHP).
        author: of the summary (8254 ARP), where another than the one responsible is named.
        gp: the patient's general practitioner (8254 FLE).
        referrer: who referred (8254 HHE).
        contact: whom at the receiver it is for (8254 KHM).
    """

    id: str
    service_type: str
    status: CodedValue
    description: str
    referral: AnsweredReferral | None
    events: tuple[Event, ...]
    responsible: Professional | None
    author: Professional | None
    gp: Party | None
    referrer: Professional | None
    contact: Professional | None

    @property
    def information(self) -> tuple[Information, ...]:
        """Every fact of every event, in document order."""
        return tuple(fact for event in _all(self.events) for fact in event.information)

    @property
    def comments(self) -> tuple[tuple[CodedValue, str], ...]:
        """Every running text of every event, in document order."""
        return tuple(comment for event in _all(self.events) for comment in event.comments)

    @property
    def main_diagnoses(self) -> tuple[CodedValue, ...]:
        """Coded main diagnoses (type H)."""
        return self._diagnoses("H")

    @property
    def secondary_diagnoses(self) -> tuple[CodedValue, ...]:
        """Coded secondary diagnoses (type B)."""
        return self._diagnoses("B")

    @property
    def medication(self) -> tuple[Medication, ...]:
        """Medicines told one by one."""
        return tuple(fact.medication for fact in self.information if fact.medication)

    @property
    def cave(self) -> tuple[str, ...]:
        """What the patient must not have."""
        return tuple(fact.text for fact in self.information if fact.type.value == "CAVE" and fact.text)

    def _diagnoses(self, kind: str) -> tuple[CodedValue, ...]:
        return tuple(fact.concept for fact in self.information if fact.type.value == kind and fact.concept)


def _all(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(inner for event in events for inner in (event, *_all(event.events)))


RELATIONS = {"referrer": "HHE", "contact": "KHM"}
"""What the patient's other professionals are called (8254)."""

GENERAL_PRACTITIONER, RESPONSIBLE, AUTHOR = "FLE", "AHP", "ARP"


def parse(document: Document) -> DischargeSummary:
    """Read a discharge summary of either version, leniently."""
    report = find(document.body, "ServRprt")
    patient = find(report, "Patient")
    request = find(report, "ServReq")
    responsible, author = (
        people.as_professional(people.related(report, "RelServProvider", relation))
        for relation in (RESPONSIBLE, AUTHOR)
    )
    referrer, contact = (
        people.as_professional(people.related(patient, "PatRelHCP", relation)) for relation in RELATIONS.values()
    )
    return DischargeSummary(
        id=document.header.document_id,
        service_type=document.header.service_type,
        status=coded(report, "Status"),
        description=text(report, "MsgDescr"),
        referral=_referral(request) if request is not None else None,
        events=_events(report),
        responsible=responsible,
        author=author,
        gp=people.related(patient, "PatRelHCP", GENERAL_PRACTITIONER),
        referrer=referrer,
        contact=contact,
    )


def _referral(request: Element) -> AnsweredReferral:
    return AnsweredReferral(
        id=text(request, "Id"),
        issued=value(request, "IssueDate"),
        content=coded(request, "MsgDescr") or CodedValue(text=text(request, "MsgDescr")),
        diagnoses=tuple(coded(one, "Concept") for one in find_all(request, "Diagnosis")),
    )


def _events(parent: MaybeElement) -> tuple[Event, ...]:
    return tuple(_event(one) for one in find_all(parent, "Event"))


def _event(element: Element) -> Event:
    return Event(
        planned=find(element, "PlannedEvent") is not None,
        start=moment(
            value(element, "ReportedEvent/StartDateTime") or value(element, "PlannedEvent/ScheduledDate")
        ),
        end=moment(value(element, "ReportedEvent/EndDateTime")),
        care_level=coded(element, "Service/AdmCat"),
        outcome=coded(element, "AdmOutcome"),
        information=tuple(information.parse(one) for one in find_all(element, "InfItem")),
        comments=tuple(
            (coded(one, "Heading"), prose.read(find(one, "TextResultValue")))
            for one in find_all(element, "Comment")
        ),
        events=_events(element),
    )


TREATMENT_NOTE = "Behandlingsnotat"
"""What a treatment note calls itself, whichever message carries it."""


def is_treatment_note(said: DischargeSummary) -> bool:
    """Return whether the summary carries a treatment note: it calls itself one (MsgDescr)."""
    return said.description.casefold() == TREATMENT_NOTE.casefold()
