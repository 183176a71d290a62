"""Finding while one writes: a recipient, a code, the patient's documents, a text."""

from __future__ import annotations

from textual.pilot import Pilot

from elmeld_tui.office import shortcuts
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.recipients import set_favourite
from tests.lab_history import blood_tests
from tests.snapshots.screen import Screen, keys
from tests.tui.composing import begin, search, to_search, to_text
from tests.tui.conftest import press, rest, until, write
from tests.tui.test_writing import bring


def _favourite(office: Office) -> None:
    set_favourite(office, "8200003", favourite=True)


async def _recipients(pilot: Pilot[None]) -> None:
    await begin(pilot, "henvisning")
    await press(pilot, "tab")
    await write(pilot, "a")
    await until(pilot, "★ ")


async def _own_recipients(pilot: Pilot[None]) -> None:
    await press(pilot, "backspace", "down")
    await pilot.pause(0.3)
    await rest(pilot)


async def _no_recipient(pilot: Pilot[None]) -> None:
    await write(pilot, "finnes ikke")
    await pilot.pause(0.3)
    await rest(pilot)


async def _codes(pilot: Pilot[None]) -> None:
    await begin(pilot, "henvisning")
    await search(pilot, "åsen")
    await search(pilot, "kirurgisk")
    await to_search(pilot, "diagnosis")
    await write(pilot, "diabetes")
    await pilot.pause(0.3)
    await rest(pilot)


async def _code_chosen(pilot: Pilot[None]) -> None:
    await press(pilot, "enter")
    await write(pilot, "hypertensjon i svangerskapet")
    await pilot.pause(0.3)
    await press(pilot, "tab")


async def _patients(pilot: Pilot[None]) -> None:
    await begin(pilot, "helse")
    await write(pilot, "ås")
    await pilot.pause(0.3)
    await rest(pilot)


async def _documents(pilot: Pilot[None]) -> None:
    await begin(pilot, "helse")
    await search(pilot, "åsen")
    await press(pilot, *["tab"] * 4, "ctrl+t")
    await until(pilot, "Vedlegg fra pasientens dokumenter")


def _blood_tests(office: Office) -> None:
    blood_tests(office, office.reader.patients("Åsen")[0].id)


async def _results(pilot: Pilot[None]) -> None:
    await begin(pilot, "helse")
    await search(pilot, "åsen")
    await to_text(pilot)
    await press(pilot, "ctrl+r")
    await until(pilot, "Prøvesvar til teksten")


async def _no_shortcuts(pilot: Pilot[None]) -> None:
    await begin(pilot, "helse")
    await press(pilot, "ctrl+p")
    await write(pilot, "hurtigtaster")
    await press(pilot, "enter")
    await until(pilot, "Du har ingen ennå")


async def _new_shortcut(pilot: Pilot[None]) -> None:
    await press(pilot, "n")
    await until(pilot, "kort, uten mellomrom")


async def _wrong_name(pilot: Pilot[None]) -> None:
    await write(pilot, "to ord")
    await press(pilot, "tab")
    await write(pilot, "Uten funn.")
    await press(pilot, "ctrl+s")
    await until(pilot, "kan ikke være et navn")


def _texts(office: Office) -> None:
    shortcuts.keep(office, "bt", "BT ___ mmHg hos {pasient} ({alder}), {dato}. {meg}", for_all=True)
    shortcuts.keep(office, "uf", "Uten funn.\nKontroll | uker.", for_all=False)


async def _shortcuts(pilot: Pilot[None]) -> None:
    await begin(pilot, "helse")
    await press(pilot, "ctrl+p")
    await write(pilot, "hurtigtaster")
    await press(pilot, "enter")
    await until(pilot, "Uten funn.")


async def _removing(pilot: Pilot[None]) -> None:
    await press(pilot, "delete")
    await until(pilot, "Slette «")


async def _texts_found(pilot: Pilot[None]) -> None:
    await begin(pilot, "helse")
    await press(pilot, *["tab"] * 4, "ctrl+space")
    await write(pilot, "funn")


SCREENS = {
    "find_recipient": Screen(
        _recipients, _favourite, then={"find_own_recipient": _own_recipients, "find_no_recipient": _no_recipient}
    ),
    "find_code": Screen(_codes, then={"code_chosen": _code_chosen}),
    "find_patient": Screen(_patients),
    "enclose": Screen(_documents, bring, then={"enclose_marked": keys("tab", "tab")}),
    "quote": Screen(_results, _blood_tests, then={"quote_marked": keys("tab", "tab"), "quoted": keys("enter")}),
    "shortcuts_none": Screen(_no_shortcuts, then={"shortcut_new": _new_shortcut, "shortcut_wrong": _wrong_name}),
    "shortcuts": Screen(_shortcuts, _texts, then={"shortcut_remove": _removing}),
    "find_text": Screen(_texts_found, _texts),
}
