"""``elmeld validate``: kind, version, what is wrong, and the application receipt that would be sent."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from elmeld_tui.cli import files
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE
from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.model.kinds import Kind, type_name

if TYPE_CHECKING:
    from elmeld_tui.messages.document import Document
    from elmeld_tui.messages.rules import Judgement
    from elmeld_tui.messages.xml import UnreadableError

NAME = "validate"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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

    reports = (_report(name, files.read(name, MAX_BYTES)) for name in args.files)
    refused = False
    for report in reports:
        print(json_line(report) if args.json else _as_text(report), flush=True)
        refused |= any(finding["severity"] == Severity.ERROR for finding in report["findings"])
    return ANSWER_IS_NO if refused else DONE


def _report(name: str, raw: bytes) -> dict[str, Any]:
    from elmeld_tui.messages import document as documents
    from elmeld_tui.messages import rules
    from elmeld_tui.messages.xml import UnreadableError

    try:
        document = documents.read(raw)
    except UnreadableError as error:
        return _unreadable(name, raw, error)
    # Checked as its own receiver would, where test messages and test persons are everyday.
    return _readable(name, document, rules.judge(document, our_her_ids=_receivers(document), test_mode=True))


def _receivers(document: Document) -> frozenset[str]:
    return frozenset(her_id for party in document.header.receivers if (her_id := party.her_id))


def _unreadable(name: str, raw: bytes, error: UnreadableError) -> dict[str, Any]:
    from elmeld_tui.messages import rules
    from elmeld_tui.messages.recovery import recover

    finding = Finding(Severity.ERROR, error.code, error.where, error.message)
    if (document := recover(raw)) is not None:
        judgement = rules.judge_unreadable(document, finding, our_her_ids=_receivers(document))
        return _readable(name, document, judgement) | {"well_formed": False, "schema_valid": False}
    return {
        "file": name,
        "kind": Kind.UNKNOWN.value,
        "version": "",
        "type": "",
        "well_formed": False,
        "schema_valid": False,
        "findings": [_finding(finding)],
        "apprec": None,
    }


def _readable(name: str, document: Document, judgement: Judgement) -> dict[str, Any]:
    from elmeld_tui.messages import schemas

    header = document.header
    codes = {finding.code for finding in judgement.findings}
    return {
        "file": name,
        "kind": header.kind.value,
        "version": header.version,
        "type": header.type_code,
        "well_formed": True,
        # Nothing is said where there is no schema to hold it against.
        "schema_valid": "T02" not in codes if schemas.has_schema(header.namespace) else None,
        "findings": [_finding(finding) for finding in judgement.findings],
        "apprec": _apprec(document, judgement),
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "where": finding.where,
        "message": finding.message,
    }


def _apprec(document: Document, judgement: Judgement) -> dict[str, Any] | None:
    """Return the receipt the first recipient would send, read back from its bytes; None where none is sent."""
    from elmeld_tui.messages import apprec
    from elmeld_tui.messages.document import read
    from elmeld_tui.model import clock, identifiers

    if not judgement.recipients or document.header.sender is None:
        return None
    status = apprec.REJECTED if judgement.errors else apprec.OK
    raw = apprec.build(
        document.header,
        judgement.recipients[0],
        apprec.Outcome(status, judgement.errors),
        apprec_id=identifiers.new_uuid(),
        now=clock.now(),
    )
    receipt = apprec.read_apprec(read(raw))
    errors = [{"code": one.code.value, "text": one.code.text, "detail": one.detail} for one in receipt.errors]
    return {"version": receipt.version, "status": receipt.status, "errors": errors}


def _as_text(report: dict[str, Any]) -> str:
    return harmless("\n".join(_lines(report)))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    kind = type_name(report["type"], Kind(report["kind"]))
    yield f"{report['file']}: {kind} {report['version']}".rstrip()
    checked = {True: t("skjema: gyldig"), False: t("skjema: ugyldig"), None: t("skjema: ikke kontrollert")}
    yield f"  {checked[report['schema_valid']] if report['well_formed'] else t('ikke lesbar XML')}"
    severities = {"error": t("feil"), "warning": t("advarsel"), "note": t("merk")}
    for finding in report["findings"]:
        place = f" {finding['where']}:" if finding["where"] else ""
        yield f"  {severities[finding['severity']]} {finding['code']}:{place} {finding['message']}"
    if report["apprec"] is None:
        yield "  " + t("ingen applikasjonskvittering")
        return
    statuses = {"1": "OK", "2": t("avvist")}
    status = statuses.get(report["apprec"]["status"], report["apprec"]["status"])
    errors = "".join(f", {error['code']} {error['text']}" for error in report["apprec"]["errors"])
    yield (
        "  "
        + t("applikasjonskvittering {version}: {status}", version=report["apprec"]["version"], status=status)
        + errors
    )
