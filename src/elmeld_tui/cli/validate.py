"""``elmeld validate``: kind, version, what is wrong, and the application receipt that would be sent."""

from __future__ import annotations

import argparse

from elmeld_tui.cli import files
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE
from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Severity
from elmeld_tui.model.harmless import harmless, json_line

NAME = "validate"


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        NAME,
        help=t("kontroller dokumenter: type, skjema, regler, kvitteringen som ville blitt sendt"),
        description=t(
            "Kontrollerer dokumenter slik mottakeren gjør det: type og versjon, skjemaet, reglene, og hvilken "
            "applikasjonskvittering som ville blitt sendt. Dokumentets mottakere regnes som klinikken."
        ),
        epilog=t("eksempel: elmeld validate --json henvisning.xml svar.xml"),
    )
    command.add_argument("files", nargs="+", metavar=t("FIL"), help=t("dokument, eller - for standard inn"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a report for each file; return 1 where one of them would be refused."""
    from elmeld_tui.messages.xml import MAX_BYTES
    from elmeld_tui.office.validation import as_lines, check_document

    reports = ({"file": name} | check_document(files.read(name, MAX_BYTES)) for name in args.files)
    refused = False
    for report in reports:
        if args.json:
            print(json_line(report), flush=True)
        else:
            first, *rest = (line.text for line in as_lines(report))
            print(harmless("\n".join([f"{report['file']}: {first}", *(f"  {line}" for line in rest)])), flush=True)
        refused |= any(finding["severity"] == Severity.ERROR for finding in report["findings"])
    return ANSWER_IS_NO if refused else DONE
