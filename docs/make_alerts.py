"""Writes docs/alerts.md from the table the program itself uses: ``python docs/make_alerts.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from elmeld_tui import i18n
from elmeld_tui.office.faults.by_alert import MENDS
from elmeld_tui.store.trouble import AlertCode, words

PAGE = Path(__file__).with_name("alerts.md")

_HEAD = """# Alerts

An alert (Viktige varsler) is a row the engine writes when a human must act. It is raised once for each message,
however often the cause shows itself, and cleared once. `elmeld alert list` shows those that are open,
`elmeld alert show NR` what one means and which commands mend it, `elmeld alert clear NR` clears those that go when
somebody has seen to them; the others go when their cause does. Of one message, `elmeld log ID` says the same.

A message that has been dealt with by phone or on paper is marked with `elmeld handled ID`: that clears every alert
about it, and `--undo` opens them again. Marking, deciding and clearing are in the audit trail, with who did it.

| Code | What it says | What to do | Commands | Cleared |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page, in English."""
    spoken = i18n.language()
    i18n.set_language("en")
    try:
        return _HEAD + "".join(_rows())
    finally:
        i18n.set_language(spoken)


def _rows() -> Iterator[str]:
    for code in AlertCode:
        mend = MENDS[code]
        commands = [f"`elmeld {act} ID`" for act in mend.acts]
        if mend.by_hand:
            commands.append("`elmeld alert clear NR`")
        yield f"| `{code}` | {words(code)} | {mend.now()} | {', '.join(commands)} | {mend.cleared()} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
