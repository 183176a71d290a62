"""Attachments as they arrive and as they leave: decoded strictly, told by their bytes, named safely, bounded."""

from __future__ import annotations

import base64
import gzip
import re
import time
from pathlib import Path, PureWindowsPath

import pytest
from attachment_samples import base64_of, carrying
from attachment_samples import enclosing as enclose
from hypothesis import given
from hypothesis import strategies as st
from tests.attachment_files import PROGRAMS, SAMPLES, pdf, picture, zipped

from elmeld_tui.messages import attachments, enclosing, views
from elmeld_tui.messages.attached import formats
from elmeld_tui.messages.attachments import read, references, unsupported
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.document import read as read_document
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.findings import Severity
from elmeld_tui.model.view import Attachment

XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
)
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}
MSGHEAD = "http://www.kith.no/xmlstds/msghead/2006-05-24"


def only(document: Document) -> Attachment:
    found = read(references(document))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("mime", SAMPLES)
def test_a_format_is_told_from_its_bytes(mime: str) -> None:
    assert formats.recognise(SAMPLES[mime], mime).mime == mime
    attachment = only(carrying(base64_of(SAMPLES[mime]), mime))
    assert attachment.content == SAMPLES[mime]
    assert not attachment.problem or mime == "text/html"


@pytest.mark.parametrize("mime", [mime for mime in SAMPLES if not mime.startswith("text/")])
def test_what_it_is_called_does_not_change_what_it_is(mime: str) -> None:
    attachment = only(carrying(base64_of(SAMPLES[mime]), "text/plain"))
    assert mime in attachment.problem


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("declared", ["application/pdf", "text/plain", "application/x-sh"])
def test_a_program_is_called_a_program_and_gets_a_name_that_runs_nowhere(program: bytes, declared: str) -> None:
    attachment = only(carrying(base64_of(program), declared, "svar.exe"))
    assert "er et program" in attachment.problem
    assert attachment.name == "01-svar-exe.bin"


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>x</script>",
        b"\xef\xbb\xbf \n<svg onload='x'/>",
        b'<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml"/>',
        b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>',
    ],
)
@pytest.mark.parametrize("declared", ["text/html", "text/plain", "text/xml", "image/svg+xml"])
def test_what_a_browser_would_run_is_saved_as_text(content: bytes, declared: str) -> None:
    attachment = only(carrying(base64_of(content), declared))
    assert attachment.name.endswith(".txt")
    assert "nettside" in attachment.problem


def test_a_document_with_macros_is_not_taken_for_a_document() -> None:
    content = zipped(("[Content_Types].xml", b""), ("word/document.xml", b""), ("word/vbaProject.bin", b""))
    attachment = only(carrying(base64_of(content), "application/msword"))
    assert "makroer" in attachment.problem
    assert attachment.name.endswith(".bin")


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "utf-16", "utf-8-sig"])
def test_text_is_text_in_any_charset(charset: str) -> None:
    assert only(carrying(base64_of("Blåbærsyltetøy".encode(charset)), "text/plain")).problem == ""


def test_text_without_a_declared_type_is_still_text() -> None:
    attachment = only(carrying(base64_of("Prøvesvar\n".encode()), "application/octet-stream"))
    assert attachment.name.endswith(".txt")


@given(content=XML_TEXT, mime=XML_TEXT, description=XML_TEXT)
def test_no_attachment_text_fails_and_every_name_is_safe(content: str, mime: str, description: str) -> None:
    attachment = only(carrying(content, mime, description))
    assert_safe(attachment.name)
    assert attachment.content or attachment.problem
    unsupported(references(carrying(content, mime, description)))


@given(content=st.binary(max_size=300), mime=st.sampled_from([*SAMPLES, "", "x/y"]), description=XML_TEXT)
def test_any_bytes_come_out_as_they_went_in(content: bytes, mime: str, description: str) -> None:
    attachment = only(carrying(base64_of(content), mime, description))
    assert attachment.content == content
    assert attachment.size == len(content)
    assert_safe(attachment.name)


@pytest.mark.parametrize(
    "description", ["../../etc/passwd", ".bashrc", "CON", "nul.txt", "a\u202efdp.exe", "", " . "]
)
def test_a_name_never_leads_anywhere(description: str) -> None:
    assert_safe(only(carrying("", description=description)).name)


def assert_safe(name: str) -> None:
    assert re.fullmatch(r"[\w-]+\.[a-z]+", name)
    assert Path(name).name == PureWindowsPath(name).name == name
    assert not name.startswith((".", "-"))
    assert PureWindowsPath(name).stem.upper() not in RESERVED
    assert len(name.encode()) <= 255
    assert name.isprintable()


@given(descriptions=st.lists(st.sampled_from(["svar", "Svar", "SVAR.pdf", ""]), min_size=1, max_size=12))
def test_names_differ_even_where_case_does_not_count(descriptions: list[str]) -> None:
    document = enclose(*(Enclosure(name or "x", "text/plain", b"x") for name in descriptions))
    names = [attachment.name.casefold() for attachment in read(references(document))]
    assert len(set(names)) == len(descriptions)


