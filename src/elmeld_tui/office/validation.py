"""The validation report of a message in words: kind, schema, every finding with its rule, and the resulting receipt.

`elmeld validate` makes it for a file, the message log for a stored message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.messages import apprec, rules, schemas
from elmeld_tui.messages import document as documents
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.recovery import recover
from elmeld_tui.messages.rules import Judgement
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model import clock, identifiers
from elmeld_tui.model.findings import ENVELOPE, Finding, Severity
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.states import Receipt
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.reading import document_source, find_message
from elmeld_tui.office.words import apprec_status
from elmeld_tui.store.rows import Message, Receiver


class ReportLine(NamedTuple):
    """One line of a report; ``severity`` where it is a finding."""

    text: str
    severity: Severity | None = None


def check_document(raw: bytes) -> dict[str, Any]:
    """Return the report on a document that is checked as its own receiver would.

    Returns:
        ``kind, version, type, well_formed, schema_valid, findings, apprec``; ``schema_valid`` is None where there is no
        schema to hold it against, and ``apprec`` None where none would be sent.
    """
    try:
        document = documents.read(raw)
    except UnreadableError as error:
        return _unreadable(raw, error)
    # Test messages and test persons are everyday here.
    return _readable(document, rules.judge(document, our_her_ids=_receivers(document), test_mode=True))


def check_message(office: Office, message_id: int) -> dict[str, Any]:
    """Return the report on a message of the log: what was found when it came, or what its receiver would find.

    Returns:
        As `check_document`, and ``answers``: the receipts it led to, each with ``receiver, status, errors``.

    Raises:
        OfficeError: there is no such message, or she may not open it; a finding may say what the message does.
    """
    raw = document_source(office, message_id)
    message = find_message(office, message_id)
    report = _unkept(message) if raw is None else check_document(raw)
    if message.direction == "in":
        # The clinic's own choices decided then, and what it knew of the patient: that is what the sender was told.
        report["findings"] = [_finding(one) for one in office.reader.findings(message_id)]
        answers = [*_sent_receipts(office, message_id)]
    else:
        answers = [answer for one in office.reader.receivers(message_id) for answer in _received_receipt(one)]
    return report | {"apprec": None, "answers": answers}


def as_lines(report: dict[str, Any]) -> Iterator[ReportLine]:
    """Yield a report in words, what it is about first."""
    yield ReportLine(f"{type_name(report['type'], Kind(report['kind']))} {report['version']}".rstrip())
    checked = {True: t("skjema: gyldig"), False: t("skjema: ugyldig"), None: t("skjema: ikke kontrollert")}
    yield ReportLine(checked[report["schema_valid"]] if report["well_formed"] else t("ikke lesbar XML"))
    severities = {"error": t("feil"), "warning": t("advarsel"), "note": t("merk")}
    for finding in report["findings"]:
        place = f" {_where(finding['where'])}:" if finding["where"] else ""
        text = f"{severities[finding['severity']]} {finding['code']}:{place} {finding['message']}"
        yield ReportLine(text, Severity(finding["severity"]))
    if "answers" in report:
        yield from _answered(report["answers"])
    elif report["apprec"] is None:
        yield ReportLine(t("ingen applikasjonskvittering"))
    else:
        yield ReportLine(
            t(
                "applikasjonskvittering {version}: {status}",
                version=report["apprec"]["version"],
                status=apprec_status(report["apprec"]["status"]),
            )
            + _errors(report["apprec"]["errors"])
        )


def _where(place: str) -> str:
    return t("konvolutten") if place == ENVELOPE else place


def _answered(answers: list[dict[str, Any]]) -> Iterator[ReportLine]:
    if not answers:
        yield ReportLine(t("ingen applikasjonskvittering"))
    for answer in answers:
        text = t(
            "applikasjonskvittering fra {party}: {status}",
            party=answer["receiver"],
            status=apprec_status(answer["status"]),
        )
        severity = None if answer["status"] == apprec.OK else Severity.ERROR
        yield ReportLine(text + _errors(answer["errors"]), severity)


def _errors(errors: Iterable[dict[str, str]]) -> str:
    return "".join(
        f", {error.get('code', '')} {error.get('text', '')}"
        + (f" «{error['detail']}»" if error.get("detail") else "")
        for error in errors
    )


def _receivers(document: Document) -> frozenset[str]:
    return frozenset(her_id for party in document.header.receivers if (her_id := party.her_id))


def _unreadable(raw: bytes, error: UnreadableError) -> dict[str, Any]:
    finding = Finding(Severity.ERROR, error.code, error.where, error.message)
    if (document := recover(raw)) is not None:
        judgement = rules.judge_unreadable(document, finding, our_her_ids=_receivers(document))
        return _readable(document, judgement) | {"well_formed": False, "schema_valid": False}
    return {
        "kind": Kind.UNKNOWN.value,
        "version": "",
        "type": "",
        "well_formed": False,
        "schema_valid": False,
        "findings": [_finding(finding)],
        "apprec": None,
    }


def _unkept(message: Message) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "version": message.version,
        "type": message.type_code,
        "well_formed": True,
        "schema_valid": None,
        "findings": [],
    }


def _readable(document: Document, judgement: Judgement) -> dict[str, Any]:
    header = document.header
    codes = {finding.code for finding in judgement.findings}
    return {
        "kind": header.kind.value,
        "version": header.version,
        "type": header.type_code,
        "well_formed": True,
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
    if not judgement.recipients or not apprec.is_answerable(document.header):
        return None
    status = apprec.REJECTED if judgement.errors else apprec.OK
    raw = apprec.build(
        document.header,
        judgement.recipients[0],
        apprec.Outcome(status, judgement.errors),
        apprec_id=identifiers.new_uuid(),
        now=clock.now(),
    )
    return {"version": apprec.read_apprec(documents.read(raw)).version, **_told(raw)}


def _told(raw: bytes) -> dict[str, Any]:
    receipt = apprec.read_apprec(documents.read(raw))
    errors = [{"code": one.code.value, "text": one.code.text, "detail": one.detail} for one in receipt.errors]
    return {"status": receipt.status, "errors": errors}


def _sent_receipts(office: Office, message_id: int) -> Iterator[dict[str, Any]]:
    for row in office.reader.receipts_of(message_id):
        raw = office.reader.part(row.id)
        if raw is not None:
            yield {"receiver": row.sender_name, **_told(raw)}


_STATUSES = {
    Receipt.ACCEPTED: apprec.OK,
    Receipt.REJECTED: apprec.REJECTED,
    Receipt.ACCEPTED_WITH_FAULTS: apprec.OK_WITH_FAULTS,
}


def _received_receipt(account: Receiver) -> Iterator[dict[str, Any]]:
    status = _STATUSES.get(Receipt(account.receipt))
    if status is not None:
        yield {"receiver": account.name or account.her_id, "status": status, "errors": account.errors}
