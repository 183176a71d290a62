"""MsgHead 1.2, the envelope of dialogue, referral 2.0, sick note and medical certificate (HIS 80601:2006)."""

from __future__ import annotations

from elmeld_tui.messages import building, enclosing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.nodes import Node, coded, find, find_all, text, value
from elmeld_tui.messages.reading import Element, day, moment, namespace
from elmeld_tui.model import clock
from elmeld_tui.model.contact import Address, Telecom
from elmeld_tui.model.header import Conversation, Header
from elmeld_tui.model.kinds import MSGHEAD, Kind
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit

COMPONENT = "http://www.kith.no/xmlstds/felleskomponent1"
"""Namespace of what bodies share with each other: identifiers, addresses, persons."""


def read_header(root: Node, body: Node, kind: Kind, version: str) -> Header:
    """Read MsgInfo, and from the body what names the document; nothing is required."""
    info = find(root, "MsgInfo")
    msg_id = text(info, "MsgId")
    generated = text(info, "GenDate")
    primary = read_party(find(info, "Receiver"), role="PRIM")
    others = (
        read_party(other, role=value(other, "RoleReceiver") or "COP") for other in find_all(info, "OtherReceiver")
    )
    return Header(
        namespace=body.place.namespace,
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
        theme=coded(body, "Notat/TemaKodet") or coded(body, "Foresporsel/TypeForesp"),
    )


def _title(body: Node) -> str:
    """The sender's own words for the matter: a subject line before a coded theme before a diagnosis."""
    for place in ("Notat/Tema", "Foresporsel/EmneSporsmal"):
        if subject := text(body, place):
            return subject
    for place in ("Notat/TemaKodet", "Foresporsel/TypeForesp", "Diagnosis/Concept"):
        theme = coded(body, place)
        if theme:
            return theme.text or theme.original_text or theme.value
    return ""


def _conversation(reference: Node | None) -> Conversation | None:
    if reference is None:
        return None
    return Conversation(text(reference, "RefToParent"), text(reference, "RefToConversation"))


