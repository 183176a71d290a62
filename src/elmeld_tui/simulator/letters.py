"""What partners write on their own initiative, and the reply that the other practice gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from elmeld_tui.messages import writing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.clock import oslo
from elmeld_tui.model.collaborations import collaboration
from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Patient
from elmeld_tui.simulator import nav_letters, order_answer
from elmeld_tui.simulator.cast import PATIENTS, Partner, as_receiver, as_sender, named
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.kept import Letter
from elmeld_tui.simulator.lab_result import lab_history, lab_result
from elmeld_tui.simulator.outgoing import letter
from elmeld_tui.simulator.papers import one_page


@dataclass(frozen=True, slots=True)
class _Subject:
    """Something a partner can be told to write: who does, and how."""

    partner: str
    write: Callable[[Addressing], bytes]


_REQUEST: Answers = {
    "type": "1",
    "question": "Pasienten kom til oss i dag med brystsmerter. Kan dere sende et kort sammendrag av tidligere"
    " sykehistorie, svar på siste EKG og en oversikt over faste medisiner?",
    "urgency": "2",
    "reason": "Pasienten er på besøk hos familie her og har ikke med medisinliste.",
}

_DIALOGUE: Answers = {
    "theme": "6",
    "subject": "Oppfølging etter legevakt",
    "text": "Pasienten var hos oss i går med svimmelhet. Blodtrykk 168/94, ellers upåfallende. Kan dere følge"
    " opp blodtrykket de nærmeste ukene?",
    "contact_profession": "LE",
}

_HAEMOGLOBIN: Answers = {"code": "NLK:NOR05172", "priority": "N"}
_ORDER: Answers = {
    "discipline": "CLIN",
    "investigations": [_HAEMOGLOBIN],
    "reason": "Kontroll av blodprosent hos pasient på besøk i deres område.",
    "priority": "N",
    "payment": "1",
}

_TRIAGE = (
    "Triagenotat fra legevakt (øvelse)",
    "",
    "Tid       BT        Puls   SpO2",
    "09:10     168/94    92     97 %",
    "09:40     152/88    84     98 %",
    "",
    "EKG tatt 09:15: sinusrytme, ingen ST-forandringer.",
)


def _request(addressing: Addressing) -> bytes:
    """The request, with what was noted at the emergency clinic."""
    note = Enclosure("Triagenotat", "application/pdf", one_page(_TRIAGE))
    return writing.build("request", _REQUEST, replace(addressing, enclosures=(note,)))


def _order(addressing: Addressing) -> bytes:
    """Blood taken at the practice, for whoever has a laboratory."""
    taken = addressing.now.astimezone(oslo()).strftime("%Y-%m-%dT%H:%M")
    sample: Answers = {"material": "8351:B", "taken": "1", "time": taken}
    answers: Answers = {**_ORDER, "samples": [sample]}
    return writing.build("order-laboratory", answers, addressing)


SUBJECTS = {
    "request": _Subject("gp", _request),
    "lab_result": _Subject("laboratory", lab_result),
    "lab_history": _Subject("laboratory", lab_history),
    "order": _Subject("gp", _order),
    "dialogue": _Subject("gp", partial(writing.build, "dialogue", _DIALOGUE)),
    "nav_request": _Subject("nav", nav_letters.request),
    "nav_meeting": _Subject("nav", nav_letters.meeting),
    "nav_note": _Subject("nav", nav_letters.note),
}
"""What a partner can be told to write."""


def send(net: Helsenett, what: str, receiver: DirectoryParty) -> Letter:
    """Let a partner write to ``receiver``; what it writes is on its way when this returns.

    Args:
        net: the simulated Helsenett.
        what: a key of `SUBJECTS`.
        receiver: a registered party.
    """
    subject = SUBJECTS[what]
    partner = named(subject.partner)
    assert partner is not None
    # A new person each time, so that a postbox does not look like one patient's.
    patient = PATIENTS[len(net.store.letters()) % len(PATIENTS)]
    document = read(subject.write(_addressing(net, partner, receiver, patient)))
    written = letter(net, partner, receiver, document, collaboration(document.header))
    net.store.post((written,), net.clock().timestamp())
    net.post_changed.set()
    return written


def write_reply(
    net: Helsenett, partner: Partner, receiver: DirectoryParty, question: Document, way: str
) -> Letter:
    """Write a short reply to a professional dialogue; it is not yet posted."""
    header = question.header
    assert header.patient is not None
    answers: Answers = {
        "theme": "6",
        "subject": f"Sv: {header.title}" if header.title else "Svar",
        "text": "Takk for henvendelsen. Vi har sett på dette og setter opp pasienten til time hos oss i løpet av"
        " uken. Dere får beskjed når timen er satt.",
    }
    addressing = _addressing(net, partner, receiver, header.patient)
    document = read(writing.build("dialogue", answers, addressing, in_reply_to=question))
    return letter(net, partner, receiver, document, collaboration(document.header), way=way)


def write_results(net: Helsenett, partner: Partner, receiver: DirectoryParty, asked: Document, way: str) -> Letter:
    """Write the results of an order, about its patient; they are not yet posted."""
    assert asked.header.patient is not None
    addressing = _addressing(net, partner, receiver, asked.header.patient)
    document = read(order_answer.answer(asked, addressing))
    return letter(net, partner, receiver, document, collaboration(document.header), way=way)


def _addressing(net: Helsenett, partner: Partner, receiver: DirectoryParty, patient: Patient) -> Addressing:
    return Addressing(
        sender=as_sender(partner, partner.parties[0]),
        receiver=as_receiver(receiver),
        patient=patient,
        msg_id=new_uuid(),
        now=net.clock(),
    )
