"""Two engines on one store, each killed at a random step, a partner who misbehaves at random; a third finishes.

Runs in a process of its own: ``python schedules.py DIRECTORY --schedules 25 --seed 1 [--database postgresql]``. What a
schedule is follows from the seed and its number alone, as far as the kernel lets two processes race; a schedule that
fails is told by both.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from crash_driver import FatalTransport, Steps, make_commits_fatal
from empty_stores import stores
from tests.waiting import PATIENCE
from working import work_off
from world import ENDPOINT, HeldClock, Partner, World, keys, open_world

from elmeld_tui.engine import receipt
from elmeld_tui.messages.apprec import read_apprec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.rules import judge
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.store.check import check
from elmeld_tui.store.reading import Filter
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.port import NotDeliveredError, Parcel
from elmeld_tui.transport.ways import Ways

MANY = 2
LAST_STEP = 90
WAITS = (2, 2, 2, 13, 2, 2, 2, 13)
"""Hours in which everybody has come round: longer than any back-off and, twice, than an ack is awaited."""
MISBEHAVIOURS = ("acknowledge", "acknowledge", "silent", "cut", "babble", "down")


@dataclass(frozen=True)
class Story:
    """What must come true: documents of ours, envelopes with documents of theirs, their AppRecs to ours."""

    ours: tuple[Document, ...]
    theirs: tuple[Packed, ...]
    answers: tuple[Packed, ...]
    endpoint: str


@dataclass(frozen=True)
class Life:
    """What one engine does, in order, and at which of its steps it is killed (0: never)."""

    acts: tuple[tuple[str, int], ...]
    fatal: int


def lives(rng: random.Random) -> tuple[Life, Life]:
    """Return what two engines do: each of our documents is sent by one, whatever is posted may reach both."""
    first: list[tuple[str, int]] = [("enqueue", number) for number in range(MANY)]
    posts = [("theirs", number) for number in range(MANY)] + [("answers", number) for number in range(MANY)]
    both = []
    for own in (first, []):
        acts = own + rng.sample(posts, rng.randint(1, len(posts))) + [("work", 0)] * rng.randint(2, 4)
        rng.shuffle(acts)
        both.append(Life(tuple(acts), rng.choice((0, rng.randint(1, LAST_STEP)))))
    return both[0], both[1]


def live(story: Story, data_dir: Path, life: Life, told: int) -> None:
    """Do what a life consists of; what the partner hears is written to ``told``."""
    steps = Steps(life.fatal)
    make_commits_fatal(steps)
    world = _world(story, data_dir, steps)
    for act, number in life.acts:
        if act == "enqueue":
            world.enqueue(story.ours[number])
        elif act == "work":
            work_off(world.equipment)
        elif act == "theirs" or _has_got(world, story.ours[number]):
            _post(world, story, (act, number), steps, told)
    work_off(world.equipment)
    world.close()


def _has_got(world: World, document: Document) -> bool:
    """Whether the partner has a document of ours, as far as we know: before that it cannot answer it."""
    rows = world.reader.page(Filter(direction="out", states=frozenset({"sent", "delivered"})), 0)
    found = (world.reader.message(row.id) for row in rows)
    return any(message is not None and message.msg_id == document.header.msg_id for message in found)


def finish(story: Story, data_dir: Path, heard: set[tuple[str, int]], told: int) -> None:
    """Be the engine that comes after: send and post what is missing, and wait out every silence."""
    world = _world(story, data_dir, Steps(0))
    world.clock.forward(minutes=10)
    rows = world.reader.page(Filter(direction="out"), 0)
    known = {message.msg_id for row in rows if (message := world.reader.message(row.id))}
    for document in story.ours:
        if document.header.msg_id not in known:
            world.enqueue(document)
    _post_missing(world, story, "theirs", heard, told)
    for hours in WAITS:
        work_off(world.equipment)
        world.clock.forward(hours=hours)
    _post_missing(world, story, "answers", heard, told)
    work_off(world.equipment)
    world.close()


def _post_missing(world: World, story: Story, name: str, heard: set[tuple[str, int]], told: int) -> None:
    """Post what has not been acknowledged: a partner who hears nothing posts the same again."""
    for number in range(MANY):
        while (name, number) not in heard:
            if _post(world, story, (name, number), Steps(0), told):
                heard.add((name, number))


def _world(story: Story, data_dir: Path, steps: Steps) -> World:
    world = open_world(data_dir)
    for her_id, party in world.register.parties.items():
        world.register.parties[her_id] = replace(party, endpoint=story.endpoint)
    transport = FatalTransport(HttpTransport(timeout=PATIENCE), steps)
    world.equipment = replace(world.equipment, ways=Ways({"http": transport}))
    return world


def _post(world: World, story: Story, what: tuple[str, int], steps: Steps, told: int) -> bool:
    packed: Packed = getattr(story, what[0])[what[1]]
    steps.take()
    reply = receipt.receive(world.equipment, Arrival(packed.content_type, packed.body))
    steps.take()
    if reply is None or reply.status != 200:
        return False
    os.write(told, pickle.dumps(what))
    steps.take()
    return True


def serve_partner(ready: int) -> None:
    """Be the partner: answer as the list of misbehaviours says, then well; tell what has come to whoever asks."""
    partner = Partner(HeldClock())
    manners: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            partner.behaviour = manners.pop(0) if manners else "acknowledge"
            try:
                reply = partner.send(Parcel(ENDPOINT, self.headers["Content-Type"], body))
            except NotDeliveredError as error:
                if error.unknown:
                    self.close_connection = True
                    return
                self.send_error(503)
                return
            if reply is None:
                self._answer("", b"", 204)
            else:
                self._answer(reply.content_type, reply.body)

        def do_GET(self) -> None:
            self._answer("application/octet-stream", pickle.dumps((dict(partner.envelopes), partner.documents)))

        def do_PUT(self) -> None:
            manners[:] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            partner.envelopes.clear()
            partner.documents.clear()
            self._answer("text/plain", b"")

        def _answer(self, content_type: str, body: bytes, status: int = 200) -> None:
            self.send_response(status)
            if content_type:
                self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    os.write(ready, str(server.server_address[1]).encode())
    server.serve_forever()


def begin_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Start ``work(told)`` in a child; return its pid and the end to read from."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child:
        os.close(write_end)
        return child, read_end
    os.close(read_end)
    code = 1
    try:
        work(write_end)
        code = 0
    finally:
        # Whatever it died of, the child must not go on as its parent.
        if code:
            traceback.print_exc()
        os._exit(code)


def end_child(child: int, read_end: int) -> tuple[int, set[tuple[str, int]]]:
    """Wait for a child; return its wait status and what it told."""
    told = b""
    while piece := os.read(read_end, 65536):
        told += piece
    os.close(read_end)
    _, status = os.waitpid(child, 0)
    heard = set()
    with os.fdopen(os.memfd_create("told"), "w+b") as file:
        file.write(told)
        file.seek(0)
        while file.tell() < len(told):
            heard.add(pickle.load(file))
    return status, heard


def run(story: Story, data_dir: Path, rng: random.Random) -> tuple[Counter[str], list[str]]:
    """Run one schedule; return how its engines ended, and what was wrong afterwards."""
    manners = rng.choices(MISBEHAVIOURS, k=rng.randint(0, 6))
    httpx.put(story.endpoint, content=json.dumps(manners), timeout=PATIENCE)
    both = lives(rng)
    children = [begin_child(lambda told, life=life: live(story, data_dir, life, told)) for life in both]
    ends: Counter[str] = Counter()
    heard: set[tuple[str, int]] = set()
    problems = []
    for life, (child, read_end) in zip(both, children, strict=True):
        status, told = end_child(child, read_end)
        heard |= told
        ends["killed" if os.WIFSIGNALED(status) else "ended"] += 1
        if not os.WIFSIGNALED(status) and status:
            problems.append(f"an engine failed: {life}")
    status, _ = end_child(*begin_child(lambda told: finish(story, data_dir, heard, told)))
    if status:
        problems.append("the last engine failed")
    return ends, problems + judge_store(data_dir) + judge_partner(story)


def judge_store(data_dir: Path) -> list[str]:
    world = open_world(data_dir)
    problems = [f"store: {finding.code} {finding.where}" for finding in check(world.database)]
    rows = world.reader.page(Filter(), 0)
    seen = Counter((row.direction, row.kind, row.state, row.receipt) for row in rows)
    expected = Counter(
        {
            ("in", "apprec", "imported", "none"): MANY,
            ("in", "dialogue", "imported", "none"): MANY,
            ("out", "apprec", "delivered", "none"): MANY,
            ("out", "dialogue", "delivered", "accepted"): MANY,
        }
    )
    if seen != expected:
        problems.append(f"messages: {seen}")
    with world.database.snapshot() as connection:
        owed = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE done = 0").scalar()
    if owed:
        problems.append(f"still owed: {owed}")
    world.close()
    return problems


def judge_partner(story: Story) -> list[str]:
    envelopes, documents = pickle.loads(httpx.get(story.endpoint, timeout=PATIENCE).content)
    problems = [f"{name} came with different bytes" for name, bodies in envelopes.items() if len(set(bodies)) > 1]
    came = [read(raw) for raw in documents.values()]
    dialogues = Counter(one.header.msg_id for one in came if one.header.kind != "apprec")
    if dialogues != Counter(one.header.msg_id for one in story.ours):
        problems.append(f"the partner got {dialogues}")
    receipts = Counter(read_apprec(one).original_id for one in came if one.header.kind == "apprec")
    if sorted(receipts.values()) != [1] * MANY:
        problems.append(f"AppRecs that the partner got: {receipts}")
    return problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("--schedules", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    args = parser.parse_args()
    # Everybody's keys are made before anybody goes their own way.
    keys()
    read_end, write_end = os.pipe()
    partner = os.fork()
    if partner == 0:
        serve_partner(write_end)
    endpoint = f"http://127.0.0.1:{os.read(read_end, 10).decode()}/ebxml"
    ends: Counter[str] = Counter()
    problems: list[str] = []
    try:
        story = write_story(args.base / "writer", endpoint)
        with stores(args.base, args.database) as make:
            for number in range(args.schedules):
                ended, wrong = run(story, make(number), random.Random(f"{args.seed}:{number}"))
                ends += ended
                problems += [f"seed {args.seed}, schedule {number}: {problem}" for problem in wrong]
    finally:
        os.kill(partner, signal.SIGKILL)
    print(json.dumps({"schedules": args.schedules, **ends, "problems": problems}))


def write_story(place: Path, endpoint: str) -> Story:
    """Write what the schedules are about; the same for all of them, since each has a store of its own."""
    place.mkdir(parents=True)
    world = open_world(place)
    ours = tuple(world.write(f"til sykehuset {number}") for number in range(MANY))
    theirs = tuple(world.pack(world.letter(f"fra sykehuset {number}")) for number in range(MANY))
    answers = tuple(world.answer("1", document) for document in ours)
    world.close()
    # What costs a second the first time is done before the lives begin.
    judge(ours[0], our_her_ids=frozenset(), test_mode=True)
    return Story(ours, theirs, answers, endpoint)


if __name__ == "__main__":
    main()
