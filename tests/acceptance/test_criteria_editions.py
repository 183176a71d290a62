"""The national acceptance criteria for receiving, R25–R27: change and cancellation."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import incoming_samples as samples
import pytest
from message_samples import NATIONAL_ID

from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.store.reading import Filter
from tests.acceptance.changed_documents import changed
from tests.acceptance.receiving import Practice

pytestmark = pytest.mark.acceptance


CHANGING = {
    "referral 1.1": lambda kind, at, n: changed(
        samples.referral("1.1", service_type=kind), ("2026-11-22T09:12:00+01:00", at)
    ),
    "referral 2.0": lambda kind, at, n: changed(
        samples.referral("2.0", service_type=kind), ("2026-11-22T09:12:00+01:00", at)
    ),
    "discharge 1.1": lambda kind, at, n: samples.discharge("1.1", service_type=kind, generated=at),
    "discharge 1.2": lambda kind, at, n: samples.discharge("1.2", service_type=kind, generated=at),
    "report 1.3": lambda kind, at, n: changed(
        samples.report("1.3", replace(samples.REPORT, service_type=kind)), ("2026-11-22T09:12:00+01:00", at)
    ),
    "report 1.4": lambda kind, at, n: changed(
        samples.report("1.4", replace(samples.REPORT, service_type=kind)), ("2026-11-22T09:12:00+01:00", at)
    ),
}


def edition(kind: str, service_type: str, hour: int) -> bytes:
    return CHANGING[kind](service_type, f"2026-11-22T{hour:02}:00:00+01:00", hour)


@pytest.mark.parametrize("kind", CHANGING)
def test_r25_a_change_replaces_what_came_before_and_both_can_be_read(kind: str, practice: Practice) -> None:
    first = practice.receive(edition(kind, "N", 8))
    second = practice.receive(edition(kind, "M", 9))
    third = practice.receive(edition(kind, "M", 10))
    assert [one.receipts[0].status for one in (first, second, third)] == ["1", "1", "1"]
    assert [practice.folder(one) for one in (first, second, third)] == ["replaced", "replaced", "inbox"]
    assert [practice.log(one)["document_state"] for one in (first, second, third)] == ["superseded"] * 2 + [
        "current"
    ]
    assert practice.log(first)["superseded_by"] == third.id
    assert f"ERSTATTET av en nyere utgave: melding {third.id}" in practice.show(first)["banner"][0]
    assert practice.reader.part(first.id) == first.original
    seen = practice.show(third)["banner"]
    assert any("ENDRET" in line for line in seen)
    assert any(f"Andre utgaver av samme dokument: melding {first.id}, {second.id}" in line for line in seen)
    assert practice.reader.counts()["inbox"] == (1, 1)


@pytest.mark.parametrize("kind", CHANGING)
def test_r26_a_cancellation_hides_the_original_and_deletes_nothing(kind: str, practice: Practice) -> None:
    first, second = practice.receive(edition(kind, "N", 8)), practice.receive(edition(kind, "C", 9))
    assert [practice.log(one)["document_state"] for one in (first, second)] == ["cancelled", "current"]
    assert (practice.folder(first), practice.folder(second)) == ("replaced", "inbox")
    assert f"TRUKKET TILBAKE av avsenderen: melding {second.id}" in practice.show(first)["banner"][0]
    assert any("KANSELLERT" in line for line in practice.show(second)["banner"])
    assert practice.reader.part(first.id) == first.original
    assert {one.id for one in practice.reader.page(Filter(patient_id=1), 0)} == {first.id, second.id}
    assert {one.id for one in practice.reader.page(Filter(patient_id=1, current=True), 0)} == {second.id}


@pytest.mark.parametrize("kind", CHANGING)
def test_r27_what_comes_before_its_original_shows_on_it(kind: str, practice: Practice) -> None:
    cancellation = practice.receive(edition(kind, "C", 9))
    assert "ikke mottatt" in practice.show(cancellation)["banner"][0]
    original = practice.receive(edition(kind, "N", 8))
    assert original.receipts[0].status == "1"
    assert practice.folder(original) == "replaced"
    assert f"KANSELLERT før originalen kom: melding {cancellation.id}" in practice.show(original)["banner"][0]


def test_r27_a_change_before_its_original_stands(practice: Practice) -> None:
    change, original = (
        practice.receive(edition("discharge 1.2", "M", 9)),
        practice.receive(edition("discharge 1.2", "N", 8)),
    )
    assert practice.log(original)["document_state"] == "superseded"
    assert (practice.log(change)["document_state"], practice.folder(change)) == ("current", "inbox")


def test_r25_r26_r27_any_order_of_arrival_ends_the_same(practice: Practice) -> None:
    editions = (("N", 8), ("M", 9), ("M", 10), ("C", 11))
    for count, expected in ((3, ["superseded", "superseded", "current"]), (4, ["cancelled"] * 3 + ["current"])):
        for order in permutations(range(count)):
            document_id = f"dokument-{count}-{order}"
            found = {}
            for index in order:
                kind, hour = editions[index]
                raw = samples.discharge(
                    service_type=kind, generated=f"2026-11-22T{hour:02}:00:00+01:00", document_id=document_id
                )
                found[index] = practice.receive(raw)
            ended = [practice.reader.message(found[index].id) for index in range(count)]
            assert [one.document_state for one in ended if one] == expected, order
            last = found[count - 1].id
            assert [one.superseded_by for one in ended if one] == [last] * (count - 1) + [None], order


def test_an_edition_about_another_patient_is_told_of_and_touches_nothing(practice: Practice) -> None:
    first = practice.receive(samples.discharge())
    other = with_check_digits("218582300")
    stranger = changed(
        samples.discharge(service_type="C"),
        (str(NATIONAL_ID), str(other)),
        ("Iŋgadóttir, Márjá", "Åsen, Ørjan"),
        ("1969-11-13", "1982-05-21"),
    )
    second = practice.receive(stranger)
    assert practice.log(first)["document_state"] == "current"
    assert practice.alerts() == ["other_patient"]
    assert any(line.startswith("ANNEN PASIENT") for line in practice.show(second)["banner"])


def test_another_organisation_cannot_cancel_what_it_did_not_send(practice: Practice) -> None:
    first = practice.receive(samples.discharge())
    practice.receive(changed(samples.discharge(service_type="C"), ("8200000", "7100000"), ("8200001", "7100001")))
    assert practice.log(first)["document_state"] == "current"
