"""Who may do what to which message: one table.

Use cases ask it before they act; screens ask it to grey out and explain. Read at first paint: imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.people import Actor, Relation
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.reading import Reader

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


class Action(StrEnum):
    """What somebody can do; the values stand in the audit trail."""

    OPEN = "open"
    SIGN_OFF = "sign_off"
    REPLY = "reply"
    DEVIATE = "deviate"
    FORWARD = "forward"
    LINK_PATIENT = "link_patient"
    DECIDE = "decide"
    CHANGE = "change"
    SEND_AGAIN = "send_again"
    MARK_HANDLED = "mark_handled"
    SAVE = "save"
    EXPORT = "export"

    WRITE = "write"
    OPEN_PATIENT = "open_patient"
    SEE_LOG = "see_log"
    SEE_ALERT = "see_alert"
    SEE_CLINIC_ALERT = "see_clinic_alert"
    CLEAR_ALERT = "clear_alert"
    SEE_TRAIL = "see_trail"
    SEE_CLINIC = "see_clinic"
    MANAGE_PEOPLE = "manage_people"
    GRANT_ACCESS = "grant_access"
    CHANGE_SETUP = "change_setup"
    MAINTAIN_STORE = "maintain_store"
    PROVE_TRAIL = "prove_trail"


class Role(StrEnum):
    """As what somebody acts; one who is several may do what any of them may."""

    STRANGER = "stranger"
    MEMBER = "member"
    READS_ALL = "reads_all"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


def _row(member: str, reads_all: str, administrator: str, operator: str = "") -> dict[Role, frozenset[Relation]]:
    return {
        Role.STRANGER: frozenset(),
        Role.MEMBER: _relations(member),
        Role.READS_ALL: _relations(reads_all),
        Role.ADMINISTRATOR: _relations(administrator),
        Role.OPERATOR: _relations(operator),
    }


def _relations(letters: str) -> frozenset[Relation]:
    return frozenset(_LETTERS[letter] for letter in letters)


_LETTERS = {"r": Relation.RECIPIENT, "a": Relation.AUTHOR, "n": Relation.NONE}

# r: it came to her or a group of hers; a: she or a group of hers sent it; n: neither, or it is about no message.
TABLE: dict[Action, dict[Role, frozenset[Relation]]] = {
    #                          member   reads all  administrator  operator
    Action.OPEN:          _row("ra",    "ran",     ""),
    Action.SIGN_OFF:      _row("r",     "rn",      ""),
    Action.REPLY:         _row("ra",    "ran",     ""),
    Action.DEVIATE:       _row("ra",    "ran",     ""),
    Action.FORWARD:       _row("r",     "rn",      ""),
    Action.LINK_PATIENT:  _row("r",     "rn",      ""),
    Action.DECIDE:        _row("",      "rn",      ""),
    Action.CHANGE:        _row("a",     "an",      ""),
    Action.SEND_AGAIN:    _row("a",     "an",      "an"),
    Action.MARK_HANDLED:  _row("ra",    "ran",     "ran"),
    Action.SAVE:          _row("ra",    "ran",     ""),
    Action.EXPORT:        _row("",      "ran",     "ran"),
    Action.WRITE:         _row("ran",   "ran",     "ran"),
    Action.OPEN_PATIENT:  _row("ran",   "ran",     ""),
    Action.SEE_LOG:       _row("",      "ran",     "ran"),
    Action.SEE_ALERT:     _row("ra",    "ran",     "ran"),
    Action.SEE_CLINIC_ALERT: _row("ran", "ran",    "ran",         "ran"),
    Action.CLEAR_ALERT:   _row("",      "ran",     "ran"),
    Action.SEE_TRAIL:     _row("",      "",        "ran"),
    Action.SEE_CLINIC:    _row("ran",   "ran",     "ran",         "ran"),
    Action.MANAGE_PEOPLE: _row("",      "",        "ran"),
    Action.GRANT_ACCESS:  _row("",      "",        "ran"),
    Action.CHANGE_SETUP:  _row("",      "",        "ran",         "ran"),
    Action.MAINTAIN_STORE: _row("",     "",        "ran",         "ran"),
    Action.PROVE_TRAIL:   _row("",      "",        "ran",         "ran"),
}  # fmt: skip
"""For each action and role, to which messages it may be done."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done.

    Attributes:
        allowed: whether it may.
        reason: why not, and what to do, in the user's language; empty where it may.
    """

    allowed: bool
    reason: str = ""


_MAY = Verdict(allowed=True)


def _refused(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def roles(actor: Actor) -> frozenset[Role]:
    """Return as what somebody acts."""
    works_here = actor.id is not None
    held = {
        Role.STRANGER: not works_here,
        Role.MEMBER: works_here,
        Role.READS_ALL: works_here and actor.reads_all,
        Role.ADMINISTRATOR: works_here and actor.administrator,
        Role.OPERATOR: actor.operator,
    }
    return frozenset(role for role, holds in held.items() if holds)


def may(actor: Actor, action: Action, relation: Relation = Relation.NONE) -> Verdict:
    """Return whether ``actor`` may do ``action`` to a message she stands in ``relation`` to, and why not."""
    row, held = TABLE[action], roles(actor)
    if any(relation in row[role] for role in held):
        return _MAY
    if Role.STRANGER in held:
        return _refused(
            t(
                "«{login}» er ikke bruker ved klinikken. Be klinikkens administrator legge deg inn "
                "(elmeld user add).",
                login=actor.login,
            ),
        )
    return _refused(_who_may(row))


def _who_may(row: dict[Role, frozenset[Relation]]) -> str:
    """Return who may do what somebody at the clinic may not."""
    if row[Role.OPERATOR]:
        return t(
            "Dette kan bare klinikkens administrator gjøre, eller den som bruker kontoen som eier klinikkens mappe."
        )
    if not row[Role.MEMBER] and not row[Role.READS_ALL]:
        return t("Dette kan bare klinikkens administrator gjøre.")
    if not row[Role.MEMBER]:
        return t("Dette kan bare den gjøre som har tilgang til alle meldinger.")
    if Relation.AUTHOR in row[Role.MEMBER] and Relation.RECIPIENT not in row[Role.MEMBER]:
        return t("Dette kan bare den gjøre som har sendt meldingen, eller har tilgang til alle.")
    return t("Dette kan bare mottakeren av meldingen gjøre, eller den som har tilgang til alle.")


def verdict(reader: Reader, actor: Actor, action: Action, message_id: int | None = None) -> Verdict:
    """Return whether somebody may do something, to a message or at all."""
    relation = Relation.NONE if message_id is None else reader.people.relation(actor, message_id)
    return may(actor, action, relation)


def require(office: Office, action: Action, message_id: int | None = None) -> None:
    """Let only those go on who may; a refusal is in the audit trail.

    Raises:
        OfficeError: she may not; the text says who may.
    """
    answer = verdict(office.reader, office.actor, action, message_id)
    if answer.allowed:
        return
    with office.database.transaction() as connection:
        office.note(connection, "refused", message_id, action=str(action))
    raise OfficeError(answer.reason)
