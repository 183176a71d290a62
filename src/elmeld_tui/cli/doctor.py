"""``elmeld doctor``: whether this clinic can send and receive: every check, and what to do about what fails."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE
from elmeld_tui.cli.opening import opened
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.office.health import Check


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "doctor",
        help=t("kan klinikken sende og motta? alle kontroller, med råd"),
        description=t("Prøver alt som må være på plass for å sende og motta, og sier hva som skal gjøres."),
        epilog=t("Eksempel: elmeld doctor --data-dir ~/klinikken"),
    )
    parser.add_argument(
        "--setup", action="store_true", help=t("som sjekkliste: hva som trengs, hvorfor, og hva som mangler")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Examine the clinic; return 0 when nothing stops messages, else 1."""
    from elmeld_tui.office.health import Verdict, examine_clinic

    found = []
    with opened(args) as office:
        for check in examine_clinic(office):
            found.append(check)
            if not args.setup:
                print(_as_json(check) if args.json else _as_text(check), flush=True)
    if args.setup:
        _print_setup(found, as_json=args.json)
    return ANSWER_IS_NO if any(check.verdict is Verdict.FAULT for check in found) else DONE


def _print_setup(found: list[Check], *, as_json: bool) -> None:
    from elmeld_tui.office.setup import checklist

    for point in checklist(found):
        required, verdict = point.requirement, point.verdict
        if as_json:
            told = [json.loads(_as_json(check)) for check in point.checks]
            data = {"requirement": required.name, "verdict": verdict, "title": required.title()}
            print(json_line(data | {"why": required.why(), "checks": told}))
            continue
        print(f"{_SIGNS[verdict] if verdict else '–'} {required.title()}\n  {required.why()}")
        for check in point.checks:
            print("  " + _as_text(check).replace("\n", "\n  "))


def _as_json(check: Check) -> str:
    data = {"check": check.name, "verdict": check.verdict, "told": check.told, "mend": check.mend}
    return json_line(data)


_SIGNS = {"ok": "✓", "remark": "!", "fault": "✗"}


def _as_text(check: Check) -> str:
    mend = f"\n    → {check.mend}" if check.mend else ""
    return harmless(f"{_SIGNS[check.verdict]} {check.told}{mend}")
