"""Screens of a clinic where everything that is kept is hostile: what a terminal is sent, and what is then seen there."""

from __future__ import annotations

import re
from itertools import cycle, islice
from unicodedata import category

import pytest
from textual.widget import Widget
from textual.widgets import Input, TextArea

from elmeld_tui.office.clinic import Office
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.screens.addresses import AddressesScreen
from elmeld_tui.tui.screens.alerts import AlertsScreen
from elmeld_tui.tui.screens.attachments import AttachmentsScreen, SaveScreen
from elmeld_tui.tui.screens.choice import ChoiceScreen
from elmeld_tui.tui.screens.clinic import ClinicScreen
from elmeld_tui.tui.screens.composer import ComposerScreen
from elmeld_tui.tui.screens.enclose import EncloseScreen
from elmeld_tui.tui.screens.filters import FilterScreen, NameScreen, _Facets
from elmeld_tui.tui.screens.forwarding import ForwardScreen
from elmeld_tui.tui.screens.help import HelpScreen
from elmeld_tui.tui.screens.jump import JumpScreen
from elmeld_tui.tui.screens.key_press import KeyPressScreen
from elmeld_tui.tui.screens.lock import LockScreen
from elmeld_tui.tui.screens.log import LogScreen
from elmeld_tui.tui.screens.palette import PaletteScreen
from elmeld_tui.tui.screens.patients import PatientsScreen
from elmeld_tui.tui.screens.picker import About
from elmeld_tui.tui.screens.post import PostScreen
from elmeld_tui.tui.screens.preview import PreviewScreen
from elmeld_tui.tui.screens.quoting import QuotingScreen
from elmeld_tui.tui.screens.shortcuts import ShortcutScreen, ShortcutsScreen
from elmeld_tui.tui.screens.small_form import SmallForm
from elmeld_tui.tui.screens.statistics import StatisticsScreen
from elmeld_tui.tui.widgets.answered import AnsweredMessage
from elmeld_tui.tui.widgets.bars import KeyBar
from elmeld_tui.tui.widgets.draft_form import DraftForm
from elmeld_tui.tui.widgets.form import GroupRow, Member
from elmeld_tui.tui.widgets.patient_finder import PatientFinder
from elmeld_tui.tui.widgets.picture import PictureView
from elmeld_tui.tui.widgets.query_line import QueryLine
from elmeld_tui.tui.widgets.result_matrix import ResultMatrix
from tests.fuzz.clinic import make_hostile
from tests.fuzz.hostile import MANY, spaced, texts
from tests.fuzz.kinds import concrete, own_kinds
from tests.fuzz.test_widgets import WIDGETS
from tests.fuzz.wire import Wire, pieces
from tests.snapshots.screens import SCREENS, way_to
from tests.tmux import Glass, needs_tmux
from tests.tui.conftest import WIDE, rest, shown

_DISPUTED = re.compile("[\u0300-\u036f\u0489]{4}|\U0001f468\u200d|[\U0001f3fb-\U0001f3ff]")
"""More signs on one letter, or people in one family, than a cell of the judge can hold; and a tint of its own."""


def is_undisputed(text: str) -> bool:
    """Whether the judge takes the program's word for how many cells a text needs: where it does not, it shows less."""
    foreign_signs = any(category(char)[0] == "M" and not "\u0300" <= char <= "\u036f" for char in text)
    return not foreign_signs and not _DISPUTED.search(text)


STORABLE = [
    text
    for text in texts()
    if len(text) < 80 and text.encode(errors="ignore").decode() == text and is_undisputed(text)
]

EVERY_TIME = (
    "attachments",
    "clinic_people",
    "filter_dialog",
    "log_open",
    "patient_post",
    "patient_results",
    "post_forward",
    "post_open",
    "post_thread",
)
"""Those that between them show everything that is kept; a long run (``make fuzz``) has all."""


SHOWS: dict[str, tuple[type[Widget], ...]] = {
    "address": (AddressesScreen,),
    "alert_message": (AlertsScreen,),
    "attachment_picture": (AttachmentsScreen, PictureView),
    "attachment_save": (SaveScreen,),
    "clinic_person": (SmallForm,),
    "clinic_people": (ClinicScreen,),
    "clinic_key_press": (KeyPressScreen,),
    "composer_group": (ComposerScreen, DraftForm, GroupRow, Member),
    "enclose": (EncloseScreen,),
    "filter_dialog": (FilterScreen, _Facets),
    "filter_name": (NameScreen,),
    "help_search": (HelpScreen,),
    "jump": (JumpScreen,),
    "locked": (LockScreen,),
    "log_open": (LogScreen, KeyBar),
    "log_statistics": (StatisticsScreen,),
    "palette_search": (PaletteScreen, About),
    "patient_results": (PatientsScreen, ResultMatrix),
    "patients": (PatientFinder,),
    "post_forward": (ForwardScreen,),
    "post_open": (PostScreen,),
    "post_reply": (AnsweredMessage,),
    "preview": (PreviewScreen,),
    "quote": (QuotingScreen,),
    "search_line": (QueryLine,),
    "shortcut_new": (ShortcutScreen,),
    "shortcuts": (ShortcutsScreen,),
    "themes": (ChoiceScreen,),
}
"""Where every class is seen that is a screen, or has no place in the test of widgets."""


def test_every_screen_and_every_widget_is_fuzzed() -> None:
    alone = {*WIDGETS, *own_kinds(Input), *own_kinds(TextArea)}  # what is typed in has a test of its own
    assert concrete(own_kinds(Widget)) - alone == {kind for kinds in SHOWS.values() for kind in kinds} - alone


@needs_tmux
@pytest.mark.parametrize("name", EVERY_TIME if MANY <= 10_000 else [*dict.fromkeys([*SHOWS, *SCREENS])])
async def test_a_terminal_shows_what_the_program_means(
    name: str, office: Office, app: ElmeldApp, wire: Wire, glass: Glass
) -> None:
    first, acts = way_to(name)
    first.arrange(office)
    begin = len(STORABLE) * list(SCREENS.values()).index(first) // len(SCREENS)
    make_hostile(office, islice(cycle(STORABLE), begin, None))
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await rest(pilot)
        for act in acts:
            await act(pilot)
        screen = app.screen
        assert all(isinstance(screen, kind) or screen.query(kind) for kind in SHOWS.get(name, ()))
        await wire.settle()
        meant = shown(pilot).split("\n")
        written = wire.take()
        assert any(pieces(written, *WIDE))
        # As the driver does when it opens a terminal: what is too long for a line ends there.
        seen = glass.show("\x1b[?7l" + written, *WIDE)
        assert not [(s, m) for s, m in zip(map(spaced, seen), map(spaced, meant), strict=True) if s != m]
