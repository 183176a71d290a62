"""How a partner answers a document: the AppRec it owes, and from the other practice a short reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from elmeld_tui.messages import apprec, rules, schemas, signatures, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.kinds import Kind
from elmeld_tui.simulator.behaviour import Behaviour, Moment, Rule
from elmeld_tui.simulator.cast import Partner
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.kept import Letter, Received
from elmeld_tui.simulator.letters import write_reply, write_results
from elmeld_tui.simulator.outgoing import letter
from elmeld_tui.transport.envelope import EnvelopeHeader

_TOLD = {Behaviour.REJECT: (apprec.REJECTED, "E21"), Behaviour.ACCEPT_WITH_FAULTS: (apprec.OK_WITH_FAULTS, "E10")}
"""The status, and the usual code, of AppRecs that are given on command."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a document: what the partner remembers of it (None: nothing new), and what it sends."""

    document: Received | None
    letters: tuple[Letter, ...] = ()


def consider(net: Helsenett, partner: Partner, envelope: EnvelopeHeader, raw: bytes, way: str) -> Consequence:
    """Decide what follows from a document that reached ``partner``; nothing is kept or sent yet.

    Args:
        net: the simulated Helsenett.
        partner: whom it reached.
        envelope: that brought it.
        raw: the document.
        way: ``http`` or ``mail``, by which it came; the answers go the same way.
    """
    received = Received(partner.name, envelope.from_her, received=clock.to_text(net.clock()))
    try:
        document = read(raw)
    except UnreadableError:
        # Without a readable sender nobody can be answered (HITS 1168 §5.3).
        return Consequence(replace(received, kind=Kind.UNKNOWN.value, msg_id=envelope.message_id))
    header = document.header
    if net.store.has_document(partner.name, envelope.from_her, header.msg_id):
        return Consequence(None)
    received = replace(received, kind=header.kind.value, msg_id=header.msg_id)
    if header.kind is Kind.APPREC:
        receipt = apprec.read_apprec(document)
        return Consequence(replace(received, about=receipt.original_id, outcome=receipt.status))
    outcome, letters = _answer(net, partner, envelope, document, way)
    return Consequence(replace(received, outcome=outcome), letters)


def _answer(
    net: Helsenett, partner: Partner, envelope: EnvelopeHeader, document: Document, way: str
) -> tuple[str, tuple[Letter, ...]]:
    """Return the status of the AppRec, and the letters: one AppRec for each of the partner's own receivers."""
    sender = net.register.get(envelope.from_her)
    assert sender is not None
    judgement = rules.judge(
        document,
        our_her_ids=partner.her_ids,
        test_mode=True,
        schema_findings=schemas.validate(document.root),
    )
    rule = net.store.take(partner.name, way, Moment.DOCUMENT)
    outcome = _outcome(net, partner, judgement, document, rule)
    answered = Collaboration(envelope.service, envelope.action, envelope.from_role, envelope.to_role)
    letters = []
    for recipient in judgement.recipients if rule.how is not Behaviour.NO_APPREC else ():
        receipt = apprec.build(document.header, recipient, outcome, apprec_id=new_uuid(), now=net.clock())
        names = apprec_collaboration(answered)
        letters.append(letter(net, partner, sender, read(receipt), names, answers=envelope, way=way))
    if partner.name == "gp" and outcome.status == apprec.OK and _wants_a_reply(document):
        letters.append(write_reply(net, partner, sender, document, way))
    if partner.name == "laboratory" and outcome.status == apprec.OK and _wants_results(document):
        letters.append(write_results(net, partner, sender, document, way))
    return outcome.status, tuple(letters)


def _outcome(
    net: Helsenett, partner: Partner, judgement: rules.Judgement, document: Document, rule: Rule
) -> apprec.Outcome:
    if rule.how in _TOLD:
        status, code = _TOLD[rule.how]
        why = apprec.error(rule.said("code", code), rule.said("text", "Øvelse: svaret er gitt på kommando."))
        return apprec.Outcome(status, (why,))
    if judgement.decision is rules.Decision.REJECT:
        return apprec.Outcome(apprec.REJECTED, judgement.errors)
    if partner.wants_signature and (errors := _refusals(document, net.clock())):
        return apprec.Outcome(apprec.REJECTED, errors)
    return apprec.Outcome(apprec.OK)


def _refusals(document: Document, now: datetime) -> tuple[apprec.AppRecError, ...]:
    """Return why NAV refuses what is in order as a message: X99, and the reason where its text would be."""
    reasons = [(one.code, one.message) for one in signatures.refusals_by_nav(document, None, now=now)]
    form = writing.form_of(document)
    if form is not None and form.kind is not Kind.DIALOGUE:
        # The answers are read from the document: what its own form would not have sent, NAV does not take.
        problems = writing.check_answers(form, writing.answers_of(form.name, document))
        reasons += [("X99", f"{field}: {problem}") for field, problem in problems.items()]
    return tuple(
        apprec.AppRecError(CodedValue("X99", oid(8221), reason), "")
        if code == "X99"
        else apprec.error(code, reason)
        for code, reason in reasons
    )


def _wants_results(document: Document) -> bool:
    """A cancelled order gets no results."""
    return document.header.kind is Kind.ORDER and document.header.service_type != "C"


def _wants_a_reply(document: Document) -> bool:
    """The other practice replies to the first message of a dialogue, and lets the clinic have the last word."""
    return document.header.type_code == "DIALOG_HELSEFAGLIG" and document.header.conversation is None
