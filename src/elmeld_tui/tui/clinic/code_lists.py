"""Kodeverk: the lists that codes are chosen from, the selection that comes along or the national one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.tui.clinic.parts import Entry, Part, facts, page

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


def _load(_office: Office) -> list[Entry]:
    from elmeld_tui.messages import codelists

    return [
        _entry(
            number, codelists.name(number), len(codelists.codes(number)), imported=codelists.is_imported(number)
        )
        for number in codelists.numbers()
    ]


def _entry(number: str, name: str, codes: int, *, imported: bool) -> Entry:
    origin = t("hentet inn") if imported else t("følger med")
    told = page(
        name,
        facts("", (t("Nummer"), number), (t("Koder"), str(codes)), (t("Kommer fra"), origin)),
        Section(
            t("Det nasjonale kodeverket"),
            text=(
                t(
                    "Hent filen fra FinnKode eller Volven, og legg den inn med «elmeld code import FIL --list {number}».",
                    number=number,
                ),
                t("Søk i det med «elmeld code search {number} ORD».", number=number),
            ),
        ),
    )
    return Entry(number, name, t("{n} koder · {origin}", n=codes, origin=origin), told)


PART = Part("code_lists", lambda: t("Kodeverk"), _load, lambda: t("Ingen kodeverk."))
