"""What a terminal shows of an attachment, and that nothing in one harms whoever opens it."""

from __future__ import annotations

import gzip
import json
import re
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.attachment_files import (
    PROGRAMS,
    RTF,
    SAMPLES,
    pdf,
    picture,
    png_header,
    stream,
    zipped,
)
from tests.waiting import PATIENCE

from elmeld_tui.messages.attached import apart, charset, showing, worker
from elmeld_tui.messages.attached.opening import ClosedAttachmentError, Opened, open_attachment
from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.view import Attachment


def attached(content: bytes, mime: str = "application/pdf", problem: str = "") -> Attachment:
    return Attachment("01-x.bin", mime, len(content), "x", problem, content)


def opened(content: bytes, mime: str = "application/pdf") -> Opened:
    return open_attachment(attached(content, mime))


def why_closed(content: bytes, mime: str = "application/pdf") -> str:
    with pytest.raises(ClosedAttachmentError) as told:
        opened(content, mime)
    return str(told.value)


@pytest.mark.parametrize(
    ("content", "mime", "text"),
    [
        ("Blåbær\r\ntyttebær".encode(), "text/plain", "Blåbær\ntyttebær"),
        ("Blåbær".encode("latin-1"), "text/plain", "Blåbær"),
        ("Blåbær".encode("cp865"), "text/plain; charset=cp865", "Blåbær"),
        ("Blåbær".encode("utf-16"), "text/plain", "Blåbær"),
        (b"\x1b]0;tittel\x07 [/]", "text/plain", "␛]0;tittel␇ [/]"),
        (RTF, "application/rtf", "Blåbærturen\nandre linje"),
        (pdf("Hemoglobin 13,2 på bærtur"), "application/pdf", "Hemoglobin 13,2 på bærtur"),
        (gzip.compress(b"Pakket"), "text/plain", "Pakket"),
        (zipped(("svar.rtf", RTF)), "application/zip", "Blåbærturen\nandre linje"),
    ],
)
def test_text_is_read(content: bytes, mime: str, text: str) -> None:
    assert opened(content, mime) == Opened(text)


def test_pages_are_numbered_and_an_empty_one_is_told() -> None:
    text = opened(pdf("En", "", "Tre")).text
    assert text.startswith("— Side 1 av 3 —\n\nEn\n\n— Side 2 av 3 —\n\n(ingen tekst på denne siden)")


def test_a_value_stands_beside_what_it_is_the_value_of_whatever_was_drawn_first() -> None:
    drawn = [(50, 700, "Hemoglobin"), (50, 680, "Kreatinin"), (300, 700, "13,2"), (300, 680, "71")]
    texts = "".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj " for x, y, text in drawn)
    content = pdf(
        objects=(
            CATALOGUE,
            b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            stream(f"BT /F1 12 Tf {texts}ET".encode()),
        )
    )
    assert [line.split() for line in opened(content).text.splitlines()] == [
        ["Hemoglobin", "13,2"],
        ["Kreatinin", "71"],
    ]


def test_many_pages_are_shown_in_part_and_it_is_said() -> None:
    shown = opened(pdf(*(f"Side {n}" for n in range(showing.MOST_PAGES + 5))))
    # A slow machine shows fewer; it is said in the same words.
    found = re.fullmatch(r"Viser (\d+) av (\d+) sider\. Lagre vedlegget for å lese resten\.", shown.note)
    assert found is not None
    assert int(found[1]) <= showing.MOST_PAGES
    assert int(found[2]) == showing.MOST_PAGES + 5
    assert shown.text.count("— Side ") == int(found[1])


def test_long_text_is_cut_and_it_is_said() -> None:
    shown = opened(b"x" * (showing.MOST_CHARACTERS + 1), "text/plain")
    assert len(shown.text) == showing.MOST_CHARACTERS
    assert "Resten av teksten er ikke vist" in shown.note


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF"])
def test_a_picture_is_made_small(kind: str) -> None:
    shown = opened(picture(1000, 500, kind), f"image/{kind.lower()}").picture
    assert shown is not None
    assert (shown.width, shown.height, shown.original) == (240, 120, (1000, 500))
    assert len(shown.pixels) == 3 * 240 * 120
    red, blue = shown.pixels[:3], shown.pixels[-3:]
    assert red[0] > 250
    assert red[2] < 5
    assert blue[2] > 250


@pytest.mark.parametrize(
    "mime",
    ["image/heic", "application/dicom", "application/msword", "application/vnd.oasis.opendocument.text"],
)
def test_what_a_terminal_cannot_show_is_to_be_saved(mime: str) -> None:
    assert "Lagre vedlegget" in why_closed(SAMPLES[mime], mime)


@pytest.mark.parametrize("content", [*PROGRAMS, SAMPLES["video/mp4"], bytes(range(200))])
def test_what_should_not_be_opened_is_not(content: bytes) -> None:
    assert "åpnes ikke" in why_closed(content)


def test_nothing_enclosed_is_told_as_it_was_found() -> None:
    with pytest.raises(ClosedAttachmentError, match="Vist til"):
        open_attachment(attached(b"", problem="Vist til, ikke vedlagt: x"))


