"""What a part of the place Klinikk consists of: rows to look through, a page for each, and what can be done with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model.view import Field, Section, View
from elmeld_tui.office import policy
from elmeld_tui.tui.screens.acts import ask_office, do
from elmeld_tui.tui.screens.choice import Choice, ChoiceScreen
from elmeld_tui.tui.screens.small_form import Asked
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.tui.application import ElmeldApp

_LEAST_NAME, _MOST_NAME = 22, 30
"""Cells for a name where there is little room, and the most of them."""


class Entry(NamedTuple):
    """One row.

    Attributes:
        key: what it is known by, and what is copied.
        name: what it is called.
        note: the most important of what is known of it.
        page: all of it.
        sign: how it stands; one cell.
        tone: of the sign.
        held: what the office made the row of.
    """

    key: str
    name: str
    note: str
    page: View
    sign: str = " "
    tone: Tone = Tone.PLAIN
    held: Any = None


Act = Callable[["ElmeldApp", Entry], Awaitable[bool]]
"""Does something with a row, and returns whether anything was changed."""
New = Callable[["ElmeldApp"], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the place.

    Attributes:
        name: stable.
        title: in the user's language.
        load: asks the office for the rows.
        empty: what is said where there are none, and what to do.
        add: makes a new one, where that can be done here.
        acts: what can be done with a row, by the names of the place's actions.
        asks: what one must be allowed to change anything here; None where it is one's own.
        words: what one of these does to a row, where the action's own word does not say it; empty where it has nothing
            to do there.
    """

    name: str
    title: Callable[[], str]
    load: Callable[[Office], list[Entry]]
    empty: Callable[[], str]
    add: New | None = None
    acts: dict[str, Act] = field(default_factory=dict)
    asks: policy.Action | None = None
    words: dict[str, Callable[[Entry], str]] = field(default_factory=dict)


def page(title: str, *sections: Section, banner: Iterable[str] = ()) -> View:
    """Return what is shown of a row."""
    return View(title, "", "", tuple(banner), sections, ())


def facts(title: str, *known: tuple[str, str]) -> Section:
    """Return a section of labelled values; those that are empty are left out."""
    return Section(title, fields=tuple(Field(label, value) for label, value in known if value))


def entry_line(entry: Entry, width: int) -> Line:
    """Return a row as it is drawn."""
    name_width = min(_MOST_NAME, max(_LEAST_NAME, width * 2 // 5))
    return (
        Span(f" {entry.sign} ", entry.tone),
        Span(f"{fitted(entry.name, name_width)} "),
        Span(fitted(entry.note, max(0, width - name_width - 4)), Tone.MUTED),
    )


async def take_out(
    app: ElmeldApp, question: str, text: str, yes: str, task: Callable[[Office], int], told: str
) -> bool:
    """Ask, and take somebody or something out of use, or into it again.

    Args:
        app: where.
        question: what is asked.
        text: what follows from it.
        yes: the answer that does it.
        task: does it; returns how many messages in the inbox nobody has signed off.
        told: what is said when it is done.
    """
    if not await may_manage(app):
        return False
    choices = [Choice("no", t("Ikke nå")), Choice("yes", yes)]
    if await app.push_screen_wait(ChoiceScreen(question, text, choices)) != "yes":
        return False
    unsigned = await ask_office(app, task)
    if unsigned is None:
        return False
    left = t("{count} meldinger i innboksen er ikke kvittert; de ligger i Klinikken.", count=unsigned)
    app.tell(f"{told} {left}" if unsigned else told)
    return True


async def may_manage(app: ElmeldApp) -> bool:
    """Whether who sits here looks after people and access; where not, why is said, and the audit trail has it."""
    return await do(app, lambda office: policy.require(office, policy.Action.MANAGE_PEOPLE))


async def may_set_up(app: ElmeldApp) -> bool:
    """Whether who sits here may change how the clinic is set up; where not, why is said, and the trail has it."""
    return await do(app, lambda office: policy.require(office, policy.Action.CHANGE_SETUP))


def asked_file(hint: str) -> Asked:
    """Return the question for a file, answered by its path."""
    return Asked(
        "file", t("Fil"), hint=hint, required=True, help=t("hele stien, på maskinen som elmeld kjører på")
    )
