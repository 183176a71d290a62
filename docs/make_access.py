"""Writes docs/access.md from the table the program itself uses: ``python docs/make_access.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from elmeld_tui.model.people import Relation
from elmeld_tui.office.policy import TABLE, Action, Role

PAGE = Path(__file__).with_name("access.md")

_HEAD = """# Who may do what

One table in the program decides (`office/policy.py`); this page is made from it. Screens ask it to grey out and explain,
use cases ask it before they act, and a refusal is in the audit trail (`elmeld audit list --action refused`): that a
key was pressed too, where who pressed it may not.

How somebody stands to a message: **recipient**, it lies in her own mailbox or in that of a group she is in; **author**,
it lies among what she or such a group has sent; **none**, neither, or it is about no message. Somebody who is several of
the roles may do what any of them may. A **stranger** is a login that is nobody's here, or of somebody who has left: she
may do nothing. An **administrator** looks after people and access, and does not read what messages say by being one;
somebody with **access to all messages** does, and only an administrator gives that.

The **operator** is whoever works at the machine itself under the account that owns the clinic's directory. She need be
nobody in the store: the nightly copy runs so, and a store that is broken, or that the wrong people were put into, can
answer nobody who asks it. She may set the clinic up, look after the store's files and prove that the trail is whole,
which that account could do with any other program, and nothing else; what she does is in the trail under the account's
name. Over SSH a key's owner comes in as herself, never as the operator. Why so:
[decision 36](decisions/0036-who-looks-after-the-store.md).

The table binds whoever uses the program. Who may read the clinic's directory, or its database, the operating system and
the database decide: give that to the account that runs elmeld and nobody else, and let colleagues in by their keys
([operations.md](operations.md), «Over SSH»). Three things ask nobody: `elmeld doctor`, which must answer where nothing
can be opened and tells nothing of any message; one's own drafts, kept searches, screen lock, keys and colours, which
lie under one's own login and are shown to no other; and `show`, `inspect` and `validate` of a file that one has oneself.

| Action | Member | With access to all messages | Administrator | Operator |
|---|---|---|---|---|
"""

_WORDS = {
    Action.OPEN: "Open and read a message",
    Action.SIGN_OFF: "Sign off (kvittere), and undo it",
    Action.REPLY: "Answer",
    Action.DEVIATE: "Report a deviation (avvik)",
    Action.FORWARD: "Forward (videresende)",
    Action.LINK_PATIENT: "File under a patient",
    Action.DECIDE: "Decide on a message that awaits a human: `elmeld decide`",
    Action.CHANGE: "Change or withdraw what was sent, by a new message",
    Action.SEND_AGAIN: "Send again or make anew: `elmeld retry`, `elmeld resend`, `elmeld recreate`",
    Action.MARK_HANDLED: "Mark as dealt with: `elmeld handled`",
    Action.SAVE: "Save attachments and documents",
    Action.EXPORT: "Make a support bundle of it",
    Action.WRITE: "Write a message",
    Action.OPEN_PATIENT: "Open a patient",
    Action.SEE_LOG: "See the message log, and how a message travelled: `elmeld log`, `elmeld inspect`",
    Action.SEE_ALERT: "See an alert about a message",
    Action.SEE_CLINIC_ALERT: "See an alert about the clinic itself: the engine, the line, what runs out",
    Action.CLEAR_ALERT: "Clear an alert",
    Action.SEE_TRAIL: "See the audit trail",
    Action.SEE_CLINIC: "See how the clinic is set up, its certificates, and the addresses it can write to: "
    "`elmeld cert`, `elmeld address`",
    Action.MANAGE_PEOPLE: "Look after users, groups and positions",
    Action.GRANT_ACCESS: "Give and take access",
    Action.CHANGE_SETUP: "Take in agreements (CPA) and code lists, say how long things are kept: `elmeld cpa import`, "
    "`elmeld code import`, `elmeld retention set`",
    Action.MAINTAIN_STORE: "Check, copy, put back, clear out and measure the store, hold a message: `elmeld db`",
    Action.PROVE_TRAIL: "Prove that the audit trail is whole: `elmeld audit verify`, `elmeld audit head`",
}
_RELATIONS = {Relation.RECIPIENT: "recipient", Relation.AUTHOR: "author", Relation.NONE: "none"}


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    for action, row in TABLE.items():
        cells = [_cell(row[role]) for role in (Role.MEMBER, Role.READS_ALL, Role.ADMINISTRATOR, Role.OPERATOR)]
        yield f"| {_WORDS[action]} | {' | '.join(cells)} |\n"


def _cell(relations: frozenset[Relation]) -> str:
    if relations == frozenset(Relation):
        return "yes"
    return ", ".join(word for relation, word in _RELATIONS.items() if relation in relations) or "no"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
