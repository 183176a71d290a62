"""Beginning to write: what is in the composer when it opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from elmeld_tui.office.errors import OfficeError

if TYPE_CHECKING:
    from elmeld_tui.model.forms import FormDescription
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.drafts import Draft
    from elmeld_tui.store.rows import Patient
    from elmeld_tui.tui.application import ElmeldApp

Begin = Callable[["Office"], "Draft"]
"""Makes the draft to begin with; runs on the office's thread."""


def new(form: str, patient_id: int | None = None) -> Begin:
    """Begin with an empty draft of ``form``, about a patient where one is known."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import new_draft

        return new_draft(office, form, patient_id=patient_id)

    return begin


def reply(message_id: int) -> Begin:
    """Begin an answer to a message."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import reply_draft

        return reply_draft(office, message_id)

    return begin


def follow_up(message_id: int, service_type: str) -> Begin:
    """Begin a change of, or an addition to, what was sent."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import follow_up_draft

        return follow_up_draft(office, message_id, service_type)

    return begin


def deviation(message_id: int) -> Begin:
    """Begin to tell a sender what is wrong with a message."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import deviation_draft

        return deviation_draft(office, message_id)

    return begin


def anew(message_id: int) -> Begin:
    """Begin the message that shall take a failed one's place."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.recreating import recreate_draft

        return recreate_draft(office, message_id)

    return begin


def kept(draft_id: int) -> Begin:
    """Go on with a kept draft."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import load_draft

        return load_draft(office, draft_id)

    return begin


async def open_composer(app: ElmeldApp, begin: Begin, *, begin_at: str = "", remark: str = "") -> None:
    """Open the composer on what ``begin`` makes.

    Args:
        app: where.
        begin: makes the draft.
        begin_at: the field to begin at; else the first that is empty.
        remark: what is wrong with that field.
    """

    def prepare(office: Office) -> tuple[Draft, FormDescription, Patient | None]:
        from elmeld_tui.office.drafts import form_of

        draft = begin(office)
        patient = office.reader.patient(draft.patient_id) if draft.patient_id is not None else None
        return draft, form_of(draft), patient

    from elmeld_tui.tui.screens.composer import ComposerScreen

    try:
        draft, form, patient = await app.session.at_office(prepare)
    except OfficeError as error:
        app.warn(str(error))
        return
    composer = ComposerScreen(app.session, draft, form, patient)
    await app.push_screen(composer)
    if begin_at:
        composer.begin_at(begin_at, remark)
