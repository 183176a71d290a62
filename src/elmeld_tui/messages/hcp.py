"""Messages that are their own root element, and the HCP structure that names their parties.

Discharge summary, referral 1.x, order, service report and AppRec. Which element is the sender depends on the
direction of the service: a requester sends a referral, a provider sends a report (HIS 1153-2 AD2.9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from elmeld_tui.messages import building, enclosing
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.nodes import Node, coded, find, find_all, text, value
from elmeld_tui.messages.reading import Element, day, moment, namespace
from elmeld_tui.model import clock
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.contact import Address, Telecom
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import (
    APPREC_1_0,
    APPREC_1_1,
    DISCHARGE_1_2,
    FORMS,
    ORDER_1_6,
    REFERRAL_1_1,
    REPORT_1_4,
    Kind,
)
from elmeld_tui.model.parties import Ident, Party, Patient, Professional, Unit


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a kind keeps what every header has.

    Attributes:
        document: element below the root that holds the document.
        document_id: its constant id (HISD 1154 ch. 3).
        sender: below the document.
        receiver: below the document.
    """

    document: str
    document_id: str
    sender: str
    receiver: str


LAYOUTS = {
    Kind.REFERRAL: Layout("ServReq", "Id", "Requester", "ServProvider"),
    Kind.ORDER: Layout("ServReq", "Id", "Requester", "ServProvider"),
    Kind.DISCHARGE_SUMMARY: Layout("ServRprt", "ServProvId", "ServProvider", "Requester"),
    Kind.SERVICE_REPORT: Layout("ServReport", "ServProvId", "ServProvider", "Requester"),
}

_NO_ORDER = "NULL"
"""What a report names as its order when the laboratory did not get one electronically (HIS 80822 §4)."""

# Status of the message (8323) tells test as MsgHead's ProcessingStatus (8113) does.
_PROCESSING = {"TEST": "T", "T": "T", "D": "D"}


def read_header(root: Node, body: Node, kind: Kind, version: str) -> Header:
    """Read the header of an own-root message or an AppRec; of any other root, what little has a known name."""
    layout = LAYOUTS.get(kind)
    document = find(root, layout.document) if layout else None
    msg_id = text(root, "MsgId") or text(root, "Id")
    document_id = text(document, layout.document_id) if layout else ""
    generated = value(root, "GenDate")
    form = FORMS.get(body.place.namespace)
    # AppRec 1.0 names the clinical document, AppRec 1.1 the message (AR10 §6.5, AR11 §3.1).
    original_ids = _document_ids(root, layout) if layout and form and form.apprec == "1.0" else ()
    if layout:
        sender, receivers = _document_parties(document, layout)
    else:
        sender = read_party(find(root, "Sender/HCP"))
        receiver = read_party(find(root, "Receiver/HCP"), role="PRIM")
        receivers = (receiver,) if receiver else ()
    return Header(
        namespace=body.place.namespace,
        kind=kind,
        version=version,
        type_code=value(root, "Type") or value(root, "MsgType"),
        msg_id=msg_id,
        document_id=document_id,
        original_id=original_ids[0] if original_ids else msg_id,
        service_type=value(document, "ServType"),
        generated=moment(generated),
        generated_text=generated,
        sender=sender,
        receivers=receivers,
        patient=_patient(find(document, "Patient")),
        conversation=None,
        processing=_PROCESSING.get(value(root, "Status").upper(), "") if layout else "",
        emergency=kind is Kind.REFERRAL and value(document, "ReqServ/Priority") == "0",
        title=_title(document),
        order_id=_order_id(document) if kind in _ANSWERING else "",
        further_original_ids=original_ids[1:],
    )


_ANSWERING = frozenset({Kind.DISCHARGE_SUMMARY, Kind.SERVICE_REPORT})


def _order_id(document: Node | None) -> str:
    given = text(document, "ServReq/Id")
    return "" if given.upper() == _NO_ORDER else given


def _document_ids(root: Node, layout: Layout) -> tuple[str, ...]:
    """The ids of every document in the message: a report 1.3 may hold several."""
    given = (text(document, layout.document_id) for document in find_all(root, layout.document))
    return tuple(dict.fromkeys(filter(None, given)))


def _title(document: Node | None) -> str:
    """The main diagnosis where the kind leads with one, else what the sender calls the document."""
    diagnosis = coded(document, "Diagnosis/Concept")
    description = coded(document, "MsgDescr")
    return (
        diagnosis.text
        or diagnosis.original_text
        or diagnosis.value
        or description.text
        or description.value
        or text(document, "MsgDescr")
    )


