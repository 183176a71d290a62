"""Taster: every key there is, with those the user has chosen herself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.tui.actions import ACTIONS, Action
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, page
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.settings_file import KEYMAP, user_directory

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


_FREE = ("shift+f9",)
"""A key that means nothing anywhere: an example for what has none."""


def _load(_office: Office) -> list[Entry]:
    file = user_directory(os.environ) / KEYMAP
    return [_entry(action, file) for action in ACTIONS]


def _entry(action: Action, file: Path) -> Entry:
    place, _, name = action.id.partition(".")
    written = ", ".join(f'"{key_word(key)}"' for key in action.keys or _FREE)
    keys = " ".join(key_word(key) for key in action.keys) or t("ingen; finnes i kommandoene")
    own = action.keys != action.usual_keys
    told = page(
        action.label(),
        facts("", (t("Taster"), keys), (t("Gjelder i"), action.where.place), (t("Kalles"), action.id)),
        Section("", text=(action.help(),)),
        Section(
            t("Egne taster"),
            text=(
                t("Skriv dette i {file}, med tastene du vil ha:", file=file),
                f"[{place}]",
                f"{name} = [{written}]",
                t("De gjelder neste gang du åpner elmeld. «elmeld config validate» sier om noe er galt."),
            ),
        ),
    )
    note = f"{keys} · {action.where.place}" + (f" · {t('egen')}" if own else "")
    return Entry(action.id, action.label(), note, told)


PART = Part("keys", lambda: t("Taster"), _load, lambda: "")
