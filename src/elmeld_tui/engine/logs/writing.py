"""Writing the log, and the last filter before a line is written: only harmless values pass."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from types import TracebackType
from typing import Any, TextIO

import structlog

from elmeld_tui import __version__
from elmeld_tui.engine.faults import place
from elmeld_tui.engine.logs.events import WITHHELD, Event, ThreadFailed

Format = StrEnum("Format", ["JSON", "TEXT"])
Level = StrEnum("Level", ["DEBUG", "INFO", "WARNING", "ERROR"])

_LOUD = {"httpx", "httpcore", "sqlalchemy", "alembic", "uvicorn", "asyncio", "imapclient", "aiosmtpd"}
"""Libraries that tell much at the levels below warning, and nothing that is told here in their place."""


Lines = MutableMapping[str, Any]


def say(event: Event) -> None:
    """Write one line of the log; before it is opened, to standard error, where it is a warning or worse."""
    if event.level < _least:
        return
    names: tuple[str, ...] = event.__slots__
    told = {name: getattr(event, name) for name in names}
    log = _current or _writer(sys.stderr, Format.TEXT, _least)
    log.log(event.level, name_of(type(event).__name__), **told)


@contextmanager
def log_to(stream: TextIO, *, form: Format, level: Level = Level.INFO) -> Iterator[None]:
    """Write the log of this process to ``stream`` for a while, with what libraries log and what threads die of.

    Args:
        stream: one line an event.
        form: of each line.
        level: what is below it is not written.
    """
    global _current, _least  # noqa: PLW0603 - one process has one log
    root = logging.getLogger()
    before = (_current, _least, root.handlers[:], root.level, logging.raiseExceptions)
    hooks = (sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in _LOUD}
    _least = logging.getLevelNamesMapping()[level.upper()]
    _current = _writer(stream, form, _least)
    logging.basicConfig(handlers=[_Libraries()], level=_least, force=True)
    # A handler that fails shows what it was given.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(_least, logging.WARNING))
    sys.excepthook, threading.excepthook = _uncaught, _dead_thread
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        _current, _least, root.handlers[:], root.level, logging.raiseExceptions = before
        sys.excepthook, threading.excepthook = hooks
        for name, was in levels.items():
            logging.getLogger(name).setLevel(was)


_ADDRESS = re.compile(r"[a-z]{2,8}://[a-z0-9.:-]{1,253}", re.ASCII)
_LOGGER = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,80}", re.ASCII)
_PLACE = re.compile(r"[a-z0-9_<>-]{1,60}(\.pyx?)?:\d{1,6}", re.ASCII | re.IGNORECASE)


def _is_code(value: object) -> bool:
    """Whether it is a member of an enumeration of the program's own; they are few, and all in its source."""
    return value is None or (isinstance(value, StrEnum) and type(value).__module__.startswith("elmeld_tui."))


def _is_number(value: object) -> bool:
    """Whether it is a count, a row's id, a port; below 10⁹, since a national identity number is above it."""
    return isinstance(value, int) and 0 <= value < 10**9


def _is_time(value: object) -> bool:
    return isinstance(value, float) and 0 <= value < 10**6


def _fits(form: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and (value == WITHHELD or form.fullmatch(value) is not None)


_ALLOWED: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("message_id", "port", "status", "bytes"), _is_number),
    **dict.fromkeys(("name", "state", "receipt", "code", "scheme", "outcome", "why"), _is_code),
    "seconds": _is_time,
    "endpoint": _fits(_ADDRESS),
    "version": lambda value: value == __version__,
    "logger": _fits(_LOGGER),
    "place": _fits(_PLACE),
    "error": lambda value: isinstance(value, BaseException),
}


def _only_harmless(_logger: object, _method: str, event: Lines) -> Lines:
    """Let by what is known and of its kind; a mark stands for the rest."""
    written: Lines = {"event": event["event"]}
    for key, value in event.items():
        if key == "event":
            continue
        if key not in _ALLOWED:
            # Its name may be as telling as its value.
            written["unknown"] = WITHHELD
        elif not _ALLOWED[key](value):
            written[key] = WITHHELD
        elif isinstance(value, BaseException):
            written.update(_error(value))
        elif value is not None:
            written[key] = value.value if isinstance(value, StrEnum) else value
    return written


def _error(error: BaseException) -> dict[str, str]:
    """Return the type and the place of an exception, and the code the database gave; nothing of its text."""
    told = place(error)
    reason = getattr(error.__cause__, "orig", None)
    code = getattr(reason, "sqlite_errorname", None) or getattr(reason, "sqlstate", None)
    return {**told, "database": code} if isinstance(code, str) else told


class _Libraries(logging.Handler):
    """What a library logs: who, where, and what type of exception; its text may hold what it was given."""

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, Any] = {"logger": record.name, "place": f"{record.filename}:{record.lineno}"}
        if record.exc_info and record.exc_info[1]:
            told["error"] = record.exc_info[1]
        if _current is not None:
            _current.log(record.levelno, "library", **told)


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    say(ThreadFailed(error))


def _dead_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        say(ThreadFailed(args.exc_value))


def _as_text(_logger: object, _method: str, event: Lines) -> str:
    head = (event.pop("timestamp"), f"{event.pop('level'):7}", event.pop("event"))
    return " ".join((*head, *(f"{key}={value}" for key, value in event.items())))


@cache
def name_of(class_name: str) -> str:
    """Return what the log calls an event of this class: ``MessageMoved`` is ``message_moved``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


def _writer(stream: TextIO, form: Format, least: int) -> Any:
    return structlog.wrap_logger(
        structlog.WriteLogger(stream),
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[
            _only_harmless,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer() if form is Format.JSON else _as_text,
        ],
    )


_current: Any = None
_least = logging.WARNING
