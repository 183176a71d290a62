"""Health and metrics: they tell the truth when something is wrong, cost little to ask, and name nobody."""

from __future__ import annotations

import shutil
import threading
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, event
from tests.waiting import PATIENCE, assert_soon
from world import World, keys

from elmeld_tui.engine import health, operations, receipt, service
from elmeld_tui.engine.health import Reason, reasons
from elmeld_tui.engine.keys import EngineError
from elmeld_tui.engine.logs import events as events_module
from elmeld_tui.engine.logs import writing
from elmeld_tui.engine.metrics import StoreMetrics
from elmeld_tui.engine.pulse import Pulse
from elmeld_tui.model.clinic import Operations
from elmeld_tui.store import measures
from elmeld_tui.store.database import Database

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def pulse(world: World) -> Pulse:
    """An engine that has begun."""
    made = Pulse(world.equipment, world.data_dir)
    made.begin(8181)
    return made


@contextmanager
def watched(world: World) -> Iterator[tuple[httpx.Client, int]]:
    """Run the engine of ``world`` with a port for operations; give a client of that, and the engine's own port."""
    clinic = replace(world.equipment.clinic, operations=Operations(port=0, least_free_mb=1))
    stop, listening, ports = threading.Event(), threading.Event(), dict[str, int]()

    def ready(port: int) -> None:
        ports["engine"] = port
        listening.set()

    thread = threading.Thread(
        target=service.operate,
        args=(replace(world.equipment, clinic=clinic), world.data_dir),
        kwargs={"stop": stop, "ready": ready, "watched": lambda port: ports.update(watched=port)},
    )
    thread.start()
    assert listening.wait(PATIENCE)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{ports['watched']}", timeout=PATIENCE) as client:
            yield client, ports["engine"]
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_an_engine_that_works_is_well_and_measured(world: World) -> None:
    packed = world.pack(world.letter())
    with watched(world) as (client, port):
        sent = world.enqueue()
        httpx.post(
            f"http://127.0.0.1:{port}/ebxml",
            content=packed.body,
            headers={"Content-Type": packed.content_type},
            timeout=PATIENCE,
        )
        assert_soon(lambda: world.state(sent) == "delivered" and world.reader.counts().get("inbox") == (1, 1))
        world.clock.forward(seconds=6)
        assert_soon(lambda: _samples(client).get(("elmeld_message_moves_total", ("out", "delivered"))))
        assert client.get("/health").json()["status"] == "ok"
        assert client.get("/ready").status_code == 200
        assert client.get("/other").status_code == 404
        assert client.post("/health").status_code == 405
        found = _samples(client)
    assert found[("elmeld_message_moves_total", ("in", "imported"))] == 1
    assert found[("elmeld_attempts_total", ("answered", "http"))] >= 1
    assert found[("elmeld_send_seconds_count", ("http",))] >= 1
    assert found[("elmeld_receive_seconds_count", ())] == 1
    assert found[("elmeld_answers_total", ("200",))] == 1
    assert found[("elmeld_certificate_days", ("signing",))] > 300
    assert found[("elmeld_database_bytes", ())] > 0


def test_health_answers_while_every_receiver_is_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    held, waiting = threading.Event(), threading.Semaphore(0)

    def hang(*_: object) -> None:
        waiting.release()
        held.wait(PATIENCE)

    monkeypatch.setattr(receipt, "receive", hang)
    with watched(world) as (client, port):

        def post() -> None:
            httpx.post(
                f"http://127.0.0.1:{port}/ebxml",
                content=b"x",
                headers={"Content-Type": "text/xml"},
                timeout=PATIENCE,
            )

        posts = [threading.Thread(target=post) for _ in range(service._RECEIVERS)]
        for thread in posts:
            thread.start()
        for _ in posts:
            assert waiting.acquire(timeout=PATIENCE)
        assert client.get("/health").status_code == 200
        assert client.get("/metrics").status_code == 200
        held.set()
        for thread in posts:
            thread.join()


def _samples(client: httpx.Client) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, tuple(s.labels.values())): s.value for family in families for s in family.samples}


def test_no_label_names_anybody(world: World) -> None:
    allowed = {"direction", "state", "receipt", "scheme", "outcome", "status", "use", "code", "version", "le"}
    with watched(world) as (client, _):
        sent = world.enqueue()
        assert_soon(lambda: world.state(sent) == "delivered")
        told = client.get("/metrics").text
    for family in text_string_to_metric_families(told):
        assert {name for sample in family.samples for name in sample.labels} <= allowed
    for secret in ("Åsen", "21858230052", "Odden", "9200001", "9300001", "partner.test"):
        assert secret not in told


