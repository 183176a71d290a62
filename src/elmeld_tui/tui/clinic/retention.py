"""Oppbevaring: how long each part of a message is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.store.places import settings_file
from elmeld_tui.tui.clinic.parts import Entry, Part, page

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

_KEPT: tuple[tuple[str, Callable[[], str], Callable[[], str]], ...] = (
    (
        "envelopes",
        lambda: t("Konvolutter"),
        lambda: t("Det som gikk på linjen, begge veier. Kjennetegnet blir igjen."),
    ),
    ("signals", lambda: t("Transportkvitteringer"), lambda: t("Kvitteringer og feilmeldinger slik de gikk.")),
    ("documents", lambda: t("Dokumenter"), lambda: t("Selve meldingene, slik de kom og gikk.")),
    ("alerts", lambda: t("Varsler"), lambda: t("Varsler som er slokket.")),
    ("search", lambda: t("Søkeord"), lambda: t("Det en melding finnes igjen på.")),
    ("messages", lambda: t("Hele meldingen"), lambda: t("Meldingen med tidslinje.")),
)


def _load(office: Office) -> list[Entry]:
    file, kept = settings_file(office.data_dir), office.clinic.retention
    return [_entry(file, name, title(), what(), getattr(kept, name)) for name, title, what in _KEPT]


def _entry(file: Path, name: str, title: str, what: str, days: int) -> Entry:
    kept = t("{n} dager etter at alt er besvart", n=days) if days else t("alltid")
    how = (
        t("Skriv dette i {file}, med antall dager, eller 0 for alltid:", file=file),
        "[retention]",
        f"{name} = {days}",
        t("Det gjelder når meldingsmotoren er startet på nytt."),
    )
    told = page(
        title, Section("", text=(what,)), Section(t("Oppbevares"), text=(kept,)), Section(t("Endre"), text=how)
    )
    return Entry(name, title, kept, told)


PART = Part("retention", lambda: t("Oppbevaring"), _load, lambda: "")
