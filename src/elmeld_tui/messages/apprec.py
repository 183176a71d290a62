"""The application receipt (AppRec) 1.0 and 1.1: the one answer a receiver gives to a message.

HIS 80415:2004 is AppRec 1.0 (AR10), HIS 80415:2012 is AppRec 1.1 (AR11); HITS 1168:2016 says which answers what.
An AppRec is never itself answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from elmeld_tui import __version__
from elmeld_tui.messages import building, codelists, hcp
from elmeld_tui.messages.document import Document, read_tree
from elmeld_tui.messages.reading import Element, coded, find, find_all, moment, text, value
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import APPREC_1_0, APPREC_1_1, Kind, type_name
from elmeld_tui.model.parties import Party, Unit

OK = "1"
REJECTED = "2"
OK_WITH_FAULTS = "3"

_XS_DATETIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")

# Codes that the 1.0 list does not have; the detail tells the rest (AR10 §6.3).
_IN_1_0 = {"T10": "T99", "E10": "X99", "E36": "X99"}

# Who we are to a 1.0 message whose receiver asked for what it answers (AR10 §4.3.2); all others: provider.
_REQUESTER_KINDS = frozenset({Kind.DISCHARGE_SUMMARY, Kind.SERVICE_REPORT})
_REQUESTER_TYPES = frozenset({"DIALOG_SVAR"})


@dataclass(frozen=True, slots=True)
class AppRecError:
    """One fault: the code (8221 or a message's own list) and the plain explanation (OT)."""

    code: CodedValue
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is answered: ``status`` 1, 2 or 3 (8258), and at least one error for 2 and 3."""

    status: str
    errors: tuple[AppRecError, ...] = ()


@dataclass(frozen=True, slots=True)
class AppRec:
    """A receipt as received; what is absent is empty.

    Attributes:
        id: of the receipt itself.
        version: ``1.0`` or ``1.1``.
        status: 1, 2 or 3; anything else verbatim.
        errors: as received; senders are known to swap V and S, so nobody should depend on one of them.
        original_id: of the message or document it answers.
        original_type: type code of that message (8279).
        original_issued: GenDate of that message, aware, in UTC; None when unreadable.
        sender: the party that answers.
        receiver: the party that is answered.
        generated: when the receipt was made, aware, in UTC; None when unreadable.
    """

    id: str
    version: str
    status: str
    errors: tuple[AppRecError, ...]
    original_id: str
    original_type: str
    original_issued: datetime | None
    sender: Party
    receiver: Party
    generated: datetime | None


def error(code: str, detail: str = "") -> AppRecError:
    """Return the error ``code`` (8221) with its text."""
    return AppRecError(codelists.coded("8221", code), detail)


def version_for(header: Header) -> str:
    """Return the version that answers this document: its standard's own, 1.1 for what no standard is known for.

    Source: HITS 1168:2016 §8.
    """
    form = header.form
    return (form.apprec if form else None) or "1.1"


def is_answerable(header: Header) -> bool:
    """Return whether a document says whom a receipt would go to, and what it would answer (HITS 1168 §5.3)."""
    return header.sender is not None and bool(header.original_id)


def build(
    header: Header, recipient: Party, outcome: Outcome, *, apprec_id: str, now: datetime, original_id: str = ""
) -> bytes:
    """Return the bytes of `build_document`."""
    return build_document(header, recipient, outcome, apprec_id=apprec_id, now=now, original_id=original_id).raw


def build_document(
    header: Header, recipient: Party, outcome: Outcome, *, apprec_id: str, now: datetime, original_id: str = ""
) -> Document:
    """Write the receipt that ``recipient``, one of the document's receivers, owes its sender.

    Args:
        header: of the document that is answered.
        recipient: as the document names it; every identifier goes back as it came (AR11 §3.5).
        outcome: what is answered.
        apprec_id: a new UUID.
        now: aware.
        original_id: which of several reports in one message it answers (AR10 §3.2); the first if empty.

    Returns:
        UTF-8 with an XML declaration, as it would be read.

    Raises:
        ValueError: the document is itself an AppRec, names no sender, or the outcome contradicts itself.
    """
    _check(header, outcome)
    old = version_for(header) == "1.0"
    receipt = building.root(APPREC_1_0 if old else APPREC_1_1, "AppRec")
    building.cs(receipt, "MsgType", "APPREC", "8279")
    building.text(receipt, "MIGversion", "1.0 2004-11-21" if old else "v1.1 2012-02-15")
    building.text(receipt, "SoftwareName", "elmeld")
    building.text(receipt, "SoftwareVersion", __version__)
    building.text(receipt, "GenDate", clock.business_text(now))
    building.text(receipt, "Id", apprec_id)
    _write_party(receipt, "Sender", _sender_role(header, recipient, old=old), recipient)
    assert header.sender is not None
    _write_party(receipt, "Receiver", "RECEIVER" if old else "AVS", header.sender)
    building.cs(receipt, "Status", outcome.status, "8258")
    for fault in outcome.errors:
        building.cv(receipt, "Error", _error_code(fault, old=old))
    original = building.section(receipt, "OriginalMsgId")
    building.cs(original, "MsgType", _original_type(header), "8279")
    building.text(original, "IssueDate", _issue_date(header, now))
    building.text(original, "Id", original_id or header.original_id)
    return read_tree(building.serialise(receipt), receipt)


def _check(header: Header, outcome: Outcome) -> None:
    if header.kind is Kind.APPREC:
        raise ValueError("an AppRec is never answered (HITS 1168 §8.3)")
    if header.sender is None:
        raise ValueError("the document names no sender to answer")
    if (outcome.status == OK) == bool(outcome.errors):
        raise ValueError("status 1 has no errors, status 2 and 3 have at least one (AR11 §4.3.1)")


def _sender_role(header: Header, recipient: Party, *, old: bool) -> str:
    if recipient.role == "COP":
        return "COP"
    if not old:
        return "PRIM"
    asked = header.kind in _REQUESTER_KINDS or header.type_code in _REQUESTER_TYPES
    return "REQ" if asked else "SPR"


def _write_party(receipt: Element, name: str, role: str, party: Party) -> None:
    element = building.section(receipt, name)
    building.cs(element, "Role", role, "8112")
    hcp.write_party(element, party)


def _error_code(fault: AppRecError, *, old: bool) -> CodedValue:
    replacement = _IN_1_0.get(fault.code.value) if old else None
    if replacement:
        code = codelists.coded("8221", replacement)
        detail = f"{fault.code.text}: {fault.detail}" if fault.detail else fault.code.text
    else:
        code, detail = fault.code, fault.detail
    return CodedValue(code.value, code.system, code.text, detail)


def _original_type(header: Header) -> CodedValue:
    """The type as received; what a message that names none is in words, since the schema demands the element."""
    return CodedValue(header.type_code, text="" if header.type_code else type_name("", header.kind))


def _issue_date(header: Header, now: datetime) -> str:
    """GenDate as received where it is an xs:dateTime, the same instant else; now where the document has none."""
    if _XS_DATETIME.fullmatch(header.generated_text):
        return header.generated_text
    return clock.business_text(header.generated or now)


def read_apprec(document: Document) -> AppRec:
    """Read a receipt of either version, leniently.

    Raises:
        ValueError: the document is of another kind.
    """
    if document.header.kind is not Kind.APPREC:
        raise ValueError(f"a {document.header.kind} is not an AppRec")
    receipt = document.root
    original = find(receipt, "OriginalMsgId")
    nobody = Party(Unit(""))
    return AppRec(
        id=text(receipt, "Id"),
        version=document.header.version,
        status=value(receipt, "Status"),
        errors=tuple(AppRecError(code, code.original_text) for code in map(coded, find_all(receipt, "Error"))),
        original_id=text(original, "Id"),
        original_type=value(original, "MsgType"),
        original_issued=moment(text(original, "IssueDate")),
        sender=document.header.sender or nobody,
        receiver=document.header.receivers[0] if document.header.receivers else nobody,
        generated=document.header.generated,
    )
