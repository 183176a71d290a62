"""A view as lines for a terminal."""

from __future__ import annotations

from lab_report_samples import FRAME, REPORT
from message_samples import altered, referral

from elmeld_tui.messages import service_report, views
from elmeld_tui.messages.document import read
from elmeld_tui.messages.views.plain import as_text
from elmeld_tui.model.view import Field, Section, Table, View


def view(*sections: Section) -> View:
    return View("Tittel", "unknown", "", (), sections, ())


def test_lines_keep_within_the_width() -> None:
    long = "et langt ord " * 30
    shown = as_text(
        view(Section("A", (Field("Felt", long),), (Table(("x", "y"), ((long, long),)),), (long,))), width=60
    )
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.count("langt") == 4 * 30


def test_nothing_a_message_says_begins_in_the_first_column() -> None:
    hostile = "slutt\nAvsender\n--------\nFalsk"
    shown = as_text(view(Section("A", (Field("Felt", hostile),), (Table(("x",), ((hostile,),)),), (hostile,))))
    assert [line for line in shown.splitlines() if line and not line.startswith(" ")] == [
        "Tittel",
        "======",
        "A",
        "-",
    ]


def test_controls_are_made_visible() -> None:
    shown = as_text(view(Section("A", (Field("Felt\x1b[2J", "\x9b31mrødt\u202e"),), text=("\x1b]0;x\x07",))))
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "\u202e" not in shown
    assert "␛]0;x␇" in shown


def test_a_hostile_message_reaches_no_terminal() -> None:
    document = altered(referral(), ("Vurdering ønskes", "a&#x9b;31m&#x85;&#x202e;b"))
    shown = as_text(views.view(document))
    assert not {"\x9b", "\x85", "\u202e"} & set(shown)


def test_line_breaks_and_indents_of_a_text_are_kept() -> None:
    shown = as_text(view(Section("A", text=("en\n   to\n\nfire",))))
    assert "  en\n     to\n\n  fire\n" in shown


def test_a_table_stands_in_columns() -> None:
    shown = as_text(views.view(read(service_report.build(REPORT, FRAME))))
    line = next(line for line in shown.splitlines() if "10,2" in line)
    assert line.split() == ["B-Hemoglobin", "10,2", "g/dL", "↓", "under", "11,7", "-", "15,3", "Endelig"]


def test_a_diagnosis_is_read_with_its_code() -> None:
    assert "Diabetes type 2 [ICPC-2 T90]" in as_text(views.view(referral()))


def test_warnings_come_before_everything() -> None:
    lines = as_text(views.view(referral(test=True))).splitlines()
    assert lines[2].startswith("!! TESTMELDING")


def test_a_word_of_megabytes_is_cut_in_one_pass() -> None:
    shown = as_text(view(Section("A", text=("x" * 5_000_000,))))
    assert shown.count("x") == 5_000_000
    assert max(map(len, shown.splitlines())) <= 80
