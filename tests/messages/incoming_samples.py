# ruff: noqa: E501 - a document is read most easily as it is written
"""Documents of our own from a hospital to a clinic, one for every kind and version that a clinic must receive."""

from __future__ import annotations

from dataclasses import replace

from message_samples import CLINIC, DOCTOR, HOSPITAL, NATIONAL_ID, NOW, REFERRAL, addressing
from order_answers import USUAL

from elmeld_tui.messages import codelists, service_report, writing
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Ident, Professional

DOCUMENT_ID = "0b1c7a52-1d8e-4a1c-9a34-5b7f0f8f2a11"
ORDER_ID = "e312fde3-66aa-40da-bec7-26abf4d29e82"

REPORT = ServiceReport(
    discipline="CLIN",
    order_id=ORDER_ID,
    samples=(Sample("1", codelists.coded("8351", "B"), NOW),),
    results=(
        Result(
            CodedValue("NOR05172", oid(7280), "B-Hemoglobin"),
            number="10.2",
            unit="g/dL",
            deviation="2",
            status="3",
        ),
    ),
    responsible=Professional("Berit Bioingeniør", idents=(Ident("9900402", CodedValue("HPR", "", "HPR-nummer")),)),
)


SENDER = replace(HOSPITAL, person=DOCTOR)
"""A service of the hospital, for whom a named doctor writes."""


def _frame(changes: dict[str, object]) -> object:
    frame = {"sender": SENDER, "receiver": CLINIC, "msg_id": new_uuid(), "document_id": DOCUMENT_ID}
    return addressing(**(frame | changes))


def _turned(raw: bytes, *changes: tuple[str, str]) -> bytes:
    text = raw.decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def report(version: str = "1.4", told: ServiceReport = REPORT, **changes: object) -> bytes:
    raw = service_report.build(told, _frame(changes))
    if version == "1.3":
        raw = _turned(
            raw,
            ("labsvar/2012-02-15", "labsvar/2008-12-01"),
            ('V="SVAR_LAB"', 'V="S"'),
            ("v1.4 2012-02-15", "v1.3 2008-12-01"),
        )
    return raw


def order(version: str = "1.6", **changes: object) -> bytes:
    raw = writing.build("order-laboratory", USUAL["order-laboratory"], _frame(changes))
    if version == "1.5":
        raw = _turned(
            raw,
            ("rekvisisjon/2012-02-15", "rekvisisjon/2008-12-01"),
            ('V="REQ_LAB"', 'V="R"'),
            ("v1.6 2012-02-15", "v1.5 2008-12-01"),
        )
    return raw


def referral(version: str = "1.1", **changes: object) -> bytes:
    if version == "2.0":
        return writing.build("referral-2.0", REFERRAL, _frame(changes))
    raw = writing.build("referral", REFERRAL, _frame(changes))
    if version == "1.0":
        raw = _turned(
            raw,
            ("henvisning/2012-02-15", "henvisning/2005-07-08"),
            ('V="HENVISNING"', 'V="H"'),
            ("v1.1 2012-02-15", "v1.0 2005-07-08"),
        )
        raw = _without(raw, "<ComMethod", "/>")
    return raw


def dialogue(version: str = "1.1", **changes: object) -> bytes:
    if version == "1.1":
        return writing.build(
            "dialogue",
            {"theme": "6", "subject": "Blodtrykk", "text": "Se vedlagt.", "contact_profession": "LE"},
            _frame(changes),
        )
    return writing.build("request", {"type": "99", "question": "Hva nå?"}, _frame(changes))


def deviation(**changes: object) -> bytes:
    return _turned(dialogue("1.0", **changes), ("DIALOG_FORESPORSEL", "DIALOG_AVVIK"))


def _without(raw: bytes, start: str, end: str) -> bytes:
    text = raw.decode()
    while start in text:
        before, _, rest = text.partition(start)
        text = before + rest.partition(end)[2]
    return text.encode()


def _hcp(unit: str, unit_her: str, service: str, her: str, person: str = "") -> str:
    return (
        f'<HCP><Inst><Name>{unit}</Name><Id>{unit_her}</Id><TypeId V="HER" DN="HER-id"/>'
        f'<Dept><Name>{service}</Name><Id>{her}</Id><TypeId V="HER" DN="HER-id"/></Dept>{person}</Inst></HCP>'
    )


