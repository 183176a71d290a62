"""One user's preferences for the terminal: the theme, the mouse, the clipboard, the bell.

The first source that sets a preference wins: an option of the command, the environment, the user's own
``terminal.toml``, and finally what suits the terminal. A settings file with an error in it is ignored as a whole, and
the user is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.store.settings_edit import write_setting
from elmeld_tui.tui.looks import Look, fitting
from elmeld_tui.tui.settings_file import (
    TERMINAL,
    Problem,
    SettingsFile,
    read_settings_file,
    user_directory,
)

TABLE = "terminal"


class Setting(NamedTuple):
    """One thing a user can choose.

    Attributes:
        name: in the file.
        variable: of the environment.
        choices: what it may say, in words; the environment uses these too.
        help: one sentence.
    """

    name: str
    variable: str
    choices: tuple[str, ...]
    help: Callable[[], str]

    @property
    def is_flag(self) -> bool:
        """Whether the file says true or false for the words."""
        return self.choices == _FLAG

    def word(self, value: object) -> str | None:
        """Return the word for a ``value`` of the file; None where it may not say that."""
        if self.is_flag:
            return ("on" if value else "off") if isinstance(value, bool) else None
        return value if isinstance(value, str) and value in self.choices else None

    @property
    def allowed(self) -> str:
        """What the file may say."""
        return "true, false" if self.is_flag else ", ".join(self.choices)


_FLAG = ("on", "off")
SETTINGS: tuple[Setting, ...] = (
    Setting("theme", "ELMELD_THEME", tuple(Look), lambda: t("Farger og skrift.")),
    Setting("mouse", "ELMELD_MOUSE", _FLAG, lambda: t("Om musen kan brukes.")),
    Setting("clipboard", "ELMELD_CLIPBOARD", _FLAG, lambda: t("Om y kopierer til utklippstavlen.")),
    Setting("bell", "ELMELD_BELL", _FLAG, lambda: t("Om terminalen ringer når et nytt varsel kommer.")),
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one user has chosen, or the terminal for her.

    Attributes:
        theme: how it looks.
        mouse: whether the terminal is asked to tell of the mouse.
        clipboard: whether text may be put on the clipboard, which leaves the host.
        bell: whether the terminal rings when something new needs a human.
        origins: from where each of them came, by name: an option, a variable, a file and line.
        problems: what could not be used.
    """

    theme: Look = Look.DARK
    mouse: bool = True
    clipboard: bool = True
    bell: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_preferences(environment: Mapping[str, str], options: Mapping[str, str | None]) -> Preferences:
    """Read what the user has chosen.

    Args:
        environment: of the process.
        options: of the command: the word for each setting it has, or None.
    """
    file = read_settings_file(user_directory(environment) / TERMINAL)
    in_file, problems = _in_file(file)
    words: dict[str, str] = {}
    origins: dict[str, str] = {}
    usual = {"theme": fitting(environment), "mouse": "on", "clipboard": "on", "bell": "off"}
    for setting in SETTINGS:
        given = environment.get(setting.variable, "").lower()
        if given and given not in setting.choices:
            told = t("«{value}» kan ikke brukes. Velg {choices}.", value=given, choices=", ".join(setting.choices))
            problems.append(Problem(setting.variable, told))
            given = ""
        candidates = (
            (f"--{setting.name}", options.get(setting.name) or ""),
            (setting.variable, given),
            ("NO_COLOR", Look.MONOCHROME if setting.name == "theme" and environment.get("NO_COLOR") else ""),
            (file.where(TABLE, setting.name), in_file.get(setting.name, "")),
            (t("ikke valgt"), usual[setting.name]),
        )
        origins[setting.name], words[setting.name] = next(pair for pair in candidates if pair[1])
    on = {name: word == "on" for name, word in words.items()}
    return Preferences(
        Look(words["theme"]), on["mouse"], on["clipboard"], on["bell"], origins=origins, problems=tuple(problems)
    )


def _in_file(file: SettingsFile) -> tuple[dict[str, str], list[Problem]]:
    """Return the words of the file, and what is wrong with it; no words where something is."""
    problems = list(file.problems)
    known = {setting.name: setting for setting in SETTINGS}
    words: dict[str, str] = {}
    for table, content in file.data.items():
        if table != TABLE or not isinstance(content, dict):
            told = t("ukjent: «{name}». Filen har bare tabellen [{table}].", name=table, table=TABLE)
            problems.append(file.problem(table if isinstance(content, dict) else "", table, told))
            continue
        for name, value in content.items():
            setting = known.get(name)
            word = setting.word(value) if setting else None
            if setting is None:
                told = t("ukjent innstilling: «{name}». Det finnes {known}.", name=name, known=", ".join(known))
                problems.append(file.problem(table, name, told))
            elif word is None:
                told = t("{name} kan ikke være {value}. Velg {choices}.", **_told(setting, value))
                problems.append(file.problem(table, name, told))
            else:
                words[name] = word
    return ({}, problems) if problems else (words, problems)


def _told(setting: Setting, value: object) -> dict[str, Any]:
    return {"name": setting.name, "value": repr(value), "choices": setting.allowed}


def remember(environment: Mapping[str, str], name: str, value: str | bool) -> None:  # noqa: FBT001 - the file's own
    """Write the setting ``name`` in the user's settings file.

    Raises:
        OSError: it cannot be written.
        UnchangeableError: it is written in a way that the program cannot change.
    """
    write_setting(user_directory(environment) / TERMINAL, TABLE, name, value)


def terminal_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the user's settings file."""
    named = {
        setting.name: {
            **({"type": "boolean"} if setting.is_flag else {"enum": list(setting.choices)}),
            "description": setting.help(),
        }
        for setting in SETTINGS
    }
    table = {"type": "object", "additionalProperties": False, "properties": named}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TERMINAL,
        "type": "object",
        "additionalProperties": False,
        "properties": {TABLE: table},
    }
