"""Fetching: what lies in mailboxes and drop folders is stored durably, and only then removed there.

If the engine dies in between, the message is fetched again and recognised by its bytes. Mailboxes are emptied at an
interval, and always before anything is sent a second time, since the answer may already be there (HITS 1171 §8.1).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from elmeld_tui.engine import bounced, faults, receipt
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.inbox import Watched
from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import StoreFailed, WorkFailed
from elmeld_tui.engine.policy import back_off
from elmeld_tui.model.arrival import Way
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.mail import USUAL_FETCH_LIMIT, USUAL_POLL_SECONDS
from elmeld_tui.store import alerts
from elmeld_tui.store.database import StoreError
from elmeld_tui.store.trouble import AlertCode
from elmeld_tui.transport.incoming_mail import read_mail
from elmeld_tui.transport.mailbox import Item, MailboxDownError

_LOOK_AGAIN = 0.5
"""Seconds between looks at whether a mailbox's turn has come."""

_A_BLIP = 1
"""So many failures in a row are no news: servers are restarted."""


def empty_if_due(equipment: Equipment, one: Watched) -> None:
    """Empty a mailbox if its turn has come."""
    now = equipment.clock()
    if one.is_due(now):
        _empty(equipment, one, since=now)


def empty_since(equipment: Equipment, since: datetime) -> None:
    """Empty every mailbox that has not been emptied since a moment, unless it is down and left in peace."""
    for one in equipment.inbox:
        _empty(equipment, one, since=since)


def _empty(equipment: Equipment, one: Watched, *, since: datetime) -> None:
    with one.turn:
        began = equipment.clock()
        if (one.emptied is not None and since <= one.emptied <= began) or one.is_left_in_peace(began):
            # Somebody else has been here while we waited for our turn.
            return
        try:
            for item in one.mailbox.fetch(_limit(equipment), one.set_aside):
                _take(equipment, one, item)
        except MailboxDownError as error:
            _down(equipment, one, str(error))
            return
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001 - a server that answers nonsense must not stop the other mailboxes
            say(WorkFailed(fault))
            _down(equipment, one, faults.place(fault)["error"])
            with equipment.database.transaction() as connection:
                faults.report(connection, faults.place(fault), at=to_text(equipment.clock()))
            return
        one.emptied = began
        one.next_at = began + timedelta(seconds=_interval(equipment))
        if one.failures:
            one.failures = 0
            with equipment.database.transaction() as connection:
                at = to_text(equipment.clock())
                alerts.clear_for(connection, AlertCode.MAILBOX_DOWN, at=at, subject=one.mailbox.name)


def _interval(equipment: Equipment) -> int:
    mail = equipment.clinic.mail
    return mail.poll_seconds if mail else USUAL_POLL_SECONDS


def _limit(equipment: Equipment) -> int:
    mail = equipment.clinic.mail
    return mail.fetch_limit if mail else USUAL_FETCH_LIMIT


def _take(equipment: Equipment, one: Watched, item: Item) -> None:
    """Keep one thing, then remove it; what cannot be had stays, and stops nothing else."""
    if item.raw is None:
        one.set_aside.add(item.name)
        # A file's name may be no text, and a server may call a mail anything.
        name = harmless(item.name)
        with equipment.database.transaction() as connection:
            alerts.raise_alert(
                connection,
                AlertCode.MAIL_NOT_FETCHED,
                at=to_text(equipment.clock()),
                subject=f"{one.mailbox.name} {name}",
                detail={"mailbox": one.mailbox.name, "name": name, "size": item.size, "reason": item.problem},
            )
        return
    try:
        take_in(equipment, item.raw, one.mailbox.way)
    except StoreError:
        raise
    except Exception as fault:  # noqa: BLE001 - one that the program fails at must not stop the others
        one.set_aside.add(item.name)
        say(WorkFailed(fault))
        with equipment.database.transaction() as connection:
            faults.report(connection, faults.place(fault), at=to_text(equipment.clock()))
        return
    item.remove()


def take_in(equipment: Equipment, raw: bytes, way: Way) -> None:
    """Take in one mail or file; when this returns, it has been kept durably."""
    mail = read_mail(raw, way, own=equipment.clinic.mail_address)
    if mail.bounce is not None:
        bounced.take_bounce(equipment, mail.arrival, mail.bounce)
    else:
        receipt.receive(equipment, mail.arrival)


def _down(equipment: Equipment, one: Watched, reason: str) -> None:
    now = equipment.clock()
    one.failures += 1
    one.next_at = now + back_off(one.failures, one.mailbox.name)
    if one.failures > _A_BLIP:
        with equipment.database.transaction() as connection:
            alerts.raise_alert(
                connection,
                AlertCode.MAILBOX_DOWN,
                at=to_text(now),
                subject=one.mailbox.name,
                detail={"mailbox": one.mailbox.name, "reason": reason},
            )


@contextmanager
def at_work(equipment: Equipment, stop: threading.Event) -> Iterator[None]:
    """Empty the mailboxes at their intervals until ``stop`` is set; each in a thread of its own, since servers hang."""
    workers = [
        threading.Thread(target=_work, args=(equipment, one, stop), name="elmeld-fetch") for one in equipment.inbox
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _work(equipment: Equipment, one: Watched, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            empty_if_due(equipment, one)
        except StoreError as error:
            # What has not been kept is still where it lay.
            say(StoreFailed(error))
        stop.wait(_LOOK_AGAIN)
