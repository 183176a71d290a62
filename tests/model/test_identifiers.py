"""Check digits and what an identity number says of itself (HIS 1001:2010)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from elmeld_tui.model.identifiers import (
    NationalIdKind,
    compared_id,
    is_her_id,
    is_organisation_number,
    is_uuid,
    new_uuid,
    read_national_id,
    register_number,
    with_check_digits,
)


def _number(day: int, month: int, year: int, individual: int) -> str:
    number = with_check_digits(f"{day:02}{month:02}{year:02}{individual:03}")
    assume(number is not None)
    assert number is not None
    return number


@given(
    st.dates(date(1940, 1, 1), date(1999, 12, 31)),
    st.integers(0, 499),
    st.sampled_from(
        [
            (0, 0, NationalIdKind.FNR),
            (40, 0, NationalIdKind.DNR),
            (0, 80, NationalIdKind.FNR),
            (0, 65, NationalIdKind.FNR),
        ]
    ),
)
def test_a_number_built_from_a_birth_date_gives_it_back(
    born: date, individual: int, series: tuple[int, int, NationalIdKind]
) -> None:
    plus_day, plus_month, kind = series
    read = read_national_id(_number(born.day + plus_day, born.month + plus_month, born.year % 100, individual))
    assert read is not None
    assert read.valid
    assert read.kind is kind
    assert read.birth_date == born
    assert read.synthetic == (plus_month > 0)


@given(st.dates(date(2000, 1, 1), date(2026, 1, 1)), st.integers(500, 999))
def test_individual_numbers_from_500_are_this_century(born: date, individual: int) -> None:
    read = read_national_id(_number(born.day, born.month + 80, born.year % 100, individual))
    assert read is not None
    assert read.birth_date == born


@given(st.dates(date(1940, 1, 1), date(1999, 12, 31)), st.integers(0, 499), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born: date, individual: int, place: int, change: int) -> None:
    number = _number(born.day, born.month, born.year % 100, individual)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    read = read_national_id(wrong)
    assert read is not None
    assert not read.valid


def test_a_number_with_an_impossible_date_is_invalid_even_when_its_digits_add_up() -> None:
    number = with_check_digits("310250123") or with_check_digits("310250124")
    assert number is not None
    read = read_national_id(number)
    assert read is not None
    assert not read.valid
    assert read.birth_date is None


@pytest.mark.parametrize("text", ["", "1234567890", "123456789012", "1234567890a", "１２３４５６７８９０１"])
def test_what_is_not_eleven_digits_is_no_identity_number(text: str) -> None:
    assert read_national_id(text) is None


def test_an_fh_number_carries_no_birth_date() -> None:
    number = with_check_digits("800000001") or with_check_digits("800000002")
    assert number is not None
    read = read_national_id(number)
    assert read is not None
    assert read.kind is NationalIdKind.FHN
    assert read.valid
    assert read.birth_date is None


def test_organisation_numbers_are_checked() -> None:
    assert is_organisation_number("889640782")
    assert not is_organisation_number("889640783")
    assert not is_organisation_number("88964078")


@pytest.mark.parametrize("written", ["9144889", "009144889", " 9 144 889", "9\u00a0144\u00a0889"])
def test_a_register_number_is_compared_however_it_is_filled_out(written: str) -> None:
    assert register_number(written) == "9144889"


@pytest.mark.parametrize("written", ["", "0", "feil-id", "９１", "12 b"])
def test_what_is_no_number_is_compared_as_it_is(written: str) -> None:
    assert register_number(written) == written


def test_her_ids_are_digits() -> None:
    assert is_her_id("79768")
    assert not is_her_id("")
    assert not is_her_id("79768a")


@pytest.mark.parametrize("wrap", ["{}", "urn:uuid:{}", "{{{}}}"])
def test_uuids_are_known_in_the_spellings_senders_use(wrap: str) -> None:
    assert is_uuid(wrap.format(new_uuid().upper()))


@pytest.mark.parametrize("wrap", ["{}", "urn:uuid:{}", "{{{}}}", " {}"])
def test_a_uuid_is_the_same_in_every_spelling_and_any_other_id_only_as_it_is(wrap: str) -> None:
    given = new_uuid()
    assert compared_id(wrap.format(given.upper())) == given
    assert compared_id("{Melding-17}") == "{Melding-17}"


def test_other_ids_are_no_uuids() -> None:
    assert not is_uuid("melding-17@sykehus.example")
