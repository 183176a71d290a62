"""Who may do what: the table, exhaustively, and that the use cases ask it."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from elmeld_tui.model.people import Actor, Relation, Team
from elmeld_tui.office import beginning, policy, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import TABLE, Action, Role, may
from elmeld_tui.office.post import sign_off
from elmeld_tui.office.reading import open_message
from elmeld_tui.store import audit, people, post
from elmeld_tui.store.rows import Patient
from tests.office.conftest import take_in
from tests.office.written import DIALOGUE

ACTORS = {
    Role.STRANGER: Actor(None, "gjest", "gjest"),
    Role.MEMBER: Actor(1, "kari", "Kari"),
    Role.READS_ALL: Actor(1, "kari", "Kari", reads_all=True),
    Role.ADMINISTRATOR: Actor(1, "kari", "Kari", administrator=True),
    Role.OPERATOR: Actor(None, "elmeld", "elmeld", operator=True),
}
EVERY = [*product(Action, Role, Relation)]


@pytest.mark.parametrize(("action", "role", "relation"), EVERY)
def test_the_table_is_what_decides(action: Action, role: Role, relation: Relation) -> None:
    answer = may(ACTORS[role], action, relation)
    held = {role, Role.STRANGER if role in {Role.STRANGER, Role.OPERATOR} else Role.MEMBER}
    assert answer.allowed is any(relation in TABLE[action][one] for one in held)
    assert bool(answer.reason) is not answer.allowed


def test_the_table_says_something_of_every_action_and_role() -> None:
    assert set(TABLE) == set(Action)
    assert all(set(row) == set(Role) for row in TABLE.values())


def test_the_page_about_access_is_what_the_program_decides_by() -> None:
    docs = Path(__file__).parents[2] / "docs"
    page = runpy.run_path(str(docs / "make_access.py"))["page"]()
    print(page)
    assert (docs / "access.md").read_text(encoding="utf-8") == page, "write it anew: python docs/make_access.py"


def test_a_stranger_may_do_nothing() -> None:
    assert not any(
        may(ACTORS[Role.STRANGER], action, relation).allowed for action, relation in product(Action, Relation)
    )


def test_only_an_administrator_grants_access_to_all_messages() -> None:
    granting = {
        role for role in Role for relation in Relation if may(ACTORS[role], Action.GRANT_ACCESS, relation).allowed
    }
    assert granting == {Role.ADMINISTRATOR}
    both = replace(ACTORS[Role.READS_ALL], teams=(Team(1, "Lab"),))
    assert not may(both, Action.GRANT_ACCESS).allowed


def test_to_look_after_people_gives_no_access_to_what_messages_say() -> None:
    may_read = (Action.OPEN, Action.SAVE, Action.REPLY, Action.FORWARD, Action.SIGN_OFF, Action.LINK_PATIENT)
    assert not any(may(ACTORS[Role.ADMINISTRATOR], action).allowed for action in may_read)


@pytest.fixture
def received(office: Office, patient: Patient) -> int:
    draft = beginning.new_draft(office, "dialogue", patient_id=patient.id)
    written = replace(draft, answers=DIALOGUE, recipient_her="8200001")
    return take_in(office, writing.preview(office, written).document)


@pytest.fixture
def secretary(office: Office) -> Office:
    """The second of the clinic's people, who is to be shown what comes to her, and nothing else."""
    return replace(office, user=office.clinic.users[1])


def test_what_did_not_come_to_somebody_is_closed_to_her_and_that_she_tried_is_noted(
    secretary: Office, received: int
) -> None:
    with pytest.raises(OfficeError, match="mottakeren"):
        open_message(secretary, received)
    with pytest.raises(OfficeError, match="mottakeren"):
        sign_off(secretary, received)
    with secretary.database.snapshot() as connection:
        noted = audit.entries(connection, action="refused")
    assert [(entry.user, entry.message_id, entry.detail) for entry in noted] == [
        ("sekr", received, {"action": "open"}),
        ("sekr", received, {"action": "sign_off"}),
    ]


def test_what_comes_to_a_group_is_open_to_its_members(secretary: Office, received: int) -> None:
    with secretary.database.transaction() as connection:
        team = people.add_team(connection, "Laboratoriet")
        people.set_membership(connection, team, 2, ["Bioingeniør"])
        post.put(connection, received, folder="inbox", unread=True, at="2026-11-22", mailbox=f"team:{team}")
    assert [one.functions for one in secretary.actor.teams] == [("Bioingeniør",)]
    assert open_message(secretary, received).view.sections
    sign_off(secretary, received)
    folders = {secretary.reader.post_item(received, mailbox).folder for mailbox in ("clinic", f"team:{team}")}  # type: ignore[union-attr]
    assert folders == {"archive"}, "signed off once, for everybody"


def test_a_group_that_is_closed_and_a_person_who_has_left_are_nobodys(secretary: Office) -> None:
    with secretary.database.transaction() as connection:
        team = people.add_team(connection, "Laboratoriet")
        people.set_membership(connection, team, 2, [])
        people.change_team(connection, team, active=False)
    assert secretary.actor.own_mailboxes == ("person:2",)
    with secretary.database.transaction() as connection:
        people.change(connection, 2, active=False)
    assert secretary.actor.id is None
    assert not policy.verdict(secretary.reader, secretary.actor, Action.WRITE).allowed


def test_an_administrator_need_not_have_access_to_all(office: Office, received: int) -> None:
    with office.database.transaction() as connection:
        people.change(connection, 1, reads_all=False)
    with pytest.raises(OfficeError):
        open_message(office, received)
    policy.require(office, Action.GRANT_ACCESS)


def test_whatever_changes_something_asks_who_may() -> None:
    """Each public function of the office that writes asks the policy, or is one of those that need not."""
    unasked = {
        f"{path.stem}.{name}"
        for path in sorted((SOURCES / "office").rglob("*.py"))
        if path.stem not in OWN
        for name, called in _writing(ast.parse(path.read_text(encoding="utf-8")))
        if not called & {"policy.require", "require"}
    }
    assert unasked == ASKS_NOBODY


SOURCES = Path(policy.__file__).parents[1]
OWN = {"open_drafts", "saved_filters"}
"""What is all about one's own drafts and searches, which lie under one's own login."""
ASKS_NOBODY = {
    "drafts.save_draft",
    "drafts.discard_draft",
    "locking.lock",
    "locking.unlock",
    "policy.require",
    "signing.sign_as_user",
    "store.examine_store",
}
"""One's own draft; the lock; the asking itself; what is called by who has asked; what the doctor tries."""


def _writing(module: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Yield each public function that works in an office and writes, with all that it calls in its module and beyond."""
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}

    def called(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        here = {ast.unparse(node.func) for node in ast.walk(functions[name]) if isinstance(node, ast.Call)}
        inner = (here & functions.keys()) - seen - {name}
        return here.union(*(called(one, seen | {name}) for one in inner))

    for name, node in functions.items():
        first = node.args.args[0].annotation if node.args.args else None
        if name.startswith("_") or first is None or ast.unparse(first) != "Office":
            continue
        if "office.database.transaction" in (calls := called(name)):
            yield name, calls
