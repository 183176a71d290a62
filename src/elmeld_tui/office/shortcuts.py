"""Text shortcuts (hurtigtaster), the user's own and the clinic's: finding, expanding and editing them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from elmeld_tui.i18n import t
from elmeld_tui.model.shortcuts import LONGEST, NAME_RULE, Shortcut
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store import shortcuts


def known(office: Office) -> list[Shortcut]:
    """Return the shortcuts the user has, by name; her own before the clinic's of the same name."""
    with office.database.snapshot() as connection:
        return shortcuts.of(connection, office.user.name)


def keep(office: Office, name: str, text: str, *, for_all: bool = False) -> bool:
    """Keep a shortcut; return whether it is new, and not an old one that is changed.

    Args:
        office: where.
        name: of it.
        text: that it writes.
        for_all: whether everybody at the clinic has it.

    Raises:
        OfficeError: she may not do it, or the name or the text cannot be used.
    """
    return keep_all(office, {name: text}, for_all=for_all)[0] == 1


def keep_all(office: Office, texts: Mapping[str, str], *, for_all: bool = False) -> tuple[int, int]:
    """Keep several shortcuts, or none where one of them is wrong; return how many are new, and how many are changed.

    Raises:
        OfficeError: she may not do it, or a name or a text cannot be used.
    """
    for name, text in texts.items():
        if problem := _problem(name, text):
            raise OfficeError(problem)
    policy.require(office, policy.Action.WRITE)
    with office.database.transaction() as connection:
        new = [shortcuts.keep(connection, _owner(office, for_all=for_all), *one) for one in texts.items()]
    return sum(new), len(new) - sum(new)


def _problem(name: str, text: str) -> str:
    if problem := name_problem(name):
        return problem
    if not text.strip():
        return t("Hurtigtasten «{name}» har ingen tekst.", name=name)
    if len(text) > LONGEST:
        return t("Teksten til «{name}» er for lang: høyst {most} tegn.", name=name, most=LONGEST)
    return ""


def name_problem(name: str) -> str:
    """Return why a shortcut cannot be called this; empty where it can."""
    if NAME_RULE.fullmatch(name) is None:
        return t(
            "«{name}» kan ikke være et navn: bruk høyst 30 bokstaver, tall, punktum og bindestrek.", name=name
        )
    return ""


def remove(office: Office, name: str, *, for_all: bool = False) -> None:
    """Remove a shortcut.

    Raises:
        OfficeError: she may not do it, or there is none of that name.
    """
    policy.require(office, policy.Action.WRITE)
    with office.database.transaction() as connection:
        removed = shortcuts.remove(connection, _owner(office, for_all=for_all), name)
    if not removed:
        raise OfficeError(t("Det er ingen hurtigtast som heter «{name}».", name=name))


def read_texts(raw: bytes) -> dict[str, str]:
    """Return the shortcuts of a file: a JSON object of names and texts.

    Raises:
        OfficeError: it is something else.
    """
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise OfficeError(t("Filen er ikke JSON: {reason}", reason=error)) from error
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise OfficeError(t("Filen må være ett JSON-objekt med navn og tekst."))
    return found


def _owner(office: Office, *, for_all: bool) -> str:
    return "" if for_all else office.user.name
