"""Oppbevaring: how long each part of a message is kept, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.retention import PARTS
from elmeld_tui.model.view import Section
from elmeld_tui.office import policy
from elmeld_tui.tui.clinic.parts import Entry, Part, may_set_up, page
from elmeld_tui.tui.screens.acts import do
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp


def _load(office: Office) -> list[Entry]:
    from elmeld_tui.office.retention import retention

    policy.require(office, policy.Action.SEE_CLINIC)
    kept = retention(office)
    return [_entry(part, getattr(kept, part)) for part in PARTS]


def _entry(part: str, days: int) -> Entry:
    from elmeld_tui.office.retention import how_long, meaning, title

    told = page(
        title(part),
        Section("", text=(meaning(part),)),
        Section(t("Oppbevares"), text=(how_long(days),)),
        Section(
            t("Blir aldri fjernet"),
            text=(
                t(
                    "Det vi skylder noen eller venter på, det som venter på et menneske, det noen har holdt igjen "
                    "(«elmeld db hold»), og revisjonssporet."
                ),
            ),
        ),
        Section(t("Endre"), text=(t("Trykk e, eller bruk «elmeld retention set {part} DAGER».", part=part),)),
    )
    return Entry(part, title(part), how_long(days), told, held=days)


async def _change(app: ElmeldApp, entry: Entry) -> bool:
    """Ask for how long, tell what that takes, and let it be so once that is answered."""

    def said_and_taken(office: Office, said: Said) -> tuple[int, int]:
        from elmeld_tui.office.retention import days_of, would_go

        days = days_of(entry.key, str(said["days"]))
        return days, would_go(office, entry.key, days)

    if not await may_set_up(app):
        return False
    help_ = f"{entry.page.sections[0].text[0]} " + t("0 er for alltid.")
    asked = [Asked("days", t("Antall dager"), str(entry.held), required=True, help=help_)]
    form = SmallForm(app.session, t("Oppbevaring: {part}", part=entry.name), asked, said_and_taken)
    answer = await app.push_screen_wait(form)
    if answer is None or answer[0] == entry.held:
        return False
    days, count = answer

    def keep(office: Office) -> None:
        from elmeld_tui.office.retention import change

        change(office, entry.key, days)

    choices = [Choice("no", t("Ikke nå")), Choice("yes", t("Endre"))]
    title = t("Endre oppbevaringen av «{part}»?", part=entry.name)
    question = ChoiceScreen(title, _what_follows(entry, days, count), choices)
    if await app.push_screen_wait(question) != "yes" or not await do(app, keep):
        return False
    app.tell(t("Endret. Det gjelder fra neste opprydding."))
    return True


def _what_follows(entry: Entry, days: int, count: int) -> str:
    """Return what a change leads to, before it is made."""
    from elmeld_tui.office.retention import how_long

    rows = [
        entry.page.sections[0].text[0],
        t("Oppbevares {now}; nå {before}.", now=how_long(days), before=entry.note),
        _taken(entry.key, count),
    ]
    return "\n".join(rows)


def _taken(part: str, count: int) -> str:
    if not count:
        return t("Neste opprydding tar ingenting av dette.")
    if part == "alerts":
        return t("Neste opprydding, innen et døgn, tar {n} varsler. De kommer ikke tilbake.", n=count)
    return t("Neste opprydding, innen et døgn, tar dette fra {n} meldinger. Det kommer ikke tilbake.", n=count)


PART = Part(
    "retention",
    lambda: t("Oppbevaring"),
    _load,
    lambda: t("Innstillingene kan ikke leses."),
    acts={"change": _change},
    asks=policy.Action.CHANGE_SETUP,
)