FONTLESS = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
DEEP = b"[" * 50_000 + b"]" * 50_000

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "gzip bomb": (lambda: gzip.compress(bytes(200_000_000)), "application/gzip"),
    "zip bomb": (lambda: zipped(("a", bytes(200_000_000))), "application/zip"),
    "zip in zip in zip": (lambda: zipped(("a", zipped(("b", zipped(("c", b"x")))))), "application/zip"),
    "zip of many": (lambda: zipped(*((str(n), b"x") for n in range(5000))), "application/zip"),
    "pages in a ring": (
        lambda: pdf(objects=(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 99999999>>")),
        "application/pdf",
    ),
    "pages without end": (
        lambda: pdf(
            objects=(CATALOGUE, b"<</Type/Pages/Kids[%s]/Count 200000>>" % (b"3 0 R " * 200_000), FONTLESS)
        ),
        "application/pdf",
    ),
    "a stream that swells": (
        lambda: pdf(
            objects=(
                CATALOGUE,
                b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                FONTLESS,
                stream(zlib.compress(b" " * 300_000_000), b"/Filter/FlateDecode"),
            )
        ),
        "application/pdf",
    ),
    "a deep PDF": (lambda: pdf(objects=(CATALOGUE, b"<</Kids " + DEEP + b">>")), "application/pdf"),
    "half a PDF": (lambda: pdf("x")[:200], "application/pdf"),
    "an absurd picture": (lambda: png_header(2**31 - 1, 2**31 - 1), "image/png"),
    "a large picture": (lambda: png_header(50_000, 50_000), "image/png"),
    "a thin picture": (lambda: png_header(59_000_000, 1), "image/png"),
    "half a picture": (lambda: picture(500, 500)[:300], "image/png"),
    "a deep RTF": (lambda: rb"{\rtf1 " + b"{\\b " * 100_000 + b"}" * 100_001, "application/rtf"),
}
"""What makes each, and what it says it is: to make one that swells takes a second, for its own test alone to spend."""


def computed() -> float:
    """Return the seconds that processes of ours which have ended have computed."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_ends_in_a_sentence_in_time_and_in_little_memory(what: str) -> None:
    make, mime = HOSTILE[what]
    content = make()
    before = computed()
    told = why_closed(content, mime)
    assert computed() - before < worker.SECONDS + 2
    assert told.endswith((".", "!"))
    assert "Traceback" not in told
    grown = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert grown < 1_100_000, "kilobytes"


def test_an_rtf_nested_deeply_is_still_read() -> None:
    content = rb"{\rtf1 " + b"{\\b " * 100_000 + b"Innerst" + b"}" * 100_001
    assert opened(content, "application/rtf").text == "Innerst"


def test_a_busy_machine_shows_all_pages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count(step=60)
    with monkeypatch.context() as slow:
        slow.setattr(time, "monotonic", lambda: next(seconds))
        shown = showing.show(pdf("En", "To", "Tre"), "application/pdf")
    assert shown["pages"] == ["En", "To", "Tre"]


def test_whoever_takes_too_long_is_stopped() -> None:
    # The library's pattern for links tries every brace against every other.
    content = rb"{\rtf1 " + rb"{\field{\*\fldinst{" * 20_000
    assert apart.parse(content, "application/rtf", seconds=1.0) == {"fault": "too_much"}


@pytest.mark.parametrize(
    "answer", ["", "[]", "{", '{"pages": 3}', '{"pages": ["x"]}', '{"picture": {"width": 1}}']
)
def test_the_process_that_read_hostile_bytes_is_not_believed(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WORKER", "elmeld_tui.messages.attached.nowhere")
    assert apart.parse(b"x", "text/plain") == {"fault": "broken"}
    told = apart._understood(answer.encode(), stopped=False)
    monkeypatch.setattr(apart, "parse", lambda *_: told)
    assert "kan ikke leses" in why_closed(b"x", "text/plain")


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(0, 0, ""), (2, 2, "AAAA"), (-1, -1, "AAAA"), (1, 1, "%%%%")]
)
def test_a_picture_is_as_large_as_it_says(
    width: int, height: int, pixels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"picture": {"width": width, "height": height, "pixels": pixels, "size": [1, 1]}, "frames": 1}
    monkeypatch.setattr(apart, "parse", lambda *_: told)
    assert "kan ikke leses" in why_closed(picture(), "image/png")


def test_the_process_may_write_nothing_but_its_answer(tmp_path: Path) -> None:
    # The bounds hold from the first line of the worker: a file cannot grow, and memory cannot either.
    code = (
        "import io, sys; from elmeld_tui.messages.attached import showing, worker\n"
        "def show(content, declared):\n"
        "    try:\n"
        "        open(content.decode(), 'wb', buffering=0).write(b'x'); wrote = True\n"
        "    except OSError:\n"
        "        wrote = False\n"
        "    try:\n"
        "        bytearray(2_000_000_000); grew = True\n"
        "    except MemoryError:\n"
        "        grew = False\n"
        "    return {'wrote': wrote, 'grew': grew}\n"
        "showing.show = show\nworker.main()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=b'""\n' + bytes(tmp_path / "x"),
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    assert json.loads(run.stdout) == {"wrote": False, "grew": False}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(content=st.binary(max_size=400), start=st.sampled_from([b"", *(each[:40] for each in SAMPLES.values())]))
def test_no_bytes_end_the_reading_of_text(content: bytes, start: bytes) -> None:
    text = charset.decoded(start + content, "text/plain; charset=" + content[:12].hex())
    assert isinstance(text, str)
    assert harmless(harmless(text)) == harmless(text)


@given(text=st.text(), name=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_unicode_comes_back_as_it_was(text: str, name: str) -> None:
    try:
        written = text.encode(name)
    except UnicodeEncodeError:
        return
    assert charset.decoded(written) == text.removeprefix("\ufeff") or written.startswith(b"\xff\xfe\x00\x00")


def test_a_charset_is_never_a_name_for_something_else() -> None:
    assert charset.decoded(b"%41", "text/plain; charset=unicode_escape") == "%41"
    assert charset.decoded(b"\\x41", "text/plain; charset=unicode_escape") == "\\x41"
