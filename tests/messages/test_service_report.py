"""A laboratory's report, written and read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lab_report_samples import FRAME, REPORT
from message_samples import CLINIC, HOSPITAL, PATIENT, reference_faults

from elmeld_tui.messages import schemas, service_report
from elmeld_tui.messages.document import read
from elmeld_tui.messages.service_report import ServiceReport


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
