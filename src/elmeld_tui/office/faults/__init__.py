"""Faults explained: what happened to a message, what to do now, and which remedies may help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from elmeld_tui.engine.remedies import Act, Case, Reach, fitting
from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.faults import by_code
from elmeld_tui.office.faults.advice import Advice
from elmeld_tui.office.faults.by_alert import MENDS, mend_of
from elmeld_tui.office.faults.by_expiry import lasting, which
from elmeld_tui.office.standing import case
from elmeld_tui.store import rows, trouble
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode


class Explanation(NamedTuple):
    """One thing that is wrong with a message.

    Attributes:
        code: of the other side, an alert's, or our own name for it; stable, for scripts.
        receiver: name of whom or what it is about; empty where it is about the message.
        said: in the other side's own words, which are always shown (AR11 §3.3.4); empty where it said nothing.
        happened: what that means.
        now: what to do; empty when nothing.
        acts: which acts may be done about it, the best first.
    """

    code: str
    receiver: str
    said: str
    happened: str
    now: str
    acts: tuple[Act, ...]


def explain(reader: Reader, message_id: int) -> list[Explanation]:
    """Return what is wrong with a message, the primary receiver's first; nothing where all is well."""
    found = case(reader, message_id)
    if found is None:
        return []
    told = list(_dealt_with(found))
    if not told:
        told = [one for reach in found.receivers for one in _of_receiver(reader, found, reach)]
    shown = _TOLD_OF_RECEIVERS if told else frozenset[str]()
    told += [one for one in _of_alerts(reader, found) if one.code not in shown]
    return told or [*_of_arrival(reader, found)]


def in_the_way(reader: Reader, message_id: int, now: datetime) -> list[Explanation]:
    """Return what is wrong with a message; where it is still to leave and no engine is at work, that comes first."""
    found = case(reader, message_id)
    owed = found is not None and any(reach.owed for reach in found.receivers)
    beat = reader.engine()
    still = owed and (beat is None or not beat.is_alive(now))
    return [*([_no_engine()] if still else []), *explain(reader, message_id)]


def _no_engine() -> Explanation:
    code = AlertCode.ENGINE_DOWN
    return Explanation(code, "", "", trouble.words(code), MENDS[code].now(), ())


_TOLD_OF_RECEIVERS = frozenset(
    {
        AlertCode.TRANSPORT_REJECTED,
        AlertCode.UNDELIVERED,
        AlertCode.UNTRUSTED_ANSWER,
        AlertCode.ANSWERED_REJECTED,
        AlertCode.ACCEPTED_WITH_FAULTS,
        AlertCode.OVERDUE,
        AlertCode.PROGRAM_FAULT,
    }
)


def _dealt_with(found: Case) -> Iterator[Explanation]:
    if found.handled and not found.alarmed:
        yield Explanation("handled", "", "", t("Meldingen er merket som håndtert."), "", ())
    elif found.recreated_as is not None:
        happened = t("Meldingen er opprettet på nytt som melding {number}.", number=found.recreated_as)
        yield Explanation("recreated", "", "", happened, t("Følg den nye meldingen."), ())


def _of_receiver(reader: Reader, found: Case, reach: Reach) -> Iterator[Explanation]:
    account = next((one for one in reader.receivers(found.number) if one.her_id == reach.her_id), None)
    name = account.name if account and account.name else reach.her_id
    if account is not None and reach.receipt in {Receipt.REJECTED, Receipt.ACCEPTED_WITH_FAULTS}:
        yield from _of_answer(account, name, reach.receipt, found)
    elif reach.failed:
        yield _of_transport(reader, reach, name, found)
    elif reach.receipt is Receipt.OVERDUE:
        yield _told(by_code.OVERDUE, found, code=Receipt.OVERDUE, receiver=name)
    elif reach.owed:
        yield from _of_waiting(reader, reach, name, found)


def _of_answer(account: rows.Receiver, name: str, receipt: Receipt, found: Case) -> Iterator[Explanation]:
    # An answer without a code breaks the standard, and is no less an answer.
    for error in account.errors or [{"code": "X99"}]:
        code = error.get("code", "")
        advice = by_code.FAULTS_IN_PART
        if receipt is Receipt.REJECTED:
            advice = by_code.of_apprec(code, error.get("system", ""))
        said = _joined(code if account.errors else "", error.get("text", ""), error.get("detail", ""))
        yield _told(advice, found, code=code, receiver=name, said=said)


def _of_transport(reader: Reader, reach: Reach, name: str, found: Case) -> Explanation:
    mine = [one for one in reader.attempts(found.number) if one.receiver_her == reach.her_id]
    if mine[-1].outcome == State.UNDELIVERED:
        last = _last(reader, found.number, reach.her_id, {*_WAITING, EventName.SENT, EventName.RESENT})
        advice = by_code.NOT_BELIEVED if last.name == EventName.UNTRUSTED_ANSWER else by_code.UNDELIVERED
        said = str(last.detail.get("reason", ""))
        return _told(advice, found, code=State.UNDELIVERED, receiver=name, said=said)
    detail = _last(reader, found.number, reach.her_id, {EventName.TRANSPORT_REJECTED}).detail
    said = _joined(*(str(detail.get(key, "")) for key in ("code", "text", "status", "reason")))
    code = str(detail.get("code") or detail.get("status") or State.TRANSPORT_REJECTED)
    return _told(by_code.of_refusal(detail), found, code=code, receiver=name, said=said)


