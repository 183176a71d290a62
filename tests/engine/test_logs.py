"""The log tells what happened and nothing of what a message says, whoever writes to it and whatever goes wrong."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from enum import StrEnum
from functools import partial

import httpx
import pytest
from running import running
from tests.waiting import PATIENCE, assert_soon
from world import World, keys

from elmeld_tui.engine import importing, logs, receipt
from elmeld_tui.engine.logs import writing
from elmeld_tui.engine.logs.events import (
    WITHHELD,
    AlertRaised,
    Attempted,
    MessageMoved,
    Outcome,
    Scheme,
    address_of,
)
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store.database import StoreError
from elmeld_tui.store.timeline import EventName

TEXT = "Hovedpine-siden-uke-43"
ANSWER = "Utredes-ved-nevrologisk"
ID = "Kari.Hemmelig.01018212345@privat"
SECRETS = (TEXT, ANSWER, "Ørjan", "Åsen", "21858230052", "Hemmelig", "01018212345", "hovedpine", "Fjellvang")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of this process at its most talkative, for one test."""
    stream = io.StringIO()
    with logs.log_to(stream, form=logs.Format.JSON, level=logs.Level.DEBUG):
        yield stream


def lines(log: io.StringIO) -> list[dict[str, object]]:
    """Every line; none may hold a secret, as it is written or as it is read."""
    written = log.getvalue()
    read = [json.loads(line) for line in written.splitlines()]
    told = "\n".join([written, *(f"{key} {value}" for line in read for key, value in line.items())])
    assert [secret for secret in SECRETS if secret.casefold() in told.casefold()] == []
    return read


def test_what_messages_say_is_never_in_the_log(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, taken_in = importing.import_message, list[int]()

    def fail_at_the_second(database: object, clinic: object, clock: object, message_id: int) -> object:
        taken_in.append(message_id)
        if len(taken_in) == 2:
            raise ValueError(f"cannot read {ANSWER} of Ørjan Åsen 21858230052")
        return whole(database, clinic, clock, message_id)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "import_message", fail_at_the_second)
    good = world.pack(world.letter(ANSWER))
    second = world.pack(world.letter(ANSWER), message_id=ID)
    forged = world.pack(world.letter(ANSWER), signer=keys().strangers)
    with running(world) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        for packed in (good, second, forged):
            client.post("/ebxml", content=packed.body, headers={"Content-Type": packed.content_type})
        client.post("/ebxml", content=good.body[:-900], headers={"Content-Type": good.content_type})
        client.post("/ebxml", content=f"<{TEXT}>21858230052</{TEXT}>", headers={"Content-Type": f"text/{TEXT}"})
        client.get(f"/{TEXT}?id=21858230052")
        for behaviour in ("refuse", "babble", "cut", "acknowledge"):
            world.partner.behaviour = behaviour
            tried = log.getvalue().count('"attempted"')
            sent = world.enqueue(world.write(TEXT))
            assert_soon(partial(_more_was_tried, world, log, tried))
        assert_soon(lambda: _passes(world) and world.state(sent) == "delivered" and len(taken_in) >= 2)
    told = lines(log)
    assert {"engine_started", "answered", "attempted", "message_moved", "work_failed"} <= {
        x["event"] for x in told
    }
    assert any(
        x["event"] == "message_moved" and x["message_id"] == sent and x["state"] == "delivered" for x in told
    )
    failed = next(x for x in told if x["event"] == "work_failed")
    assert failed["error"] == "ValueError"
    assert "test_logs.py" in str(failed["place"])
    assert {x["endpoint"] for x in told if x["event"] == "attempted"} == {"http://partner.test"}


def _more_was_tried(world: World, log: io.StringIO, tried: int) -> bool:
    return _passes(world) and log.getvalue().count('"attempted"') > tried


def _passes(world: World) -> bool:
    """Let time pass with each look: a line that failed rests for a while."""
    world.clock.forward(minutes=2)
    return True