@pytest.mark.parametrize("broken", ["AAA", "A===", "JVBERi0=!", "<x>", "JVBE%Ri0", "æøå"])
def test_base64_is_not_guessed_at(broken: str) -> None:
    attachment = only(carrying(broken))
    assert attachment.content == b""
    assert "ikke gyldig base64" in attachment.problem


def test_line_breaks_in_base64_are_as_usual() -> None:
    content = pdf("x") * 3
    assert only(carrying(base64.encodebytes(content).decode())).content == content


def test_a_reference_is_said_to_be_one_and_refuses_nothing() -> None:
    pointer = rb"\1<FileReference>file:///svar.pdf</FileReference>"
    document = read_document(re.sub(rb"(.*)<Content>.*?</Content>", pointer, carrying("").raw, flags=re.DOTALL))
    attachment = only(document)
    assert attachment.problem == "Vist til, ikke vedlagt: file:///svar.pdf"
    assert unsupported(references(document)) == []


def test_a_packed_attachment_stays_packed_whatever_it_holds() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    packing = f'<Compression xmlns="{MSGHEAD}" V="1" DN="gzip"/>'
    document = carrying(base64_of(bomb), more=packing)
    start = time.process_time()
    attachment = only(document)
    assert attachment.content == bomb
    assert "komprimert (gzip)" in attachment.problem
    assert unsupported(references(document)) == []
    assert time.process_time() - start < 2


def test_more_attachments_than_anyone_sends_are_listed_and_not_decoded() -> None:
    document = enclose(*[Enclosure("x", "text/plain", b"x")] * (attachments.MOST + 1))
    found = read(references(document))
    assert len(found) == attachments.MOST + 1
    assert found[-2].content == b"x"
    assert found[-1].content == b""
    assert "flere enn 100 vedlegg" in found[-1].problem
    assert len(views.view(document).attachments) == len(found)
    assert [fault.code for fault in unsupported(references(document))] == ["T99"]


@pytest.mark.parametrize(
    "mime",
    ["application/pdf", "image/png", "image/jpeg", "image/tiff", "application/rtf", "text/plain", "text/xml"],
)
def test_an_agreed_format_refuses_nothing(mime: str) -> None:
    assert unsupported(references(carrying(base64_of(SAMPLES[mime]), mime))) == []


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (bytes(range(1, 200)), "application/x-strange"),
        (PROGRAMS[0], "application/pdf"),
        (SAMPLES["video/mp4"], "video/mp4"),
        (SAMPLES["text/html"], "text/html"),
        (SAMPLES["application/zip"], "application/zip"),
    ],
)
def test_a_format_that_is_not_handled_is_a_fault_that_says_which(content: bytes, mime: str) -> None:
    [fault] = unsupported(references(carrying(base64_of(content), mime, "Filmen")))
    assert (fault.severity, fault.code) == (Severity.ERROR, "T99")
    assert "Filmen" in fault.message
    assert fault.where.endswith("/Document/RefDoc")


def test_content_that_cannot_be_decoded_is_a_fault_and_an_empty_one_is_not() -> None:
    [fault] = unsupported(references(carrying("%%%")))
    assert "base64" in fault.message
    assert unsupported(references(carrying(" \n "))) == []


def codes(*enclosures: Enclosure) -> set[tuple[str, str]]:
    return {(str(finding.severity), finding.code) for finding in enclosing.findings(enclosures)}


def test_what_can_be_sent_is_sent_without_a_word() -> None:
    assert (
        codes(Enclosure("Epikrise", "application/pdf", pdf("x")), Enclosure("Sår", "image/png", picture()))
        == set()
    )


@pytest.mark.parametrize(
    ("enclosure", "code"),
    [
        (Enclosure("  ", "application/pdf", pdf("x")), "no_description"),
        (Enclosure("Svar", "application/pdf", b""), "empty_attachment"),
        (Enclosure("Svar", "application/pdf", PROGRAMS[0]), "attachment_format"),
        (Enclosure("Svar", "image/heic", SAMPLES["image/heic"]), "attachment_format"),
        (Enclosure("Svar", "application/pdf", picture()), "attachment_type"),
        (Enclosure("Svar", "application/pdf", pdf("x") + bytes(enclosing.LARGEST)), "attachment_too_large"),
    ],
)
def test_what_cannot_be_sent_is_said_before_it_is(enclosure: Enclosure, code: str) -> None:
    assert ("error", code) in codes(enclosure)


def test_many_and_large_attachments_are_warned_of_and_then_refused() -> None:
    one = Enclosure("Bilde", "application/pdf", pdf("x") + bytes(4_000_000))
    assert codes(one) == set()
    assert codes(one, one) == {("warning", "same_description"), ("warning", "large_message")}
    assert ("error", "attachments_too_large") in codes(*[one] * 6)
    assert ("error", "too_many_attachments") in codes(*[Enclosure("x", "text/plain", b"x")] * 101)


def test_the_largest_that_may_be_sent_can_be_read_again() -> None:
    half = pdf("x") + bytes(enclosing.LARGEST_TOTAL // 2 - 1000)
    sent = [Enclosure("Den ene", "application/pdf", half), Enclosure("Den andre", "application/pdf", half)]
    assert {code for severity, code in codes(*sent) if severity == "error"} == set()
    assert [each.content for each in read(references(enclose(*sent)))] == [half, half]
