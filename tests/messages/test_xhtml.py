"""Formatted text as lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.messages.xml import parse


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("bare tekst", "bare tekst"),
        ("  første\n  andre linje  \n\nsiste ", "  første\n  andre linje\n\nsiste".strip("\n ")),
        ("tvungen&#13;&#10;linje&#13;og en til", "tvungen\nlinje\nog en til"),
        ("en<br/>to<br/><br/>fire", "en\nto\n\nfire"),
        ("<p>Ett  avsnitt\n  over to linjer.</p><p>To.</p>", "Ett avsnitt over to linjer.\n\nTo."),
        ("<p>Med<br/>brudd</p>", "Med\nbrudd"),
        ("<ul><li>en</li><li>to</li></ul>", "• en\n• to"),
        ("<ol><li>en</li> <li>to</li></ol>", "1. en\n2. to"),
        (
            "Før<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td/></tr></table>etter",
            "Før\n\nA │ B\n1 │\n\netter",
        ),
        ("viktig <strong>ord</strong> og <em>mer</em>", "viktig ord og mer"),
        ("<h2>Funn</h2><div>en</div><div>to</div>", "Funn\n\nen\nto"),
        ("tvungen&#13;&#10;linje<br/>og brudd", "tvungen\nlinje\nog brudd"),
        ("<script>alert(1)</script><p>tekst</p>", "alert(1)\n\ntekst"),
        ("", ""),
        ("<p/>", ""),
    ],
)
def test_layout_is_kept_as_lines(written: str, shown: str) -> None:
    assert plain_text(parse(f"<a>{written}</a>".encode())) == shown


words = st.text("abcæøå 12", min_size=1, max_size=12)
names = st.sampled_from(["p", "div", "br", "ul", "li", "ol", "table", "tr", "td", "strong", "ukjent"])
tree = st.recursive(
    words,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", names, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(tree, max_size=4))
def test_no_word_is_lost_and_none_changes_place(parts: list[str]) -> None:
    root = parse(f"<a>{''.join(parts)}</a>".encode())
    said = "".join("".join(str(piece) for piece in root.itertext()).split())
    shown = "".join(plain_text(root).replace("•", "").replace("│", "").split())
    # The numbers of a list are added; everything else is as it was.
    assert "".join(c for c in said if not c.isdigit()) == "".join(c for c in shown if c.isalpha())
