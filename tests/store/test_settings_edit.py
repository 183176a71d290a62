"""One setting of a file is changed; what people have written around it stays."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from elmeld_tui.store.settings_edit import UnchangeableError, Value, write_setting

OURS = """# Klinikken vår
[clinic]
name = "Odden"  # slik NHN har det

[retention]   # avtalt 2025
envelopes = 90   # etter råd fra NHN, «#1»

[[service]]
name = "Fastlege"
envelopes = "ikke denne"

[noe.nytt]
fra_en_senere = [1,
  2]
"""


def edited(path: Path, text: str, name: str, value: Value | None, table: str = "retention") -> str:
    path.write_bytes(text.encode("utf-8"))
    write_setting(path, table, name, value)
    return path.read_bytes().decode("utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clinic.toml"


def test_the_value_is_changed_where_it_stands_with_its_comment(path: Path) -> None:
    now = edited(path, OURS, "envelopes", 365)
    assert now == OURS.replace("envelopes = 90 ", "envelopes = 365 ")


def test_what_is_new_in_a_table_comes_first_in_it(path: Path) -> None:
    now = edited(path, OURS, "documents", 400)
    assert now == OURS.replace("# avtalt 2025\n", "# avtalt 2025\ndocuments = 400\n")


def test_a_table_that_is_not_there_comes_last(path: Path) -> None:
    assert edited(path, "# alt\na = 1", "documents", 0) == "# alt\na = 1\n\n[retention]\ndocuments = 0\n"
    assert edited(path, "", "k", ["ø", '"'], "post") == '[post]\nk = ["ø", "\\""]\n'
    assert edited(path, "[post]", "k", "#", "post") == '[post]\nk = "#"\n'


def test_a_setting_is_taken_out_and_its_table_stays(path: Path) -> None:
    assert edited(path, OURS, "envelopes", None) == OURS.replace(
        "envelopes = 90   # etter råd fra NHN, «#1»\n", ""
    )
    assert edited(path, OURS, "documents", None) == OURS


def test_a_value_over_several_lines_is_changed_whole(path: Path) -> None:
    text = '[post]\nreply = [\n  "s", # s\n  "r",\n]\nzoom = "z"\n'
    assert edited(path, text, "reply", "w", "post") == '[post]\nreply = "w"\nzoom = "z"\n'
    assert edited(path, text, "reply", None, "post") == '[post]\nzoom = "z"\n'


def test_line_ends_mode_and_a_link_are_kept(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "lenke.toml"
    link.symlink_to(path)
    path.write_bytes(b"[retention]\r\nenvelopes = 1 # x\r\n")
    path.chmod(0o640)
    write_setting(link, "retention", "envelopes", 2)
    write_setting(link, "retention", "alerts", 3)
    write_setting(link, "post", "zoom", "z")
    assert link.is_symlink()
    written = path.read_bytes()
    assert written.startswith(b"[retention]\r\nalerts = 3\r\nenvelopes = 2 # x\r\n")
    assert written.count(b"\n") == written.count(b"\r\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "elmeld" / "keymap.toml"
    write_setting(path, "post", "zoom", "ø")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"post": {"zoom": "ø"}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "retention = { envelopes = 1 }\n",
        "retention.envelopes = 1\n",
        "retention = 1\n",
        "[retention\n",
        's = """\n[retention]\nenvelopes = 1\n"""\n[retention.x]\n[retention]\n',
        "\ufeff[retention]\nenvelopes = 1\n",
    ],
)
def test_what_is_written_in_another_way_is_refused_and_stands(path: Path, text: str) -> None:
    with pytest.raises(UnchangeableError, match=r"clinic\.toml"):
        edited(path, text, "envelopes", 2)
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_no_text_is_refused_and_stands(path: Path) -> None:
    path.write_bytes(b"# \xff\n")
    with pytest.raises(UnchangeableError, match="UTF-8"):
        write_setting(path, "retention", "envelopes", 2)
    assert path.read_bytes() == b"# \xff\n"
