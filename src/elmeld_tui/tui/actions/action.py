"""What an action is, where it is available, and its current keys.

An action's name is the method that performs it, ``action_<name>``, on the screen, widget or application it belongs
to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from elmeld_tui.i18n import t


class Where(StrEnum):
    """Where an action can be taken."""

    EVERYWHERE = "everywhere"
    POST = "post"
    PATIENT = "patient"
    MATRIX = "matrix"
    LOG = "log"
    STATISTICS = "statistics"
    ALERTS = "alerts"
    ADDRESSES = "addresses"
    CLINIC = "clinic"
    COMPOSER = "composer"
    PREVIEW = "preview"
    ATTACHMENTS = "attachments"
    LIST = "list"
    TEXT = "text"
    DIALOG = "dialog"
    FILTER = "filter"

    @property
    def place(self) -> str:
        """The place in the user's language."""
        return _WHERE_TITLES[self]()


_WHERE_TITLES: dict[Where, Callable[[], str]] = {
    Where.EVERYWHERE: lambda: t("Overalt"),
    Where.POST: lambda: t("Post"),
    Where.PATIENT: lambda: t("Pasient"),
    Where.MATRIX: lambda: t("Resultater over tid"),
    Where.LOG: lambda: t("Meldingslogg"),
    Where.STATISTICS: lambda: t("Statistikk"),
    Where.ALERTS: lambda: t("Varsler"),
    Where.ADDRESSES: lambda: t("Adresser"),
    Where.CLINIC: lambda: t("Klinikk"),
    Where.COMPOSER: lambda: t("Skrive melding"),
    Where.PREVIEW: lambda: t("Forhåndsvisning"),
    Where.ATTACHMENTS: lambda: t("Vedlegg"),
    Where.LIST: lambda: t("Lister"),
    Where.TEXT: lambda: t("Lesing"),
    Where.DIALOG: lambda: t("Spørsmål"),
    Where.FILTER: lambda: t("Filter"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    Attributes:
        name: stable; the method is ``action_<name>``.
        where: the place it belongs to.
        usual_keys: those it has where the user has chosen no other, in the framework's spelling; the first is shown. Any
            alt key has a sibling without. None where the palette is way enough.
        label: one or two words for the footer and the palette.
        help: one sentence.
        in_footer: whether it is common enough to be seen all the time.
        in_palette: whether it can be chosen by name.
    """

    name: str
    where: Where
    usual_keys: tuple[str, ...]
    label: Callable[[], str]
    help: Callable[[], str]
    in_footer: bool = True
    in_palette: bool = True

    @property
    def id(self) -> str:
        """What a keymap file calls it: ``post.sign_off``, ``list.next_line``."""
        bare = self.name.removeprefix("app.")
        return f"{self.where}.{_IDS.get(bare) or re.sub('[^a-z_0-9]+', '_', bare).strip('_')}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys it has now: the user's own, or the usual ones. In the framework's spelling; the first is shown."""
        return _chosen_keys.get(self.id, self.usual_keys)


_IDS = {
    "period(1)": "longer_period",
    "period(-1)": "shorter_period",
    "move(1)": "next_line",
    "move(-1)": "previous_line",
    "page(1)": "next_page",
    "page(-1)": "previous_page",
    "shift(1)": "shift_older",
    "shift(-1)": "shift_newer",
    "roll(1)": "roll_down",
    "roll(-1)": "roll_up",
    "roll_page(1)": "roll_page_down",
    "roll_page(-1)": "roll_page_up",
}
"""Ids of actions whose names have a number in them."""

_chosen_keys: dict[str, tuple[str, ...]] = {}


def use_keys(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Let the actions with the ids in ``chosen`` have those keys, and every other its usual ones."""
    _chosen_keys.clear()
    _chosen_keys.update(chosen)


def quiet(
    name: str, where: Where, keys: tuple[str, ...], label: Callable[[], str], help_: Callable[[], str]
) -> Action:
    """Return an action for moving about: in help, and not worth a place in footer or palette."""
    return Action(name, where, keys, label, help_, in_footer=False, in_palette=False)
