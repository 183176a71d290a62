"""The places of the application, each loaded on the first visit, and the permission each requires."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from elmeld_tui.office import policy
from elmeld_tui.tui.session import Session


def _post(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.post import PostScreen

    return PostScreen(session)


def _patients(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.patients import PatientsScreen

    return PatientsScreen(session)


def _log(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.log import LogScreen

    return LogScreen(session)


def _alerts(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.alerts import AlertsScreen

    return AlertsScreen(session)


def _addresses(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.addresses import AddressesScreen

    return AddressesScreen(session)


def _clinic(session: Session) -> Screen[None]:
    from elmeld_tui.tui.screens.clinic import ClinicScreen

    return ClinicScreen(session)


ASKED_OF = {
    "patient": policy.Action.OPEN_PATIENT,
    "log": policy.Action.SEE_LOG,
    "alerts": policy.Action.SEE_CLINIC_ALERT,
    "addresses": policy.Action.SEE_CLINIC,
    "clinic": policy.Action.SEE_CLINIC,
}
"""What one must be allowed to come into a place."""

PLACES: dict[str, Callable[[Session], Screen[None]]] = {
    "post": _post,
    "patient": _patients,
    "log": _log,
    "alerts": _alerts,
    "addresses": _addresses,
    "clinic": _clinic,
}
