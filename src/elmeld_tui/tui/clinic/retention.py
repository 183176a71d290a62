"""Oppbevaring: how long each part of a message is kept, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.retention import PARTS
from elmeld_tui.model.view import Section
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.tui.clinic.parts import Entry, Part, may_set_up, page
from elmeld_tui.tui.screens.acts import do
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp


def _load(office: Office) -> list[Entry]:
    from elmeld_tui.office import policy
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

    def days_said(_office: Office, said: Said) -> int:
        from elmeld_tui.office.retention import days_of

        return days_of(entry.key, str(said["days"]))

    if not await may_set_up(app):
        return False
    help_ = f"{entry.page.sections[0].text[0]} " + t("0 er for alltid.")
    asked = [Asked("days", t("Antall dager"), str(entry.held), required=True, help=help_)]
    form = SmallForm(app.session, t("Oppbevaring: {part}", part=entry.name), asked, days_said)
    days = await app.push_screen_wait(form)
    if days is None or days == entry.held:
        return False

    def keep(office: Office) -> None:
        from elmeld_tui.office.retention import change

        change(office, entry.key, days)

    follows = await _what_follows(app, entry, days)
    choices = [Choice("no", t("Ikke nå")), Choice("yes", t("Endre"))]
    question = ChoiceScreen(t("Endre oppbevaringen av «{part}»?", part=entry.name), follows, choices)
    if not follows or await app.push_screen_wait(question) != "yes" or not await do(app, keep):
        return False
    app.tell(t("Endret. Det gjelder fra neste opprydding."))
    return True


async def _what_follows(app: ElmeldApp, entry: Entry, days: int) -> str:
    """Return what a change leads to; empty, and why is said, where that cannot be known."""

    def would_go(office: Office) -> tuple[int, str]:
        from elmeld_tui.office.retention import how_long, would_go

        return would_go(office, entry.key, days), how_long(days)

    app.tell(t("Teller hva neste opprydding vil ta …"))
    try:
        # Of very many it takes a while, for which nobody else waits.
        count, how_long = await app.session.out(would_go)
    except OfficeError as error:
        app.warn(str(error))
        return ""
    app.clear_notifications()
    rows = [
        entry.page.sections[0].text[0],
        t("Oppbevares {now}; nå {before}.", now=how_long, before=entry.note),
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
)
