"""An AppRec that has arrived is entered in the ledger of the message it answers. It is itself never answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from elmeld_tui.engine import again, answers
from elmeld_tui.engine.answers import Answer
from elmeld_tui.messages.apprec import AppRec, read_apprec
from elmeld_tui.messages.document import Document
from elmeld_tui.model.states import RECEIPT_MOVES, Receipt, State
from elmeld_tui.store import alerts, editions, events, ledger, messages, outbox
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

_BY_STATUS = {
    "1": (Receipt.ACCEPTED, EventName.ACCEPTED, None),
    "2": (Receipt.REJECTED, EventName.ANSWERED_REJECTED, AlertCode.ANSWERED_REJECTED),
    "3": (Receipt.ACCEPTED_WITH_FAULTS, EventName.ACCEPTED_WITH_FAULTS, AlertCode.ACCEPTED_WITH_FAULTS),
}
"""Receipt, event and alert of each status (8258)."""


def may_give(connection: Connection, document: Document, signer: str) -> bool:
    """Return whether who signed the envelope may give the receipt in it.

    A receipt ends what its sender owes us, so nobody but that very party may (HIS 80415:2012 §3.5.1). Some name no more
    than their unit in it: theirs counts where it is they who owe it.

    Args:
        connection: of the caller's transaction.
        document: the receipt.
        signer: HER-id that the envelope is from.
    """
    receipt = read_apprec(document)
    sender = receipt.sender
    if sender.her_id != sender.organisation.her_id:
        return sender.her_id == signer
    owed = ledger.owing(connection, original_id=receipt.original_id, her_id=signer)
    return sender.her_id == signer or owed is not None


def take(connection: Connection, message_id: int, document: Document, *, at: str, signer: str = "") -> State:
    """Enter a receipt in the ledger, in the caller's transaction; return what became of it.

    It belongs to the message it names and to the receiver who sends it (HIS 80415:2012 §3.5.1). The first from
    each receiver counts, before the ack or after the deadline too; a later one is ignored.

    Args:
        connection: of the caller's transaction.
        message_id: of the receipt.
        document: the receipt.
        at: now.
        signer: HER-id that its envelope is from; empty for a bare document, which its own sender gives.
    """
    receipt = read_apprec(document)
    account = ledger.owing(connection, original_id=receipt.original_id, her_id=signer or receipt.sender.her_id)
    if account is None or receipt.status not in _BY_STATUS:
        detail = {"original_id": receipt.original_id, "status": receipt.status}
        alerts.raise_alert(connection, AlertCode.ORPHAN_RECEIPT, at=at, message_id=message_id, detail=detail)
        return _end(connection, message_id, State.IMPORTED, EventName.IMPORTED, at, {"matched": False})
    messages.change(connection, message_id, answers_message_id=account.message_id)
    new, _, alert = _BY_STATUS[receipt.status]
    if new not in RECEIPT_MOVES[Receipt(account.receipt)]:
        ignored = {"apprec_id": receipt.id, "status": receipt.status}
        events.record(connection, account.message_id, at=at, name=EventName.RECEIPT_IGNORED, detail=ignored)
        return _end(connection, message_id, State.DUPLICATE, EventName.DUPLICATE, at)
    _settle(connection, account, receipt, message_id, document, at)
    _settle_alerts(connection, account.message_id, at=at)
    if alert is not None:
        told = {"receiver": account.her_id, "errors": [error["code"] for error in _errors(receipt)]}
        alerts.raise_alert(connection, alert, at=at, message_id=account.message_id, detail=told)
    return _end(connection, message_id, State.IMPORTED, EventName.RECEIPT_MATCHED, at)


def _settle(
    connection: Connection, account: Row[Any], receipt: AppRec, message_id: int, document: Document, at: str
) -> None:
    new, name, _ = _BY_STATUS[receipt.status]
    errors = _errors(receipt)
    # Whoever answers the document has got its envelope, even if the ack never came.
    for row in outbox.open_to(connection, account.message_id, account.her_id):
        answers.settle(connection, row, Answer(State.DELIVERED, {"by": "apprec"}), at=at, proven=True)
    ledger.settle(
        connection,
        account,
        new,
        at=at,
        name=name,
        detail={"receiver": account.her_id, "errors": errors} if errors else {"receiver": account.her_id},
        answer={"apprec_id": receipt.id, "apprec_message_id": message_id, "errors": errors},
    )
    messages.add_part(connection, account.message_id, "apprec", "application/xml", document.raw)
    if new is Receipt.REJECTED:
        # A change that its receiver refused has changed nothing there.
        editions.settle(connection, account.message_id, at=at)


def _settle_alerts(connection: Connection, message_id: int, *, at: str) -> None:
    """Clear what the answer has made good, of the message and of what it was made from."""
    standing = [Receipt(account.receipt) for account in ledger.accounts(connection, message_id)]
    if Receipt.OVERDUE not in standing:
        alerts.clear_for(connection, AlertCode.OVERDUE, at=at, message_id=message_id)
    recreates = messages.get(connection, message_id).recreates
    if recreates is not None and _ACCEPTED.issuperset(standing):
        again.supersede(connection, recreates, by=message_id, at=at)


_ACCEPTED = frozenset({Receipt.ACCEPTED, Receipt.ACCEPTED_WITH_FAULTS})


def _end(
    connection: Connection,
    message_id: int,
    state: State,
    name: EventName,
    at: str,
    detail: dict[str, Any] | None = None,
) -> State:
    events.move(connection, message_id, State.RECEIVED, state, at=at, name=name, detail=detail)
    return state


def _errors(receipt: AppRec) -> list[dict[str, str]]:
    return [
        {
            "code": error.code.value,
            "system": error.code.system,
            "text": error.code.text,
            "detail": error.detail,
        }
        for error in receipt.errors
    ]
