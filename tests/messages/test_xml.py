"""What the door lets in, and what it keeps out."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.messages import xml
from elmeld_tui.messages.xml import UnreadableError


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("iso-8859-1", "ISO-8859-1"),
        ("utf-16", "UTF-16"),
        ("cp1252", "windows-1252"),
    ],
)
def test_every_declared_encoding_is_read(encoding: str, declared: str) -> None:
    written = f'<?xml version="1.0" encoding="{declared}"?><a>blåbærgrøt</a>'.encode(encoding)
    assert xml.parse(written).text == "blåbærgrøt"


def test_undeclared_is_utf_8() -> None:
    assert xml.parse("<a>Ovlláš</a>".encode()).text == "Ovlláš"


ENTITY_BOMB = b"""<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>"""
FILE_READER = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


@pytest.mark.parametrize(
    "document",
    [
        ENTITY_BOMB,
        FILE_READER,
        b"<!DOCTYPE a><a/>",
        b'<!-- first --><?pi?><!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        "<!DOCTYPE a><a/>".encode("utf-16-be"),
    ],
)
def test_a_document_type_is_refused_however_it_is_written(document: bytes) -> None:
    with pytest.raises(UnreadableError) as refusal:
        xml.parse(document)
    assert refusal.value.code == "T01"


def test_the_word_doctype_in_a_text_is_only_a_word() -> None:
    assert xml.parse(b"<a>&lt;!DOCTYPE a&gt;<![CDATA[<!DOCTYPE b>]]></a>").text == "<!DOCTYPE a><!DOCTYPE b>"


def test_a_comment_cannot_cut_a_text_in_two() -> None:
    assert xml.parse(b"<a>13<!-- -->1<?x y?>1</a>").text == "1311"


@pytest.mark.parametrize("depth", [xml.MAX_DEPTH + 1, 3_000, 200_000])
def test_what_is_too_deep_is_refused_at_once(depth: int) -> None:
    with pytest.raises(UnreadableError):
        xml.parse(b"<a>" * depth + b"</a>" * depth)


@pytest.mark.parametrize("attributes", [xml.MAX_ATTRIBUTES + 1, 300_000])
def test_an_element_with_more_attributes_than_any_message_has_is_refused(attributes: int) -> None:
    names = " ".join(f'a{number}="1"' for number in range(attributes))
    with pytest.raises(xml.UnreadableError, match="attributter"):
        xml.parse(f"<a {names}/>".encode())


def test_what_is_deep_enough_is_read() -> None:
    assert xml.parse(b"<a>" * xml.MAX_DEPTH + b"</a>" * xml.MAX_DEPTH) is not None


def test_an_attachment_of_fifteen_megabytes_is_read() -> None:
    assert len(xml.parse(b"<a>" + b"A" * 15_000_000 + b"</a>").text or "") == 15_000_000


@pytest.mark.parametrize(
    "document",
    [b"", b"  \n", b"hei", b"<a>", b"<a></b>", b"<a>&ukjent;</a>", "<a>\xe6</a>".encode("latin-1"), b"\x00" * 50],
)
def test_what_is_not_xml_is_told_with_its_place_and_what_to_do(document: bytes) -> None:
    with pytest.raises(UnreadableError) as refusal:
        xml.parse(document)
    assert "Be avsender" in refusal.value.message


def test_the_place_of_a_fault_is_told() -> None:
    with pytest.raises(UnreadableError) as refusal:
        xml.parse(b"<a>\n  <b></c>\n</a>")
    assert refusal.value.where.startswith("linje 2")


def test_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(UnreadableError, match="MB"):
        xml.parse(b"<a>" + b" " * xml.MAX_BYTES + b"</a>")


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(UnreadableError, match=f"flere enn {xml.MAX_MARKUP} elementer .* Be avsender"):
        xml.parse(b"<a>" + b"<b/>" * xml.MAX_MARKUP + b"</a>")


def test_a_report_of_thousands_of_results_is_read() -> None:
    result = "".join(f'<Result{number} V="1"><Value>a</Value></Result{number}>' for number in range(9))
    report = xml.parse(f"<MsgHead>{f'<ResultItem>{result}</ResultItem>' * 4_000}</MsgHead>".encode())
    assert len(report) == 4_000


@given(st.binary(max_size=200))
def test_any_bytes_give_a_tree_or_an_answer(raw: bytes) -> None:
    with suppress(UnreadableError):
        xml.parse(raw)


@given(st.text(max_size=80))
def test_any_text_between_tags_gives_a_tree_or_an_answer(text: str) -> None:
    with suppress(UnreadableError):
        xml.parse(f"<a>{text}</a>".encode("utf-8", "surrogatepass"))
