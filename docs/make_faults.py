"""Writes docs/faults.md from what the fault matrix of the tests observes: ``python docs/make_faults.py``."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

HERE = Path(__file__).parent
PAGE = HERE / "faults.md"

if TYPE_CHECKING:
    from fault_matrix import Fault
    from fault_run import Seen

    from elmeld_tui.office.faults import Explanation

_HEAD = """# What goes wrong, and how it ends

Made by `python docs/make_faults.py` from what the tests see: `tests/engine/test_fault_matrix.py` runs every line of
these tables with a whole engine, by every way it names, from the first moment until nothing is owed, and holds this page
against what it saw. The other side has a document, or the post has a letter, as many times as is said here, and never
more; every attempt sends the same bytes; the store's check finds nothing.

What is written after “meanwhile” is no longer told at the end. The commands are those that `elmeld log ID` and
`elmeld alert show NR` name. A message that nobody has taken or answered after 96 hours is `overdue` too, however it
failed. [alerts.md](alerts.md) says of each alert who clears it.
"""
_OUT = """
## What the clinic sends

| Fault | Way | In the end | Alert | The user is told | What to do |
|---|---|---|---|---|---|
"""
_IN = """
## What comes to the clinic

“They hear” is what the other side is answered with, in the order it is: signals, and the status of each receipt.

| Fault | Way | In the end | Alert | The user is told | What to do |
|---|---|---|---|---|---|
"""
_FOOT = """
## What is held elsewhere

When attempts are made, by the schedule of an agreement (retries and interval) and by the national one (5 × 12 hours),
and when we give up: `tests/engine/test_agreements.py`
(`test_the_same_bytes_go_again_when_the_schedule_says_and_no_later`) and `tests/engine/test_delivery.py`
(`test_silence_is_waited_out_for_twelve_hours`,
`test_after_five_retries_we_give_up_and_say_so`, `test_a_partner_who_is_down_is_tried_again_soon_and_then_seldom`). The 96
hours from GenDate, and a receipt after them: `tests/engine/test_receipts.py` (`test_as42_…`). What is too large or too
slow for our listener: `tests/transport/test_http.py`. An engine that is killed at any moment, two at once, on both
databases: `tests/engine/test_crash.py`, `tests/engine/test_schedules.py`. Attacks: `tests/transport/test_attacks*.py`. A
mailbox that does not answer: `tests/engine/test_fetching.py`. A register or an issuer that is away:
`tests/engine/test_trust.py`, `tests/engine/test_delivery.py`. A clock that partners say is wrong:
`tests/engine/test_watch.py`.
"""


class Line(NamedTuple):
    """One line of the page, but for the ways it holds for."""

    fault: str
    end: str
    alerts: str
    told: str
    mend: str


def line(fault: Fault, seen: Seen) -> Line:
    """Return what the page says of a cell."""
    last = seen.told
    told = [_told(one) for one in last] + [f"Meanwhile: {_told(one)}" for one in seen.meanwhile]
    mends = [_mend(one) for one in last]
    alerts = [
        _codes(seen.end.alerts),
        f"{_codes(seen.end.cleared)}, cleared by itself" if seen.end.cleared else "",
    ]
    columns = (
        fault.words,
        _end(fault, seen),
        "; ".join(filter(None, alerts)),
        "<br>".join(dict.fromkeys(told)),
        "<br>".join(dict.fromkeys(mends)),
    )
    return Line(*(column.replace("|", "\\|").strip() for column in columns))


def _end(fault: Fault, seen: Seen) -> str:
    states = _codes(seen.end.state)
    if fault.letter is None:
        has = {0: "They do not have it", 1: "They have it once"}[seen.end.there]
        return f"{states}. {has}."
    came = f"{states}. " if states else "It lies where it came. "
    has = {0: "Not in the post", 1: "In the post once", 2: "Both in the post"}[seen.end.there]
    return f"{came}{has}. They hear: {seen.end.heard or 'nothing'}."


def _codes(codes: str) -> str:
    several = (code.partition("*") for code in codes.split())
    return ", ".join(f"`{code}`" + (f" × {many}" if many else "") for code, _, many in several)


def _told(one: Explanation) -> str:
    return f"{one.happened} ({_steady(one.said)})" if one.said else one.happened


def _steady(said: str) -> str:
    """Return what is said without what differs from one run to the next."""
    said = re.sub(r"127\.0\.0\.1:\d{4,}", "partner.example", said)
    said = re.sub(r"serial number \d+", "serial number …", said)
    said = re.sub(r"/\S+/(ut|inn)\b", r"…/\1", said)
    said = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", said)
    return re.sub(r"\b\d+(\.\d)? MB", "… MB", said)


def _mend(one: Explanation) -> str:
    from elmeld_tui.office.faults.by_alert import MENDS
    from elmeld_tui.store.trouble import AlertCode

    commands = [f"`elmeld {act} ID`" for act in one.acts]
    if one.code in set(AlertCode) and MENDS[AlertCode(one.code)].by_hand:
        commands.append("`elmeld alert handle NR`")
    return f"{one.now} {', '.join(commands)}".strip()


def page(out: Mapping[tuple[str, str], Line], into: Mapping[tuple[str, str], Line]) -> str:
    """Return the page.

    Args:
        out: what was seen of the faults on the way out, by fault and way.
        into: of those on the way in.
    """
    return _HEAD + _OUT + "".join(_rows(out)) + _IN + "".join(_rows(into)) + _FOOT


def _rows(lines: Mapping[tuple[str, str], Line]) -> Iterable[str]:
    """Yield one row for all the ways on which a fault ends the same."""
    ways: dict[Line, list[str]] = {}
    for (_, way), one in lines.items():
        ways.setdefault(one, []).append(way)
    for one, on in ways.items():
        yield f"| {one.fault} | {'; '.join(on)} | {one.end} | {one.alerts} | {one.told} | {one.mend} |\n"


def written(text: str) -> tuple[dict[tuple[str, str], Line], ...]:
    """Return what a page says, as `page` takes it: of what is sent, and of what comes."""
    return tuple(_written(text.partition(head)[2].partition("\n\n")[0]) for head in (_OUT, _IN))


def _written(rows: str) -> dict[tuple[str, str], Line]:
    found = {}
    for row in rows.splitlines():
        fault, ways, *rest = (column.strip() for column in re.split(r"(?<!\\)\|", row)[1:-1])
        found.update({(fault, way): Line(fault, *rest) for way in ways.split("; ")})
    return found


def _main() -> None:
    sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "engine")]
    from fault_matrix import IN, OUT
    from fault_run import bench, run

    seen: list[dict[tuple[str, str], Line]] = []
    with tempfile.TemporaryDirectory() as store, bench(Path(store)) as shared:
        for faults in (OUT, IN):
            seen.append({})
            for fault, way in ((one, way) for one in faults for way in one.ends):
                with tempfile.TemporaryDirectory() as place:
                    seen[-1][fault.words, way] = line(fault, run(fault, way, shared, Path(place)))
    PAGE.write_text(page(*seen), encoding="utf-8")


if __name__ == "__main__":
    _main()
