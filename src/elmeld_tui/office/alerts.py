"""Alerts that a person has seen to."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import to_text
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.faults.by_alert import MENDS
from elmeld_tui.office.policy import Action
from elmeld_tui.store import alerts
from elmeld_tui.store.trouble import AlertCode


def clear_alert(office: Office, alert_id: int) -> None:
    """Clear an open alert that goes when somebody has seen to it.

    Raises:
        OfficeError: there is no such alert, or it goes when its cause does; the text says when.
    """
    policy.require(office, Action.CLEAR_ALERT)
    alert = next((one for one in office.reader.open_alerts() if one.id == alert_id), None)
    if alert is None:
        raise OfficeError(t("Det finnes ikke noe åpent varsel med nummer {number}.", number=alert_id))
    mend = MENDS[AlertCode(alert.code)] if alert.code in set(AlertCode) else None
    if mend and not mend.by_hand:
        raise OfficeError(
            t("Varselet slokkes {cleared}. {now}", cleared=mend.cleared(), now=mend.now()),
        )
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        if not alerts.clear(connection, alert_id, at=at):
            raise OfficeError(t("Noen andre har slokket varselet i mellomtiden."))
        office.note(connection, "clear_alert", alert.message_id, alert=alert_id, code=alert.code)
