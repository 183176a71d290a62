"""Kills an engine before and after each commit and each step on the network, and lets another finish its work.

Runs in a process of its own. For n = 1, 2, …: a child runs the whole story and kills itself at the n-th step; a second
child, with nothing but the store and the partners, finishes it. The partner is a third process that outlives both.
Nothing in the program knows of this: the steps are counted from outside.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from empty_stores import stores
from tests.waiting import PATIENCE
from working import work_off
from world import World, open_world

from elmeld_tui.engine import receipt
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.rules import judge
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.store.check import check
from elmeld_tui.store.database import Database
from elmeld_tui.store.reading import Filter
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways


class Steps:
    """Counts steps, and kills the process at one of them."""

    def __init__(self, fatal: int) -> None:
        self.taken, self.fatal = 0, fatal

    def take(self) -> None:
        self.taken += 1
        if self.taken == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class FatalTransport:
    """HTTP with a step before the bytes leave and one after the answer has come."""

    inner: HttpTransport
    steps: Steps

    def limit(self, endpoint: str) -> int | None:
        return self.inner.limit(endpoint)

    def send(self, parcel: Parcel) -> Reply | None:
        self.steps.take()
        reply = self.inner.send(parcel)
        self.steps.take()
        return reply


def make_commits_fatal(steps: Steps) -> None:
    whole = Database.transaction

    @contextmanager
    def transaction(self: Database, **how: Any) -> Iterator[Connection]:
        with whole(self, **how) as connection:
            yield connection
            steps.take()
        steps.take()

    Database.transaction = transaction  # type: ignore[method-assign]


@dataclass(frozen=True)
class Story:
    """What happens: a message is sent, one is received, and the first is answered.

    Attributes:
        ours: the clinic's document.
        theirs: the partner's envelope with a document.
        answer: the partner's envelope with its AppRec to ours.
        endpoint: of the partner.
    """

    ours: Document
    theirs: Packed
    answer: Packed
    endpoint: str


def tell(story: Story, data_dir: Path, steps: Steps, told: int, acked: dict[str, bytes]) -> None:
    """Live the story as far as the process lives; what the partner was told is written to ``told``."""
    world = _world(story, data_dir, steps)
    if acked:
        # Later, in another engine: the first one's claims have run out.
        world.clock.forward(minutes=10)
    if not world.reader.count(Filter(direction="out", kinds=frozenset({"dialogue"}))):
        world.enqueue(story.ours)
    _post(world, "theirs", story.theirs, steps, told, acked)
    work_off(world.equipment)
    _post(world, "answer", story.answer, steps, told, acked)
    work_off(world.equipment)
    world.close()


def _world(story: Story, data_dir: Path, steps: Steps) -> World:
    world = open_world(data_dir)
    for her_id, party in world.register.parties.items():
        world.register.parties[her_id] = replace(party, endpoint=story.endpoint)
    transport = FatalTransport(HttpTransport(timeout=PATIENCE), steps)
    world.equipment = replace(world.equipment, ways=Ways({"http": transport}))
    return world


def _post(world: World, name: str, packed: Packed, steps: Steps, told: int, acked: dict[str, bytes]) -> None:
    """Post an envelope unless it has been acknowledged; a partner who hears nothing posts it again."""
    if name in acked:
        return
    steps.take()
    reply = receipt.receive(world.equipment, Arrival(packed.content_type, packed.body))
    steps.take()
    assert reply is not None
    os.write(told, pickle.dumps((name, reply.body)))
    steps.take()


def serve_partner(ready: int) -> None:
    """Be the partner: acknowledge what comes, and tell what has come to whoever asks."""
    from world import HeldClock, Partner

    partner = Partner(HeldClock())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            from world import ENDPOINT

            reply = partner.send(Parcel(ENDPOINT, self.headers["Content-Type"], body))
            assert reply is not None
            self._answer(reply.content_type, reply.body)

        def do_GET(self) -> None:
            self._answer("application/octet-stream", pickle.dumps((dict(partner.envelopes), partner.documents)))

        def do_DELETE(self) -> None:
            partner.envelopes.clear()
            partner.documents.clear()
            self._answer("text/plain", b"")

        def _answer(self, content_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    os.write(ready, str(server.server_address[1]).encode())
    server.serve_forever()


def in_child(work: Any) -> tuple[int, dict[str, bytes]]:
    """Run ``work(told)`` in a child; return its wait status and what it told before its end."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        code = 1
        try:
            work(write_end)
            code = 0
        finally:
            # Whatever it died of, the child must not go on as its parent.
            traceback.print_exc()
            os._exit(code)
    os.close(write_end)
    told = b""
    while piece := os.read(read_end, 65536):
        told += piece
    os.close(read_end)
    _, status = os.waitpid(child, 0)
    heard: dict[str, bytes] = {}
    with os.fdopen(os.memfd_create("told"), "w+b") as file:
        file.write(told)
        file.seek(0)
        while file.tell() < len(told):
            name, body = pickle.load(file)
            heard[name] = body
    return status, heard


