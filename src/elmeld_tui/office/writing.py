"""Writing: what is wrong with a draft, a preview of what the receiver will see, and sending it."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.engine import again
from elmeld_tui.engine.outbox import enqueue
from elmeld_tui.engine.remedies import CannotActError
from elmeld_tui.i18n import t
from elmeld_tui.messages import document, framing, schemas, views, writing
from elmeld_tui.messages.composing.building import held_against
from elmeld_tui.model.view import View
from elmeld_tui.office import known_codes, policy, recipients
from elmeld_tui.office.addressing import frame_of
from elmeld_tui.office.beginning import follow_up_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, form_of, remove_sent
from elmeld_tui.office.enclosing import enclosures
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.fitting import too_large
from elmeld_tui.office.next_step import next_step
from elmeld_tui.office.policy import Action
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
        views.view(document.read(raw)),
        raw,
        next_step(office, draft, enclosures(office, draft.enclosures, draft.patient_id)),
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
    frame = frame_of(office, draft)
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


def _original(office: Office, draft: Draft) -> document.Document | None:
    if draft.in_reply_to is None:
        return None
    raw = office.reader.part(draft.in_reply_to, "document")
    if raw is None:
        raise OfficeError(t("Meldingen som skal besvares, finnes ikke lenger."))
    return document.read(raw)
