"""A report from a laboratory, and who sends it to whom."""

from __future__ import annotations

from datetime import UTC, datetime

from message_samples import CLINIC, HOSPITAL, addressing

from elmeld_tui.messages import codelists
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
