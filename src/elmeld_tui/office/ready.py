"""Sending a finished document: unchanged, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from sqlalchemy import bindparam, select

from elmeld_tui.engine.outbox import enqueue
from elmeld_tui.i18n import t
from elmeld_tui.messages import patients, schemas, writing
from elmeld_tui.messages.composing.building import held_against
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.identifiers import read_national_id
from elmeld_tui.model.kinds import Kind
from elmeld_tui.office import policy, recipients
from elmeld_tui.office.addresses import recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.fitting import too_large
from elmeld_tui.office.policy import Action
from elmeld_tui.office.receiver_names import disagreements
from elmeld_tui.office.signing import check_identity, sign_as_user, signature_problem
from elmeld_tui.registry.agreements import NotAgreedError
from elmeld_tui.store import tables
from elmeld_tui.store.columns import is_some

_SENT = tables.message.c
_ONCE = select(_SENT.id).where(is_some(_SENT.msg_id), _SENT.msg_id == bindparam("msg_id"))


def signed(office: Office, form: FormDescription, document: Document) -> Document:
    """Return ``document`` as it leaves: with the user's personal signature where the form demands one.

    Raises:
        OfficeError: the user, or the clinic, cannot sign.
    """
    if not form.signed:
        return document
    check_identity(office.user)
    return read(sign_as_user(office, document.raw))


class OtherReceiverError(OfficeError):
    """A receiver is somebody else by name than by HER-id; who knows better may overrule it."""


def send_document(office: Office, document: Document, *, even_so: bool = False) -> int:
    """Send a ready document: valid, ours, about an identified patient, to receivers the register has keys for.

    From here on it is the engine's to deliver. The schemas it was held against, and by which tool, go into the audit
    trail (acceptance criterion S2).

    Args:
        office: who sends.
        document: that is ready.
        even_so: whether it goes though a receiver's name is not the one its HER-id has in the register.

    Returns:
        The message's number.

    Raises:
        OtherReceiverError: a receiver's name is not the one its HER-id has in the register; nothing is stored.
        OfficeError: it may not leave; nothing is stored.
    """
    policy.require(office, Action.WRITE)
    problem = next(_reasons_to_stay(office, document), "")
    if problem:
        raise OfficeError(problem)
    other_names = _other_names(office, document)
    if other_names and not even_so:
        raise OtherReceiverError(" ".join(other_names))
    now = office.clock()
    tool = f"libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}"
    with office.database.transaction() as connection:
        if connection.execute(_ONCE, {"msg_id": document.header.msg_id}).first():
            raise OfficeError(t("En melding med denne MsgId-en finnes allerede. Hver sending skal ha sin egen."))
        try:
            message_id = enqueue(connection, document, now=now, user=office.user.name)
        except NotAgreedError as error:
            raise OfficeError(str(error)) from error
        taken = {"even_so": [receiver.her_id for receiver in document.header.receivers]} if other_names else {}
        held = list(held_against(document))
        office.note(connection, "send", message_id, schemas=held, tool=tool, **taken)
        recipients.note_sent(connection, office, document)
    return message_id


def _reasons_to_stay(office: Office, document: Document) -> Iterator[str]:
    """Yield why the document may not leave, the first reason first; the register is asked last."""
    header = document.header
    for fault in schemas.validate(document.root):
        yield t("Meldingen følger ikke skjemaet sitt: {fault}", fault=fault.message)
    if header.kind in {Kind.UNKNOWN, Kind.APPREC}:
        yield t("Dette slaget sendes ikke herfra.")
    for fault in patients.faults(document):
        yield fault.message
    national = header.patient.national_id if header.patient else None
    if national and not _holds(national.id):
        yield t("Kontrollsifrene stemmer ikke. Se etter om to siffer er byttet om.")
    if header.sender is None or header.sender.her_id not in office.clinic.her_ids:
        yield t("Avsenderen i dokumentet er ikke denne klinikken.")
    form = writing.form_of(document)
    if form and form.signed and (problem := signature_problem(document.raw)):
        yield problem
    if not header.receivers:
        yield t("Dokumentet har ingen mottaker.")
    yield from _reasons_of_the_way(office, document)


def _reasons_of_the_way(office: Office, document: Document) -> Iterator[str]:
    header = document.header
    for receiver in header.receivers:
        if problem := recipients.closed(office, recipient(office, receiver.her_id)):
            yield problem
    if problem := too_large(office, document):
        yield problem


def _other_names(office: Office, document: Document) -> list[str]:
    """Return in what a receiver is somebody else by name than by HER-id, of every receiver."""
    return [
        problem
        for receiver in document.header.receivers
        for problem in disagreements(receiver, recipient(office, receiver.her_id))
    ]


def _holds(number: str) -> bool:
    """Return whether a national number can be right: a wrong one is refused before sending (S15)."""
    known = read_national_id(number)
    return known is not None and known.valid
