"""What a partner encloses can be read by a reader that shares no code with it."""

from __future__ import annotations

import io

from pypdf import PdfReader

from elmeld_tui.simulator.papers import one_page


def test_a_page_holds_its_lines_with_norwegian_letters_and_brackets() -> None:
    (page,) = PdfReader(
        io.BytesIO(one_page(["Blodtrykk på ærlig år (øvelse)", "", "Puls \\ 92"])), strict=True
    ).pages
    words = ["Blodtrykk", "på", "ærlig", "år", "(øvelse)", "Puls", "\\", "92"]
    assert page.extract_text().split() == words
