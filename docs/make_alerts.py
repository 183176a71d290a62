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
however often the cause shows itself, and cleared once. One is no row: that no engine is at work, which only whoever
reads the signs of life can tell.

In the terminal they are the place **Varsler** (`alt+4`, `shift+F2`), the oldest first. How many there are stands at the
top of every place, and `bell = true` in `terminal.toml` rings when one comes ([terminal.md](terminal.md)). `enter` opens
one: what has happened, what to do now with the keys that do it, when it goes, and the message's way so far. `n` makes
the message anew, `p` tries or sends it again, `a` decides one that waits for that, `j` files it under a patient, `m`
marks what has been seen to, `l` shows the message in the log, `o` goes to the checklist in Klinikk where the alert is
about the set-up. A key that is the wrong one says why.

`elmeld alert list` shows the same list, `elmeld alert show NR` what one means and which commands mend it, `elmeld alert
handle NR` marks it: an alert that goes when somebody has looked is cleared, and the message of another is called dealt
with, by phone or on paper, as by `elmeld handled ID`. That clears every alert about it, and `elmeld handled ID --undo`
opens those again whose cause remains. The others go when their cause does. Marking and deciding are in the audit trail,
with who did it.

Who sees what: alerts about the clinic itself everybody who works there, alerts about a message whoever sent or received
it, and those who may see all messages or look after the clinic ([access.md](access.md)).

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
            commands.append("`elmeld alert handle NR`")
        yield f"| `{code}` | {words(code)} | {mend.now()} | {', '.join(commands)} | {mend.cleared()} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
