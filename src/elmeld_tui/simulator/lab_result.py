"""What the laboratory sends unasked: a set of blood tests, and one patient's results over a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport, build
from elmeld_tui.model.codes import CodedValue, oid

_BLOOD, _PLASMA = "B-1", "P-1"
_BELOW = "2"


def _result(code: str, name: str, number: str, unit: str, reference: str, sample: str) -> Result:
    return Result(
        analysis=CodedValue(code, oid(7280), name),
        number=number,
        unit=unit,
        service_type="N",
        reference=reference,
        status="3",
        id=code,
        sample_ids=(sample,),
    )


RESULTS = (
    replace(
        _result("NOR05172", "B-Hemoglobin", "10.2", "g/dL", "11,7 – 15,3", _BLOOD),
        deviation=_BELOW,
        comment="Lavere enn ved forrige prøve.",
    ),
    _result("NPU02593", "B-Leukocytter", "6.8", "10E9/L", "3,5 – 11,0", _BLOOD),
    _result("NPU27300", "B-HbA1c", "39", "mmol/mol", "20 – 42", _BLOOD),
    replace(_result("NPU19748", "P-CRP", "5", "mg/L", "< 5", _PLASMA), comparator="LT"),
    _result("NPU18016", "P-Kreatinin", "71", "µmol/L", "45 – 90", _PLASMA),
    _result("NPU03230", "P-Kalium", "4.1", "mmol/L", "3,5 – 4,6", _PLASMA),
    _result("NPU03429", "P-Natrium", "140", "mmol/L", "137 – 145", _PLASMA),
)


def lab_result(addressing: Addressing) -> bytes:
    """Write a final report (svarrapport 1.4) on blood taken the day before ``addressing.now``."""
    taken = addressing.now - timedelta(days=1)
    report = ServiceReport(
        discipline="CLIN",
        samples=(
            Sample(_BLOOD, CodedValue("B", oid(8351), "Blod"), taken),
            Sample(_PLASMA, CodedValue("P", oid(8351), "Plasma"), taken),
        ),
        results=RESULTS,
        responsible=addressing.sender.person,
    )
    return build(report, addressing)


_SEASON = timedelta(days=73)
_ABOVE = "1"
_OVER_TIME = (
    ("NOR05172", "B-Hemoglobin", "g/dL", "11,7 – 15,3", ("13.4", "12.6", "11.9", "10.8", "12.2")),
    ("NPU19763", "P-Ferritin", "µg/L", "15 – 160", ("58", "33", "19", "8", "46")),
    ("NPU27300", "B-HbA1c", "mmol/mol", "20 – 42", ("38", "40", "41", "44", "41")),
    ("NPU18016", "P-Kreatinin", "µmol/L", "45 – 90", ("69", "71", "70", "74", "72")),
)
"""Code (7280), name, unit, reference interval, and a number for each season, the oldest first."""

_OUTSIDE = {("NOR05172", 3): _BELOW, ("NPU19763", 3): _BELOW, ("NPU27300", 3): _ABOVE}
"""What the laboratory itself says of a number (8244), by analysis and season."""


def lab_history(addressing: Addressing) -> bytes:
    """Write a final report (svarrapport 1.4) that gathers the samples of a year, the last taken the day before."""
    seasons = range(len(_OVER_TIME[0][-1]))
    latest = addressing.now - timedelta(days=1)
    samples = tuple(
        Sample(f"B-{season}", CodedValue("B", oid(8351), "Blod"), latest - _SEASON * (seasons[-1] - season))
        for season in seasons
    )
    results = tuple(
        replace(
            _result(code, name, numbers[season], unit, reference, f"B-{season}"),
            id=f"{code}-{season}",
            deviation=_OUTSIDE.get((code, season), ""),
        )
        for season in reversed(seasons)
        for code, name, unit, reference, numbers in _OVER_TIME
    )
    person = addressing.sender.person
    return build(
        ServiceReport(discipline="CLIN", samples=samples, results=results, responsible=person), addressing
    )