def live(story: Story, data_dir: Path, fatal: int) -> tuple[bool, list[str]]:
    """Live one life: die at step ``fatal``, be finished by another; return whether it died, and what was wrong."""

    def first(told: int) -> None:
        steps = Steps(fatal)
        make_commits_fatal(steps)
        tell(story, data_dir, steps, told, {})

    status, heard = in_child(first)
    died = os.WIFSIGNALED(status)
    if not died and status != 0:
        return False, [f"step {fatal}: the first engine failed"]
    acked = {"": b"", **heard}

    def second(told: int) -> None:
        tell(story, data_dir, Steps(0), told, acked)

    status, _ = in_child(second)
    if status != 0:
        return died, [f"step {fatal}: the second engine failed"]
    return died, [f"step {fatal}: {problem}" for problem in judge_store(data_dir) + judge_partner(story)]


def judge_store(data_dir: Path) -> list[str]:
    world = open_world(data_dir)
    problems = [f"store: {finding.code} {finding.where}" for finding in check(world.database)]
    rows = {row.id: row for row in world.reader.page(Filter(), 0)}
    seen = sorted((row.direction, row.kind, row.state, row.receipt, row.folder) for row in rows.values())
    expected = [
        ("in", "apprec", "imported", "none", ""),
        ("in", "dialogue", "imported", "none", "inbox"),
        ("out", "apprec", "delivered", "none", ""),
        ("out", "dialogue", "delivered", "accepted", "sent"),
    ]
    if seen != expected:
        problems.append(f"messages: {seen}")
    if alerts := world.alerts():
        problems.append(f"alerts: {alerts}")
    world.close()
    return problems


def judge_partner(story: Story) -> list[str]:
    envelopes, documents = pickle.loads(httpx.get(story.endpoint, timeout=PATIENCE).content)
    httpx.delete(story.endpoint, timeout=PATIENCE)
    problems = [f"{name} came with different bytes" for name, bodies in envelopes.items() if len(set(bodies)) > 1]
    kinds = sorted(read(raw).header.kind.value for raw in documents.values())
    if kinds != ["apprec", "dialogue"]:
        problems.append(f"the partner got {kinds}")
    return problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    args = parser.parse_args()
    (args.base / "writer").mkdir()
    world = open_world(args.base / "writer")
    read_end, write_end = os.pipe()
    partner = os.fork()
    if partner == 0:
        serve_partner(write_end)
    endpoint = f"http://127.0.0.1:{os.read(read_end, 10).decode()}/ebxml"
    ours = world.write()
    # What costs a second the first time is done before the lives begin.
    judge(ours, our_her_ids=frozenset(), test_mode=True)
    story = Story(ours, world.pack(world.letter()), world.answer("1", ours), endpoint)
    world.close()
    problems: list[str] = []
    lives = 0
    try:
        with stores(args.base, args.database) as make:
            died = True
            while died:
                lives += 1
                died, wrong = live(story, make(lives), lives)
                problems += wrong
    finally:
        os.kill(partner, signal.SIGKILL)
    print(json.dumps({"lives": lives, "problems": problems}))


if __name__ == "__main__":
    main()
