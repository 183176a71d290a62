"""The one table of actions: everything in it works, and everything grown from it is up to date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from elmeld_tui import i18n
from elmeld_tui.tui.actions import ACTIONS, Action, Where, actions
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.key_manual import key_manual
from elmeld_tui.tui.key_names import key_word
from elmeld_tui.tui.screens.addresses import AddressesScreen
from elmeld_tui.tui.screens.alerts import AlertsScreen
from elmeld_tui.tui.screens.attachments import AttachmentsScreen, SaveScreen
from elmeld_tui.tui.screens.choice import ChoiceScreen
from elmeld_tui.tui.screens.clinic import ClinicScreen
from elmeld_tui.tui.screens.composer import ComposerScreen
from elmeld_tui.tui.screens.filters import FilterScreen, NameScreen
from elmeld_tui.tui.screens.forwarding import ForwardScreen
from elmeld_tui.tui.screens.help import HelpScreen
from elmeld_tui.tui.screens.log import LogScreen
from elmeld_tui.tui.screens.palette import PaletteScreen, commands
from elmeld_tui.tui.screens.patients import PatientsScreen
from elmeld_tui.tui.screens.post import PostScreen
from elmeld_tui.tui.screens.preview import PreviewScreen
from elmeld_tui.tui.screens.small_form import SmallForm
from elmeld_tui.tui.screens.statistics import StatisticsScreen
from elmeld_tui.tui.widgets.paper import Paper
from elmeld_tui.tui.widgets.result_matrix import ResultMatrix
from elmeld_tui.tui.widgets.window_list import WindowList

OWNERS: dict[Where, tuple[type, ...]] = {
    Where.EVERYWHERE: (ElmeldApp,),
    Where.POST: (PostScreen,),
    Where.PATIENT: (PatientsScreen,),
    Where.MATRIX: (ResultMatrix,),
    Where.LOG: (LogScreen,),
    Where.STATISTICS: (StatisticsScreen,),
    Where.ALERTS: (AlertsScreen,),
    Where.ADDRESSES: (AddressesScreen,),
    Where.CLINIC: (ClinicScreen,),
    Where.COMPOSER: (ComposerScreen,),
    Where.PREVIEW: (PreviewScreen,),
    Where.ATTACHMENTS: (AttachmentsScreen,),
    Where.LIST: (WindowList,),
    Where.TEXT: (Paper,),
    Where.DIALOG: (ChoiceScreen, ForwardScreen, HelpScreen, NameScreen, PaletteScreen, SaveScreen, SmallForm),
    Where.FILTER: (FilterScreen,),
}


@pytest.fixture
def in_english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language("nb")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.where}-{action.name}")
def test_every_action_can_be_done(action: Action) -> None:
    name = re.sub(r"\(.*\)$", "", action.name)
    for owner in OWNERS[action.where]:
        actor = ElmeldApp if name.startswith("app.") else owner
        assert callable(getattr(actor, f"action_{name.removeprefix('app.')}"))


@pytest.mark.parametrize("where", Where)
def test_no_key_means_two_things_in_one_place(where: Where) -> None:
    # Among a patient's messages the tab key moves between the tabs (design §6), not between fields.
    taken = {"tab", "shift+tab"} if where is Where.PATIENT else set()
    everywhere = [key for action in actions(Where.EVERYWHERE) for key in action.keys if key not in taken]
    keys = Counter([key for action in actions(where) for key in action.keys] + everywhere)
    if where is Where.EVERYWHERE:
        keys = Counter(key for action in actions(where) for key in action.keys)
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.where}-{action.name}")
def test_what_needs_a_clever_terminal_has_a_plain_key_too(action: Action) -> None:
    fragile = {key for key in action.keys if key.startswith("alt+") or key == "ctrl+space"}
    assert not fragile or set(action.keys) - fragile


@pytest.mark.parametrize("where", Where)
def test_the_palette_leads_to_every_action_it_names(where: Where) -> None:
    assert all(command.label and command.help for command in commands(where))


@pytest.mark.usefixtures("in_english")
def test_the_manual_of_keys_is_up_to_date() -> None:
    manual = Path(__file__).parents[2] / "docs" / "keys.md"
    assert manual.read_text(encoding="utf-8") == key_manual(), "write it anew: python docs/make_keys.py"


@pytest.mark.parametrize(
    ("key", "word"), [("slash", "/"), ("f9", "F9"), ("ctrl+pagedown", "ctrl+pgdn"), ("f", "f")]
)
def test_a_key_is_said_as_the_keyboard_says_it(key: str, word: str) -> None:
    assert key_word(key) == word
