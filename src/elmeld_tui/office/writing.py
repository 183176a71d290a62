"""Writing: a draft, what is wrong with it, what the receiver will see, and sending it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from elmeld_tui.engine.outbox import enqueue
from elmeld_tui.i18n import t
from elmeld_tui.messages import document, schemas, views, writing
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Ident, Party, Professional, Unit
from elmeld_tui.model.sender import sender_party
from elmeld_tui.model.view import View
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import document_patient
from elmeld_tui.office.reading import find_message
from elmeld_tui.office.replies import reply_form
from elmeld_tui.store import audit, drafts
from elmeld_tui.store.drafts import DraftContent

_STARTED_BY_HAND = ("referral", "dialogue", "request")
"""Forms that begin a dialogue; the others answer something."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something being written.

    Attributes:
        form: name of its form description.
        answers: to the form's questions.
        recipient_her: HER-id of the receiver; empty until chosen.
        recipient_name: what the recipient field shows.
        sender_her: HER-id of the service it is written under.
        patient_id: whom it is about; None until chosen.
        in_reply_to: the message it answers, or None.
        id: of the draft as kept; None until it is kept.
    """

    form: str
    answers: Answers = field(default_factory=dict)
    recipient_her: str = ""
    recipient_name: str = ""
    sender_her: str = ""
    patient_id: int | None = None
    in_reply_to: int | None = None
    id: int | None = None


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


def startable_forms() -> list[FormDescription]:
    """Return the forms a user can begin a message with, in the order they are offered."""
    forms = writing.forms()
    return [forms[name] for name in _STARTED_BY_HAND]


def form_of(draft: Draft) -> FormDescription:
    """Return the form description of a draft."""
    return writing.forms()[draft.form]


def new_draft(office: Office, form_name: str, *, patient_id: int | None = None) -> Draft:
    """Return an empty draft from the clinic's usual sender; it is not kept until saved."""
    return Draft(form_name, sender_her=office.clinic.services[0].her_id, patient_id=patient_id)


def reply_draft(office: Office, message_id: int) -> Draft:
    """Return the beginning of an answer to a message: addressed back, about the same patient.

    Raises:
        OfficeError: nothing answers a message of this type.
    """
    message = find_message(office, message_id)
    form_name = reply_form(message.direction, message.type_code)
    if not form_name:
        raise OfficeError(t("Denne meldingen kan ikke besvares. Skriv en ny melding i stedet."))
    ours = {service.her_id for service in office.clinic.services}
    return Draft(
        form_name,
        recipient_her=message.sender_her,
        recipient_name=message.sender_name,
        sender_her=message.receiver_her if message.receiver_her in ours else office.clinic.services[0].her_id,
        patient_id=message.patient_id,
        in_reply_to=message_id,
    )


def save_draft(office: Office, draft: Draft) -> Draft:
    """Keep a draft as it stands, finished or not; return it with its id."""
    content = DraftContent(
        form=draft.form,
        answers=draft.answers,
        owner=office.user.name,
        recipient_her=draft.recipient_her,
        recipient_name=draft.recipient_name,
        sender_her=draft.sender_her,
        patient_id=draft.patient_id,
        in_reply_to=draft.in_reply_to,
    )
    with office.database.transaction() as connection:
        draft_id = drafts.save(connection, content, at=to_text(office.clock()), draft_id=draft.id)
    return replace(draft, id=draft_id)


def load_draft(office: Office, draft_id: int) -> Draft:
    """Return a kept draft.

    Raises:
        OfficeError: it is gone, or somebody else's.
    """
    kept = office.reader.draft(draft_id)
    if kept is None or kept.owner != office.user.name:
        raise OfficeError(t("Utkastet finnes ikke lenger. Det kan være sendt fra et annet vindu."))
    return Draft(
        form=kept.form,
        answers=kept.answers,
        recipient_her=kept.recipient_her,
        recipient_name=kept.recipient_name,
        sender_her=kept.sender_her,
        patient_id=kept.patient_id,
        in_reply_to=kept.in_reply_to,
        id=kept.id,
    )


def discard_draft(office: Office, draft: Draft) -> None:
    """Throw a draft away."""
    if draft.id is not None:
        with office.database.transaction() as connection:
            drafts.remove(connection, draft.id)


def problems(draft: Draft) -> dict[str, str]:
    """Return what stands between a draft and being sent: the problem beside each field that has one.

    The keys are the form's field names, and ``recipient``, ``sender`` and ``patient``.
    """
    found = writing.check_answers(form_of(draft), draft.answers)
    if not draft.recipient_her:
        found["recipient"] = t("Velg en mottaker.")
    if not draft.sender_her:
        found["sender"] = t("Velg hvilken tjeneste meldingen sendes fra.")
    if draft.patient_id is None:
        found["patient"] = t("Velg en pasient.")
    return found


def preview(office: Office, draft: Draft) -> Preview:
    """Build the document and read it back as the receiver will.

    Raises:
        OfficeError: something is missing, or the document breaks its schema.
    """
    raw = _build(office, draft)
    step = t(
        "Meldingen signeres og krypteres for {recipient}. Kvitteringen kommer i Sendt og i meldingsloggen.",
        recipient=draft.recipient_name or draft.recipient_her,
    )
    return Preview(views.view(document.read(raw)), raw, step)


def send(office: Office, draft: Draft) -> int:
    """Send a message: from here on it is the engine's to deliver, and it cannot get lost.

    The document, its ledger, its place in the outbox and in Sendt, and the end of the draft are one transaction.

    Returns:
        The message's number.

    Raises:
        OfficeError: something is missing; the draft is untouched.
    """
    raw = _build(office, draft)
    now = office.clock()
    with office.database.transaction() as connection:
        message_id = enqueue(connection, document.read(raw), now=now, user=office.user.name)
        if draft.id is not None:
            drafts.remove(connection, draft.id)
        audit.note(connection, at=to_text(now), user=office.user.name, action="send", message_id=message_id)
    return message_id


def _build(office: Office, draft: Draft) -> bytes:
    found = problems(draft)
    if found:
        raise OfficeError(t("Meldingen kan ikke sendes ennå: {problem}", problem=next(iter(found.values()))))
    assert draft.patient_id is not None
    receiver = recipient(office, draft.recipient_her)
    if not receiver.encryption_certificate:
        raise OfficeError(
            t(
                "{name} har ikke noe krypteringssertifikat i adresseregisteret og kan ikke motta meldinger.",
                name=receiver.full_name,
            )
        )
    original = _original(office, draft)
    addressing = writing.Addressing(
        sender=sender_party(office.clinic, office.service(draft.sender_her), office.user),
        receiver=receiver_party(receiver),
        patient=document_patient(office, draft.patient_id),
        msg_id=new_uuid(),
        now=office.clock(),
        test=office.clinic.test,
    )
    raw = writing.build(draft.form, draft.answers, addressing, in_reply_to=original)
    faults = schemas.validate(document.read(raw).root)
    if faults:
        raise OfficeError(t("Meldingen følger ikke skjemaet sitt: {fault}", fault=faults[0].message))
    return raw


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
