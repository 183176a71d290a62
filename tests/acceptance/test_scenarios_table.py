"""docs/scenarios.md is whole: every act has a test that is there, and the walkthrough shows every picture."""

from __future__ import annotations

import re

from tests.named_tests import TESTS, document, missing, named_in, written_in

TABLE = document("scenarios.md")
ROWS = re.findall(r"^\| (?!\||What|--)(.+?) \| (.*) \|$", TABLE, re.MULTILINE)


def test_every_act_is_held_by_a_test_that_is_there() -> None:
    assert len(ROWS) > 110
    assert [act for act, held in ROWS if not named_in(held)] == []
    assert missing(TABLE) == []


def test_every_act_that_is_followed_to_its_end_is_in_the_table() -> None:
    followed = ("test_at_work", "test_alerts_at_work", "test_ssh", "test_ssh_every_key")
    for file in (f"acceptance/{name}.py" for name in followed):
        assert {(file, name) for name in written_in(TESTS / file)} <= named_in(TABLE)


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    docs = TESTS.parent / "docs"
    shown = {
        name
        for path in [*docs.glob("*.md"), docs.parent / "README.md"]
        for name in re.findall(r"\]\((?:docs/)?pictures/([\w-]+\.svg)\)", path.read_text(encoding="utf-8"))
    }
    assert shown == {path.name for path in (docs / "pictures").glob("*.svg")}
