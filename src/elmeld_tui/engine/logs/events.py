"""The events the engine can log: one class each, with the only fields it has."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

WITHHELD = "[withheld]"
"""Stands for a value that may not be logged."""


class Scheme(StrEnum):
    """How an envelope travels: by the scheme of its address."""

    HTTP = "http"
    HTTPS = "https"
    SMTP = "smtp"
    FILE = "file"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of an attempt to send, as far as the transport knows."""

    ANSWERED = "answered"
    TAKEN = "taken"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Why(StrEnum):
    """Why the engine stops."""

    TOLD = "told"
    TOLD_AGAIN = "told_again"
    TOO_SLOW = "too_slow"


@dataclass(frozen=True, slots=True)
class Event:
    """Something the log can tell; its name is the class's, in snake case."""

    level: ClassVar[int] = logging.INFO


@dataclass(frozen=True, slots=True)
class EngineStarted(Event):
    """The engine listens and works."""

    version: str
    port: int


@dataclass(frozen=True, slots=True)
class OperationsListening(Event):
    """Health and metrics are told on a port."""

    port: int


@dataclass(frozen=True, slots=True)
class EngineStopping(Event):
    """The engine was told to stop, and finishes what it is doing; or stops although it has not finished."""

    why: Why


@dataclass(frozen=True, slots=True)
class EngineStopped(Event):
    """The engine has stopped in good order."""


@dataclass(frozen=True, slots=True)
class MessageMoved(Event):
    """A message came into a state, or a receiver's receipt did; read from the timeline once a beat."""

    message_id: int
    name: StrEnum
    state: StrEnum | None
    receipt: StrEnum | None


@dataclass(frozen=True, slots=True)
class Attempted(Event):
    """An envelope was sent to an address, or could not be."""

    scheme: Scheme
    endpoint: str
    outcome: Outcome
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """Somebody posted something, and was answered with an HTTP status."""

    status: int
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class AlertRaised(Event):
    """Something needs a human."""

    level = logging.WARNING
    code: StrEnum


@dataclass(frozen=True, slots=True)
class AlertCleared(Event):
    """It needs none any more."""

    code: StrEnum


@dataclass(frozen=True, slots=True)
class WorkFailed(Event):
    """The program failed at a piece of work, which is set aside."""

    level = logging.ERROR
    error: BaseException


@dataclass(frozen=True, slots=True)
class StoreFailed(Event):
    """The store could not be used; the work is tried again."""

    level = logging.ERROR
    error: BaseException


@dataclass(frozen=True, slots=True)
class ThreadFailed(Event):
    """Something ended that nobody waited for."""

    level = logging.ERROR
    error: BaseException


def address_of(endpoint: str) -> str:
    """Return scheme, host and port of an address; of a mail address its domain. What follows may name anybody."""
    try:
        parts = urlsplit(endpoint)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return WITHHELD
    host = parts.hostname or parts.path.rpartition("@")[2]
    return f"{parts.scheme}://{host}{port}".lower() if _HOST.fullmatch(host) else WITHHELD


def scheme_of(endpoint: str) -> Scheme:
    """Return how an envelope travels to an address."""
    scheme = endpoint.partition(":")[0].lower()
    return _SCHEMES.get(scheme, Scheme.OTHER)


_SCHEMES = {
    "http": Scheme.HTTP,
    "https": Scheme.HTTPS,
    "mailto": Scheme.SMTP,
    "smtp": Scheme.SMTP,
    "file": Scheme.FILE,
}
_HOST = re.compile(r"[a-z0-9.:-]{1,253}", re.ASCII | re.IGNORECASE)
