"""The main mailboxes as the tree at the left of Post: each with its folders, and Tilbakemelding with its categories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted

INBOX, FEEDBACK, DRAFTS = "inbox", "feedback", "draft"
FOLDERS: tuple[tuple[str, Callable[[], str]], ...] = (
    (INBOX, lambda: t("Innboks")),
    (FEEDBACK, lambda: t("Tilbakemelding")),
    (DRAFTS, lambda: t("Utkast")),
    ("sent", lambda: t("Sendt")),
    ("archive", lambda: t("Arkiv")),
)


class Spot(NamedTuple):
    """A place in the tree.

    Attributes:
        mailbox: key of the main mailbox.
        folder: name of the folder; empty for the mailbox itself.
        type: value of `CommunicationType`, for a category of Tilbakemelding; else empty.
    """

    mailbox: str
    folder: str = ""
    type: str = ""


class Branch(NamedTuple):
    """A line of the tree.

    Attributes:
        spot: what it stands for.
        label: what it is called.
        number: what is unread in it, or how many drafts.
        fold: a sign for whether what belongs under it is shown; a space where nothing does.
    """

    spot: Spot
    label: str
    number: int
    fold: str = " "


class Mailbox(NamedTuple):
    """A main mailbox as the tree shows it.

    Attributes:
        key: of the mailbox.
        label: what it is called.
        unread: how many are unread, by folder.
        drafts: how many drafts.
        types: how many are unread, by communication type; every type it has messages of.
    """

    key: str
    label: str
    unread: Mapping[str, int]
    drafts: int
    types: Mapping[str, int]


def tree(mailboxes: Sequence[Mailbox], *, current: Spot, room: int, folds: Mapping[Spot, bool]) -> list[Branch]:
    """Return the lines of the tree.

    What does not fit is folded: first the categories, then every other mailbox than the current one.

    Args:
        mailboxes: in the order they are shown.
        current: where the user is.
        room: how many lines there are.
        folds: what the user has folded (True) or unfolded (False) by hand, which stays so.
    """
    of_current = next((one.types for one in mailboxes if one.key == current.mailbox), {})
    all_folders = len(mailboxes) * (1 + len(FOLDERS))
    categories_fit = all_folders + len(of_current) <= room
    folders_fit = all_folders <= room
    lines: list[Branch] = []
    for mailbox in mailboxes:
        is_current = mailbox.key == current.mailbox
        folded = folds.get(Spot(mailbox.key), not (is_current or folders_fit))
        without_types = folds.get(
            Spot(mailbox.key, FEEDBACK),
            not (is_current and (categories_fit or current.type)),
        )
        lines.append(
            Branch(
                Spot(mailbox.key),
                mailbox.label,
                mailbox.unread.get(INBOX, 0) if folded else 0,
                _CLOSED if folded else _OPEN,
            )
        )
        if not folded:
            lines += _folders(mailbox, without_types=without_types)
    return lines


_OPEN, _CLOSED = "▾", "▸"


def _folders(mailbox: Mailbox, *, without_types: bool) -> Iterator[Branch]:
    for name, label in FOLDERS:
        number = mailbox.drafts if name == DRAFTS else mailbox.unread.get(name, 0)
        if name != FEEDBACK:
            yield Branch(Spot(mailbox.key, name), label(), number)
            continue
        # Every electronic message of the mailbox, wherever in it they lie.
        fold = (_CLOSED if without_types else _OPEN) if mailbox.types else " "
        yield Branch(Spot(mailbox.key, name), label(), sum(mailbox.unread.values()), fold)
        if not without_types:
            for one, unread in mailbox.types.items():
                yield Branch(Spot(mailbox.key, name, one), CommunicationType(one).label, unread)


def label_of(spot: Spot) -> str:
    """Return what a folder, or a category of Tilbakemelding, is called."""
    return CommunicationType(spot.type).label if spot.type else dict(FOLDERS)[spot.folder or INBOX]()


def branch_line(branch: Branch, width: int) -> Line:
    """Return a line of the tree as it is drawn: what belongs under another is set in from it."""
    depth = sum(bool(part) for part in branch.spot[1:])
    number = str(branch.number) if branch.number else ""
    before = f"{' ' * depth}{branch.fold}"
    text = f"{before}{fitted(branch.label, width - len(before) - len(number) - 2)} {number} "
    tone = Tone.HEADING if depth == 0 else Tone.STRONG if branch.number else Tone.PLAIN
    return (Span(text[:width], tone),)
