"""The tree of mailboxes: what is shown of it where there is room, and what is folded where there is not."""

from __future__ import annotations

from elmeld_tui.tui.mailbox_tree import Branch, Mailbox, Spot, branch_line, tree

MINE = Mailbox("person:1", "Min post", {"inbox": 3}, 1, {"lab_result": 2, "dialogue": 1})
TEAM = Mailbox("team:1", "Akutt", {"inbox": 2, "archive": 1}, 0, {})
ALL = Mailbox("clinic", "Klinikken", {"inbox": 41}, 0, {})
HERE = Spot("person:1", "inbox")


def labels(branches: list[Branch]) -> list[str]:
    return ["".join(span.text for span in branch_line(branch, 22)).rstrip() for branch in branches]


def test_every_mailbox_has_its_folders_and_feedback_its_categories_with_what_is_unread() -> None:
    assert labels(tree([MINE, TEAM], current=HERE, room=40, folds={})) == [
        "▾Min post",
        "  Innboks           3",
        " ▾Tilbakemelding    3",
        "   LAB-resultat     2",
        "   Dialog           1",
        "  Utkast            1",
        "  Sendt",
        "  Arkiv",
        "▾Akutt",
        "  Innboks           2",
        "  Tilbakemelding    3",
        "  Utkast",
        "  Sendt",
        "  Arkiv             1",
    ]


def test_where_there_is_no_room_the_other_mailboxes_are_folded_and_still_say_what_waits() -> None:
    shown = labels(tree([MINE, TEAM, ALL], current=HERE, room=17, folds={}))
    assert shown[-2:] == ["▸Akutt              2", "▸Klinikken         41"]
    assert " ▸Tilbakemelding    3" in shown


def test_what_the_user_folds_or_unfolds_stays_so() -> None:
    folds = {Spot("clinic"): False, Spot("person:1"): True, Spot("team:1"): True}
    shown = labels(tree([MINE, TEAM, ALL], current=HERE, room=10, folds=folds))
    assert shown[:3] == ["▸Min post           3", "▸Akutt              2", "▾Klinikken"]
    assert len(shown) == 8
