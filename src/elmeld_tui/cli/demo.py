"""``elmeld demo``: a whole clinic with a simulated Helsenett around it, to look at or as a check of everything."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui import i18n
from elmeld_tui.cli import terminal_options
from elmeld_tui.cli.acts import Commands
from elmeld_tui.cli.caretaker import Caretaker, StartError
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE, OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import json_line

if TYPE_CHECKING:
    from elmeld_tui.cli.demo_clinic import DemoClinic
    from elmeld_tui.model.clinic import Clinic
    from elmeld_tui.office.clinic import Office

NAME = "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration whose processes run."""

    home: DemoClinic
    clinic: Clinic


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        NAME,
        help=t("en hel klinikk med et simulert Helsenett"),
        description=t(
            "Lager en klinikk med egne nøkler og oppdiktede pasienter i en midlertidig mappe, starter"
            " meldingsmotoren og et simulert Helsenett, og åpner postkassen. Alt er borte når du avslutter, med"
            " mindre du har valgt en mappe med --data-dir."
        ),
    )
    parser.add_argument(
        "--headless",
        action="store_true",
        help=t(
            "kjør historien uten skjerm og skriv hva som skjedde med hver melding, som JSON eller med --plain som tekst"
        ),
    )
    parser.add_argument(
        "--mail",
        action="store_true",
        help=t("la klinikken og partnerne skrive til hverandre med e-post i stedet for over HTTP"),
    )
    parser.add_argument(
        "--as",
        dest="login",
        default="",
        metavar=t("BRUKERNAVN"),
        help=t("sitt ved skjermen som en annen av klinikkens brukere: jonas, ingrid, sindre eller marit"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the demonstration; when this returns, its processes are gone and so is everything temporary."""
    if not args.headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError(t("demoen trenger en terminal. Bruk «elmeld demo --headless» uten."), OUTSIDE_FAILED)
    if args.headless and args.login:
        raise CommandError(t("--as hører til skjermen; historien uten skjerm fortelles av legen"), WRONG_USE)
    started = time.monotonic()
    if not args.headless:
        print(t("Gjør klar en klinikk og et simulert Helsenett …"), flush=True)
    with running(args.data_dir, by_mail=args.mail) as demo:
        if args.headless:
            return _headless(demo, started, as_text=args.plain and not args.json)
        _check_seat(demo, args.login)
        _fill_postbox(demo)
        from elmeld_tui.tui.app import run as run_terminal

        options = terminal_options.given(args)
        return run_terminal(demo.home.directory, config=None, options=options, user_name=args.login)


@contextmanager
def running(data_dir: Path | None, *, by_mail: bool) -> Iterator[Demo]:
    """Make or take up the clinic, and run engine and simulated Helsenett while the context lasts."""
    from elmeld_tui.cli import demo_clinic

    with Caretaker() as caretaker:
        home = demo_clinic.prepare(data_dir or caretaker.directory / "clinic")
        try:
            clinic = _start(caretaker, home, by_mail=by_mail)
        except StartError as error:
            raise CommandError(t("demoen kan ikke starte: {reason}", reason=error), OUTSIDE_FAILED) from error
        # The doctor's own key is used here, not by the engine: what goes to NAV is signed before it is queued.
        os.environ[demo_clinic.PASSWORD_ENV] = home.password
        try:
            yield Demo(home, clinic)
        finally:
            del os.environ[demo_clinic.PASSWORD_ENV]


def _start(caretaker: Caretaker, home: DemoClinic, *, by_mail: bool) -> Clinic:
    from elmeld_tui.cli import demo_clinic

    common = ["--json", "--lang", i18n.language()]
    # On the port of last time, if there was one: addresses that the clinic remembers hold, and of two
    # demonstrations in one directory the second does not start.
    port = demo_clinic.former_port(home)
    way = ["--way", "mail" if by_mail else "http"]
    place = home.directory / demo_clinic.SIMULATOR
    net = caretaker.start(
        ["simulator", "--data-dir", str(place), "--port", str(port), *way, *common],
        log=home.directory / "simulator.log",
    )
    mail = demo_clinic.mail_by(net["smtp"], net["pop3"]) if by_mail else None
    clinic = demo_clinic.configure(home, net["url"], Path(net["trust"]), mail)
    engine = caretaker.start(
        ["engine", "--data-dir", str(home.directory), *common],
        log=home.directory / "engine.log",
        environment=demo_clinic.passwords(home),
    )
    demo_clinic.announce(home, clinic, engine["listening"])
    return clinic


def _check_seat(demo: Demo, login: str) -> None:
    """Let only somebody who works at the clinic sit down."""
    from elmeld_tui.store.reading import open_reader

    reader = open_reader(demo.home.directory)
    here = [person.login for person in reader.people.persons() if person.active]
    reader.close()
    if login and login not in here:
        logins = ", ".join(here)
        raise CommandError(t("«{login}» arbeider ikke i demoen. Velg blant {logins}.", login=login, logins=logins))


def _fill_postbox(demo: Demo) -> None:
    """Let something lie in the inbox when the postbox opens; a clinic taken up again has its own."""
    from elmeld_tui.cli import demo_story
    from elmeld_tui.office.clinic import open_office

    if not demo.home.new:
        return
    office = open_office(demo.home.directory)
    try:
        demo_story.know_patients(office)
        demo_story.receive_first_messages(office)
    except demo_story.StoryError as error:
        raise CommandError(str(error), OUTSIDE_FAILED) from error
    finally:
        office.close()


def _headless(demo: Demo, started: float, *, as_text: bool) -> int:
    from elmeld_tui.cli import demo_story
    from elmeld_tui.office.clinic import open_office

    office = open_office(demo.home.directory)
    problem = ""
    try:
        demo_story.tell(office)
    except demo_story.StoryError as error:
        problem = str(error)
    tell = _tell_as_text if as_text else _tell_as_data
    tell(office, problem, round(time.monotonic() - started, 1))
    office.close()
    return ANSWER_IS_NO if problem else DONE


def _tell_as_text(office: Office, problem: str, seconds: float) -> None:
    from elmeld_tui.cli import demo_story
    from elmeld_tui.cli.message_lines import print_message

    rows = demo_story.rows(office)
    for row in rows:
        print_message(office.reader, row, as_json=False)
    print(t("{n} meldinger på {seconds} sekunder.", n=len(rows), seconds=round(seconds)), flush=True)
    if problem:
        print(f"elmeld: {problem}", file=sys.stderr)


def _tell_as_data(office: Office, problem: str, seconds: float) -> None:
    from elmeld_tui.cli import demo_story

    rows = demo_story.rows(office)
    for row in rows:
        print(json_line(demo_story.as_data(office, row)))
    end = {"ok": not problem, "messages": len(rows), "seconds": seconds}
    print(json_line(end | ({"problem": problem} if problem else {})), flush=True)
