"""A user's own keys for one action: what is wrong with the choice, and saving it in her file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from elmeld_tui.i18n import t
from elmeld_tui.store.settings_edit import UnchangeableError, write_setting
from elmeld_tui.tui.actions import Action
from elmeld_tui.tui.key_names import NoKeyError, key_word, written_key
from elmeld_tui.tui.keymap import clashes, keys_of, read_keymap
from elmeld_tui.tui.settings_file import KEYMAP, user_directory

Keys = Mapping[str, tuple[str, ...]]


class ChoiceError(Exception):
    """The keys cannot be those of the action, or cannot be kept; the text says why, and what to do."""


def choose(environment: Mapping[str, str], action: Action, words: Sequence[str]) -> Keys:
    """Let an action have other keys, in the user's file; what else it says, and how, stays.

    Args:
        environment: of the process.
        action: whose keys.
        words: their names; none where it shall have its usual keys again.

    Returns:
        The keys of each action that has got others, now.

    Raises:
        ChoiceError: they cannot be its keys, or cannot be kept; nothing is changed.
    """
    file = user_directory(environment) / KEYMAP
    keys = check(environment, action, words)
    written = [written_key(key) for key in keys]
    place, _, name = action.id.partition(".")
    try:
        write_setting(file, place, name, (written if len(written) > 1 else written[0]) if written else None)
    except OSError as error:
        told = t(
            "Kan ikke skrive {path}: {reason}. Ingenting er endret.", path=file, reason=error.strerror or error
        )
        raise ChoiceError(told) from error
    except UnchangeableError as error:
        raise ChoiceError(str(error)) from error
    return read_keymap(environment).keys


def check(environment: Mapping[str, str], action: Action, words: Sequence[str]) -> tuple[str, ...]:
    """Return the keys that ``words`` name, in the framework's spelling, when the action can have them.

    Raises:
        ChoiceError: one of them is no key, no terminal sends it, it means something else where the action can be
            taken, or the user's file has a fault in it.
    """
    present = read_keymap(environment)
    if present.problems:
        raise ChoiceError(t("Rett dette i filen først: {problem}", problem=present.problems[0]))
    try:
        keys = keys_of(list(words), action) if words else ()
    except NoKeyError as error:
        raise ChoiceError(f"{str(error).rstrip('.')}.") from error
    wanted = {name: own for name, own in present.keys.items() if name != action.id}
    # Those that are its usual ones are no choice of hers.
    if keys and keys != action.usual_keys:
        wanted[action.id] = keys
    for clash in clashes(wanted):
        other = clash.other if clash.action == action else clash.action
        raise ChoiceError(
            t(
                "{key} er «{label}» ({place}). Velg en annen tast, eller gi den en annen først.",
                key=key_word(clash.key),
                label=other.label(),
                place=other.where.place,
            )
        )
    return () if keys == action.usual_keys else keys
