"""Going from a message to what is related: its place in the log, its patient, its attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.office import policy
from elmeld_tui.store.reading import Row
from elmeld_tui.tui.permission import may
from elmeld_tui.tui.typed_ahead import OPENS

if TYPE_CHECKING:
    from elmeld_tui.tui.application import ElmeldApp


def show_in_log(app: ElmeldApp, row: Row) -> None:
    """Go to the message log, to ``row``."""
    from elmeld_tui.tui.screens.log import LogScreen

    if not may(app, policy.Action.SEE_LOG):
        return
    app.switch_mode("log")
    log = app.screen_stack[0]
    assert isinstance(log, LogScreen)
    log.show_message(row)


def _show_patient(app: ElmeldApp, patient_id: int) -> None:
    """Go to a patient's post."""
    from elmeld_tui.tui.screens.patients import PatientsScreen

    app.switch_mode("patient")
    place = app.screen_stack[0]
    assert isinstance(place, PatientsScreen)
    place.show_patient(patient_id)


def show_patient_of(app: ElmeldApp, row: Row) -> None:
    """Go to the patient that a message is about; where it is about none, say so."""
    message = app.session.reader.message(row.id)
    if message is None or message.patient_id is None:
        app.not_here(t("Meldingen er ikke knyttet til en pasient."))
    else:
        _show_patient(app, message.patient_id)


def show_attachments(app: ElmeldApp, row: Row) -> None:
    """Show what is attached to ``row``."""
    from elmeld_tui.tui.screens.attachments import open_attachments

    app.run_worker(open_attachments(app, app.session, row.id), name=OPENS, group="attachments", exclusive=True)