def _document_parties(document: Node | None, layout: Layout) -> tuple[Party | None, tuple[Party, ...]]:
    primary = read_party(find(document, f"{layout.receiver}/HCP"), role="PRIM")
    copies = (read_party(copy, role="COP") for copy in find_all(document, "CopyDest/HCP"))
    return read_party(find(document, f"{layout.sender}/HCP")), tuple(p for p in (primary, *copies) if p)


def read_party(node: Node | None, role: str = "") -> Party | None:
    """Read an HCP; None where it is absent or empty. The first department and the first person count."""
    if node is None or not node.children:
        return None
    institution = find(node, "Inst")
    department = find(institution, "Dept")
    person = find(institution, "HCPerson")
    if person is None:
        person = find(node, "HCProf")
    address = _address(find(node, "Address"))
    return Party(
        organisation=Unit("", address=address) if institution is None else _unit(institution, address),
        department=_unit(department) if department is not None else None,
        person=_professional(person) if person is not None else None,
        role=role,
    )


def _unit(node: Node, address: Address | None = None) -> Unit:
    return Unit(text(node, "Name"), _idents(node), coded(node, "Type"), address)


def _professional(node: Node) -> Professional:
    # The structure has one name; it is kept whole, since where it should be cut is a guess.
    return Professional(family_name=text(node, "Name"), idents=_idents(node), profession=coded(node, "Type"))


def _idents(node: Node, first: str = "Id", first_type: str = "TypeId") -> tuple[Ident, ...]:
    own = Ident(text(node, first), coded(node, first_type))
    more = (Ident(text(one, "Id"), coded(one, "Type")) for one in find_all(node, "AdditionalId"))
    return tuple(ident for ident in (own, *more) if ident.id or ident.type)


def _patient(node: Node | None) -> Patient | None:
    if node is None or not node.children:
        return None
    # The standards prescribe "family, given"; a name without the comma is kept whole.
    family, _, given = text(node, "Name").partition(",")
    return Patient(
        family_name=family.strip(),
        given_name=given.strip(),
        birth_date=day(value(node, "DateOfBirth")),
        sex=coded(node, "Sex"),
        idents=_idents(node, "OffId", "TypeOffId"),
        address=_address(find(node, "Address")),
    )


def _address(node: Node | None) -> Address | None:
    if node is None:
        return None
    return Address(
        type=coded(node, "Type"),
        street=text(node, "StreetAdr"),
        postal_code=text(node, "PostalCode"),
        city=text(node, "City"),
        county=coded(node, "County"),
        country=coded(node, "Country"),
        telecoms=tuple(Telecom(NO_CODE, value(one)) for one in find_all(node, "TeleAddress")),
    )


# The order below Inst is each schema's own.
_INST_ORDER = {
    APPREC_1_0: ("Dept", "AdditionalId", "HCPerson"),
    APPREC_1_1: ("Dept", "AdditionalId", "HCPerson"),
    REFERRAL_1_1: ("AdditionalId", "HCPerson", "Dept"),
    REPORT_1_4: ("Dept", "HCPerson", "AdditionalId"),
    DISCHARGE_1_2: ("Dept", "HCPerson", "AdditionalId"),
    ORDER_1_6: ("Dept", "HCPerson", "AdditionalId"),
}


def write_party(parent: Element, party: Party) -> None:
    """Append the HCP of ``party``: the unit, and below it the service or else the person that is addressed.

    A professional who signs under a service is not the party and is left out (HITS 1168 §11.2).
    """
    structure = building.section(parent, "HCP")
    person = party.person if party.department is None else None
    organisation = party.organisation
    if organisation.name or organisation.idents:
        institution = building.section(structure, "Inst")
        _write_name(institution, organisation.name, organisation.idents)
        for part in _INST_ORDER[namespace(parent)]:
            if part == "AdditionalId":
                _write_additional_ids(institution, organisation.idents)
            elif part == "Dept" and party.department:
                _write_one(institution, "Dept", party.department.name, party.department.idents)
            elif part == "HCPerson" and person:
                _write_one(institution, "HCPerson", person.name, person.idents)
    elif person:
        write_professional(structure, person)
    address = organisation.address or (person.address if person else None)
    if address:
        write_address(structure, address)


