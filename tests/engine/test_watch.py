"""Alerts about the engine's own circumstances: one when trouble begins, none while it lasts, cleared when it ends."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from world import World

from elmeld_tui.engine import delivery
from elmeld_tui.engine.metrics import Meters, measured
from elmeld_tui.engine.offsets import Offsets
from elmeld_tui.engine.watch import watch
from elmeld_tui.model.clock import envelope_text
from elmeld_tui.registry import local

Usage = namedtuple("Usage", "total used free")


def look(world: World, offsets: Offsets | None = None) -> list[str]:
    watch(world.equipment, world.data_dir, offsets or Offsets(), world.clock())
    return world.alerts()


def test_a_disk_that_fills_is_told_once_and_cleared_when_there_is_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10**12]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free[0]))
    assert look(world) == []
    free[0] = 499 * 10**6
    assert look(world) == ["disk_low"]
    assert look(world) == ["disk_low"]
    (alert,) = world.reader.open_alerts()
    assert alert.detail == {"free_mb": 499}
    # A little more room is not room: the alert does not flutter.
    free[0] = 510 * 10**6
    assert look(world) == ["disk_low"]
    free[0] = 600 * 10**6
    assert look(world) == []


def test_a_queue_that_nobody_takes_from_is_told_until_it_moves(world: World) -> None:
    world.enqueue()
    world.clock.forward(minutes=14)
    assert look(world) == []
    world.clock.forward(minutes=2)
    assert look(world) == ["queue_stuck"]
    assert look(world) == ["queue_stuck"]
    world.deliver()
    assert look(world) == []


def signal(moment: datetime) -> bytes:
    return f"<eb:MessageData><eb:Timestamp>{envelope_text(moment)}</eb:Timestamp></eb:MessageData>".encode()


@pytest.mark.parametrize("minutes", [-60, -3, 3, 60])
def test_a_clock_that_several_partners_disagree_with_is_told(world: World, minutes: int) -> None:
    offsets, now = Offsets(), world.clock()
    offsets.note("http://a", signal(now + timedelta(minutes=minutes)), now)
    assert look(world, offsets) == [], "one partner's clock may be wrong"
    offsets.note("http://b", signal(now + timedelta(minutes=minutes)), now)
    assert look(world, offsets) == ["clock_skew"]
    assert look(world, Offsets()) == ["clock_skew"], "nothing heard is no sign of health"
    for address in ("http://a", "http://b"):
        offsets.note(address, signal(now + timedelta(seconds=5)), now)
    assert look(world, offsets) == []


def test_a_partner_whose_clock_is_wrong_alone_is_not_our_trouble(world: World) -> None:
    offsets, now = Offsets(), world.clock()
    for name, hours in (("a", 0), ("b", 0), ("c", 2)):
        offsets.note(f"http://{name}", signal(now + timedelta(hours=hours)), now)
    assert look(world, offsets) == []


@pytest.mark.parametrize("said", [b"", b"Timestamp>when it suits us<", b"<x:Timestamp>9999-99-99T99:99:99Z</x"])
def test_what_is_no_time_says_nothing_of_the_clock(said: bytes, world: World) -> None:
    offsets = Offsets()
    offsets.note("http://a", said, world.clock())
    offsets.note("http://b", said, world.clock())
    assert offsets.agreed() is None


def test_the_register_is_believed_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local.KeptDirectory, "clock_offset", timedelta(minutes=-10))
    assert look(world) == ["clock_skew"]
    (alert,) = world.reader.open_alerts()
    assert alert.detail == {"seconds_behind": -600}


def test_the_time_in_an_answer_that_came_at_once_is_noted(world: World) -> None:
    offsets, ways = Offsets(), world.equipment.ways
    account = measured(ways, Meters(), offsets, world.clock)
    measuring = replace(world.equipment, ways=account)
    ahead = world.partner.clock
    world.partner.clock = lambda: ahead() + timedelta(hours=1)
    world.enqueue()
    delivery.deliver_next(measuring, "engine")
    offsets.note("http://another", signal(world.clock() + timedelta(hours=1)), world.clock())
    assert offsets.agreed() == timedelta(hours=1)
