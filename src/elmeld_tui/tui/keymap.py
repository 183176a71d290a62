"""The user's own keys: ``keymap.toml``, used only if all of it is valid.

A table is a place, a name in it an action, and its value the key or keys that replace the usual ones::

    [post]
    sign_off = "ctrl+k"
    reply = ["s", "r"]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import ACTIONS, Action, Where
from elmeld_tui.tui.key_names import NoKeyError, key_named, key_word, writes
from elmeld_tui.tui.settings_file import KEYMAP, Problem, SettingsFile, read_settings_file, user_directory

Keys = dict[str, tuple[str, ...]]

_TYPED = (Where.EVERYWHERE, Where.COMPOSER)
"""Where one writes: a letter there is a letter."""
_IN_ANY_PLACE = (Where.LIST, Where.TEXT)
_NOT_PLACES = (*_IN_ANY_PLACE, Where.EVERYWHERE)


class Keymap(NamedTuple):
    """What a user has chosen.

    Attributes:
        keys: the keys of each action that has got others, by its id, in the framework's spelling.
        origins: the file and line each came from.
        problems: why nothing of it is used, where there is something wrong.
    """

    keys: Mapping[str, tuple[str, ...]]
    origins: Mapping[str, str]
    problems: tuple[Problem, ...]


def read_keymap(environment: Mapping[str, str]) -> Keymap:
    """Read the user's keymap file; one that is absent changes nothing, and one with a fault in it neither."""
    file = read_settings_file(user_directory(environment) / KEYMAP)
    keys, problems = _chosen(file)
    if not problems:
        problems = [*_clashes(file, keys)]
    if problems or file.problems:
        return Keymap({}, {}, (*file.problems, *problems))
    return Keymap(keys, {name: file.where(*_place_and_name(name)) for name in keys}, ())


def _place_and_name(identity: str) -> tuple[str, str]:
    place, _, name = identity.partition(".")
    return place, name


def _chosen(file: SettingsFile) -> tuple[Keys, list[Problem]]:
    """Return the keys each action shall have, and what in the file is no action or no key."""
    known = {action.id: action for action in ACTIONS}
    keys: Keys = {}
    problems = []
    for table, content in file.data.items():
        if table not in set(Where) or not isinstance(content, dict):
            told = t("«{name}» er ikke et sted. Det finnes {known}.", name=table, known=", ".join(Where))
            problems.append(file.problem(table if isinstance(content, dict) else "", table, told))
            continue
        for name, value in content.items():
            action = known.get(f"{table}.{name}")
            if action is None:
                problems.append(file.problem(table, name, _no_action(table, name)))
                continue
            try:
                keys[action.id] = keys_of(value, action)
            except NoKeyError as error:
                problems.append(file.problem(table, name, str(error)))
    return keys, problems


def _no_action(table: str, name: str) -> str:
    here = ", ".join(_place_and_name(action.id)[1] for action in ACTIONS if action.where == table)
    return t("«{name}» er ingen handling i {place}. Det finnes {known}.", name=name, place=table, known=here)


def keys_of(value: Any, action: Action) -> tuple[str, ...]:
    """Return the keys that an action gets by a word, or a list of words, of the file.

    Raises:
        NoKeyError: there are none, or one of them is no key or cannot be that action's; the text says why.
    """
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) and word for word in words):
        raise NoKeyError(t("skriv en tast i hermetegn, eller flere i en liste"))
    keys = tuple(key_named(word) for word in words)
    for key in keys:
        if action.where in _TYPED and writes(key):
            told = t("{key} skriver et tegn der denne gjelder. Velg en F-tast eller ctrl+bokstav.")
            raise NoKeyError(told.format(key=key_word(key)))
    return keys


class Clash(NamedTuple):
    """A chosen key that means something else where its action can be taken."""

    action: Action
    other: Action
    key: str


def _clashes(file: SettingsFile, keys: Keys) -> Iterator[Problem]:
    for clash in clashes(keys):
        text = t("{key} er også «{other}»", key=key_word(clash.key), other=clash.other.id)
        yield file.problem(*_place_and_name(clash.action.id), text)


def clashes(keys: Mapping[str, tuple[str, ...]]) -> Iterator[Clash]:
    """Yield what is wrong with letting the actions with the ids in ``keys`` have those, and others their usual ones."""
    told = set()
    for group in _seen_together():
        owners: dict[str, Action] = {}
        for action in sorted(group, key=lambda action: action.id in keys):
            for key in keys.get(action.id, action.usual_keys):
                other = owners.setdefault(key, action)
                if key in action.usual_keys and key in other.usual_keys:
                    # Tab goes on to the next tab where there are tabs: so it is without a file too.
                    continue
                if other is not action and action.id in keys and (other.id, action.id) not in told:
                    told.add((other.id, action.id))
                    yield Clash(action, other, key)


def _seen_together() -> Iterator[Sequence[Action]]:
    """Yield the actions whose keys work at the same time, place by place."""
    for place in Where:
        if place not in _NOT_PLACES:
            around = (place, Where.EVERYWHERE) if place in _TYPED else (place, Where.EVERYWHERE, *_IN_ANY_PLACE)
            yield [action for action in ACTIONS if action.where in around]


def keymap_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the file, made from the table of actions."""
    places: dict[str, Any] = {}
    for action in ACTIONS:
        place, name = _place_and_name(action.id)
        table = places.setdefault(place, {"type": "object", "additionalProperties": False, "properties": {}})
        usual = [key_word(key) for key in action.usual_keys]
        table["properties"][name] = {"$ref": "#/$defs/keys", "default": usual, "description": action.help()}
    key = {"type": "string", "pattern": "."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": KEYMAP,
        "type": "object",
        "additionalProperties": False,
        "properties": places,
        "$defs": {"keys": {"anyOf": [key, {"type": "array", "minItems": 1, "items": key}]}},
    }
