"""Make the pictures of the documentation: the program itself, on a demo clinic at work, drawn by its own screen.

Run by ``make pictures``; ``python docs/make_pictures.py NAME …`` makes only the chapters that have pictures of these.
Names and numbers in them are the simulator's invented people. Each chapter is somebody who sits down at a terminal and
presses keys; where a step has a name, a picture of the screen is taken, and its name is told.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import NamedTuple

# The screen of a terminal with many colours, whatever this one has.
os.environ["COLORTERM"] = "truecolor"
os.environ.pop("NO_COLOR", None)

from elmeld_tui import login

# Who sits at the keyboard in the pictures, whoever makes them.
login.login = lambda: "astrid"

import httpx
from textual.pilot import Pilot
from textual.strip import Strip

from elmeld_tui.cli import demo, demo_story
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.office import shortcuts
from elmeld_tui.office.clinic import Office, open_office
from elmeld_tui.office.post import undo_sign_off
from elmeld_tui.store.filters import Filter
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.session import open_session
from elmeld_tui.tui.widgets.window_list import WindowList

PICTURES = Path(__file__).parent / "pictures"
SIZE = (100, 30)
_STILL, _GONE_ON = 0.6, 0.25
"""Seconds for which nothing may change on a screen that is drawn, and on one that a key is pressed on."""

_PATIENCE = 15.0
"""Seconds after which a screen is taken as it is."""

_MOST_FOLDERS = 40
_NOTICE = 4.5
"""Seconds after which what was told in the corner is gone."""


class Step(NamedTuple):
    """Some keys, and the picture that is taken after them.

    Attributes:
        keys: names of keys, and characters.
        picture: name of the file without its ending; empty for none.
        wait: seconds until what partners do has come back.
    """

    keys: tuple[str, ...]
    picture: str = ""
    wait: float = 0.0


_INBOX, _ALL, _SENT = "→Klinikken › Innboks", "→Klinikken › Tilbakemelding", "→Klinikken › Sendt"
_WRITE_DIALOGUE = (
    *("ctrl+n", *"helse", "enter"),
    *(*"strømsnes", "…", "enter"),
    *(*"kirurgisk", "…", "enter"),
    *("tab", *"Operasjonstid", "tab"),
    *"Pasienten spør om når han skal møte.",
)
CHAPTERS: tuple[tuple[Step, ...], ...] = (
    (
        Step((_INBOX,), "mailboxes"),
        Step(("down", "down", "down", "enter"), "post"),
        Step(("comma", "right", "right"), "post-thread"),
        Step(("escape", "home", "enter", "left", "left"), "post-request"),
        Step(("right",), "post-attached"),
        Step(("left", "left"), "post-timeline"),
        Step(("right", "o", "enter"), "attachments"),
        Step(("escape", "escape", "k"), "sign-off"),
        Step(("u",), wait=_NOTICE),
        Step(("home", "v"), "forward"),
        Step(("escape", "s", *"Siste EKG var normalt, og medisinlisten er uendret."), "reply"),
        Step(("f5", *("down",) * 8), "reply-preview"),
        Step(("escape", "escape"), "leaving"),
        Step(("down", "enter")),
    ),
    (
        Step((_ALL, "slash", *"fra:kaien type:d"), "search"),
        Step(("tab", "enter", "f"), "filter"),
        Step(("escape", _INBOX, "down", "j"), "link-patient"),
        Step(("escape", "a", *"Rekvisisjonen gjelder en annen lege enn oss."), "deviation"),
        Step(("escape", "down", "enter")),
    ),
    (
        Step(("f3", *"lyngholm", "enter"), "patient"),
        Step(("tab", "tab", "enter"), "patient-tab"),
        Step(("escape", "u"), "patient-unanswered"),
    ),
    (
        Step(("f3", *"tangvald", "enter", "m"), "matrix"),
        Step(("enter",), "matrix-analysis"),
    ),
    (
        Step(("ctrl+n",), "new-message"),
        Step(("enter", *"tangvald", "…", "enter"), ""),
        Step((*"tjeneste: vikefjord", "…"), "composer-receiver"),
        Step(("enter", "tab", "tab", *"diab", "…"), "composer-code"),
        Step(("enter", *("tab",) * 4, *"Svimmel siste uke. ", "ctrl+space", *"bt"), "shortcuts"),
        Step(("enter", *"168/94"), "composer"),
        Step(("f9",), "composer-problems"),
        Step(("escape",), wait=_NOTICE),
    ),
    (
        Step(_WRITE_DIALOGUE),
        Step(("alt+plus",), "enclose"),
        Step(("tab", "enter", "f5"), "preview"),
        Step(("x",), "preview-xml"),
        Step(("escape", "f9"), "send"),
        Step(("enter",), wait=8.0),
        Step((_SENT, "n"), "recreate"),
        Step(("enter",), "recreate-field"),
        Step(("escape", "down", "enter")),
        Step(("f4", "e", "enter"), "message-log"),
    ),
    (
        Step(("f1",), "keys"),
        Step(("escape", "ctrl+o"), "jump"),
        Step(("escape", "ctrl+p", *"farge"), "palette"),
        Step(("enter",), "themes"),
        Step(("down", "enter", _INBOX, "enter"), "theme-light", wait=_NOTICE),
        Step(("ctrl+p", *"farge", "enter", "home", "down", "down", "enter"), "theme-contrast", wait=_NOTICE),
        Step(("ctrl+p", *"farge", "enter", "end", "enter"), "theme-none", wait=_NOTICE),
        Step(("ctrl+p", *"farge", "enter", "home", "enter")),
    ),
)
_CUT_OFF: tuple[Step, ...] = (
    Step(("ctrl+n", *"helse", "enter", *"lyngholm", "…", "enter", "tab", "tab", *"Epikrise etterlyses"), wait=2.0),
)
_OFFERED: tuple[Step, ...] = (Step((), "unsent"),)


def main(wanted: frozenset[str]) -> None:
    """Make every picture; where some are ``wanted`` by name, those of their chapters alone."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, demo.running(Path(name) / "clinic", by_mail=False) as here:
        # Where a theme that is chosen is remembered.
        os.environ["XDG_CONFIG_HOME"] = name
        with closing(open_office(here.home.directory)) as office:
            _tell(office, here.clinic)
        for chapter in CHAPTERS:
            if not wanted or wanted & {step.picture for step in chapter}:
                _sit_down(here.home.directory, chapter)
        # The line drops while somebody writes: a process that ends with the composer open.
        with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
            elsewhere.submit(_sit_down, here.home.directory, _CUT_OFF).result()
        _sit_down(here.home.directory, _OFFERED)


