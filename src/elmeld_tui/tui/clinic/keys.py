"""Taster: every key binding; each user can change her own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.actions import ACTIONS, Action
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, page
from elmeld_tui.tui.key_names import key_word, written_key
from elmeld_tui.tui.settings_file import KEYMAP, user_directory

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_FREE = ("shift+f9",)
"""A key that means nothing anywhere: an example for what has none."""


def _load(_office: Office) -> list[Entry]:
    file = user_directory(os.environ) / KEYMAP
    return [_entry(action, file) for action in ACTIONS]


def _entry(action: Action, file: Path) -> Entry:
    place, _, name = action.id.partition(".")
    written = ", ".join(f'"{written_key(key)}"' for key in action.keys or _FREE)
    keys = _words(action.keys) or t("ingen; finnes i kommandoene")
    usual = _words(action.usual_keys) if _is_own(action) else ""
    told = page(
        action.label(),
        facts(
            "",
            (t("Taster"), keys),
            (t("Vanlige taster"), usual),
            (t("Gjelder i"), action.where.place),
            (t("Kalles"), action.id),
        ),
        Section("", text=(action.help(),)),
        Section(
            t("Egne taster"),
            text=(
                t("Trykk e og velg. Det er bare dine taster som endres, og det gjelder med en gang."),
                t("De står i {file}, og kan skrives der også:", file=file),
                f"[{place}]",
                f"{name} = [{written}]",
                t("Det som skrives i filen, gjelder neste gang. «elmeld config validate» sier om noe er galt."),
            ),
        ),
    )
    note = f"{keys} · {action.where.place}" + (f" · {t('egen')}" if _is_own(action) else "")
    return Entry(action.id, action.label(), note, told, held=action)


def _is_own(action: Action) -> bool:
    return action.keys != action.usual_keys


def _words(keys: Sequence[str]) -> str:
    return " ".join(key_word(key) for key in keys)


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    """Ask how to choose, and for the key."""
    from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen

    action: Action = entry.held
    choices = [Choice("press", t("Trykk den nye tasten"))]
    if action.keys:
        choices.append(Choice("add", t("Trykk en tast til"), t("i tillegg til {keys}", keys=_words(action.keys))))
    choices.append(Choice("write", t("Skriv tastene med navn")))
    if _is_own(action):
        choices.append(Choice("usual", t("De vanlige tastene"), _words(action.usual_keys)))
    title = t("Taster for «{action}» ({place})", action=action.label(), place=action.where.place)
    how = await app.push_screen_wait(ChoiceScreen(title, "", choices))
    if how == "write":
        return await _ask_written(app, action, title)
    if how == "usual":
        return _choose(app, action, ())
    if how is None:
        return False
    kept = [key_word(key) for key in action.keys] if how == "add" else []
    return await _ask_pressed(app, action, title, kept)


async def _ask_pressed(app: ElmeldApp, action: Action, title: str, kept: list[str]) -> bool:
    """Ask for a key by having it pressed; it comes after those that are ``kept``."""
    from elmeld_tui.tui.own_keys import ChoiceError, check
    from elmeld_tui.tui.screens.key_press import KeyPressScreen

    def wrong(word: str) -> str:
        if word in kept:
            return t("{key} har den fra før.", key=word)
        try:
            check(os.environ, action, [*kept, word])
        except ChoiceError as error:
            return str(error)
        return ""

    word = await app.push_screen_wait(KeyPressScreen(title, wrong))
    return word is not None and _choose(app, action, [*kept, word])


async def _ask_written(app: ElmeldApp, action: Action, title: str) -> bool:
    """Ask for the keys by name."""
    from elmeld_tui.tui.own_keys import ChoiceError, check
    from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm

    def words(_office: Office, said: Said) -> list[str]:
        written = str(said["keys"]).split()
        if not written:
            raise OfficeError(t("Skriv en tast, eller flere med mellomrom mellom."))
        try:
            check(os.environ, action, written)
        except ChoiceError as error:
            raise OfficeError(str(error)) from error
        return written

    hint = t("som k, ø, F7, ctrl+g, alt+1, pgdn; flere med mellomrom mellom")
    asked = [Asked("keys", t("Taster"), _words(action.keys), required=True, help=hint)]
    written = await app.push_screen_wait(SmallForm(app.session, title, asked, words))
    return written is not None and _choose(app, action, written)


async def _forget(app: ElmeldApp, entry: Entry) -> bool:
    """Let an action have its usual keys again."""
    if not _is_own(entry.held):
        app.tell(t("«{action}» har sine vanlige taster.", action=entry.name))
        return False
    return _choose(app, entry.held, ())


def _choose(app: ElmeldApp, action: Action, words: Sequence[str]) -> bool:
    """Keep the keys, and let them hold from now on."""
    from elmeld_tui.tui.own_keys import ChoiceError, choose

    try:
        app.use_keymap(choose(os.environ, action, words))
    except ChoiceError as error:
        app.warn(str(error))
        return False
    keys = _words(action.keys) or t("ingen")
    app.tell(t("«{action}» har nå: {keys}.", action=action.label(), keys=keys))
    return True


PART = Part(
    "keys",
    lambda: t("Taster"),
    _load,
    lambda: "",
    acts={"change": _change, "retire": _forget},
    words={"retire": lambda entry: t("vanlige taster") if _is_own(entry.held) else ""},
)
