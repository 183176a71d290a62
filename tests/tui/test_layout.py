"""Text laid out for a width."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from elmeld_tui.office.course import step
from elmeld_tui.store.rows import Event, Part
from elmeld_tui.tui.layout import hung, wrap
from elmeld_tui.tui.transport_pages import parts_layout


def test_a_word_too_long_for_a_line_keeps_the_space_after_it() -> None:
    assert wrap("abcdefgh ij", 6) == ["abcdef", "gh ij"]
    assert wrap("abcdefgh ijkl", 6) == ["abcdef", "gh", "ijkl"]


def test_the_next_attempt_is_told_as_the_clock_on_the_wall_shows_it() -> None:
    detail = {"attempt": 2, "next_attempt": "2026-11-22T21:46:36.888Z"}
    told = step(Event("2026-11-22T21:46:06.840Z", "unreachable", None, None, detail))
    assert told == "fikk ikke kontakt (forsøk 2, prøver igjen 22.11.2026 22:46:36)"


@pytest.mark.parametrize(
    ("name", "detail", "told"),
    [
        ("apprec_queued", {"status": "1", "count": 1}, "applikasjonskvittering lagt i kø (status: OK)"),
        ("delivered", {"by": "response"}, "levert (ved svaret på sendingen)"),
        ("superseded", {"by": 12}, "erstattet av en nyere utgave (ved melding 12)"),
        (
            "overdue",
            {"due": "2026-11-22T21:46:36.888Z"},
            "ingen kvittering etter 96 timer (frist 22.11.2026 22:46:36)",
        ),
    ],
)
def test_what_is_known_of_a_step_is_told_in_words(name: str, detail: dict[str, Any], told: str) -> None:
    assert step(Event("2026-11-22T21:46:06.840Z", name, None, None, detail)) == told


def test_parts_are_called_by_words() -> None:
    part = Part("envelope", "text/xml", 10, "0" * 64)
    assert "Konvolutt" in "".join(span.text for row in parts_layout([part], None)(80) for span in row)


def test_what_an_item_says_goes_on_under_its_text_and_not_under_its_sign() -> None:
    rows = hung("! to ord til\n   → og en mend her\nfritt løpende tekst", 12)
    assert rows == ["! to ord til", "   → og en", "     mend", "     her", "fritt", "løpende", "tekst"]
    for width in range(1, 30):
        rows = hung("! Det kontrolleres ikke\n   → Legg utstederne i en mappe", width)
        assert all(cell_len(row) <= width for row in rows)
        assert "".join("".join(rows).split()) == "!Detkontrolleresikke→Leggutstederneienmappe"
