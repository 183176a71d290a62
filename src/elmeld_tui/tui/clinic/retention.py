"""Oppbevaring: how long each part of a message is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
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
    return [_entry(name, title(), what(), getattr(office.clinic.retention, name)) for name, title, what in _KEPT]


def _entry(name: str, title: str, what: str, days: int) -> Entry:
    kept = t("{n} dager etter at alt er besvart", n=days) if days else t("alltid")
    how = t("Endres under [retention] i clinic.toml: «{name} = dager», 0 for alltid.", name=name)
    told = page(title, Section("", text=(what,)), Section(t("Oppbevares"), text=(kept, how)))
    return Entry(name, title, kept, told)


PART = Part("retention", lambda: t("Oppbevaring"), _load, lambda: "")
