"""What the engine counts and measures, for Prometheus.

No label holds a name or an identifier of anybody: every value of every label is a code of the program's own.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from elmeld_tui import __version__
from elmeld_tui.engine.equipment import Equipment
from elmeld_tui.engine.logs import say
from elmeld_tui.engine.logs.events import Answered, Attempted, Outcome, address_of, scheme_of
from elmeld_tui.engine.offsets import Offsets
from elmeld_tui.model.clock import Clock, from_text
from elmeld_tui.store import measures
from elmeld_tui.store.database import StoreError
from elmeld_tui.store.measures import Measures
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply, Transport
from elmeld_tui.transport.ways import Ways

_FRESH = 5.0
"""Seconds that measures of the store are used again, however often somebody asks."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


@dataclass(slots=True)
class Meters:
    """What is counted as it happens, from the start of this process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    moves: Counter = field(init=False)
    receipts: Counter = field(init=False)
    attempts: Counter = field(init=False)
    send_seconds: Histogram = field(init=False)
    answers: Counter = field(init=False)
    receive_seconds: Histogram = field(init=False)

    def __post_init__(self) -> None:
        """Make the counters in a registry of their own."""
        at = self.registry
        self.moves = Counter(
            "elmeld_message_moves", "Messages that came into a state.", ["direction", "state"], registry=at
        )
        self.receipts = Counter(
            "elmeld_receipts", "Receivers' receipts by what they say.", ["receipt"], registry=at
        )
        self.attempts = Counter("elmeld_attempts", "Envelopes sent, or not.", ["scheme", "outcome"], registry=at)
        self.send_seconds = Histogram(
            "elmeld_send_seconds",
            "From handing over an envelope to the answer.",
            ["scheme"],
            registry=at,
            buckets=_SECONDS,
        )
        self.answers = Counter("elmeld_answers", "Answers to what was posted to us.", ["status"], registry=at)
        self.receive_seconds = Histogram(
            "elmeld_receive_seconds", "From the whole of a post to its answer.", registry=at, buckets=_SECONDS
        )

    def answered(self, reply: Reply | None, size: int, began: float) -> None:
        """Note how somebody who posted ``size`` bytes was answered; ``began`` is of the monotonic clock."""
        seconds = time.monotonic() - began
        status = reply.status if reply else 204
        self.answers.labels(str(status)).inc()
        self.receive_seconds.observe(seconds)
        say(Answered(status, size, seconds))


def measured(ways: Ways, meters: Meters, offsets: Offsets, clock: Clock) -> Ways:
    """Return the same ways out, with an account of what they do, and of what time those who answer say it is."""
    return Ways({scheme: _Measured(carrier, meters, offsets, clock) for scheme, carrier in ways.by_scheme.items()})


@dataclass(frozen=True, slots=True)
class _Measured:
    inner: Transport
    meters: Meters
    offsets: Offsets
    clock: Clock

    def send(self, parcel: Parcel) -> Reply | None:
        """Send, and note what came of it; see `transport.port.Transport.send`."""
        began = time.monotonic()
        try:
            reply = self.inner.send(parcel)
        except NotDeliveredError as error:
            self._note(parcel, _failure(error), began)
            raise
        self._note(parcel, Outcome.ANSWERED if reply else Outcome.TAKEN, began)
        # A repetition is answered as the first time, with the time of then.
        if reply is not None and parcel.attempt == 1:
            self.offsets.note(address_of(parcel.endpoint), reply.body, self.clock())
        return reply

    def limit(self, endpoint: str) -> int | None:
        """Return the limit of the transport; see `transport.port.Transport.limit`."""
        return self.inner.limit(endpoint)

    def _note(self, parcel: Parcel, outcome: Outcome, began: float) -> None:
        seconds, scheme = time.monotonic() - began, scheme_of(parcel.endpoint)
        self.meters.attempts.labels(scheme, outcome).inc()
        self.meters.send_seconds.labels(scheme).observe(seconds)
        say(Attempted(scheme, address_of(parcel.endpoint), outcome, len(parcel.body), seconds))


def _failure(error: NotDeliveredError) -> Outcome:
    if error.unknown:
        return Outcome.UNKNOWN
    return Outcome.UNREACHABLE if error.retry else Outcome.REFUSED


def own_certificates(equipment: Equipment) -> list[tuple[str, x509.Certificate]]:
    """Return the clinic's own certificates by what they are for: ``signing``, ``decryption_1``, ``decryption_2``."""
    opening = [(f"decryption_{n}", key.certificate) for n, key in enumerate(equipment.keys.decryption, 1)]
    return [("signing", equipment.keys.signing.certificate), *opening]


class StoreMetrics(Collector):
    """What the store, the disk and the certificates say when somebody asks.

    Args:
        equipment: of the engine.
        data_dir: the clinic's directory.
        progress_age: seconds since the worker last got something done.
    """

    def __init__(self, equipment: Equipment, data_dir: Path, progress_age: Callable[[], float]) -> None:
        self._equipment = equipment
        self._data_dir = data_dir
        self._progress_age = progress_age
        self._kept: tuple[float, Measures | None] = (-_FRESH, None)

    def collect(self) -> Iterator[Metric]:
        """Yield what is measured now; nothing of a store that cannot be read."""
        info = InfoMetricFamily("elmeld_engine", "The engine.")
        info.add_metric([], {"version": __version__})
        yield info
        yield _gauge(
            "elmeld_worker_idle_seconds", "Since the worker last got something done.", self._progress_age()
        )
        yield _gauge("elmeld_disk_free_bytes", "Room on the disk.", shutil.disk_usage(self._data_dir).free)
        now = self._equipment.clock()
        expiry = GaugeMetricFamily("elmeld_certificate_days", "Days until our certificate ends.", labels=["use"])
        for use, certificate in own_certificates(self._equipment):
            expiry.add_metric([use], (certificate.not_valid_after_utc - now) / timedelta(days=1))
        yield expiry
        measured = self._measured()
        yield _gauge("elmeld_store_readable", "Whether the store can be read.", measured is not None)
        if measured is not None:
            yield from _of_store(measured, now)

    def _measured(self) -> Measures | None:
        at, kept = self._kept
        if kept is None or time.monotonic() - at >= _FRESH:
            try:
                with self._equipment.database.snapshot() as connection:
                    kept = measures.measure(connection)
            except StoreError:
                kept = None
            self._kept = (time.monotonic(), kept)
        return kept


def _of_store(measured: Measures, now: datetime) -> Iterator[Metric]:
    unfinished = GaugeMetricFamily(
        "elmeld_messages_unfinished", "Messages in a state they do not stay in.", labels=["direction", "state"]
    )
    for labels, count in measured.unfinished.items():
        unfinished.add_metric(labels, count)
    yield unfinished
    yield _gauge("elmeld_owed_envelopes", "Envelopes owed the network.", measured.owed)
    yield _gauge("elmeld_late_seconds", "How late is what should have been taken.", late(measured.next_due, now))
    alerts = GaugeMetricFamily("elmeld_alerts_open", "Alerts that wait for a human.", labels=["code"])
    for code, count in measured.alerts.items():
        alerts.add_metric([code], count)
    yield alerts
    yield _gauge("elmeld_database_bytes", "Size of the database.", measured.size)


def late(next_due: str | None, now: datetime) -> float:
    """Return how many seconds ago the next row fell due and nobody has taken it; 0 where none has."""
    return max(0.0, (now - from_text(next_due)).total_seconds()) if next_due else 0.0


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value)