def _of_waiting(reader: Reader, reach: Reach, name: str, found: Case) -> Iterator[Explanation]:
    last = _last(reader, found.number, reach.her_id, {*_WAITING, EventName.SENT, EventName.RESENT})
    if last.name == EventName.UNREACHABLE:
        said = str(last.detail.get("reason", ""))
        yield _told(by_code.of_waiting(last.detail), found, code=last.name, receiver=name, said=said)
    elif last.name in _WAITING:
        yield from (one for one in _of_alerts(reader, found) if one.code == last.name)
    elif last.name != EventName.SENT:
        down = (one for one in reader.lines_down(found.number) if one.receiver_her == reach.her_id)
        yield from (_behind_others(one, name, found) for one in down)


def _behind_others(line: rows.LineDown, name: str, found: Case) -> Explanation:
    """Say of what has not been tried itself that what went before it on the same line did not get through."""
    happened = t(
        "Mottakeren er ikke nådd siden {since}. Meldingen er lagret, og sendes av seg selv når det går igjen. Det prøves "
        "{at}.",
        since=clock.long(clock.from_text(line.since)),
        at=clock.long(clock.from_text(line.quiet_until)),
    )
    advice = by_code.UNREACHABLE
    return Explanation(EventName.UNREACHABLE, name, "", happened, advice.now(), fitting(advice.acts, found))


def _of_arrival(reader: Reader, found: Case) -> Iterator[Explanation]:
    """Say why an envelope was refused or put aside; many of a kind share one alert, which is of the first alone."""
    if found.direction != "in" or found.state not in _ARRIVALS:
        return
    last = next((one for one in reversed(reader.events(found.number)) if one.state == found.state), None)
    if last is not None and "code" in last.detail:
        read = any(part.role == "document" for part in reader.parts(found.number))
        code = AlertCode.DOCUMENT_UNREADABLE if read else _ARRIVALS[found.state]
        said = _joined(str(last.detail["code"]), str(last.detail.get("text", "")))
        yield Explanation(code, "", said, trouble.words(code), MENDS[code].now(), ())


_ARRIVALS = {
    State.REJECTED: AlertCode.ENVELOPE_REFUSED,
    State.QUARANTINED: AlertCode.ENVELOPE_UNREADABLE,
}
_WAITING = frozenset({EventName.UNREACHABLE, EventName.UNTRUSTED_ANSWER, EventName.PROGRAM_FAULT})


def _of_alerts(reader: Reader, found: Case) -> Iterator[Explanation]:
    for alert in reader.alerts_of(found.number):
        yield of_alert(alert, found)


def explained(reader: Reader, alert: rows.Alert) -> list[Explanation]:
    """Return what an alert is about: what is wrong with its message, else what the alert itself says."""
    told = explain(reader, alert.message_id) if alert.message_id is not None else []
    return told or [of_alert(alert, None)]


def of_alert(alert: rows.Alert, found: Case | None) -> Explanation:
    """Return what an alert is about.

    Args:
        alert: to be explained; one that this program does not know is shown by its code.
        found: how its message stands; None where it is about none.
    """
    mend = mend_of(alert.code)
    said = _joined(*(str(alert.detail.get(key, "")) for key in ("code", "text", "reason", "error", "place")))
    acts = fitting(mend.acts, found) if mend and found else ()
    happened, now = trouble.words(alert.code), mend.now() if mend else ""
    if alert.code == AlertCode.EXPIRES and (told := lasting(alert.detail)):
        return Explanation(alert.code, "", which(alert.detail), *told, ())
    return Explanation(alert.code, about(alert), said, happened, now, acts)


def about(alert: rows.Alert) -> str:
    """Return the name of the partner, certificate holder or mailbox an alert is about; empty where it is about none."""
    return next((str(alert.detail[key]) for key in ("whose", "mailbox") if alert.detail.get(key)), "")


def _told(advice: Advice, found: Case, *, code: str, receiver: str, said: str = "") -> Explanation:
    return Explanation(str(code), receiver, said, advice.happened(), advice.now(), fitting(advice.acts, found))


def _last(reader: Reader, message_id: int, her_id: str, names: set[EventName]) -> rows.Event:
    """Return the newest of some events that is about a receiver, or about the message as a whole."""
    about = (one for one in reversed(reader.events(message_id)) if one.detail.get("receiver", her_id) == her_id)
    return next((one for one in about if one.name in names), rows.Event("", "", None, None, {}))


def _joined(*words: str) -> str:
    return " – ".join(dict.fromkeys(word for word in words if word))
