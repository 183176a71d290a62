"""Signals that come on their own: each is passed to the message it answers, and never answered (HIS 1037 §9.1)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from elmeld_tui.engine import answers
from elmeld_tui.engine.arriving import Arriving, again, put_off, settle
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.i18n import t
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.directory import DirectoryUnavailableError
from elmeld_tui.store import alerts, envelopes, events, messages, outbox
from elmeld_tui.store.envelopes import EnvelopeState
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.message import Opened
from elmeld_tui.transport.port import Reply


def take(equipment: Equipment, arriving: Arriving, opened: Opened) -> Reply | None:
    """Give a signal that came on its own to the message it answers; a signal is never answered itself."""
    now = equipment.clock()
    at = to_text(now)
    sent, digests = sent_as(equipment, arriving.arrival, getattr(opened.signal, "ref_to_message_id", ""))
    if sent is None:
        reason = t("Signalet gjelder ingen konvolutt vi har sendt.")
        drop(equipment, arriving, reason, at, None)
        return None
    try:
        answer = answers.interpret(equipment, opened, sent, digests, now)
    except DirectoryUnavailableError:
        return put_off(equipment, arriving)
    if answer.outcome is None:
        drop(equipment, arriving, str(answer.detail["reason"]), at, sent)
        return None
    with equipment.database.transaction() as connection:
        entry = arriving.keep(connection)
        if entry.earlier is not None:
            return again(equipment, connection, entry, entry.earlier)
        settle(connection, entry, EnvelopeState.SIGNAL, None, None, sent.message_id)
        if answers.settle(connection, sent, answer, at=at):
            messages.link_part(connection, sent.message_id, "signal", *entry.part)
    return None


def sent_as(equipment: Equipment, arrival: Arrival, reference: str) -> tuple[Row[Any] | None, dict[str, str]]:
    """Return the outbox row that a signal names, with the digests of what was sent.

    A SOAP Fault names nothing; the mail that brings it refers to ours (HITS 1172 §4.2.3.2).
    """
    with equipment.database.snapshot() as connection:
        found = (outbox.by_envelope(connection, name) for name in (reference, *arrival.refers_to) if name)
        sent = next((one for one in found if one is not None), None)
        if sent is None:
            return None, {}
        kept = envelopes.packed(connection, sender_her=sent.sender_her, eb_message_id=sent.eb_message_id)
    return sent, kept.digests if kept else {}


def drop(equipment: Equipment, arriving: Arriving, reason: str, at: str, sent: Row[Any] | None) -> None:
    """Note that something answered for a partner and is not believed; who has the message or gave up needs no call."""
    message_id = sent.message_id if sent else None
    with equipment.database.transaction() as connection:
        entry = arriving.keep(connection)
        if entry.earlier is not None:
            again(equipment, connection, entry, entry.earlier)
            return
        envelope_id = settle(connection, entry, EnvelopeState.REFUSED, None, None, message_id, reason=reason)
        if sent is not None:
            detail = {"receiver": sent.receiver_her, "reason": reason}
            events.record(connection, sent.message_id, at=at, name=EventName.UNTRUSTED_ANSWER, detail=detail)
            if sent.done:
                return
        alerts.raise_alert(
            connection,
            AlertCode.UNTRUSTED_ANSWER,
            at=at,
            message_id=message_id,
            detail={"reason": reason, "envelope": envelope_id},
        )