def test_a_store_that_fails_in_the_listener_is_told_by_its_code_alone(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError(f"cannot keep {TEXT}")

    monkeypatch.setattr(receipt, "receive", fail)
    with running(world) as port:
        answer = httpx.post(
            f"http://127.0.0.1:{port}/ebxml", content=b"x", headers={"Content-Type": "text/xml"}, timeout=PATIENCE
        )
    assert answer.status_code == 503
    assert "store_failed" in {line["event"] for line in lines(log)}


def test_a_library_is_told_by_its_name_and_its_place(log: io.StringIO) -> None:
    for name in ("httpx", "sqlalchemy.engine.Engine", "asyncio", "something.new"):
        logging.getLogger(name).error("SELECT %s", TEXT)
    try:
        {}[TEXT]
    except KeyError:
        logging.getLogger("uvicorn.error").exception("while answering %s", TEXT)
    logging.getLogger("httpx").warning("%d", TEXT)
    logging.getLogger("py.warnings").warning("%s", TEXT)
    told = lines(log)
    assert {line["event"] for line in told} == {"library"}
    assert {line["logger"] for line in told} == {
        *("httpx", "sqlalchemy.engine.Engine", "asyncio", "something.new", "uvicorn.error", "py.warnings")
    }
    assert any(line.get("error") == "KeyError" for line in told)
    assert all("test_logs.py" in str(line["place"]) for line in told)


def test_libraries_below_a_warning_are_silent(log: io.StringIO) -> None:
    for name in ("httpx", "httpcore.connection", "sqlalchemy.engine", "alembic.runtime", "uvicorn.access"):
        logging.getLogger(name).info("GET /%s", TEXT)
    assert lines(log) == []


def test_what_a_thread_dies_of_is_told_by_its_place(log: io.StringIO) -> None:
    def die() -> None:
        raise RuntimeError(TEXT)

    # pytest has a hook of its own around each test; ours is called as the interpreter would.
    try:
        die()
    except RuntimeError as error:
        threading.excepthook(threading.ExceptHookArgs((RuntimeError, error, error.__traceback__, None)))
        sys.excepthook(RuntimeError, error, error.__traceback__)
    assert [(line["event"], line["error"]) for line in lines(log)] == [("thread_failed", "RuntimeError")] * 2


class _Sneaky(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "event",
    [
        MessageMoved(21858230052, EventName.IMPORTED, State.IMPORTED, None),
        MessageMoved(4, TEXT, State.IMPORTED, Receipt.NONE),  # type: ignore[arg-type]
        MessageMoved("21858230052", EventName.IMPORTED, None, None),  # type: ignore[arg-type]
        AlertRaised(_Sneaky(TEXT)),  # type: ignore[arg-type]
        Attempted(Scheme.HTTP, f"http://partner.test/{TEXT}", Outcome.TAKEN, 1, 1.0),
        Attempted(Scheme.HTTP, f"http://Kari Hemmelig:{TEXT}@partner.test", Outcome.TAKEN, 1, 1.0),
        Attempted(Scheme.HTTP, "http://partner.test", Outcome.TAKEN, 1, 21858230052.0),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_withheld(log: io.StringIO, event: logs.writing.Event) -> None:
    logs.say(event)
    (line,) = lines(log)
    assert WITHHELD in line.values()


def test_a_field_nobody_has_allowed_is_withheld_with_its_name(log: io.StringIO) -> None:
    writing._current.info("alert_raised", patient=TEXT, Hemmelig=1)
    (line,) = lines(log)
    assert line["unknown"] == WITHHELD
    assert set(line) == {"event", "level", "timestamp", "unknown"}


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("https://msh.sykehus.no:8443/ebxml?pasient=Hemmelig", "https://msh.sykehus.no:8443"),
        ("http://Kari:Hemmelig@msh.sykehus.no/", "http://msh.sykehus.no"),
        ("mailto:Kari.Hemmelig@edi.nhn.no", "mailto://edi.nhn.no"),
        ("http://[::1]:8181/x", "http://::1:8181"),
        ("http://x:99999999/", WITHHELD),
        ("Kari Hemmelig", WITHHELD),
        ("", WITHHELD),
    ],
)
def test_of_an_address_the_machine_is_told(endpoint: str, address: str) -> None:
    assert address_of(endpoint) == address


def test_the_text_for_humans_is_one_line_an_event() -> None:
    stream = io.StringIO()
    writer = writing._writer(stream, logs.Format.TEXT, logging.INFO)
    writer.info("message_moved", message_id=4, state=State.DELIVERED)
    assert stream.getvalue().rstrip("\n").endswith("info    message_moved message_id=4 state=delivered")
    assert stream.getvalue().count("\n") == 1


def test_every_code_that_is_logged_is_one_of_ours() -> None:
    class Foreign(StrEnum):
        NAME = TEXT

    stream = io.StringIO()
    writing._writer(stream, logs.Format.JSON, logging.INFO).info("alert_raised", code=Foreign.NAME)
    assert TEXT not in stream.getvalue()
