"""Who a message is about: what identifies, what links, and what is told of a number (HIS 1001:2010, AR11 §3.3.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from incoming_samples import KINDS
from message_samples import PATIENT

from elmeld_tui.messages import patients
from elmeld_tui.messages.document import read
from elmeld_tui.messages.patients import Record, linking_id
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.model.parties import Ident, Patient


def number(first_eight: str) -> str:
    """Return a number that begins so and whose check digits hold; the ninth digit is even."""
    return next(n for i in "02468" if (n := with_check_digits(first_eight + i)))


REAL = number("13116900")
FNR, D_NUMBER, H_NUMBER = number("13916900"), number("53916900"), number("13516900")
NHN = number("13766900")
FH_NUMBER = next(n for i in range(800000000, 800000099) if (n := with_check_digits(str(i))))


def person(number: str, kind: str = "FNR", **changes: object) -> Patient:
    return replace(PATIENT, idents=(Ident(number, CodedValue(kind)),), **changes)  # type: ignore[arg-type]


def header(patient: Patient | None, kind: str = "discharge 1.2") -> Header:
    return replace(read(KINDS[kind]()).header, patient=patient)


def told(patient: Patient, *, test_mode: bool = True, record: Record | None = None) -> set[str]:
    return {one.code for one in patients.remarks(header(patient), test_mode=test_mode, record=record)}


@pytest.mark.parametrize(
    ("number", "kind", "in_test", "in_earnest"),
    [
        (REAL, "FNR", True, True),
        (FNR, "FNR", True, False),
        (D_NUMBER, "DNR", True, False),
        (NHN, "FNR", True, False),
        (H_NUMBER, "FNR", True, False),
        (H_NUMBER, "HNR", False, False),
        (FH_NUMBER, "FHN", True, True),
        ("13116900217", "FNR", False, False),
        ("", "FNR", False, False),
        ("x", "FNR", False, False),
    ],
)
def test_a_number_links_only_where_it_is_a_persons_own(
    number: str, kind: str, *, in_test: bool, in_earnest: bool
) -> None:
    """Test series (month + 80, + 65, + 40) are persons in a test alone."""
    assert bool(linking_id(person(number, kind), test_mode=True)) == in_test
    assert bool(linking_id(person(number, kind), test_mode=False)) == in_earnest


def test_nobody_links_without_a_patient() -> None:
    assert linking_id(None, test_mode=True) is None


def test_what_a_number_says_of_itself_is_held_against_the_message() -> None:
    assert told(person(FNR)) == set()
    assert told(person(FNR, sex=CodedValue("1"))) == {"sex"}
    assert told(person(FNR, birth_date=PATIENT.birth_date and PATIENT.birth_date.replace(day=1))) == {"birth_date"}
    assert told(person(D_NUMBER, "FNR")) == {"id_type"}
    assert told(person(FH_NUMBER, "FHN")) == set()
    assert told(person(FNR, sex=CodedValue("0"))) == set()
    assert told(person("13116900217")) == {"E31"}
    assert told(person(H_NUMBER, "HNR")) == {"no_national_id"}
    assert told(person(FNR), test_mode=False) == {"synthetic_person"}


def test_whether_the_patient_has_a_record_is_told_where_it_matters() -> None:
    assert told(person(FNR), record=Record.NONE) == {"unknown_patient"}
    assert told(person(FNR), record=Record.HERE) == set()
    assert told(person(FNR), record=Record.NAMED_OTHERWISE) == {"other_name"}
    assert told(person(FNR), record=Record.UNSURE) == {"other_number"}
    for kind in ("referral 1.1", "order 1.6"):
        assert patients.remarks(header(person(FNR), kind), test_mode=True, record=Record.NONE) == []


@pytest.mark.parametrize(
    ("one", "other", "shares"),
    [
        ("Kari Åsen", "KARI ÅSEN", True),
        ("Kari Åsen", "Kari Berg", True),
        ("Barn Åsen", "Emma Åsen-Berg", True),
        ("Nils Berg", "Kari Åsen", False),
        ("", "Kari Åsen", True),
    ],
)
def test_two_names_of_one_person_share_a_name(one: str, other: str, shares: bool) -> None:
    assert patients.shares_a_name(one, other) == shares


@pytest.mark.parametrize(
    ("kind", "faults"),
    [
        ("discharge 1.1", ["E35"]),
        ("discharge 1.2", ["E35"]),
        ("report 1.3", ["E35"]),
        ("report 1.4", ["E35"]),
        ("referral 2.0", []),
        ("order 1.6", []),
        ("dialogue 1.1", []),
    ],
)
def test_as23_only_a_discharge_summary_or_report_needs_a_record(kind: str, faults: list[str]) -> None:
    about = header(PATIENT, kind)
    assert [one.code for one in patients.without_record(about, Record.NONE)] == faults
    assert patients.without_record(about, Record.HERE) == []
    assert patients.without_record(about, Record.UNSURE) == []
    assert patients.without_record(about, None) == []


def test_a_local_number_alone_needs_a_human() -> None:
    alone = person(H_NUMBER, "HNR", birth_date=None)
    assert patients.needs_a_human(header(alone))
    assert not patients.needs_a_human(header(person(H_NUMBER, "HNR")))
    assert not patients.needs_a_human(header(person(D_NUMBER, "DNR", birth_date=None)))
    assert not patients.needs_a_human(header(None))
