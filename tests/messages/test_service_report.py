"""A laboratory's report, written and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from message_samples import CLINIC, HOSPITAL, PATIENT, addressing, reference_faults

from elmeld_tui.messages import codelists, schemas, service_report
from elmeld_tui.messages.document import read
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.parties import Ident, Professional

HAEMOGLOBIN = CodedValue("NOR05172", oid(7280), "B-Hemoglobin")
REPORT = ServiceReport(
    discipline="CLIN",
    order_id="e312fde3-66aa-40da-bec7-26abf4d29e82",
    comment="Prøven var noe hemolysert.",
    samples=(Sample("1", codelists.coded("8351", "B"), datetime(2026, 11, 20, 7, 15, tzinfo=UTC)),),
    results=(
        Result(
            HAEMOGLOBIN,
            number="10.2",
            unit="g/dL",
            reference="11,7 - 15,3",
            deviation="2",
            status="3",
            service_type="N",
            id="7",
            sample_ids=("1",),
        ),
        Result(CodedValue("NPU19748", oid(7280), "P-CRP"), number="5", unit="mg/L", comparator="LT"),
        Result(
            CodedValue("X1", oid(8212), "Us-Dyrkning"),
            text="Escherichia coli\nrikelig",
            heading="LR",
            id="9",
            results=(Result(CodedValue("X2", oid(8212), "Mengde"), text="> 100 000"),),
        ),
        Result(
            CodedValue("X3", oid(8212), "Us-Ampicillin"),
            text_codes=(codelists.coded("8271", "R"),),
            heading="RSB",
            refers_to="9",
        ),
    ),
    responsible=Professional(
        "Berit Bioingeniør",
        idents=(Ident("9900402", CodedValue("HPR", "", "HPR-nummer")),),
        profession=CodedValue("BI", "", "Bioingeniør"),
    ),
)
FRAME = addressing(sender=HOSPITAL, receiver=CLINIC)


def test_it_is_valid_and_says_what_was_reported() -> None:
    document = read(service_report.build(REPORT, FRAME))
    assert schemas.validate(document.root) == []
    assert service_report.parse(document) == REPORT
    assert document.header.type_code == "SVAR_LAB"
    assert document.header.sender is not None
    assert document.header.sender.her_id == HOSPITAL.her_id
    assert document.header.receivers[0].her_id == CLINIC.her_id


def test_radiology_has_its_own_type() -> None:
    assert read(service_report.build(replace(REPORT, discipline="CT"), FRAME)).header.type_code == "SVAR_RTG"


def test_a_change_keeps_the_document_id() -> None:
    first = read(service_report.build(REPORT, FRAME)).header
    changed = replace(FRAME, msg_id="ny", document_id=first.document_id)
    second = read(service_report.build(replace(REPORT, service_type="M"), changed)).header
    assert (second.document_id, second.service_type) == (first.document_id, "M")
    assert second.msg_id != first.msg_id


def test_a_patient_without_a_number_cannot_be_reported_on() -> None:
    with pytest.raises(ValueError, match="identifier"):
        service_report.build(REPORT, replace(FRAME, patient=replace(PATIENT, idents=())))


def test_the_reference_schema_accepts_it(shared: Path) -> None:
    for report in (REPORT, ServiceReport("MBIO"), replace(REPORT, service_type="C", results=())):
        assert reference_faults(shared, read(service_report.build(report, FRAME))) == []


def test_every_corpus_report_is_read(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "svarrapport").glob("*/*.xml")):
        report = service_report.parse(read(path.read_bytes()))
        assert report.discipline, path
        assert report.order_id, path
        assert report.results or report.service_type == "C", path