def discharge(
    version: str = "1.2",
    *,
    service_type: str = "N",
    order_id: str = "",
    msg_id: str = "",
    document_id: str = DOCUMENT_ID,
    generated: str = "2026-11-22T09:12:00+01:00",
    copies: str = "",
) -> bytes:
    """Return a discharge summary; every value stands where a test can change it."""
    space, type_code = {"1.2": ("2012-02-15", "EPIKRISE"), "1.1": ("2006-09-23", "E")}[version]
    description = '<MsgDescr V="10" DN="Utredning"/>' if version == "1.2" else "<MsgDescr>Utredning</MsgDescr>"
    diagnosis = '<Diagnosis><Concept V="K70" S="2.16.578.1.12.4.1.1.7170" DN="Infeksjon"/></Diagnosis>'
    asked = (
        f'<ServReq><ServType V="N" DN="Ny"/><IssueDate V="2026-11-01"/>{description}<Id>{order_id}</Id>{diagnosis}</ServReq>'
        if order_id
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Message xmlns="http://www.kith.no/xmlstds/epikrise/{space}"><Type V="{type_code}" DN="Epikrise"/>
<MIGversion>v{version} {space}</MIGversion><GenDate V="{generated}"/><MsgId>{msg_id or new_uuid()}</MsgId>
<ServRprt><ServType V="{service_type}" DN="Status"/><IssueDate V="2026-11-22T09:00:00+01:00"/>
<Status V="F" DN="Endelig rapport"/><MsgDescr>Epikrise</MsgDescr><ServProvId>{document_id}</ServProvId>{asked}
<Event><ReportedEvent><StartDateTime V="2026-11-18T10:00:00+01:00"/><EndDateTime V="2026-11-21T12:00:00+01:00"/></ReportedEvent>
<ServType V="N" DN="Ny"/>{"<Id>1</Id>" if version == "1.1" else ""}<Service><AdmCat V="1" DN="Heldøgnsopphold"/></Service>
<InfItem><Observation><CodedDescr><Concept V="I330" S="2.16.578.1.12.4.1.1.7110" DN="Endokarditt"/></CodedDescr></Observation><Type V="H" DN="Hoveddiagnose"/></InfItem>
<Comment><Heading V="FO" DN="Forløp og behandling"/><TextResultValue>Penicillin i fire uker.</TextResultValue></Comment></Event>
<Patient><Sex V="2" DN="Kvinne"/><DateOfBirth V="1969-11-13"/><Name>Iŋgadóttir, Márjá</Name><OffId>{NATIONAL_ID}</OffId><TypeOffId V="FNR" DN="Fødselsnummer"/>
<PatRelHCP><Relation V="HHE" DN="Henvisende helsepersonell"/><HCP><HCProf><Name>Åse Nordfjord</Name></HCProf></HCP></PatRelHCP></Patient>
<ServProvider>{_hcp("Fjord sykehus", "8200000", "Kirurgisk poliklinikk", "8200001")}</ServProvider>{copies}
<Requester>{_hcp("Fjellveien legesenter", "8094001", "Allmennlege", "8094002")}</Requester>
<RelServProvider><Relation V="AHP" DN="Ansvarlig helsepersonell"/><HCP><HCProf><Name>Olve Overlege</Name></HCProf></HCP></RelServProvider>
</ServRprt></Message>""".encode()


COPY = f"<CopyDest>{_hcp('Fjellveien legesenter', '8094001', 'Helsestasjon', '8094003')}</CopyDest>"
"""A copy to another service of the same clinic, for a discharge summary."""

KINDS = {
    "referral 1.0": lambda **more: referral("1.0", **more),
    "referral 1.1": lambda **more: referral("1.1", **more),
    "referral 2.0": lambda **more: referral("2.0", **more),
    "discharge 1.1": lambda **more: discharge("1.1", **more),
    "discharge 1.2": lambda **more: discharge("1.2", **more),
    "order 1.5": lambda **more: order("1.5", **more),
    "order 1.6": lambda **more: order("1.6", **more),
    "report 1.3": lambda **more: report("1.3", **more),
    "report 1.4": lambda **more: report("1.4", **more),
    "dialogue 1.0": lambda **more: dialogue("1.0", **more),
    "dialogue 1.1": lambda **more: dialogue("1.1", **more),
}
"""Every kind and version that a clinic takes in, as something that makes one."""