def read_party(node: Node | None, role: str = "") -> Party | None:
    """Read a Sender, Receiver or OtherReceiver; None where it is absent or empty.

    An OtherReceiver may name a person without an organisation.
    """
    if node is None or not node.children:
        return None
    organisation = find(node, "Organisation")
    service = find(organisation, "Organisation")
    person = next(
        (
            found
            for found in (
                find(organisation, "HealthcareProfessional"),
                find(service, "HealthcareProfessional"),
                find(node, "HealthcareProfessional"),
                find(node, "Person"),
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


def read_unit(node: Node) -> Unit:
    """Read one Organisation, without what lies below it."""
    return Unit(
        name=text(node, "OrganisationName"),
        idents=_idents(node),
        type=coded(node, "TypeOrganisation"),
        address=_address(node),
        telecoms=_telecoms(node),
    )


def read_professional(node: Node) -> Professional:
    """Read a HealthcareProfessional or a Person."""
    return Professional(
        family_name=text(node, "FamilyName"),
        middle_name=text(node, "MiddleName"),
        given_name=text(node, "GivenName"),
        idents=_idents(node),
        profession=coded(node, "TypeHealthcareProfessional"),
        role_to_patient=coded(node, "RoleToPatient"),
        address=_address(node),
        telecoms=_telecoms(node),
    )


def _patient(node: Node | None) -> Patient | None:
    if node is None or not node.children:
        return None
    return Patient(
        family_name=text(node, "FamilyName"),
        middle_name=text(node, "MiddleName"),
        given_name=text(node, "GivenName"),
        birth_date=day(text(node, "DateOfBirth")),
        sex=coded(node, "Sex"),
        idents=_idents(node),
        address=_address(node),
        telecoms=_telecoms(node),
    )


def _idents(node: Node) -> tuple[Ident, ...]:
    return tuple(Ident(text(one, "Id"), coded(one, "TypeId")) for one in find_all(node, "Ident"))


def _telecoms(node: Node) -> tuple[Telecom, ...]:
    return tuple(
        Telecom(coded(one, "TypeTelecom"), value(one, "TeleAddress")) for one in find_all(node, "TeleCom")
    )


def _address(node: Node) -> Address | None:
    found = find(node, "Address")
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


def write_envelope(addressing: Addressing, type_code: str) -> tuple[Element, Element]:
    """Return a new MsgHead and, in its first document, the empty Content that the body goes into."""
    head = building.root(MSGHEAD, "MsgHead")
    info = building.section(head, "MsgInfo")
    building.cs(info, "Type", type_code, "8279")
    building.text(info, "MIGversion", "v1.2 2006-05-24")
    building.text(info, "GenDate", clock.business_text(addressing.now))
    building.text(info, "MsgId", addressing.msg_id)
    if addressing.test:
        building.cs(info, "ProcessingStatus", "D", "8113")
    # Not in use any more, but older receivers answer only those who ask (HIS 80601 §4.1, change log).
    building.cs(info, "Ack", "J", "7304")
    if addressing.conversation:
        reference = building.section(info, "ConversationRef")
        building.text(reference, "RefToParent", addressing.conversation.parent)
        building.text(reference, "RefToConversation", addressing.conversation.start)
    # NAV holds the writer against the certificate of the personal signature (HIS 80805 §4.1).
    signs = is_nav(addressing.receiver)
    _write_party(building.section(info, "Sender"), addressing.sender, names_writer=signs)
    _write_party(building.section(info, "Receiver"), addressing.receiver)
    for copy in addressing.copies:
        other = building.section(info, "OtherReceiver")
        building.cs(other, "RoleReceiver", "COP", "8112")
        _write_party(other, copy)
    _write_patient(building.section(info, "Patient"), addressing.patient)
    reference = building.section(building.section(head, "Document"), "RefDoc")
    building.value(reference, "IssueDate", clock.business_text(addressing.now))
    building.cs(reference, "MsgType", "XML", "8114")
    content = building.section(reference, "Content")
    # Attachments are the documents after the first (HIS 1036 §4.2; HIS 1077 §5.2).
    for enclosure in addressing.enclosures:
        enclosing.write_reference(building.section(head, "Document"), enclosure, addressing)
    return head, content


def _write_party(parent: Element, party: Party, *, names_writer: bool = False) -> None:
    """Write both levels; a person is named where the person is the party (HIS 1153-2 AD2.5-2.8), or the signer."""
    organisation = building.section(parent, "Organisation")
    _write_unit(organisation, party.organisation)
    if party.department:
        _write_unit(building.section(organisation, "Organisation"), party.department)
    if party.person and party.person.idents and (names_writer or not party.department):
        write_professional(building.section(organisation, "HealthcareProfessional"), party.person)


def _write_unit(element: Element, unit: Unit) -> None:
    building.text(element, "OrganisationName", unit.name)
    building.cv(element, "TypeOrganisation", unit.type)
    write_idents(element, unit.idents)
    _write_address(element, unit.address)
    write_telecoms(element, unit.telecoms)


def write_professional(element: Element, person: Professional, telecoms: tuple[Telecom, ...] = ()) -> None:
    """Fill a HealthcareProfessional; ``telecoms`` stand where the person has none of their own."""
    building.cs(element, "TypeHealthcareProfessional", person.profession, "9060")
    building.cv(element, "RoleToPatient", person.role_to_patient, "9034")
    _write_name(element, person)
    write_idents(element, person.idents)
    write_telecoms(element, person.telecoms or telecoms)


def _write_patient(element: Element, patient: Patient) -> None:
    _write_name(element, patient)
    building.text(element, "DateOfBirth", patient.birth_date.isoformat() if patient.birth_date else "")
    building.cs(element, "Sex", patient.sex, "3101")
    write_idents(element, patient.idents)
    _write_address(element, patient.address)
    write_telecoms(element, patient.telecoms)


def _write_name(element: Element, person: Patient | Professional) -> None:
    building.text(element, "FamilyName", person.family_name)
    building.text(element, "MiddleName", person.middle_name)
    building.text(element, "GivenName", person.given_name)


def write_idents(element: Element, idents: tuple[Ident, ...], outer: str = "") -> None:
    """Append every identifier, in the element's own namespace or in ``outer``.

    What is inside an Ident belongs to MsgHead in the envelope, to felleskomponent1 in a body.
    """
    inner = "" if namespace(element) == MSGHEAD else COMPONENT
    for ident in idents:
        one = building.section(element, "Ident", outer)
        building.text(one, "Id", ident.id, inner)
        building.cv(
            one, "TypeId", ident.type, "9051" if ident.type.value in {"HER", "ENH", "RSH"} else "8116", inner
        )


def write_telecoms(element: Element, telecoms: tuple[Telecom, ...], outer: str = "") -> None:
    """Append every telephone number and the like, in the element's own namespace or in ``outer``."""
    inner = "" if namespace(element) == MSGHEAD else COMPONENT
    for telecom in telecoms:
        one = building.section(element, "TeleCom", outer)
        building.cs(one, "TypeTelecom", telecom.type, "9061", inner)
        building.value(one, "TeleAddress", telecom.address, inner)


def _write_address(element: Element, address: Address | None) -> None:
    if address is None:
        return
    one = building.section(element, "Address")
    building.cs(one, "Type", address.type, "3401")
    building.text(one, "StreetAdr", address.street)
    building.text(one, "PostalCode", address.postal_code)
    building.text(one, "City", address.city)
    building.text(one, "Postbox", address.postbox)
    building.cs(one, "County", address.county, "3402")
    building.cs(one, "Country", address.country, "9043")
