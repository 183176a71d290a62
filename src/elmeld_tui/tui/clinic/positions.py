"""Stillinger: positions that post can be forwarded to, whoever holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.office import policy
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, may_manage, page
from elmeld_tui.tui.screens.acts import ask_office
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm
from elmeld_tui.tui.widgets.lines import Tone

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.store.people_reading import Position
    from elmeld_tui.tui.application import ElmeldApp


def _load(office: Office) -> list[Entry]:

    policy.require(office, policy.Action.SEE_CLINIC)
    names = {person.id: person.full_name for person in office.reader.people.persons()}
    return [_entry(one, names.get(one.person_id or 0, "")) for one in office.reader.people.positions()]


def _entry(position: Position, holder: str) -> Entry:
    told = page(position.name, facts("", (t("Innehaver"), holder or t("ledig: ingenting kan videresendes hit"))))
    if not holder:
        return Entry(position.name, position.name, t("ledig"), told, "!", Tone.WAITING, position)
    return Entry(position.name, position.name, holder, told, held=position)


async def _add(app: ElmeldApp) -> bool:
    def keep(office: Office, said: Said) -> Position:
        from elmeld_tui.office.groups import add_position

        return add_position(office, str(said["name"]), str(said["holder"]))

    holder = await _holder(app, None)
    if holder is None:
        return False
    asked = [Asked("name", t("Stilling"), hint=t("for eksempel Daglig leder"), required=True), holder]
    return bool(await app.push_screen_wait(SmallForm(app.session, t("Ny stilling"), asked, keep)))


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    position: Position = entry.held

    def keep(office: Office, said: Said) -> bool:
        from elmeld_tui.office.groups import hold_position

        hold_position(office, position.name, str(said["holder"]))
        return True

    holder = await _holder(app, position)
    if holder is None:
        return False
    return bool(await app.push_screen_wait(SmallForm(app.session, position.name, [holder], keep)))


async def _holder(app: ElmeldApp, position: Position | None) -> Asked | None:
    """Return the question of who holds a position; None where it is not hers to say."""
    if not await may_manage(app):
        return None
    persons = await ask_office(app, lambda office: [one for one in office.reader.people.persons() if one.active])
    now = next((one.login for one in persons or () if position and one.id == position.person_id), "")
    choices = [CodedValue("", text=t("ingen (ledig)"))]
    choices += [CodedValue(one.login, text=one.full_name) for one in persons or ()]
    return Asked("holder", t("Innehaver"), now, choices=tuple(choices))


PART = Part(
    "positions",
    lambda: t("Stillinger"),
    _load,
    lambda: t("Ingen stillinger ennå. Trykk n for å lage den første."),
    add=_add,
    acts={"change": _change},
    asks=policy.Action.MANAGE_PEOPLE,
)