def test_an_engine_in_good_health_has_no_reason_against_it(pulse: Pulse) -> None:
    assert reasons(pulse) == []


def test_one_that_has_not_begun_is_not_ready(world: World) -> None:
    assert reasons(Pulse(world.equipment, world.data_dir)) == [Reason.NOT_READY]


def test_a_store_that_can_only_be_read_is_told(pulse: Pulse, world: World) -> None:
    event.listen(world.database._durable, "begin", _read_only)
    assert reasons(pulse) == [Reason.STORE_UNWRITABLE]


def _read_only(connection: Connection) -> None:
    postgresql = connection.dialect.name == "postgresql"
    connection.exec_driver_sql("SET TRANSACTION READ ONLY" if postgresql else "PRAGMA query_only = ON")


def test_a_disk_without_room_is_told(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 1, 1))
    assert reasons(pulse) == [Reason.DISK_LOW]


def test_a_queue_that_nobody_takes_from_is_told(pulse: Pulse, world: World) -> None:
    world.enqueue()
    assert reasons(pulse) == []
    world.clock.forward(minutes=16)
    assert reasons(pulse) == [Reason.QUEUE_LATE]


def test_a_partner_who_is_down_does_not_make_the_engine_ill(pulse: Pulse, world: World) -> None:
    world.partner.behaviour = "down"
    world.enqueue()
    for _ in range(8):
        world.clock.forward(minutes=1)
        world.deliver()
    assert reasons(pulse) == []


def test_a_worker_that_hangs_is_told(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_SILENT", -1.0)
    assert reasons(pulse) == [Reason.WORKER_SILENT]


def test_an_expired_certificate_is_told_but_an_old_one_beside_a_new_is_not(pulse: Pulse, world: World) -> None:
    new, others = keys().ours, keys().theirs
    later = new.signing.certificate.not_valid_after_utc + timedelta(days=1)
    assert health.expired(new, later)
    assert not health.expired(replace(new, decryption=(*new.decryption, *others.decryption)), world.clock())


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.4", "::", "klinikk.example"])
def test_an_address_that_others_can_reach_is_refused_unless_asked_for(host: str) -> None:
    with pytest.raises(EngineError, match="allow_remote"):
        operations.check_address(Operations(host, 9090))
    operations.check_address(Operations(host, 9090, allow_remote=True))
    operations.check_address(Operations(host, None))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.9.1"])
def test_the_machine_itself_is_no_other(host: str) -> None:
    operations.check_address(Operations(host, 9090))


def test_every_code_and_every_metric_is_explained(world: World) -> None:
    explained = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    registry = Pulse(world.equipment, world.data_dir).meters.registry
    counted = [f"{name}_total" for name in ("elmeld_message_moves", "elmeld_receipts", "elmeld_attempts")]
    measured = [family.name for family in StoreMetrics(world.equipment, world.data_dir, lambda: 0.0).collect()]
    events = [writing.name_of(kind.__name__) for kind in events_module.Event.__subclasses__()]
    names = [*Reason, *counted, *measured, *events, *(family.name for family in registry.collect())]
    assert [name for name in names if f"`{name}" not in explained] == []


def test_asking_often_measures_seldom(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    whole = measures.measure

    def counted(connection: object) -> measures.Measures:
        asked.append(1)
        return whole(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(measures, "measure", counted)
    with watched(world) as (client, _):
        for _ in range(5):
            client.get("/metrics")
    assert len(asked) == 1


@pytest.mark.parametrize("data_dir", ["sqlite"], indirect=True)
def test_measuring_reads_no_table_from_end_to_end(world: World) -> None:
    asked: list[str] = []
    with world.database.snapshot() as connection:
        connection.connection.dbapi_connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
        measures.measure(connection)
        measures.newest_event(connection)
        measures.moves_since(connection, 0, at_most=10)
        connection.connection.dbapi_connection.set_trace_callback(None)  # type: ignore[union-attr]
    plans = _plans(world.database, asked)
    assert len(plans) >= 7
    for statement, steps in plans.items():
        for step in steps:
            scanned = step.startswith("SCAN") and "pragma" not in step
            # An index of what is unfinished alone, or the lines: one row a partner.
            narrow = any(name in step for name in ("ix_outbox_", "ix_alert_open", "ix_line_due", "SCAN line"))
            assert not scanned or narrow, f"{statement}\n{step}"


def _plans(database: Database, asked: list[str]) -> dict[str, list[str]]:
    with database.snapshot() as connection:
        return {
            statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in asked
            if statement.startswith("SELECT")
        }