def write_copies(parent: Element, addressing: Addressing) -> None:
    """Append a CopyDest for everyone who gets a copy of this very message (HIS 1153-2 AD2.9)."""
    for party in addressing.copies:
        write_party(building.section(parent, "CopyDest"), party)


def write_enclosures(parent: Element, addressing: Addressing) -> None:
    """Append a RefDoc for every attachment."""
    for enclosure in addressing.enclosures:
        enclosing.write_reference(parent, enclosure, addressing)


def write_start(namespace: str, type_code: str, mig_version: str, addressing: Addressing) -> Element:
    """Return a new Message with what every own-root message begins with, up to its document."""
    message = building.root(namespace, "Message")
    building.cs(message, "Type", type_code, "8279")
    building.text(message, "MIGversion", mig_version)
    building.value(message, "GenDate", clock.business_text(addressing.now))
    building.text(message, "MsgId", addressing.msg_id)
    if addressing.test:
        building.cs(message, "Status", "TEST", "8323")
    return message


def write_professional(parent: Element, person: Professional) -> None:
    """Append a HCProf: a person named without an institution."""
    professional = building.section(parent, "HCProf")
    building.cs(professional, "Type", person.profession, "9060")
    _write_name(professional, person.name, person.idents)
    _write_additional_ids(professional, person.idents)


def _write_one(parent: Element, name: str, called: str, idents: tuple[Ident, ...]) -> None:
    element = building.section(parent, name)
    _write_name(element, called, idents)
    _write_additional_ids(element, idents)


def _write_name(element: Element, called: str, idents: tuple[Ident, ...]) -> None:
    building.text(element, "Name", called)
    if idents:
        building.text(element, "Id", idents[0].id)
        building.cs(element, "TypeId", idents[0].type, _ident_list(idents[0]))


def _write_additional_ids(element: Element, idents: tuple[Ident, ...]) -> None:
    for ident in idents[1:]:
        _write_additional_id(element, ident)


def _write_additional_id(element: Element, ident: Ident) -> None:
    """Append an AdditionalId; the schema demands number and type, and a number that came without is of another type."""
    if not ident.id:
        return
    additional = building.section(element, "AdditionalId")
    building.text(additional, "Id", ident.id)
    building.cs(additional, "Type", ident.type or "XXX", _ident_list(ident))


def _ident_list(ident: Ident) -> str:
    return "9051" if ident.type.value in {"HER", "ENH", "RSH"} else "8116"


def write_address(parent: Element, address: Address) -> None:
    """Append an Address; the schema demands a type, and one that came without is a postal address."""
    element = building.section(parent, "Address")
    building.cs(element, "Type", address.type or "PST", "3401")
    building.text(element, "StreetAdr", address.street or address.postbox)
    building.text(element, "PostalCode", address.postal_code)
    building.text(element, "City", address.city)
    building.cs(element, "County", address.county, "3402")
    building.cs(element, "Country", address.country, "9043")
    for telecom in address.telecoms:
        building.value(element, "TeleAddress", telecom.address)


def official_id(patient: Patient) -> Ident | None:
    """Return the identifier that goes in OffId: a national one, else the H-number (list 8327)."""
    return patient.national_id or next((one for one in patient.idents if one.type.value == "HNR"), None)


def further_ids(patient: Patient) -> list[Ident]:
    """Return the identifiers that go in AdditionalId."""
    return [one for one in patient.idents if one != official_id(patient)]


def write_patient_start(element: Element, patient: Patient) -> None:
    """Append what every own-root patient begins with: sex, birth date, name "family, given", official id."""
    building.cs(element, "Sex", patient.sex, "3101")
    building.value(element, "DateOfBirth", patient.birth_date.isoformat() if patient.birth_date else "")
    given = " ".join(name for name in (patient.given_name, patient.middle_name) if name)
    building.text(element, "Name", ", ".join(name for name in (patient.family_name, given) if name))
    official = official_id(patient)
    if official:
        building.text(element, "OffId", official.id)
        building.cs(element, "TypeOffId", official.type, "8327")


def write_further_ids(element: Element, patient: Patient) -> None:
    """Append the patient's other identifiers."""
    for ident in further_ids(patient):
        _write_additional_id(element, ident)


def write_home(element: Element, patient: Patient) -> None:
    """Append the patient's address with telephone numbers."""
    if patient.address or patient.telecoms:
        address = patient.address or Address(type=CodedValue("H"))
        write_address(element, replace(address, telecoms=(*address.telecoms, *patient.telecoms)))
