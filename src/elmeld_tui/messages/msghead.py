"""MsgHead 1.2, the envelope of dialogue, referral 2.0, sick note and medical certificate (HIS 80601:2006)."""

from __future__ import annotations

from elmeld_tui.messages.reading import (
    Element,
    MaybeElement,
    coded,
    day,
    find,
    find_all,
    moment,
    namespace,
    text,
    value,
)
from elmeld_tui.model.header import Conversation, Header
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.parties import Address, Ident, Party, Patient, Professional, Telecom, Unit


def read_header(root: Element, body: Element, kind: Kind, version: str) -> Header:
    """Read MsgInfo, and from the body what names the document; nothing is required."""
    info = find(root, "MsgInfo")
    msg_id = text(info, "MsgId")
    generated = text(info, "GenDate")
    primary = read_party(find(info, "Receiver"), role="PRIM")
    others = (
        read_party(other, role=value(other, "RoleReceiver") or "COP") for other in find_all(info, "OtherReceiver")
    )
    return Header(
        namespace=namespace(body),
        kind=kind,
        version=version,
        type_code=value(info, "Type"),
        msg_id=msg_id,
        document_id=text(body, "DocumentId"),
        original_id=msg_id,
        service_type=value(body, "ServType") if kind is Kind.REFERRAL else "",
        generated=moment(generated),
        generated_text=generated,
        sender=read_party(find(info, "Sender")),
        receivers=tuple(party for party in (primary, *others) if party),
        patient=_patient(find(info, "Patient")),
        conversation=_conversation(find(info, "ConversationRef")),
        processing=value(info, "ProcessingStatus"),
        emergency=kind is Kind.REFERRAL and value(body, "ReqServ/Priority") == "0",
        title=_title(body),
    )


def _title(body: Element) -> str:
    """The sender's own words for the matter: a subject line before a coded theme before a diagnosis."""
    for place in ("Notat/Tema", "Foresporsel/EmneSporsmal"):
        if subject := text(body, place):
            return subject
    for place in ("Notat/TemaKodet", "Foresporsel/TypeForesp", "Diagnosis/Concept"):
        theme = coded(body, place)
        if theme:
            return theme.text or theme.original_text or theme.value
    return ""


def _conversation(reference: MaybeElement) -> Conversation | None:
    if reference is None:
        return None
    return Conversation(text(reference, "RefToParent"), text(reference, "RefToConversation"))


def read_party(element: MaybeElement, role: str = "") -> Party | None:
    """Read a Sender, Receiver or OtherReceiver; None where it is absent or empty.

    An OtherReceiver may name a person without an organisation.
    """
    if element is None or not len(element):
        return None
    organisation = find(element, "Organisation")
    service = find(organisation, "Organisation")
    person = next(
        (
            found
            for found in (
                find(organisation, "HealthcareProfessional"),
                find(service, "HealthcareProfessional"),
                find(element, "HealthcareProfessional"),
                find(element, "Person"),
            )
            if found is not None
        ),
        None,
    )
    return Party(
        organisation=read_unit(organisation) if organisation is not None else Unit(""),
        department=read_unit(service) if service is not None else None,
        person=read_professional(person) if person is not None else None,
        role=role,
    )


def read_unit(element: Element) -> Unit:
    """Read one Organisation, without what lies below it."""
    return Unit(
        name=text(element, "OrganisationName"),
        idents=_idents(element),
        type=coded(element, "TypeOrganisation"),
        address=_address(element),
        telecoms=_telecoms(element),
    )


def read_professional(element: Element) -> Professional:
    """Read a HealthcareProfessional or a Person."""
    return Professional(
        family_name=text(element, "FamilyName"),
        middle_name=text(element, "MiddleName"),
        given_name=text(element, "GivenName"),
        idents=_idents(element),
        profession=coded(element, "TypeHealthcareProfessional"),
        role_to_patient=coded(element, "RoleToPatient"),
        address=_address(element),
        telecoms=_telecoms(element),
    )


def _patient(element: MaybeElement) -> Patient | None:
    if element is None or not len(element):
        return None
    return Patient(
        family_name=text(element, "FamilyName"),
        middle_name=text(element, "MiddleName"),
        given_name=text(element, "GivenName"),
        birth_date=day(text(element, "DateOfBirth")),
        sex=coded(element, "Sex"),
        idents=_idents(element),
        address=_address(element),
        telecoms=_telecoms(element),
    )


def _idents(element: Element) -> tuple[Ident, ...]:
    return tuple(Ident(text(one, "Id"), coded(one, "TypeId")) for one in find_all(element, "Ident"))


def _telecoms(element: Element) -> tuple[Telecom, ...]:
    return tuple(
        Telecom(coded(one, "TypeTelecom"), value(one, "TeleAddress")) for one in find_all(element, "TeleCom")
    )


def _address(element: Element) -> Address | None:
    found = find(element, "Address")
    if found is None:
        return None
    return Address(
        type=coded(found, "Type"),
        street=text(found, "StreetAdr"),
        postbox=text(found, "Postbox"),
        postal_code=text(found, "PostalCode"),
        city=text(found, "City"),
        county=coded(found, "County"),
        country=coded(found, "Country"),
    )
