"""Making a support bundle from the message log: what it may contain is asked first, then where to save it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.reading import Row
from elmeld_tui.tui.screens.attachments import SaveScreen
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_WITHOUT, _WITH = "without", "with"


async def save_bundle(app: ElmeldApp, row: Row) -> None:
    """Ask, and save the bundle; whoever may not make it is told so."""
    text = t(
        "Feilpakken er en zip-fil med tidslinjen, forsøkene, funnene, konvolutten og hvordan dokumentet er bygd, til "
        "den som skal finne ut hva som er galt."
    )
    choices = [
        Choice(_WITHOUT, t("Uten pasientdata"), t("kan sendes til leverandøren")),
        Choice(_WITH, t("Med pasientdata"), t("selve dokumentet er med; taushetsbelagt")),
    ]
    question = t("Hva skal være med i feilpakken?")
    chosen = await app.push_screen_wait(ChoiceScreen(question, text, choices))
    if chosen is None:
        return
    try:
        name, start = await app.session.at_office(lambda _: _place(row.id, with_patient_data=chosen == _WITH))
        directory = await app.push_screen_wait(SaveScreen(name, str(start), title=t("Lagre feilpakken")))
        if directory is None:
            return
        path = await app.session.at_office(
            lambda office: _save(office, row.id, directory, name, with_patient_data=chosen == _WITH)
        )
    except OfficeError as error:
        app.warn(str(error))
        return
    app.tell(t("Feilpakken ligger i {path}. Slett den når du er ferdig med den.", path=path))


def _place(message_id: int, *, with_patient_data: bool) -> tuple[str, Path]:
    from elmeld_tui.office.bundle import save_name
    from elmeld_tui.office.saved_files import download_directory

    return save_name([message_id], with_patient_data=with_patient_data), download_directory()


def _save(office: Office, message_id: int, directory: Path, name: str, *, with_patient_data: bool) -> Path:
    from elmeld_tui.office import saved_files
    from elmeld_tui.office.bundle import make_bundle

    return saved_files.save(
        directory, name, make_bundle(office, [message_id], with_patient_data=with_patient_data)
    )
