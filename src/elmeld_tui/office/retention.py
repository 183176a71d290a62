"""How long the clinic keeps each part of a message: what that means, what the next purge removes, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.retention import LEAST, MOST, Retention
from elmeld_tui.office import policy
from elmeld_tui.office.errors import OfficeError

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


def title(part: str) -> str:
    """Return what a part is called."""
    return {
        "envelopes": t("Konvolutter"),
        "signals": t("Transportkvitteringer"),
        "documents": t("Dokumenter"),
        "alerts": t("Varsler"),
        "search": t("Søkeord"),
        "messages": t("Hele meldingen"),
    }[part]


def meaning(part: str) -> str:
    """Return in a sentence what a part is, and what is left when it is gone."""
    return {
        "envelopes": t("Det som gikk på linjen, begge veier. Kjennetegnet blir igjen."),
        "signals": t("Kvitteringer og feilmeldinger slik de gikk."),
        "documents": t("Selve meldingene, slik de kom og gikk. Uten dem kan ingen lese dem her."),
        "alerts": t("Varsler som er slokket."),
        "search": t("Det en melding finnes igjen på. Den ligger der fortsatt, og kan åpnes fra listene."),
        "messages": t("Meldingen med tidslinje. Ingenting er igjen av den her."),
    }[part]


def how_long(days: int) -> str:
    """Return for how long something is kept, in words."""
    if days:
        return t("{n} dager fra alt er besvart", n=days) if days > 1 else t("1 dag fra alt er besvart")
    return t("alltid")


def days_of(part: str, written: str) -> int:
    """Return the days that somebody has written that a part shall be kept.

    Raises:
        OfficeError: it is no number of days, or one that cannot be; the text says what can.
    """
    least = LEAST.get(part, 1)
    written = written.strip()
    days = int(written) if written.isascii() and written.isdecimal() and len(written) <= len(str(MOST)) else -1
    if days and days not in range(least, MOST + 1):
        if 0 < days < least:
            raise OfficeError(
                t(
                    "{part} må tas vare på i minst {n} dager: så lenge kan en melding komme en gang til, og den må "
                    "kjennes igjen og besvares som før. Skriv {n} eller flere, eller 0 for alltid.",
                    part=title(part),
                    n=least,
                )
            )
        raise OfficeError(
            t("Skriv et helt tall fra {least} til {most} dager, eller 0 for alltid.", least=least, most=MOST)
        )
    return days


def retention(office: Office) -> Retention:
    """Return for how long each part is kept, as the settings file says at this moment.

    Raises:
        OfficeError: the file cannot be read.
    """
    from elmeld_tui.store.settings import SettingsError, read_clinic

    try:
        return read_clinic(office.data_dir, office.config).retention
    except SettingsError as error:
        raise OfficeError(str(error)) from error


def would_go(office: Office, part: str, days: int) -> int:
    """Return from how many messages (or how many cleared alerts) the next purge takes a part that is kept ``days``.

    Raises:
        OfficeError: only an administrator, or who runs the machine, may ask.
    """
    from elmeld_tui.engine.agreements import longest_persistence
    from elmeld_tui.store.purge import affected

    policy.require(office, policy.Action.CHANGE_SETUP)
    now = office.clock()
    with office.database.snapshot() as connection:
        persisted = longest_persistence(connection, now)
    return affected(office.database, part, days, now, persisted=persisted)


def change(office: Office, part: str, days: int) -> None:
    """Let a part be kept for ``days`` from the next purge on; the rest of the settings file stays as it is.

    Raises:
        OfficeError: only an administrator, or who runs the machine, may; or the file cannot be written.
    """
    from elmeld_tui.store.places import settings_file
    from elmeld_tui.store.settings_edit import UnchangeableError, write_setting

    policy.require(office, policy.Action.CHANGE_SETUP)
    before = getattr(retention(office), part)
    file = office.config or settings_file(office.data_dir)
    try:
        # The trail has it only where the file does.
        with office.database.transaction() as connection:
            office.note(connection, "change_retention", part=part, days=days, before=before)
            write_setting(file, "retention", part, days)
    except OSError as error:
        told = t(
            "Kan ikke skrive {path}: {reason}. Ingenting er endret.", path=file, reason=error.strerror or error
        )
        raise OfficeError(told) from error
    except UnchangeableError as error:
        raise OfficeError(str(error)) from error
