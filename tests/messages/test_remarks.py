"""What is told of a document that is taken in all the same: who and when is missing, what cannot be right."""

from __future__ import annotations

import pytest
from incoming_samples import KINDS, discharge, report
from message_samples import altered

from elmeld_tui.messages import remarks
from elmeld_tui.messages.document import read
from elmeld_tui.model.findings import Severity


def codes(raw: bytes, *changes: tuple[str, str]) -> list[str]:
    found = remarks.of(altered(read(raw), *changes))
    assert all(one.severity is Severity.WARNING and one.message for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_document_is_not_remarked_on(kind: str) -> None:
    assert codes(KINDS[kind]()) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("<Name>Olve Overlege</Name>", "<Name/>"), ["no_AHP"]),
        (('Relation V="AHP"', 'Relation V="FLE"'), ["no_AHP"]),
        (('Relation V="HHE"', 'Relation V="FLE"'), ["no_HHE"]),
        (('StartDateTime V="2026-11-18T10:00:00+01:00"', 'StartDateTime V=""'), ["no_contact_date"]),
        (('IssueDate V="2026-11-22T09:00:00+01:00"', 'IssueDate V=""'), ["no_issue_date"]),
        (('Sex V="2"', 'Sex V="K"'), ["unknown_code"]),
        (("<Id>8200001</Id>", "<Id>82 00001</Id>"), ["wrong_id"]),
        (('<Id>8200000</Id><TypeId V="HER"', '<Id>999999990</Id><TypeId V="ENH"'), ["wrong_id"]),
        (('<Id>8200000</Id><TypeId V="HER"', '<Id>999999990</Id><TypeId V="RSH"'), []),
    ],
)
def test_each_lack_is_told_once(change: tuple[str, str], expected: list[str]) -> None:
    assert codes(discharge(), change) == expected


def test_a_cancellation_need_not_say_who_and_when() -> None:
    assert codes(discharge(service_type="C"), ('Relation V="AHP"', 'Relation V="FLE"')) == []


def test_one_who_answers_for_the_report_may_stand_for_the_responsible() -> None:
    assert codes(report(), ('Relation V="AHP"', 'Relation V="ARP"')) == []


def test_a_document_full_of_unknown_codes_is_told_of_within_bounds() -> None:
    many = "".join(f'<ServType V="u{n}"/>' for n in range(500))
    assert len(remarks.of(altered(read(report()), ("</ServReport>", f"{many}</ServReport>")))) == 20
