"""Offering to recover what was being written when a terminal died, one draft at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.rows import Draft
from elmeld_tui.tui.screens import begin
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp


async def offer(app: ElmeldApp, put_off: set[int]) -> None:
    """Offer each thing that was not sent: to go on, to keep it as a draft, or to throw it away.

    Args:
        app: where to ask.
        put_off: ids of what she does not want to be asked about now; grows by what she puts off.
    """
    try:
        found = await app.session.at_office(_unsent)
    except OfficeError:
        # A clinic that cannot be opened is told of already.
        return
    for draft in found:
        if draft.id in put_off:
            continue
        answer = await app.push_screen_wait(_question(draft))
        if answer == "go_on":
            await begin.open_composer(app, begin.kept(draft.id))
            # The rest is offered when this is written.
            return
        if answer is None:
            put_off.add(draft.id)
            continue
        try:
            await app.session.at_office(_keep(draft.id) if answer == "keep" else _discard(draft.id))
        except OfficeError as error:
            app.warn(str(error))


def _question(draft: Draft) -> ChoiceScreen:
    title = draft.frame.get("title", draft.form)
    told = t("{title}, sist skrevet {time}.", title=title, time=clock.short(clock.from_text(draft.updated)))
    if draft.patient:
        told += " " + t("Pasient: {name}.", name=draft.patient)
    if draft.recipient_name:
        told += " " + t("Mottaker: {name}.", name=draft.recipient_name)
    stays = t("det ligger der") if draft.kept else t("det ligger under Utkast")
    return ChoiceScreen(
        t("Du har noe du ikke fikk sendt"),
        told,
        [
            Choice("go_on", t("Fortsett å skrive")),
            Choice("keep", t("Lagre som utkast"), stays),
            Choice("discard", t("Forkast"), t("det som er skrevet, blir borte")),
        ],
    )


def _unsent(office: Office) -> list[Draft]:
    from elmeld_tui.office.open_drafts import unsent

    return unsent(office)


def _keep(draft_id: int) -> Callable[[Office], None]:
    def keep(office: Office) -> None:
        from elmeld_tui.office import open_drafts

        open_drafts.keep(office, draft_id)

    return keep


def _discard(draft_id: int) -> Callable[[Office], None]:
    def discard(office: Office) -> None:
        from elmeld_tui.office import open_drafts

        open_drafts.discard(office, draft_id)

    return discard
