"""Scenario files: how the partners behave, message by message, written down as TOML (docs/simulator.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from elmeld_tui.simulator.behaviour import ACTS, ANYONE, WAYS, Behaviour, Direction, Rule, usual_direction
from elmeld_tui.simulator.cast import PARTNERS

_NUMBERS = frozenset({"nth", "times", "seconds", "status"})
_B = Behaviour
_OPTIONS: Mapping[Behaviour, frozenset[str]] = {
    _B.UNAVAILABLE: frozenset({"status", "text"}),
    _B.BOUNCE: frozenset({"action", "status_code", "text"}),
    _B.DELAY: frozenset({"seconds"}),
    _B.LATE_ACK: frozenset({"seconds"}),
    _B.CLOCK: frozenset({"seconds"}),
    _B.MESSAGE_ERROR: frozenset({"code", "text"}),
    _B.WARNING: frozenset({"code", "text"}),
    _B.FAULT: frozenset({"text"}),
    _B.REJECT: frozenset({"code", "text"}),
    _B.ACCEPT_WITH_FAULTS: frozenset({"code", "text"}),
}
"""What may be said of each behaviour, besides whose it is and when."""

_ALWAYS = frozenset({"how", "partner", "way", "direction", "nth", "times"})


class ScenarioError(Exception):
    """A scenario that cannot be played; the text says which step, what is wrong and what it could be."""


def read_scenario(text: str) -> tuple[Rule, ...]:
    """Return the rules of a scenario file, in order.

    Raises:
        ScenarioError: see there.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"not TOML: {error}") from error
    steps = data.get("step", [])
    if set(data) - {"step"} or not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise ScenarioError("a scenario is a list of [[step]]")
    return tuple(_rule(number, step) for number, step in enumerate(steps, start=1))


def _rule(number: int, step: dict[str, Any]) -> Rule:
    def wrong(text: str) -> ScenarioError:
        return ScenarioError(f"step {number}: {text}")

    how = _choice(step.get("how"), [behaviour.value for behaviour in ACTS], "how", wrong)
    behaviour = Behaviour(how)
    partners = [partner.name for partner in PARTNERS]
    partner = _choice(step.get("partner", ANYONE), [*partners, ANYONE], "partner", wrong)
    way = _choice(step.get("way", "mail" if behaviour is _B.BOUNCE else ""), [*WAYS, ""], "way", wrong)
    if behaviour is _B.BOUNCE and way != "mail":
        raise wrong('only mail bounces; way is "mail"')
    direction = _choice(
        step.get("direction", usual_direction(behaviour)), list(ACTS[behaviour]), "direction", wrong
    )
    options = _OPTIONS.get(behaviour, frozenset())
    if unknown := set(step) - _ALWAYS - options:
        known = ", ".join(sorted(_ALWAYS | options))
        raise wrong(f"{how} has no {', '.join(sorted(unknown))}; it has {known}")
    for name in _NUMBERS & set(step):
        if isinstance(step[name], bool) or not isinstance(step[name], int | float):
            raise wrong(f"{name} is a number")
    nth, times = step.get("nth", 1), step.get("times", 1)
    if nth < 1 or times < 1 or nth != int(nth) or times != int(times):
        raise wrong("nth and times are whole numbers from 1")
    if step.get("action", "failed") not in {"failed", "delayed"}:
        raise wrong("action is one of failed, delayed")
    detail = {name: step[name] for name in options & set(step)}
    return Rule(behaviour, partner, way, Direction(direction), int(nth) - 1, int(times), detail)


def _choice(value: Any, known: list[str], name: str, wrong: Callable[[str], ScenarioError]) -> str:
    if value not in known:
        raise wrong(f"{name} is one of {', '.join(one for one in known if one)}")
    return str(value)
