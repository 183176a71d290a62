"""What becomes of a document that has arrived: imported, rejected with a reason, or left to a human.

The rejection rules are those of AR11 §3.3.4 and HITS 1168. A fault in the meaning of a document, or an unknown code,
never leads to rejection (AR11 §3.3.2); an emergency referral that can be read is never rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from elmeld_tui.i18n import t
from elmeld_tui.messages import apprec, attachments, patients, remarks, schemas, signatures
from elmeld_tui.messages.apprec import AppRecError, Outcome
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.patients import Record
from elmeld_tui.model.clinic import UnknownPatient, UnknownReceiver
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import is_uuid
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.parties import Party


class Decision(StrEnum):
    """What becomes of a document."""

    IMPORT = "import"
    REJECT = "reject"
    MANUAL = "manual"
    NOT_FOR_US = "not_for_us"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one document.

    Attributes:
        decision: what becomes of it.
        errors: of the AppRec that refuses it; empty unless the decision is REJECT.
        findings: all that was found, in the user's language.
        recipients: our parties among its receivers, each owed one AppRec; empty where none can or may be sent.
        unknown: those of them that are refused for themselves, though the document is taken in for another.
    """

    decision: Decision
    errors: tuple[AppRecError, ...]
    findings: list[Finding]
    recipients: tuple[Party, ...]
    unknown: tuple[Party, ...] = ()

    def outcome(self, recipient: Party) -> Outcome:
        """Return what ``recipient``, one of the recipients, answers."""
        errors = self.errors or ((apprec.error("E21", _no_such(recipient)),) if recipient in self.unknown else ())
        return Outcome(apprec.REJECTED if errors else apprec.OK, errors)


def judge(
    document: Document,
    *,
    our_her_ids: frozenset[str],
    test_mode: bool,
    schema_findings: list[Finding] | None = None,
    signature_findings: list[Finding] | None = None,
    record: Record | None = None,
    unknown_receivers: UnknownReceiver = UnknownReceiver.REJECT,
    unknown_patients: UnknownPatient = UnknownPatient.ACCEPT,
) -> Judgement:
    """Decide what becomes of ``document``.

    Args:
        document: as read.
        our_her_ids: every HER-id that is this clinic, of either level.
        test_mode: whether test messages and synthetic persons are everyday here.
        schema_findings: what the schema said; None to ask it now.
        signature_findings: what the personal signature said; None to ask it now, trusting nobody in particular.
        record: whether the patient has a record here; None where nobody has looked.
        unknown_receivers: what becomes of a message to our organisation, but to nobody known here.
        unknown_patients: what becomes of a discharge summary or report about a patient without a record here.
    """
    header = document.header
    ours = tuple(party for party in header.receivers if _addresses(party, our_her_ids))
    if not ours and any(party.her_id for party in header.receivers):
        return Judgement(Decision.NOT_FOR_US, (), [_not_for_us(header)], ())

    faults = _format_faults(document, schema_findings)
    if header.kind is Kind.APPREC:
        # Faults in a receipt have no one to go to; what can be read of it still answers our message.
        return Judgement(Decision.IMPORT, (), [_as_warning(fault) for fault in faults], ())
    unknown = tuple(party for party in ours if party.her_id not in our_her_ids)
    nobody_known = ours == unknown
    ask_who = bool(unknown) and nobody_known and unknown_receivers is UnknownReceiver.ASK
    signed = signatures.findings(document, None) if signature_findings is None else signature_findings
    if not any(fault.code == "T10" for fault in faults):
        if nobody_known and not ask_who:
            faults += _addressing_faults(ours)
        faults += _sender_faults(header)
        faults += _identity_faults(header)
        faults += patients.faults(document)
        faults += [one for one in signed if one.severity is Severity.ERROR]
        # HITS 1168 §4.4: an attachment that cannot be handled refuses the whole message.
        faults += attachments.unsupported(attachments.references(document))
        if unknown_patients is UnknownPatient.REJECT:
            faults += patients.without_record(header, record)
    told = {fault.message for fault in faults}
    noted = [
        remark
        for remark in (
            *(_unknown_receiver(party) for party in unknown if not nobody_known or ask_who),
            *patients.remarks(header, test_mode=test_mode, record=record),
            *remarks.of(document),
            *(one for one in signed if one.severity is not Severity.ERROR),
            *_processing_remarks(header, test_mode=test_mode),
        )
        if remark.message not in told
    ]

    if header.emergency:
        # An emergency referral that can be read is always accepted (AR11 §3.3.4).
        return Judgement(Decision.IMPORT, (), [*map(_as_warning, faults), *noted], ours)
    if faults:
        return Judgement(Decision.REJECT, _errors(faults), [*faults, *noted], answerable(header, ours))
    manual = (
        ask_who
        or patients.needs_a_human(header)
        or (header.processing in {"T", "D"} and not test_mode)
        or (unknown_patients is UnknownPatient.ASK and bool(patients.without_record(header, record)))
    )
    refused = unknown if unknown_receivers is UnknownReceiver.REJECT else ()
    return Judgement(Decision.MANUAL if manual else Decision.IMPORT, (), noted, ours, refused)


