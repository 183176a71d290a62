"""The national acceptance criteria for sending a requisition (Rb, Ri, Rm, Rp, Rr), each by its number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from message_samples import MSG_ID, PATIENT, addressing, reference_faults
from order_answers import FORMS, NO_METAL, USUAL

from elmeld_tui.messages import order, schemas, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.reading import Element, coded, find, find_all, local, text, value
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.forms import Answers

NAMES = list(FORMS)
RADIOLOGY = ["order-radiology", "order-mr"]
every_order = pytest.mark.parametrize("name", NAMES)

_TIMES = {
    "GenDate",
    "IssueDate",
    "DateOfBirth",
    "RequestedDateReport",
    "ReqDate",
    "CollectedDate",
    "StartDateTime",
}


def _order(name: str, changed: Answers | None = None, **frame: object) -> Document:
    answers = USUAL[name] | {"guarantor": "Bygg AS", "guarantor_type": "Arbeidsgiver", "report_date": "2026-12-01"}
    return read(writing.build(name, answers | (changed or {}), addressing(**frame)))


def _all(document: Document) -> Iterator[Element]:
    return document.root.iter()


@every_order
def test_s4_an_order_is_utf_8_and_says_so(name: str) -> None:
    raw = _order(name, {"comment": "Iŋgá Márjá – åæø"}).raw
    assert raw.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert "Iŋgá Márjá – åæø" in raw.decode("utf-8")


@every_order
def test_s5_every_field_is_formatted_and_whole(name: str, shared: Path) -> None:
    document = _order(name)
    assert schemas.validate(document.root) == []
    assert reference_faults(shared, document) == []


@every_order
def test_s6_nothing_stands_empty(name: str) -> None:
    for element in _all(_order(name)):
        assert len(element) or element.attrib or (element.text or "").strip(), local(element)
        assert all(content.strip() for content in element.attrib.values()), local(element)


@every_order
def test_s7_every_code_has_its_text_and_its_list(name: str) -> None:
    seen = 0
    for element in _all(_order(name)):
        if local(element) in _TIMES | {"TeleAddress"} or not element.attrib:
            continue
        seen += 1
        told = bool(element.get("V") and element.get("DN"))
        assert told or (element.get("S") and element.get("OT")), etree.tostring(element)
    assert seen > 10


@every_order
def test_s8_the_type_is_that_of_1_6(name: str) -> None:
    wanted = "REQ_RTG" if name in RADIOLOGY else "REQ_LAB"
    assert value(_order(name).root, "Type") == wanted


@every_order
def test_s9_the_time_of_writing_has_date_and_time(name: str) -> None:
    assert value(_order(name).root, "GenDate") == "2026-11-22T09:12:00+01:00"


@every_order
def test_s10_the_message_has_its_own_id(name: str) -> None:
    document = _order(name)
    assert document.header.msg_id == MSG_ID
    assert document.header.document_id not in {"", MSG_ID}


@every_order
def test_s12_an_id_and_its_type_come_as_a_pair(name: str) -> None:
    document = _order(name)
    for parent in _all(document):
        for identifier, kind in (("OffId", "TypeOffId"), ("Id", "TypeId")):
            if local(parent) in {"Inst", "Dept", "HCPerson", "HCProf", "Patient"}:
                own = {local(child) for child in parent}
                assert (identifier in own) == (kind in own), local(parent)
        if local(parent) == "AdditionalId":
            assert [local(child) for child in parent] == ["Id", "Type"]


@every_order
def test_s13_the_patient_has_a_name_and_a_number(name: str) -> None:
    patient = find(_order(name).root, "ServReq/Patient")
    assert text(patient, "Name") == "Iŋgadóttir, Márjá"
    assert text(patient, "OffId") == PATIENT.idents[0].id
    assert value(patient, "TypeOffId") == "FNR"


@every_order
def test_s17_both_parties_are_named_on_two_levels(name: str) -> None:
    for role in ("Requester", "ServProvider"):
        unit = find(_order(name).root, f"ServReq/{role}/HCP/Inst")
        for level in (unit, find(unit, "Dept")):
            assert text(level, "Name")
            assert text(level, "Id").isdecimal()
            assert value(level, "TypeId") == "HER"


@every_order
def test_s18_the_responsible_is_named_and_can_be_called(name: str) -> None:
    responsible = find(_order(name).root, "ServReq/Patient/ResponsibleHcp")
    assert value(responsible, "Relation") == "REK"
    assert text(responsible, "HCP/HCProf/Name") == "Åse Nordfjord"
    assert text(responsible, "HCP/HCProf/Id") == "9900401"
    assert value(responsible, "HCP/Address/TeleAddress") == "tel:55900401"


@every_order
def test_s19_who_pays_is_told_with_kind_and_name_or_not_at_all(name: str) -> None:
    payer = find(_order(name).root, "ServReq/PaymentResponsible")
    assert text(payer, "TypeGuarantor") == "Arbeidsgiver"
    assert text(payer, "HCP/Inst/Name") == "Bygg AS"
    nobody = _order(name, {"guarantor": "", "guarantor_type": ""})
    assert find(nobody.root, "ServReq/PaymentResponsible") is None
    assert coded(nobody.root, "ServReq/PaymentCat").value == "1"


@pytest.mark.parametrize("name", ["order-pathology", "order-cytology"])
def test_s20_an_attachment_has_a_type_and_one_content(name: str) -> None:
    files = (
        Enclosure("Skisse", "application/pdf", b"%PDF-1.4"),
        Enclosure("Kart", "application/pdf", b"%PDF-1.5"),
    )
    references = find_all(_order(name, enclosures=files).root, "ServReq/RefDoc")
    assert [value(one, "MsgType") for one in references] == ["A", "A"]
    for one in references:
        assert len(find_all(one, "Content")) == 1
        assert find(one, "FileReference") is None


@every_order
def test_s21_what_is_there_is_whole(name: str) -> None:
    samples = [] if name in RADIOLOGY else [{"material_text": "Væske", "taken": "2"}]
    changed: Answers = {"samples": samples} if samples else {}
    for document in (_order(name), _order(name, changed)):
        root = document.root
        requests = find_all(root, "ServReq/ReqInvestigation")
        assert requests
        assert all(value(one, "ServType") == "N" for one in requests)
        for sample in find_all(root, "ServReq/ReqInvestigation/AnalysedSubject"):
            assert local(sample[0]) in {"RequestedSubject", "CollectedSample"}
            assert len(sample[0])
            assert value(sample, "SampleCollInd") in {"1", "2"}
            assert text(sample, "Type") or coded(sample, "TypeCoded")
        for item in find_all(root, "ServReq/Patient/InfItem"):
            assert value(item, "Type")
            assert len(find_all(item, "Observation")) == 1
        for address in root.iter("{*}Address"):
            assert local(address[0]) == "Type"
            assert len(address) > 1


def test_s22_numbers_the_performer_gave_beforehand_are_told() -> None:
    sample = {"material": "8351:S", "time": "2026-11-22T08:15", "performer_label": "L-77"}
    document = _order("order-laboratory", {"performer_id": "R-9", "samples": [sample]})
    said = order.parse(document)
    assert (said.provider_id, said.requests[0].samples[0].provider_label) == ("R-9", "L-77")
    assert find(_order("order-laboratory").root, "ServReq/ServProvId") is None


@every_order
@pytest.mark.parametrize("service_type", list("NMAC"))
def test_s23_the_head_of_the_order_is_there(name: str, service_type: str) -> None:
    request = find(_order(name, service_type=service_type).root, "ServReq")
    assert value(request, "ServType") == service_type
    assert value(request, "IssueDate")
    assert text(request, "Id")
    disciplines = {
        "order-laboratory": "CLIN",
        "order-microbiology": "MBIO",
        "order-pathology": "HIST",
        "order-cytology": "CYTO",
        "order-radiology": "CT",
        "order-mr": "MR",
    }
    assert value(request, "MsgDescr") == disciplines[name]


@pytest.mark.parametrize("there", [None, *NO_METAL])
def test_s24_every_contraindication_is_answered_and_precautions_are_told(there: str | None) -> None:
    answers = NO_METAL | ({there: "yes"} if there else {}) | {"other_implant": "", "precautions": ["8209:PRY"]}
    items = find_all(_order("order-mr", answers).root, "ServReq/Patient/InfItem")
    assert all(value(one, "Type") == "NB" for one in items)
    codes = [coded(one, "Observation/CodedDescr") for one in items]
    metal = [code.value for code in codes if code.system.endswith(".8210")]
    assert {code.removeprefix("NO") for code in metal} == {"PAC", "NEV", "COC", "IVK", "MEY", "GR1"}
    assert len(metal) == 6
    assert sum(not code.startswith("NO") for code in metal) == (1 if there else 0)
    assert [code.value for code in codes if code.system.endswith(".8209")] == ["PRY"]
    for question in NO_METAL:
        unanswered = writing.check_answers(FORMS["order-mr"], USUAL["order-mr"] | {question: ""})
        assert set(unanswered) == {question}


@pytest.mark.parametrize("name", RADIOLOGY)
@pytest.mark.parametrize("choice", ["1", "2"])
def test_s25_exactly_one_statement_tells_what_the_radiologist_may(name: str, choice: str) -> None:
    codes = [
        coded(one, "TextCode") for one in find_all(_order(name, {"permission": choice}).root, "ServReq/Comment")
    ]
    assert [code.value for code in codes if code.system.endswith(".8274")] == [choice]
    for none in ("", "3"):
        assert "permission" in writing.check_answers(FORMS[name], USUAL[name] | {"permission": none})


@pytest.mark.parametrize("name", RADIOLOGY)
def test_s26_an_examination_has_its_code_list_and_text(name: str) -> None:
    knee: Answers = {"code": "NCRP:SNG0AG", "specification": ["NCRP:ZTX0XA"]}
    document = _order(name, {"investigations": [knee, {"text": "Tannbue"}]})
    found = [coded(one) for one in document.root.iter("{*}Id", "{*}Spec") if one.get("S")]
    assert [(one.value, one.system, one.original_text) for one in found] == [
        ("SNG0AG", "2.16.578.1.12.4.1.1.7270", "MR Kne"),
        ("ZTX0XA", "2.16.578.1.12.4.1.1.7270", "Høyresidig bildediagnostisk undersøkelse"),
        ("", "2.16.578.1.12.4.1.1.7270", "Tannbue"),
    ]
