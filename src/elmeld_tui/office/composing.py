"""Composing from an object at a clinic: who we are and whom we know; and sending a document that is ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree
from sqlalchemy import bindparam, select

from elmeld_tui.engine.outbox import enqueue
from elmeld_tui.i18n import t
from elmeld_tui.messages import patients, schemas, writing
from elmeld_tui.messages.composing.building import ComposeError, held_against
from elmeld_tui.messages.composing.example import example
from elmeld_tui.messages.composing.identity import Said, Surroundings
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.identifiers import read_national_id
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.parties import Party, Patient
from elmeld_tui.model.sender import sender_party
from elmeld_tui.office import policy, recipients
from elmeld_tui.office.addresses import nav, recipient
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.fitting import too_large
from elmeld_tui.office.patients import document_patient
from elmeld_tui.office.policy import Action
from elmeld_tui.office.receiver_names import disagreements
from elmeld_tui.office.signing import check_identity, sign_as_user, signature_problem
from elmeld_tui.office.writing import receiver_party
from elmeld_tui.registry.agreements import NotAgreedError
from elmeld_tui.store import tables
from elmeld_tui.store.columns import is_some

_SENT = tables.message.c
_ONCE = select(_SENT.id).where(is_some(_SENT.msg_id), _SENT.msg_id == bindparam("msg_id"))


def example_from_here(office: Office, form: FormDescription) -> dict[str, Any]:
    """Return an example of ``form`` that this clinic may send: from itself, to somebody it knows, with no copies.

    Where nobody it knows takes the form, the receiver is the example's own, who does not exist.
    """
    said = example(form) | {"sender": {"her_id": office.clinic.services[0].her_id}}
    said.pop("copies", None)
    receiver = _somebody_for(office, form)
    return said | ({"receiver": {"her_id": receiver}} if receiver else {})


def _somebody_for(office: Office, form: FormDescription) -> str:
    if form.to_nav:
        party = nav(office)
        return party.her_id if party else ""
    known = recipients.search(office, "", form, everybody=True).candidates
    return next((one.party.her_id for one in known if not one.refused), "")


def surroundings(
    office: Office, form: FormDescription, said: Said, open_file: Callable[[str], bytes]
) -> Surroundings:
    """Return what ``said`` leaves to the clinic: ourselves, parties named by HER-id, a patient named by number.

    Args:
        office: where it is composed.
        form: what is composed.
        said: an object without `checking.misuse`.
        open_file: gives the bytes of an attachment's file.

    Raises:
        ComposeError: one of them is not known.
    """
    problems: dict[str, str] = {}
    parties: dict[str, Party] = {}
    patient = None
    for path, look_up in _unsaid(office, form, said):
        try:
            parties[path] = look_up()
        except OfficeError as error:
            problems[path] = str(error)
    number = _only(said.get("patient"), "national_id")
    if number:
        patient = _known_patient(office, number)
        if patient is None:
            problems["patient.national_id"] = t("Ingen pasient her har dette nummeret. Skriv hele pasienten.")
    if problems:
        raise ComposeError(problems)
    return Surroundings(parties, patient, open_file, synthetic_allowed=office.clinic.test)


def _unsaid(office: Office, form: FormDescription, said: Said) -> Iterator[tuple[str, Callable[[], Party]]]:
    her_id = _only(said.get("sender"), "her_id")
    if her_id or "sender" not in said:
        yield "sender", lambda: _ourselves(office, form, her_id)
    if receiver := _only(said.get("receiver"), "her_id"):
        yield "receiver", lambda: _registered(office, receiver, "PRIM")
    for number, copy in enumerate(said.get("copies", ())):
        if copied := _only(copy, "her_id"):
            yield f"copies.{number}", lambda copied=copied: _registered(office, copied, "COP")  # type: ignore[misc]


def _only(said: object, name: str) -> str:
    """Return the text at the one key of an object; empty where it has others."""
    return str(said[name]).strip() if isinstance(said, dict) and set(said) == {name} else ""


def _ourselves(office: Office, form: FormDescription, her_id: str) -> Party:
    service = office.service(her_id) if her_id else office.clinic.services[0]
    return sender_party(office.clinic, service, office.user, signs=form.signed)


def _registered(office: Office, her_id: str, role: str) -> Party:
    return replace(receiver_party(recipient(office, her_id)), role=role)


def _known_patient(office: Office, number: str) -> Patient | None:
    found = (record for record in office.reader.patients(number) if record.national_id == number)
    record = next(found, None)
    return document_patient(office, record.id) if record else None


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