def judge_unreadable(recovered: Document, fault: Finding, *, our_her_ids: frozenset[str]) -> Judgement:
    """Decide what becomes of a document that is not well-formed, where its header could be recovered.

    It is refused with T01 and never taken in (AR11 §3.3.4).

    Args:
        recovered: what could be recovered of it, with sender, receivers, MsgId and GenDate.
        fault: what is wrong with it.
        our_her_ids: every HER-id that is this clinic, of either level.
    """
    header = recovered.header
    ours = tuple(party for party in header.receivers if _addresses(party, our_her_ids))
    if not ours:
        return Judgement(Decision.NOT_FOR_US, (), [fault, _not_for_us(header)], ())
    return Judgement(Decision.REJECT, _errors([fault]), [fault], answerable(header, ours))


def answerable(header: Header, ours: tuple[Party, ...]) -> tuple[Party, ...]:
    """Return ``ours``, or nobody where the document does not say whom and what an AppRec would answer."""
    return ours if header.sender and header.sender.her_id and apprec.is_answerable(header) else ()


def _addresses(party: Party, our_her_ids: frozenset[str]) -> bool:
    return party.her_id in our_her_ids or party.organisation.her_id in our_her_ids


def _not_for_us(header: Header) -> Finding:
    named = ", ".join(f"{party.name} ({party.her_id or '–'})" for party in header.receivers)
    return Finding(
        Severity.ERROR,
        "not_for_us",
        "Receiver",
        t("Meldingen er adressert til {named}, ikke til denne klinikken. Den tas ikke inn.", named=named),
    )


def _format_faults(document: Document, schema_findings: list[Finding] | None) -> list[Finding]:
    header = document.header
    if not schemas.has_schema(header.namespace):
        name = type_name(header.type_code, header.kind)
        what = f"{name} {header.version}" if header.version else f"{name} ({header.namespace})"
        return [
            Finding(
                Severity.ERROR,
                "T10",
                "",
                t("Meldingsformatet støttes ikke her: {what}. Be avsender bruke et annet format.", what=what),
            )
        ]
    found = schemas.validate(document.root) if schema_findings is None else schema_findings
    return [finding for finding in found if finding.severity is Severity.ERROR]


def _addressing_faults(ours: tuple[Party, ...]) -> list[Finding]:
    """E21 where the unit is ours, and no service or person of ours is addressed below it."""
    if not ours:
        return [
            Finding(Severity.ERROR, "E21", "Receiver", t("Meldingen oppgir ingen mottaker som kan kjennes igjen."))
        ]
    return [Finding(Severity.ERROR, "E21", "Receiver", _no_such(party)) for party in ours]


def _no_such(party: Party) -> str:
    unknown = f"{party.name} ({party.her_id})"
    return t("Virksomheten er vår, men mottakeren under den finnes ikke her: {unknown}.", unknown=unknown)


def _unknown_receiver(party: Party) -> Finding:
    return Finding(Severity.WARNING, "E21", "Receiver", _no_such(party))


def _sender_faults(header: Header) -> list[Finding]:
    """A message from nobody is neither filed nor answered; what the schema says of it is told beside."""
    if header.sender and (header.sender.name or header.sender.her_id):
        return []
    return [Finding(Severity.ERROR, "X99", "Sender", t("Meldingen oppgir ingen avsender."))]


def _identity_faults(header: Header) -> list[Finding]:
    """E10 applies to the types that AppRec 1.1 answers; older senders use other ids (AR11 §3.3.4)."""
    if apprec.version_for(header) == "1.0" or is_uuid(header.msg_id):
        return []
    return [
        Finding(
            Severity.ERROR,
            "E10",
            "MsgId",
            t("Meldingens identifikator er ikke en UUID: «{msg_id}».", msg_id=header.msg_id),
        )
    ]


def _processing_remarks(header: Header, *, test_mode: bool) -> list[Finding]:
    if header.processing not in {"T", "D"}:
        return []
    severity = Severity.NOTE if test_mode else Severity.WARNING
    return [
        Finding(
            severity,
            "test_message",
            "ProcessingStatus",
            t("Meldingen er merket som test eller opplæring, og er ikke pasientopplysninger."),
        )
    ]


def _errors(faults: list[Finding]) -> tuple[AppRecError, ...]:
    """One error a code, the first finding its explanation: a schema breach often draws others after it."""
    first: dict[str, Finding] = {}
    for fault in faults:
        first.setdefault(fault.code, fault)
    return tuple(apprec.error(code, _detail(fault)) for code, fault in first.items())


def _detail(fault: Finding) -> str:
    return f"{fault.where}: {fault.message}" if fault.where else fault.message


def _as_warning(fault: Finding) -> Finding:
    return Finding(Severity.WARNING, fault.code, fault.where, fault.message)