def _tell(office: Office, clinic: Clinic) -> None:
    """Let there be something to see: the story, its messages in the inbox again, a draft that was cut off."""
    demo_story.tell(office)
    for row in office.reader.page(Filter(folder="archive"), 0):
        undo_sign_off(office, row.id)
    demo_story.receive(office, ("order", "request"))
    shortcuts.keep(office, "bt", "Blodtrykk ___ mmHg hos {pasient} ({alder}), {dato}.", for_all=True)
    shortcuts.keep(office, "uf", "Uten funn av betydning.", for_all=True)
    refuse = {"partner": "hospital", "how": "reject", "times": 1}
    httpx.put(f"{clinic.register_url}/simulator/behaviour", json=refuse, trust_env=False).raise_for_status()


def _sit_down(directory: Path, chapter: tuple[Step, ...]) -> None:
    asyncio.run(_draw(directory, chapter))


async def _draw(directory: Path, chapter: Iterable[Step]) -> None:
    with closing(open_session(directory, None)) as session:
        app = ElmeldApp(session)
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await _settle(pilot, _STILL)
            for step in chapter:
                await _press(pilot, step.keys)
                await asyncio.sleep(step.wait)
                await _settle(pilot, _STILL)
                if step.picture:
                    app.save_screenshot(f"{step.picture}.svg", str(PICTURES))
                    print(step.picture, flush=True)


async def _press(pilot: Pilot[None], keys: Iterable[str]) -> None:
    """Press keys; wait until the screen stands still after each that is no letter.

    Of what is no key, ``…`` waits, and ``→`` goes to the folder whose name follows.
    """
    for key in keys:
        if key.startswith("→"):
            await _go_to(pilot, key[1:])
        elif key != "…":
            await pilot.press(key)
        if len(key) > 1 or key == "…":
            await _settle(pilot, _STILL if key == "…" else _GONE_ON)


async def _go_to(pilot: Pilot[None], folder: str) -> None:
    await pilot.press("f2")
    folders = pilot.app.screen.query_one("#folders", WindowList)
    folders.focus()
    await pilot.press("home")
    # On the line of a mailbox its inbox is shown; enter folds there.
    for _ in range(_MOST_FOLDERS):
        here = folders.current
        if here and here.spot.folder and any(folder in row.text for row in _rows(pilot)):
            await pilot.press("enter")
            return
        await pilot.press("down")
        await _settle(pilot, _GONE_ON)
    raise SystemExit("\n".join((f"never came to {folder}", *(row.text for row in _rows(pilot)))))


def _rows(pilot: Pilot[None]) -> list[Strip]:
    return pilot.app.screen._compositor.render_strips()  # noqa: SLF001 - what is drawn has no other name


async def _settle(pilot: Pilot[None], still: float) -> None:
    """Wait until nothing has changed on the screen for so many seconds."""
    began = since = monotonic()
    seen = _rows(pilot)
    while (now := monotonic()) - since < still and now - began < _PATIENCE:
        await pilot.pause(0.05)
        if (drawn := _rows(pilot)) != seen:
            seen, since = drawn, monotonic()


if __name__ == "__main__":
    main(frozenset(sys.argv[1:]))
