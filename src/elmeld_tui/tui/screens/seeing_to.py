"""Handling an alert: asking how it was dealt with otherwise, or deciding a message that waits for a decision.

Each of these returns whether it was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.office.alert_acts import is_by_hand
from elmeld_tui.office.alerts import Need
from elmeld_tui.office.reasons import OF_ALERTS, Reason, reason_words
from elmeld_tui.store.reading import Row
from elmeld_tui.tui.screens.acts import ask_office, do, mark_handled
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_ACCEPT = "accept"


async def mark(app: ElmeldApp, need: Need) -> bool:
    """Ask how an alert was dealt with, and mark it, or its message with all its alerts."""
    if need.row is not None and not is_by_hand(need.alert):
        return await mark_handled(app, need.row)
    text = t("Varselet slokkes. Hvem som sier det, blir lagret.")
    choices = [Choice(str(reason), reason_words(reason)) for reason in OF_ALERTS]
    chosen = await app.push_screen_wait(ChoiceScreen(t("Hva er gjort?"), text, choices))
    if chosen is None:
        return False

    def task(office: Office) -> None:
        from elmeld_tui.office.alert_acts import handle_alert

        handle_alert(office, need.id, reason=Reason(chosen))

    return await do(app, task)


async def decide(app: ElmeldApp, row: Row) -> bool:
    """Ask what is to become of a message that awaits a decision: taken in, or refused for a reason its sender gets."""

    def known(_office: Office) -> dict[str, str]:
        from elmeld_tui.office.deciding import refusals

        return refusals()

    codes = await ask_office(app, known)
    if codes is None:
        return False
    choices = [Choice(_ACCEPT, t("Ta imot"), t("avsenderen får positiv kvittering"))]
    choices += [Choice(code, t("Avvis: {code}", code=code), words) for code, words in codes.items()]
    text = t("Avsenderen får svaret som kvittering, og det kan ikke gjøres om.")
    chosen = await app.push_screen_wait(ChoiceScreen(t("Skal meldingen tas imot?"), text, choices))
    if chosen is None:
        return False

    def task(office: Office) -> None:
        from elmeld_tui.office.deciding import accept, refuse

        if chosen == _ACCEPT:
            accept(office, row.id)
        else:
            refuse(office, row.id, chosen)

    if not await do(app, task):
        return False
    app.tell(
        t("Meldingen er tatt imot.")
        if chosen == _ACCEPT
        else t("Meldingen er avvist, og avsenderen får vite det.")
    )
    return True
