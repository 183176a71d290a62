"""The checklist of what a clinic must have."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from elmeld_tui.office import health
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health import Check, Verdict, examine_clinic
from elmeld_tui.office.setup import REQUIREMENTS, checklist


def _names_in_the_code() -> set[str]:
    """Return the name of every check that the program can come to."""
    sources = [file.read_text("utf-8") for file in Path(health.__file__).parent.glob("*.py")]
    calls = r'(?:Check|_asked|examine_key)\(\s*"([a-z_]+)"'
    named = {name for source in sources for name in re.findall(calls, source)}
    return named | {"personal_signature"}


def test_every_check_belongs_to_exactly_one_point() -> None:
    listed = Counter(name for required in REQUIREMENTS for name in required.checks)
    assert set(listed.values()) == {1}
    assert set(listed) == _names_in_the_code()


def test_a_point_is_as_bad_as_the_worst_that_was_found() -> None:
    found = [
        Check("trust", Verdict.OK, "bra"),
        Check("signing_key", Verdict.FAULT, "feil", "gjør noe"),
        Check("decryption_key", Verdict.REMARK, "snart"),
        Check("register", Verdict.REMARK, "nja"),
    ]
    points = {point.requirement.name: point for point in checklist(found)}
    assert points["certificates"].verdict is Verdict.FAULT
    assert points["certificates"].gravest == found[1]
    assert points["her_id"].verdict is Verdict.REMARK
    assert points["nav"].verdict is None


def test_a_clinic_in_use_is_looked_at_on_every_point_it_uses(office: Office) -> None:
    points = checklist(examine_clinic(office))
    assert {point.requirement.name for point in points if not point.checks} == {"edi_address"}
    assert all(check.mend for point in points for check in point.checks if check.verdict is not Verdict.OK)
