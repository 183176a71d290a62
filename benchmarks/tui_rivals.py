"""The terminal programs elmeld's is measured beside: how each is started, when it is there, and its keys.

``lnav`` comes with the system. posting and harlequin want other versions of Textual than elmeld and are no dependencies.
Name the directories that have them, and they are measured: ``for one in posting harlequin; do python -m venv /tmp/$one;
/tmp/$one/bin/pip install $one 'tree-sitter<0.26'; done; TUI_RIVALS=/tmp/posting/bin:/tmp/harlequin/bin make bench
ARGS=tui``.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import million
from elmeld_tui.store.places import database_file

DOWN, PAGE_DOWN, END, HOME = b"\x1b[B", b"\x1b[6~", b"\x1b[F", b"\x1b[H"
TAB, ENTER, ESCAPE, F1, PALETTE = b"\t", b"\r", b"\x1b", b"\x1bOP", b"\x10"


@dataclass(frozen=True)
class Program:
    """A program in a terminal.

    Attributes:
        name: what the table calls it.
        command: program and arguments.
        text: what stands on its screen when it can be used.
        keys: name of a step, and the keys it takes; the names that elmeld has too are compared.
        environment: what it needs beside its command.
        first: what is pressed before anything is measured, until what is compared is on the screen.
    """

    name: str
    command: tuple[str, ...]
    text: str
    keys: dict[str, bytes] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    first: tuple[bytes, ...] = ()


MINIMAL = Program("a minimal Textual app", (sys.executable, "-m", "benchmarks.rivals", "minimal"), "painted")
_QUERY = (b"select created, type_code, sender_name, patient_name, state from message", b"\n", b"\x1b[15~")
"""Has harlequin find the messages, as many as it shows, and go to them."""
_TABLE_KEYS = {"arrow": DOWN, "page": PAGE_DOWN, "palette": PALETTE, "palette closed": ESCAPE}
SEARCHES = ("search, first letter", "search, a word", "filter", "all again")
"""Steps of elmeld that read more of the store than a screenful."""


def elmeld(clinic: Path) -> Program:
    """The program itself on ``clinic``, with everything it is asked to do."""
    keys = {
        "arrow": DOWN,
        "page": PAGE_DOWN,
        "end": END,
        "top": HOME,
        "tab": TAB,
        "tab back": b"\x1b[Z",
        "palette": PALETTE,
        "palette closed": ESCAPE,
        "help": F1,
        "help closed": ESCAPE,
        "another place": b"\x1b3",
        "and back": b"\x1b1",
        "search line": b"/",
        "search, first letter": b"h",
        "search, a word": b"ofte",
        "filter": b"\x15type:epikrise",
        "to what was found": ENTER,
        "all again": ESCAPE,
    }
    return Program("elmeld", (sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic)), "Innboks ·", keys)


def rivals(clinic: Path, place: Path) -> tuple[list[Program], list[str]]:
    """Return the rivals that are there, and a word on each that is not.

    Args:
        clinic: whose messages lnav and harlequin show.
        place: a directory for what they want to keep.
    """
    found = [
        Program("DataTable, 1,000 rows", (sys.executable, "-m", "benchmarks.rivals", "table"), "LAB-resultat")
    ]
    found[0] = Program(found[0].name, found[0].command, found[0].text, _TABLE_KEYS)
    missing = []
    home = {"HOME": str(place), "XDG_CONFIG_HOME": str(place), "XDG_DATA_HOME": str(place)}
    if shutil.which("lnav"):
        lines = place / "messages.log"
        million.as_lines(clinic, lines)
        keys = {"arrow": b"k", "page": b"b", "top": b"g", "end": b"G"}
        found.append(Program("lnav, the same as lines", ("lnav", "-q", str(lines)), "HENVISNING", keys, home))
    else:
        missing.append("lnav is not installed")
    directories = os.environ.get("TUI_RIVALS", "")
    posting, harlequin = (shutil.which(name, path=directories) for name in ("posting", "harlequin"))
    if posting:
        keys = {"tab": TAB, "palette": PALETTE, "palette closed": ESCAPE}
        found.append(Program("posting", (posting,), "Collection", keys, home))
    if harlequin:
        keys = {**_TABLE_KEYS, "tab": TAB, "help": F1, "help closed": ESCAPE}
        command = (harlequin, "-a", "sqlite", "-r", str(database_file(clinic)))
        found.append(Program("harlequin, 100,000 rows", command, "Run Query", keys, home, _QUERY))
    for name, there in (("posting", posting), ("harlequin", harlequin)):
        if not there:
            missing.append(f"{name} is in none of the directories that TUI_RIVALS names")
    return found, missing
