"""Taster: every key there is, with those the user has chosen herself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.tui.actions import ACTIONS, Action
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, page
from elmeld_tui.tui.key_names import key_word

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


def _load(_office: Office) -> list[Entry]:
    return [_entry(action) for action in ACTIONS]


def _entry(action: Action) -> Entry:
    keys = " ".join(key_word(key) for key in action.keys) or t("ingen; finnes i kommandoene")
    own = action.keys != action.usual_keys
    told = page(
        action.label(),
        facts("", (t("Taster"), keys), (t("Gjelder i"), action.where.place), (t("Kalles"), action.id)),
        Section(
            "",
            text=(
                action.help(),
                t("Egne taster settes i keymap.toml; se «elmeld keys» og docs/terminal.md."),
            ),
        ),
    )
    note = f"{keys} · {action.where.place}" + (f" · {t('egen')}" if own else "")
    return Entry(action.id, action.label(), note, told)


PART = Part("keys", lambda: t("Taster"), _load, lambda: "")
