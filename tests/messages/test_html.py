"""A view as HTML: all of it there, none of it obeyed, read by a browser's own rules."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from attachment_samples import base64_of, carrying
from hypothesis import given
from hypothesis import strategies as st
from message_samples import referral, request

from elmeld_tui import i18n
from elmeld_tui.messages import views
from elmeld_tui.messages.document import read
from elmeld_tui.messages.views.html import as_html
from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.view import Attachment, Field, Section, Table, View

OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "p", "table", "thead"),
    *("tbody", "tr", "th", "td", "span"),
}
ALONE = {"meta"}


class Page(HTMLParser):
    """Reads a page as a browser does: its tags, and the text that is shown."""

    def __init__(self, written: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.pieces: list[str] = []
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.pieces)


EVIL = (
    "<script>alert(1)</script> \"'><img src=x onerror=y> &amp; <!-- --> </title></style> javascript:x \x1b[31m\x00"
)
TEXTS = st.one_of(st.text(), st.just(EVIL))
VIEWS = st.builds(
    View,
    title=TEXTS,
    kind=st.just(""),
    version=st.just(""),
    banner=st.lists(TEXTS, max_size=2).map(tuple),
    sections=st.lists(
        st.builds(
            Section,
            title=TEXTS,
            fields=st.lists(st.builds(Field, TEXTS, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
            tables=st.lists(
                st.builds(lambda a, b, c, d: Table((a, b), ((c, d),)), TEXTS, TEXTS, TEXTS, TEXTS), max_size=2
            ).map(tuple),
            text=st.lists(TEXTS, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    attachments=st.lists(
        st.builds(Attachment, TEXTS, TEXTS, st.integers(0, 10**8), TEXTS, TEXTS, st.binary(max_size=9)), max_size=2
    ).map(tuple),
)


def texts(view: View) -> set[str]:
    """Return everything a view says; a code list is named only behind a code."""
    return {
        view.title,
        *view.banner,
        *(section.title for section in view.sections),
        *(text for section in view.sections for text in section.text),
        *(text for section in view.sections for field in section.fields for text in (field.label, field.value)),
        *(field.code for section in view.sections for field in section.fields),
        *(
            cell
            for section in view.sections
            for table in section.tables
            for row in (table.columns, *table.rows)
            for cell in row
        ),
        *(text for each in view.attachments for text in (each.name, each.description, each.problem, each.sha256)),
    }


@given(VIEWS)
def test_everything_is_said_and_nothing_but_our_own_tags_is_there(view: View) -> None:
    written = as_html(view)
    page = Page(written)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= OURS
    assert not {name for _, attributes in page.tags for name in attributes if name.startswith("on")}
    assert not {name for _, attributes in page.tags for name in attributes} & {"src", "href", "style", "srcset"}
    assert harmless(written) == written
    for text in texts(view):
        assert harmless(text) in page.text


@pytest.mark.parametrize("make", [referral, request])
def test_a_message_stands_alone_and_forbids_the_rest(make: object) -> None:
    written = as_html(views.view(make()))  # type: ignore[operator]
    assert written.startswith('<!DOCTYPE html>\n<html lang="nb">')
    assert "script" not in written
    assert not re.search(r"https?://|url\(|data:|@import", written)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', written)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "@media print" in written


def test_the_policy_allows_the_style_it_has_and_no_other() -> None:
    import base64
    import hashlib

    written = as_html(views.view(referral()))
    [style] = re.findall("<style>(.*?)</style>", written, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in written


def test_a_screen_reader_finds_its_way() -> None:
    page = Page(as_html(views.view(referral())))
    assert [tag for tag, _ in page.tags].count("h1") == 1
    marks = {attributes["id"] for tag, attributes in page.tags if tag == "h2"}
    assert len(marks) == len([tag for tag, _ in page.tags if tag == "h2"])
    for tag, attributes in page.tags:
        if tag == "th":
            assert attributes.get("scope") in {"row", "col"}
        if tag in {"table", "section"}:
            assert attributes["aria-labelledby"] in marks


def test_attachments_are_listed_and_not_enclosed() -> None:
    content = b"%PDF-1.4 " + bytes(range(256)) * 20
    page = Page(as_html(views.view(carrying(base64_of(content), "application/pdf", "Røntgen"))))
    assert "Vedleggsfiler" in page.text
    assert "01-Røntgen.pdf" in page.text
    assert base64_of(content)[:60] not in page.text


def test_it_is_in_the_language_in_use() -> None:
    i18n.set_language("en")
    try:
        assert '<html lang="en">' in as_html(views.view(referral()))
    finally:
        i18n.set_language("nb")


def test_every_corpus_message_becomes_a_page(shared: Path) -> None:
    for path in sorted((shared / "corpus").glob("*/*/*.xml"))[:60]:
        view = views.view(read(path.read_bytes()))
        page = Page(as_html(view))
        missing = [text for text in texts(view) if harmless(text) not in page.text]
        assert not missing, path
