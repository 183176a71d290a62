"""Writing: what is wrong with a draft, what the receiver will see, and sending it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from elmeld_tui.engine import again
from elmeld_tui.engine.outbox import enqueue
from elmeld_tui.engine.remedies import CannotActError
from elmeld_tui.i18n import t
from elmeld_tui.messages import document, framing, schemas, views, writing
from elmeld_tui.messages.composing.building import held_against
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import moment, value
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.model.header import Conversation
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit
from elmeld_tui.model.sender import sender_party
from elmeld_tui.model.states import Receipt
from elmeld_tui.model.view import View
from elmeld_tui.office import known_codes, policy, recipients
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.beginning import follow_up_draft, sent_document
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, form_of, remove_sent
from elmeld_tui.office.enclosing import enclosures
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.fitting import too_large
from elmeld_tui.office.next_step import next_step
from elmeld_tui.office.patients import document_patient
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message
from elmeld_tui.office.signing import check_identity, sign_as_user
from elmeld_tui.registry.agreements import NotAgreedError


@dataclass(frozen=True, slots=True)
class Preview:
    """What will leave.

    Attributes:
        view: what the receiver's clinician will read.
        document: the bytes themselves, UTF-8 XML.
        next_step: one sentence: what happens when it is sent.
    """

    view: View
    document: bytes
    next_step: str


def problems(draft: Draft) -> dict[str, str]:
    """Return what stands between a draft and being sent: the problem beside each field that has one.

    The keys are the form's field names, and ``recipient``, ``sender`` and ``patient``.
    """
    form = form_of(draft)
    found = writing.check_answers(form, draft.answers)
    if not draft.recipient_her:
        found["recipient"] = t("Velg en mottaker.")
    if not draft.sender_her:
        found["sender"] = t("Velg hvilken tjeneste meldingen sendes fra.")
    if draft.patient_id is None and not form.patient_optional:
        found["patient"] = t("Velg en pasient.")
    if any(copy.value == draft.recipient_her for copy in draft.copies):
        found["copies"] = t("Mottakeren får meldingen allerede. Velg en annen kopimottaker.")
    return found


def what_is_missing(office: Office, draft: Draft) -> dict[str, str]:
    """Return everything that keeps a draft from leaving: `problems`, and what shows only when it is built.

    The keys are those of `problems`; what is about no field has an empty one.
    """
    found = problems(draft)
    if found:
        return found
    try:
        _build(office, draft)
    except OfficeError as error:
        return {"": str(error)}
    return {}


def preview(office: Office, draft: Draft) -> Preview:
    """Build the document and read it back as the receiver will.

    Raises:
        OfficeError: something is missing, or the document breaks its schema.
    """
    raw = _build(office, draft)
    return Preview(
        views.view(document.read(raw)), raw, next_step(office, draft, enclosures(office, draft.enclosures))
    )


def send(office: Office, draft: Draft) -> int:
    """Send a message: from here on it is the engine's to deliver, and it cannot get lost.

    The document, its ledger, its place in the outbox and in Sendt, and the end of the draft are one transaction.

    Returns:
        The message's number.

    Raises:
        OfficeError: something is missing; the draft is untouched.
    """
    policy.require(office, Action.WRITE)
    raw = _build(office, draft)
    if form_of(draft).signed:
        raw = sign_as_user(office, raw)
    now, leaving = office.clock(), document.read(raw)
    with office.database.transaction() as connection:
        remove_sent(connection, draft)
        try:
            message_id = enqueue(connection, leaving, now=now, user=office.user.name)
            if draft.recreates is not None:
                again.recreated(connection, message_id, draft.recreates, now=now, user=office.user.name)
        except (NotAgreedError, CannotActError) as error:
            raise OfficeError(str(error)) from error
        # Which draft it was, for a second terminal that has it open.
        of_draft = {"draft": draft.id} if draft.id else {}
        # Acceptance criterion S2: what it was held against before it left.
        office.note(connection, "send", message_id, schemas=list(held_against(leaving)), **of_draft)
        recipients.note_sent(connection, office, leaving)
        known_codes.note_sent(connection, office, draft)
    return message_id


def cancel(office: Office, message_id: int) -> int:
    """Cancel a document we have sent: the complete document goes to the same receivers as a cancellation.

    Returns:
        The number of the message that cancels.

    Raises:
        OfficeError: the message is not ours, or its kind cannot be cancelled.
    """
    return send(office, follow_up_draft(office, message_id, "C"))


def _build(office: Office, draft: Draft) -> bytes:
    found = problems(draft)
    if found:
        raise OfficeError(t("Meldingen kan ikke sendes ennå: {problem}", problem=next(iter(found.values()))))
    if form_of(draft).signed:
        check_identity(office.user)
    frame = _frame(office, draft)
    if found := framing.problems(form_of(draft), draft.answers, frame):
        raise OfficeError(t("Meldingen kan ikke sendes ennå: {problem}", problem=next(iter(found.values()))))
    try:
        raw = writing.build(draft.form, draft.answers, frame, in_reply_to=_original(office, draft))
    except ValueError as error:
        raise OfficeError(str(error)) from error
    built = document.read(raw)
    faults = schemas.validate(built.root)
    if faults:
        raise OfficeError(t("Meldingen følger ikke skjemaet sitt: {fault}", fault=faults[0].message))
    if problem := too_large(office, built):
        raise OfficeError(problem)
    return raw


def _frame(office: Office, draft: Draft) -> writing.Addressing:
    """Return from whom, to whom, about whom; for a change, also which document, since when, in which thread."""
    frame = writing.Addressing(
        sender=sender_party(
            office.clinic, office.service(draft.sender_her), office.user, signs=form_of(draft).signed
        ),
        receiver=_receiver(office, draft.recipient_her, "PRIM"),
        patient=Patient() if draft.patient_id is None else document_patient(office, draft.patient_id),
        msg_id=new_uuid(),
        now=office.clock(),
        test=office.clinic.test,
        copies=tuple(_receiver(office, copy.value, "COP") for copy in draft.copies),
        enclosures=enclosures(office, draft.enclosures),
        service_type=draft.service_type,
    )
    if draft.recreates is not None:
        return _as_it_was(office, draft, frame, draft.recreates)
    if draft.changes is None:
        return frame
    sent = sent_document(office, find_message(office, draft.changes))
    return replace(
        frame,
        document_id=sent.header.document_id,
        issued=_issued(sent),
        conversation=_thread_of_change(sent) if sent.body is not sent.root else None,
    )


def _as_it_was(office: Office, draft: Draft, frame: writing.Addressing, failed: int) -> writing.Addressing:
    """Return the frame of a message made anew: in the thread it was in, and under its document's id where that may be.

    The id may be kept (AR11 §3.2). It is where the document may have arrived all the same, so that whoever has both
    sees one document; not where it was refused or goes to somebody else, nor where its AppRec names nothing else.
    """
    earlier = sent_document(office, find_message(office, failed))
    sent = earlier.header
    frame = replace(frame, conversation=sent.conversation)
    accounts = {account.her_id: account.receipt for account in office.reader.receivers(failed)}
    may_have_arrived = accounts.get(draft.recipient_her, Receipt.REJECTED) != Receipt.REJECTED
    told_apart = sent.original_id != sent.document_id
    if draft.service_type == "N" and not (may_have_arrived and told_apart):
        return frame
    return replace(frame, document_id=sent.document_id, issued=_issued(earlier))


def _issued(sent: Document) -> datetime | None:
    """IssueDate, which an own-root message has in its document and a MsgHead in the body."""
    return moment(value(sent.body, "IssueDate") or value(sent.body, "*/IssueDate"))


def _thread_of_change(sent: Document) -> Conversation:
    """A change in a MsgHead points to the message that began the conversation (HIS 80517:2017 §5)."""
    started = sent.header.conversation.start if sent.header.conversation else sent.header.msg_id
    return Conversation(parent=sent.header.msg_id, start=started)


def _receiver(office: Office, her_id: str, role: str) -> Party:
    found = recipient(office, her_id)
    if problem := recipients.closed(office, found):
        raise OfficeError(problem)
    return replace(receiver_party(found), role=role)


def _original(office: Office, draft: Draft) -> document.Document | None:
    if draft.in_reply_to is None:
        return None
    raw = office.reader.part(draft.in_reply_to, "document")
    if raw is None:
        raise OfficeError(t("Meldingen som skal besvares, finnes ikke lenger."))
    return document.read(raw)


def receiver_party(party: DirectoryParty) -> Party:
    """Return a party of the register as a document addresses it, on both levels (HIS 1153-2 AD2.5-AD2.8)."""
    organisation = Unit(
        party.parent_name or party.name,
        _idents(party.parent_her_id or party.her_id, party.organisation_number),
    )
    if party.type is PartyType.PERSON:
        given, _, family = party.name.rpartition(" ")
        person = Professional(family, "", given, _person_idents(party))
        return Party(organisation, person=person, role="PRIM")
    if is_nav(addressed := Party(organisation, role="PRIM")):
        # NAV has no services below it in the register.
        return addressed
    return Party(organisation, Unit(party.name, _idents(party.her_id)), role="PRIM")


def _idents(her_id: str, organisation_number: str = "") -> tuple[Ident, ...]:
    her = Ident(her_id, CodedValue("HER", oid(9051), "HER-id"))
    if not organisation_number:
        return (her,)
    return (her, Ident(organisation_number, CodedValue("ENH", oid(9051), "Organisasjonsnummer")))


def _person_idents(party: DirectoryParty) -> tuple[Ident, ...]:
    her = Ident(party.her_id, CodedValue("HER", oid(8116), "HER-id"))
    if not party.hpr_number:
        return (her,)
    return (her, Ident(party.hpr_number, CodedValue("HPR", oid(8116), "HPR-nummer")))
