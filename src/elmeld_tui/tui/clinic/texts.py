"""Hurtigtaster: text shortcuts, the clinic's and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.shortcuts import Shortcut
from elmeld_tui.model.view import Section
from elmeld_tui.tui.clinic.parts import Entry, Part, page
from elmeld_tui.tui.screens.acts import do
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp


def _load(office: Office) -> list[Entry]:
    from elmeld_tui.office.shortcuts import known

    return [_entry(one) for one in known(office)]


def _entry(shortcut: Shortcut) -> Entry:
    whose = t("bare meg") if shortcut.owner else t("alle ved klinikken")
    text = " ".join(shortcut.text.split())
    told = page(shortcut.name, Section(whose, text=tuple(shortcut.text.split("\n"))))
    return Entry(f"{shortcut.owner}/{shortcut.name}", shortcut.name, f"{whose} · {text}", told, held=shortcut)


async def _add(app: ElmeldApp) -> bool:
    return await _write(app, Shortcut(None, "", "", ""))


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    return await _write(app, entry.held)


async def _write(app: ElmeldApp, shortcut: Shortcut) -> bool:
    from elmeld_tui.tui.screens.shortcuts import ShortcutScreen

    await app.push_screen_wait(ShortcutScreen(app.session, shortcut))
    return True


async def _remove(app: ElmeldApp, entry: Entry) -> bool:
    shortcut: Shortcut = entry.held
    text = "" if shortcut.owner else t("Den blir borte for alle ved klinikken.")
    choices = [Choice("back", t("Behold")), Choice("remove", t("Slett"))]
    question = t("Slette «{name}»?", name=shortcut.name)
    if await app.push_screen_wait(ChoiceScreen(question, text, choices)) != "remove":
        return False

    def task(office: Office) -> None:
        from elmeld_tui.office.shortcuts import remove

        remove(office, shortcut.name, for_all=not shortcut.owner)

    return await do(app, task)


PART = Part(
    "shortcuts",
    lambda: t("Hurtigtaster"),
    _load,
    lambda: t("Ingen hurtigtaster ennå. Trykk n for å legge til den første."),
    add=_add,
    acts={"change": _change, "retire": _remove},
    words={"retire": lambda _entry: t("slett")},
)
