"""``elmeld config``: a user's own settings for the terminal, and an example of a clinic's settings to start from."""

from __future__ import annotations

import argparse
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.cli import terminal_options
from elmeld_tui.cli.acts import Commands, add_command
from elmeld_tui.cli.errors import ANSWER_IS_NO, DONE
from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line

if TYPE_CHECKING:
    from elmeld_tui.model.clinic import Clinic
    from elmeld_tui.tui.settings_file import Problem

NAME = "config"


def add(commands: Commands) -> list[argparse.ArgumentParser]:
    """Add the command to the parser; return the parsers of its own commands."""
    parts = add_command(
        commands,
        NAME,
        told=t("dine egne valg for terminalen"),
        description=t(
            "Viser og kontrollerer terminal.toml og keymap.toml i ~/.config/elmeld: farger, mus, utklippstavle og "
            "taster. «validate» kontrollerer også klinikkens egen fil, clinic.toml, når klinikken er nevnt; «example» "
            "skriver en til å rette på for en ny klinikk."
        ),
        epilog=t(
            "eksempel: elmeld config validate; elmeld config schema keymap; elmeld config example > clinic.toml"
        ),
    )
    show = parts.add_parser("show", help=t("vis hva som gjelder, og hvor det er sagt"))
    show.set_defaults(act=_show)
    validate = parts.add_parser("validate", help=t("kontroller filene; vis alle feil med linjenummer"))
    validate.set_defaults(act=_validate)
    example = parts.add_parser("example", help=t("skriv en clinic.toml å begynne en ny klinikk med"))
    example.set_defaults(act=_example)
    schema = parts.add_parser("schema", help=t("skriv JSON-skjemaet for en av filene"))
    schema.add_argument("file", choices=("terminal", "keymap"))
    schema.set_defaults(act=_schema)
    return list(parts.choices.values())


def _show(args: argparse.Namespace) -> int:
    for name, value, origin in _values(args):
        if args.json:
            print(json_line({"name": name, "value": value, "from": origin}))
        else:
            print(harmless(f"{name:<28} {value:<16} {origin}"))
    return DONE


def _values(args: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Yield each setting that counts: its name, what it says, and where that is said."""
    from elmeld_tui.tui.key_names import key_word
    from elmeld_tui.tui.keymap import read_keymap
    from elmeld_tui.tui.preferences import SETTINGS, read_preferences

    preferences = read_preferences(os.environ, terminal_options.given(args))
    for setting in SETTINGS:
        value = getattr(preferences, setting.name)
        word = ("on" if value else "off") if setting.is_flag else str(value)
        yield f"terminal.{setting.name}", word, preferences.origins[setting.name]
    keymap = read_keymap(os.environ)
    for name, keys in keymap.keys.items():
        yield name, " ".join(key_word(key) for key in keys), keymap.origins[name]


def _validate(args: argparse.Namespace) -> int:
    from elmeld_tui.tui.keymap import read_keymap
    from elmeld_tui.tui.preferences import read_preferences

    problems = [
        *read_preferences(os.environ, {}).problems,
        *read_keymap(os.environ).problems,
        *_of_clinic(args),
    ]
    for problem in problems:
        print(json_line(problem._asdict()) if args.json else harmless(str(problem)))
    if not problems and not args.json:
        print(t("Ingen feil i valgene dine."))
    return ANSWER_IS_NO if problems else DONE


def _of_clinic(args: argparse.Namespace) -> Iterator[Problem]:
    """Yield what is wrong with the settings of the clinic that is named; nothing where none is."""
    from elmeld_tui.store.places import settings_file
    from elmeld_tui.store.settings import SettingsError, read_clinic
    from elmeld_tui.tui.settings_file import Problem

    if args.data_dir is None and args.config is None:
        return
    path = args.config or settings_file(args.data_dir)
    try:
        read_clinic(path.parent, path)
    except SettingsError as error:
        yield Problem(str(path), str(error).removeprefix(f"{path}: "))


def _example(args: argparse.Namespace) -> int:
    """Print the settings of an invented clinic, of which whoever asks is the administrator."""
    from elmeld_tui.store.settings import settings_text

    text = settings_text(_example_clinic())
    print(json_line(tomllib.loads(text)) if args.json else harmless(text), end="\n" if args.json else "")
    return DONE


def _example_clinic() -> Clinic:
    from elmeld_tui.login import login
    from elmeld_tui.model.clinic import Clinic, KeyFile, Service, User
    from elmeld_tui.model.contact import Address

    return Clinic(
        name="Fjellveien legesenter",
        her_id="8094001",
        organisation_number="889640782",
        services=(Service("8094002", "Allmennlege"),),
        users=(User(login(), "Kari Prøve", "LE", administrator=True, reads_all=True),),
        signing=KeyFile(Path("signing.p12"), "ELMELD_SIGNING_PASSWORD"),
        decryption=(KeyFile(Path("decryption.p12"), "ELMELD_DECRYPTION_PASSWORD"),),
        trust=Path("trust"),
        register_url="https://register.example.org",
        listen_port=8181,
        address=Address(street="Fjellveien 1", postal_code="5555", city="Fjellveien"),
    )


def _schema(args: argparse.Namespace) -> int:
    from elmeld_tui.tui.keymap import keymap_schema
    from elmeld_tui.tui.preferences import terminal_schema

    schema = keymap_schema() if args.file == "keymap" else terminal_schema()
    print(json.dumps(schema, ensure_ascii=False, indent=2))
    return DONE
