"""What can be done about an alert, and why not where something does not apply.

Most alerts are about a message, and go when the message is mended. Some go when a person has looked at them; the rest
only when their cause is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.engine.remedies import Act
from elmeld_tui.i18n import t
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.people import Actor
from elmeld_tui.office import possible
from elmeld_tui.office.alerts import find_alert
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.faults import explained
from elmeld_tui.office.faults.by_alert import mend_of, when_seen
from elmeld_tui.office.policy import Action, may, require
from elmeld_tui.office.possible import Deed
from elmeld_tui.office.reasons import Reason
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.rows import Alert
from elmeld_tui.store.trouble import AlertCode

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


def mending(reader: Reader, actor: Actor, alert: Alert) -> list[Deed]:
    """Return what somebody can do to end an alert, the best first; nothing where it goes by itself."""
    acts = [act for one in explained(reader, alert) for act in one.acts]
    deeds = [_DEEDS[act] for act in acts]
    if alert.code == AlertCode.PATIENT_UNSURE:
        deeds.append(Deed.LINK_PATIENT)
    if is_by_hand(alert):
        deeds.append(Deed.MARK_HANDLED)
    return [deed for deed in dict.fromkeys(deeds) if not why_not(reader, actor, deed, alert)]


_DEEDS = {
    Act.RETRY: Deed.AGAIN,
    Act.RESEND: Deed.AGAIN,
    Act.RECREATE: Deed.RECREATE,
    Act.HANDLED: Deed.MARK_HANDLED,
    Act.DECIDE: Deed.DECIDE,
}


def why_not(reader: Reader, actor: Actor, deed: Deed, alert: Alert) -> str:
    """Return why a deed is the wrong one for an alert, or who may do it; empty where it can be done."""
    if asks(deed, alert) is Action.CLEAR_ALERT:
        return may(actor, Action.CLEAR_ALERT).reason
    if alert.message_id is None:
        return t("Varselet gjelder ingen melding. {goes}", goes=goes_when(alert))
    if deed is Deed.MARK_HANDLED and Act.HANDLED not in _acts(alert):
        return goes_when(alert)
    return possible.why_not(reader, actor, deed, alert.message_id)


def asks(deed: Deed, alert: Alert) -> Action:
    """Return what the policy calls a deed that is to end an alert."""
    by_hand = deed is Deed.MARK_HANDLED and is_by_hand(alert)
    return Action.CLEAR_ALERT if by_hand else possible.asks(deed)


def cleared_when(alert: Alert) -> str:
    """Return who ends an alert and when."""
    mend = mend_of(alert.code)
    return mend.cleared() if mend else when_seen()


def goes_when(alert: Alert) -> str:
    """Return who ends an alert and when, as a sentence."""
    return t("Varselet slokkes {cleared}.", cleared=cleared_when(alert))


def is_by_hand(alert: Alert) -> bool:
    """Return whether an alert goes because a person has looked; one that this program does not know does."""
    mend = mend_of(alert.code)
    return mend is None or mend.by_hand


def _acts(alert: Alert) -> tuple[Act, ...]:
    mend = mend_of(alert.code)
    return mend.acts if mend else ()


def handle_alert(office: Office, number: int, *, reason: Reason | None = None, note: str = "") -> None:
    """Say that an alert has been seen to: it is cleared, or its message is called handled, with all its alerts.

    Args:
        office: where it is done.
        number: of the alert.
        reason: how.
        note: in the user's own words, for the message's timeline.

    Raises:
        OfficeError: there is no such alert, it goes when its cause does, or she may not.
    """
    alert = find_alert(office.reader, office.actor, number, office.clock())
    if is_by_hand(alert):
        _clear(office, alert, reason)
        return
    if problem := why_not(office.reader, office.actor, Deed.MARK_HANDLED, alert):
        mend = mend_of(alert.code)
        raise OfficeError(f"{problem} {mend.now()}" if mend and Act.HANDLED not in mend.acts else problem)
    from elmeld_tui.office.again import mark_handled

    assert alert.message_id is not None
    mark_handled(office, alert.message_id, reason=reason, note=note)


def _clear(office: Office, alert: Alert, reason: Reason | None) -> None:
    from elmeld_tui.store import alerts

    require(office, Action.CLEAR_ALERT)
    told = {"reason": str(reason)} if reason else {}
    with office.database.transaction() as connection:
        if not alerts.clear(connection, alert.id, at=to_text(office.clock())):
            raise OfficeError(t("Noen andre har slokket varselet i mellomtiden."))
        office.note(connection, "clear_alert", alert.message_id, alert=alert.id, code=alert.code, **told)
