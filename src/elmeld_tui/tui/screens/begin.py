"""Starting to write: what is in the composer when it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.office.errors import OfficeError

if TYPE_CHECKING:
    from elmeld_tui.model.forms import FormDescription
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.drafts import Draft
    from elmeld_tui.store.rows import Patient
    from elmeld_tui.tui.application import ElmeldApp

Begin = Callable[["Office"], "Draft"]
"""Makes the draft to begin with; runs on the office's thread."""


def new(form: str, patient_id: int | None = None, recipient_her: str = "") -> Begin:
    """Begin with an empty draft of ``form``, about a patient and to a HER-id where they are known."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.beginning import new_draft

        return new_draft(office, form, patient_id=patient_id, recipient_her=recipient_her)

    return begin


def reply(message_id: int) -> Begin:
    """Begin an answer to a message."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.beginning import reply_draft

        return reply_draft(office, message_id)

    return begin


def follow_up(message_id: int, service_type: str) -> Begin:
    """Begin a change of, or an addition to, what was sent."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.beginning import follow_up_draft

        return follow_up_draft(office, message_id, service_type)

    return begin


def deviation(message_id: int) -> Begin:
    """Begin to tell a sender what is wrong with a message."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.beginning import deviation_draft

        return deviation_draft(office, message_id)

    return begin


def anew(message_id: int) -> Begin:
    """Begin the message that shall take a failed one's place."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.recreating import recreate_draft

        return recreate_draft(office, message_id)

    return begin


def kept(draft_id: int, *, take_over: bool = False) -> Begin:
    """Go on with a stored draft, also one that is open in another terminal where it is taken over."""

    def begin(office: Office) -> Draft:
        from elmeld_tui.office.open_drafts import open_draft

        return open_draft(office, draft_id, _opening(office), take_over=take_over)

    return begin


def _to_read(draft_id: int) -> Begin:
    def begin(office: Office) -> Draft:
        from elmeld_tui.office.drafts import load_draft

        return load_draft(office, draft_id)

    return begin


def _opening(office: Office) -> str:
    from elmeld_tui.office.terminals import new_opening

    return new_opening(office.user.name, office.clock())


async def choose_form(app: ElmeldApp, recipient_her: str) -> None:
    """Have a form chosen, and open the composer on it, to the party with this HER-id where one is given."""
    from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

    def startable(_office: Office) -> list[FormDescription]:
        from elmeld_tui.office.beginning import startable_forms

        return startable_forms()

    patient_id: int | None = getattr(app.screen, "patient_id", None)
    forms = await app.session.at_office(startable)
    choices = [Choice(form.name, form.title) for form in forms]
    chosen = await app.push_screen_wait(ChoiceScreen(t("Ny melding"), "", choices))
    if chosen is not None:
        await open_composer(app, new(chosen, patient_id, recipient_her))


async def open_composer(
    app: ElmeldApp, begin: Begin, *, begin_at: str = "", remark: str = "", reading: bool = False
) -> None:
    """Open the composer on what ``begin`` makes; ask where that is open in another terminal.

    Args:
        app: where.
        begin: makes the draft.
        begin_at: the field to begin at; else the first that is empty.
        remark: what is wrong with that field.
        reading: whether it is only read here.
    """

    def prepare(office: Office) -> tuple[Draft, FormDescription, Patient | None]:
        from elmeld_tui.office.drafts import form_of

        draft = begin(office)
        if draft.id is None:
            draft = replace(draft, terminal=_opening(office))
        patient = office.reader.patient(draft.patient_id) if draft.patient_id is not None else None
        return draft, form_of(draft), patient

    from elmeld_tui.office.open_drafts import OpenElsewhereError
    from elmeld_tui.tui.screens.composer import ComposerScreen

    try:
        draft, form, patient = await app.session.at_office(prepare)
    except OpenElsewhereError as error:
        await _ask_about_open(app, error.draft_id, str(error))
        return
    except OfficeError as error:
        app.warn(str(error))
        return
    composer = ComposerScreen(app.session, draft, form, patient, reading=reading)
    await app.push_screen(composer, lambda _: app.offer_unsent())
    if begin_at:
        composer.begin_at(begin_at, remark)


async def _ask_about_open(app: ElmeldApp, draft_id: int, who: str) -> None:
    from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

    choices = [
        Choice("read", t("Les det"), t("uten å endre")),
        Choice("take", t("Ta over"), t("det andre vinduet kan da bare lese")),
        Choice("leave", t("La det være")),
    ]
    answer = await app.push_screen_wait(ChoiceScreen(t("Utkastet er allerede åpent"), who, choices))
    if answer == "read":
        await open_composer(app, _to_read(draft_id), reading=True)
    elif answer == "take":
        await open_composer(app, kept(draft_id, take_over=True))
