"""Kills an engine after a mail has been kept and before it is removed, with a real mailbox; another fetches again.

Runs in a process of its own. Prints, for each protocol, what lay in the mailbox after the first and after the second
engine, what the store then held, and what is wrong with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from mail_world import OUR_ADDRESS, THEIR_ADDRESS
from tests.mail_servers import PASSWORD, USER, dovecot, make_tls
from tests.waiting import PATIENCE
from working import work_off
from world import World, open_world

from elmeld_tui.engine.inbox import Watched
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.rules import judge
from elmeld_tui.model.arrival import Way
from elmeld_tui.model.mail import MailServer, Protection
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.transport.letterhead import entity
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.mailbox import Item, Mailbox
from elmeld_tui.transport.mailbox_imap import ImapMailbox
from elmeld_tui.transport.mailbox_pop3 import Pop3Mailbox
from elmeld_tui.transport.port import Parcel


@dataclass(frozen=True)
class Fatal:
    """A mailbox that kills whoever removes something from it."""

    inner: Mailbox
    name: str = "fatal"
    way: Way = Way.MAIL

    def fetch(self, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        for item in self.inner.fetch(limit, skip):
            yield replace(item, remove=lambda: os.kill(os.getpid(), signal.SIGKILL))


def in_child(data_dir: Path, mailbox: Mailbox) -> bool:
    """Let an engine work everything off in a child; return whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work_off(fetching_from(open_world(data_dir), mailbox).equipment)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def fetching_from(world: World, mailbox: Mailbox) -> World:
    world.equipment = replace(world.equipment, inbox=(Watched(mailbox),))
    world.clock.forward(minutes=10)
    return world


def _warm(base: Path) -> Document:
    (base / "warm").mkdir()
    world = open_world(base / "warm")
    try:
        return world.letter()
    finally:
        world.close()


def main() -> None:
    base = Path(sys.argv[1])
    told = []
    # What costs a second the first time is done before the lives begin.
    judge(_warm(base), our_her_ids=frozenset(), test_mode=True)
    with dovecot(make_tls(base)) as server:
        for kind, port in ((Pop3Mailbox, server.pop3), (ImapMailbox, server.imap)):
            data_dir = base / kind.__name__
            data_dir.mkdir()
            world = open_world(data_dir)
            packed = world.pack(world.letter())
            parcel = Parcel(
                f"mailto:{OUR_ADDRESS}", packed.content_type, packed.body, packed.message_id, 1, THEIR_ADDRESS
            )
            server.put(entity(parcel, now=world.clock()))
            world.close()
            login = Login(MailServer("127.0.0.1", port, Protection.NONE, USER, "X"), PASSWORD, timeout=PATIENCE)
            mailbox = kind(login, "postkassen")
            died = in_child(data_dir, Fatal(mailbox))
            between = server.lying()
            died_again = in_child(data_dir, mailbox)
            world = open_world(data_dir)
            rows = [(row.direction, row.kind, row.state) for row in world.reader.page(Filter(), 0)]
            told.append(
                {
                    "died": [died, died_again],
                    "lying": [between, server.lying()],
                    "in": [row for row in rows if row[0] == "in"],
                    "problems": [finding.code for finding in check(world.database)],
                }
            )
            world.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
