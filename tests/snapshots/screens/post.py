"""The mailboxes."""

from elmeld_tui.model.clinic import User
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import people
from tests.snapshots.screen import Screen, after, keys


def colleagues(office: Office) -> None:
    """Let there be somebody to forward to."""
    with office.database.transaction() as connection:
        other = people.add(connection, User("per", "Per Vikar"), at="2026-11-22T07:00:00.000Z")
        people.add_position(connection, "Vikarlege", other)
        people.add_position(connection, "Sykepleier")
        team = people.add_team(connection, "Akutt")
        people.set_membership(connection, team, other, ["vakt"])
        people.set_membership(connection, team, 1, [])


SCREENS = {
    "post": Screen(keys()),
    "post_open": Screen(keys("enter")),
    "post_thread": Screen(keys("enter", "right", "right")),
    "post_timeline": Screen(keys("enter", "left")),
    "post_mailboxes": Screen(keys("tab"), colleagues),
    "post_forward": Screen(after("v", then=0.6), colleagues),
    "post_whose": Screen(after("j", then=0.6)),
    "post_sent": Screen(keys("tab", "end", "up")),
}
