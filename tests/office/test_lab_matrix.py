"""Results over time: nothing lost, nothing invented, nothing merged that is not the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmeld_tui.messages import document, service_report
from elmeld_tui.messages.lab_values import LabValue, lab_values, outside_reference
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.reference_intervals import limits
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.lab_matrix import Cell, Matrix, Reported, matrix, trend
from elmeld_tui.store.rows import Patient
from tests.tui.conftest import addressing

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
NLK, LOCAL = oid(7280), "1.2.3"


def value(name: str = "P-Kalium", number: str = "4.1", **other: object) -> LabValue:
    told = {
        "analysis": CodedValue("NPU03230", NLK, name),
        "unit": "mmol/L" if number else "",
        "taken": START,
        **other,
    }
    return LabValue(name=name, number=number, **told)  # type: ignore[arg-type]


def told(message: int, *values: LabValue, document: str = "", changed: bool = False) -> Reported:
    return Reported(message, document, "Lab", changed, values)


def cells(table: Matrix) -> list[Cell]:
    return [cell for analysis in table.analyses for cell in analysis.every]


values = st.builds(
    value,
    name=st.sampled_from(["A", "B"]),
    number=st.sampled_from(["", "1", "2.5"]),
    analysis=st.sampled_from([CodedValue("1", NLK), CodedValue("1", LOCAL), CodedValue()]),
    unit=st.sampled_from(["", "g/L", "mmol/L"]),
    words=st.sampled_from(["", "Positiv"]),
    service_type=st.sampled_from(["N", "H", "A"]),
    taken=st.sampled_from([None, START, START + timedelta(days=1)]),
    under=st.sampled_from(["", "E. coli"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(values, max_size=4), max_size=4))
def test_no_value_is_lost_and_none_is_invented(reports: list[list[LabValue]]) -> None:
    table = matrix([told(number, *each) for number, each in enumerate(reports)])

    def said(one: LabValue) -> tuple[object, ...]:
        return one.number, one.unit, one.words, one.taken, one.under, one.analysis

    assert {said(cell.value) for cell in cells(table)} == {said(one) for each in reports for one in each}
    for analysis in table.analyses:
        assert len({cell.value.unit for cell in analysis.every if cell.value.number}) <= 1, "units are never mixed"
        assert all(cell.value.taken == time for time, found in analysis.cells.items() for cell in found)
        assert set(analysis.cells) <= set(table.times)


def test_one_analysis_in_two_units_is_two_rows() -> None:
    table = matrix([told(1, value()), told(2, value(number="160", unit="mg/L"))])
    assert [one.unit for one in table.analyses] == ["mmol/L", "mg/L"]


def test_a_national_code_means_the_same_under_any_name_and_a_local_code_does_not() -> None:
    national = [told(1, value("P-Kalium")), told(2, value("Kalium", taken=START + timedelta(days=1)))]
    assert len(matrix(national).analyses) == 1
    own = CodedValue("K", LOCAL)
    assert (
        len(matrix([told(1, value("P-Kalium", analysis=own)), told(2, value("Kreatin", analysis=own))]).analyses)
        == 2
    )


def test_words_stand_beside_the_numbers_of_the_same_analysis() -> None:
    (row,) = matrix([told(1, value(number="", words="Hemolysert", taken=None)), told(2, value())]).analyses
    assert [cell.shown for cell in row.every] == ["4,1", "Hemolysert"]


def test_a_changed_result_replaces_the_first_and_is_marked() -> None:
    first, later = value(id="1", service_type="N"), value(id="1", number="5.1", service_type="M")
    (cell,) = cells(matrix([told(2, later, document="d"), told(1, first, document="d")]))
    assert (cell.shown, cell.changed) == ("5,1", True)
    other = cells(matrix([told(2, later, document="d"), told(1, first, document="another")]))
    assert len(other) == 2, "only within the same report"


def test_a_withdrawn_result_leaves_no_number() -> None:
    gone = LabValue(value().analysis, "P-Kalium", id="1", service_type="C", taken=START, unit="mmol/L")
    (cell,) = cells(matrix([told(2, gone, document="d"), told(1, value(id="1"), document="d")]))
    assert cell.shown == "trukket tilbake"


def test_a_report_that_is_changed_without_saying_where_marks_all_of_it() -> None:
    assert [
        cell.changed for cell in cells(matrix([told(1, value(), value("B", analysis=CodedValue()), changed=True)]))
    ] == [
        True,
        True,
    ]


def test_what_is_repeated_as_history_is_shown_once() -> None:
    repeated = value(service_type="H")
    assert len(cells(matrix([told(2, repeated), told(1, value())]))) == 1
    assert [cell.value.taken for cell in cells(matrix([told(2, value(service_type="H", taken=None))]))] == [None]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("11,7 – 15,3", (11.7, 15.3)),
        ("3.5-5.0 mmol/L", (3.5, 5.0)),
        ("< 5", (None, 5.0)),
        (">=60", (None, None)),
        ("≥ 60", (60.0, None)),
        ("se kommentar", (None, None)),
        ("9 – 2", (None, None)),
        ("", (None, None)),
    ],
)
def test_limits_are_read_where_they_are_certain(written: str, found: tuple[float | None, float | None]) -> None:
    assert limits(written) == found


def test_the_trend_tells_by_sign_what_is_outside() -> None:
    days = [("10", ""), ("15", ""), ("20", ""), ("21", ""), ("9", "")]
    reports = [
        told(n, value(number=number, reference="10 – 20", taken=START + timedelta(days=n)))
        for n, (number, _) in enumerate(days)
    ]
    (row,) = matrix(reports).analyses
    assert trend(row, 8) == "▁▅█↑↓"
    assert trend(row, 2) == "↑↓"
    (single,) = matrix(reports[:1]).analyses
    assert trend(single, 8) == ""


def test_a_report_is_read_to_the_last_result(office: Office, patient: Patient) -> None:
    report = ServiceReport(
        discipline="MBIO",
        samples=(Sample("1", CodedValue("U", oid(8351), "Urin"), START),),
        results=(
            Result(
                CodedValue("D", LOCAL, "Dyrkning"), text="E. coli", id="f", service_type="N", sample_ids=("1",)
            ),
            Result(
                CodedValue("T", LOCAL, "Trimetoprim"), text="S", refers_to="f", service_type="N", heading="RSB"
            ),
            Result(
                CodedValue("G", LOCAL, "Gruppe"), results=(Result(CodedValue("X", LOCAL, "Inni"), "7", "g/L"),)
            ),
            Result(CodedValue("K", LOCAL, "Kommentert"), comment="Ikke nok materiale", service_type="N"),
        ),
    )
    raw = service_report.build(report, addressing(office, patient.id, number=1, now=START + timedelta(days=1)))
    found = lab_values(document.read(raw))
    assert [(one.name, one.under, one.number or one.words) for one in found] == [
        ("Dyrkning", "", "E. coli"),
        ("Trimetoprim", "E. coli", "S"),
        ("Inni", "Gruppe", "7"),
        ("Kommentert", "", "Ikke nok materiale"),
    ]
    assert {one.taken for one in found} == {START}


@pytest.mark.parametrize(
    ("said", "outside"),
    [
        ({}, False),
        ({"number": "4.7", "reference": "3,5 – 4,6"}, True),
        ({"number": "3.4", "reference": "3,5 – 4,6"}, True),
        ({"number": "4.6", "reference": "3,5 – 4,6"}, False),
        ({"number": "5", "reference": "< 5", "comparator": "LT"}, False),
        ({"number": "4.1", "reference": "3,5 – 4,6", "deviation": "1"}, True),
        ({"number": "", "words": "Positiv", "deviation": "3"}, True),
        ({"number": "4.7", "reference": "3,5 – 4,6", "service_type": "H"}, False),
        ({"number": "4.7", "deviation": "1", "service_type": "C"}, False),
        ({"number": "4.7", "deviation": "1", "service_type": "M"}, True),
    ],
)
def test_what_lies_outside_is_counted_as_the_laboratory_says_and_else_by_the_interval(
    office: Office, patient: Patient, said: dict[str, str], outside: bool
) -> None:
    one = {"number": "4.1", "reference": "", "service_type": "N", "deviation": "", "comparator": "", **said}
    words = one.pop("words", "")
    result = Result(CodedValue("NPU03230", NLK, "P-Kalium"), unit="mmol/L", text=words, **one)
    raw = service_report.build(
        ServiceReport(discipline="CLIN", results=(result, result)),
        addressing(office, patient.id, number=9, now=START),
    )
    assert outside_reference(document.read(raw)) == 2 * outside
