"""Kodeverk: the lists that codes are chosen from, the built-in selection or the imported national ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Section
from elmeld_tui.office import policy
from elmeld_tui.tui.clinic.parts import Entry, Part, asked_file, facts, may_set_up, page
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.code_lists import Taken
    from elmeld_tui.tui.application import ElmeldApp

_MOST_PROBLEMS = 3
"""That are told in the box; a file that is of another kind has one in each line."""


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
                    "Hent filen fra FinnKode eller Volven, trykk e og skriv stien til den; eller bruk "
                    "«elmeld code import FIL --list {number}».",
                    number=number,
                ),
                t("Søk i det med «elmeld code search {number} ORD».", number=number),
            ),
        ),
    )
    return Entry(number, name, t("{n} koder · {origin}", n=codes, origin=origin), told)


async def _add(app: ElmeldApp) -> bool:
    return await _take_in(app, "")


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    return await _take_in(app, entry.key)


async def _take_in(app: ElmeldApp, number: str) -> bool:
    """Ask for the file of a code list, and take it in.

    Args:
        app: where.
        number: of the list; empty where that is to be asked too.
    """

    def keep(office: Office, said: Said) -> Taken:
        from elmeld_tui.messages.codelists.exports import ExportError
        from elmeld_tui.office.code_lists import LARGEST, take_in
        from elmeld_tui.office.errors import OfficeError
        from elmeld_tui.office.named_files import read_named

        raw = read_named(str(said["file"]), LARGEST)
        try:
            return take_in(office, raw, number or str(said["list"]))
        except ExportError as error:
            more = len(error.problems) - _MOST_PROBLEMS
            told = " ".join(error.problems[:_MOST_PROBLEMS])
            raise OfficeError(told + (" " + t("… og {n} til.", n=more) if more > 0 else "")) from error

    if not await may_set_up(app):
        return False
    asked = [asked_file("~/icd10.csv")]
    if not number:
        hint = t("står oftest i filen")
        asked.append(
            Asked("list", t("Hvilket kodeverk"), hint=hint, help=t("nummer eller navn, når filen ikke sier det"))
        )
    taken = await app.push_screen_wait(SmallForm(app.session, t("Legg inn et kodeverk"), asked, keep))
    if taken is None:
        return False
    change = taken.change
    app.tell(
        t(
            "{name}: {total} koder; {added} nye, {changed} endret, {removed} borte.",
            name=taken.export.codes["name"],
            total=change.total,
            added=change.added,
            changed=change.changed,
            removed=change.removed,
        )
    )
    return True


PART = Part(
    "code_lists",
    lambda: t("Kodeverk"),
    _load,
    lambda: t("Ingen kodeverk."),
    add=_add,
    acts={"change": _change},
    asks=policy.Action.CHANGE_SETUP,
)
