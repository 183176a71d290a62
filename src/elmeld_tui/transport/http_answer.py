"""The answer to one POST over HTTP/1.1 (RFC 9112): read as servers write it, within bounds, and nothing is guessed."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MAX_HEAD = 64 * 1024
"""Bytes of a status line and its fields, and of what stands around the chunks of a body."""

_PIECE = 64 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_END_OF_LINE = re.compile(rb"\r?\n")
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: [^\r\n]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*")
_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?")
_WITHOUT_BODY = frozenset({204, 304})
_FINAL = 200


class AnswerError(Exception):
    """What came is not an answer that can be used; the message says why, in English."""


class AnswerTooLongError(AnswerError):
    """It has more bytes than it may have."""


class AnswerTooSlowError(AnswerError):
    """It was not there in time."""


class Readable(Protocol):
    """A connected socket, plain or under TLS, with a timeout of its own for each read."""

    def recv(self, most: int, /) -> bytes:
        """Return what has come, at most so many bytes; none where the other end has closed."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end.

    Attributes:
        status: as received; 200 or more.
        fields: of the header, by name in lower case; the first of a repeated one counts.
        body: as received, without chunks.
        goes_on: whether the connection can be used again.
    """

    status: int
    fields: Mapping[str, str]
    body: bytes
    goes_on: bool


def read_answer(source: Readable, *, most: int, longest: float) -> Answer:
    """Read one answer to a POST.

    Args:
        source: where it comes from; whatever its reads raise is passed on.
        most: bytes of the body.
        longest: seconds from the first byte to the last.

    Raises:
        AnswerError: it is cut off, malformed, too long, or too slow.
    """
    stream = _Stream(source, longest)
    status = 0
    while status < _FINAL:
        # What comes before the answer proper says only that it will come (RFC 9110 §15.2).
        version, status, fields = _head(stream)
    coding, length = fields.get("transfer-encoding", "").lower(), fields.get("content-length", "")
    if status in _WITHOUT_BODY:
        body = b""
    elif coding:
        if coding != "chunked" or length:
            raise AnswerError(f"Transfer-Encoding: {coding}")
        body = _chunks(stream, most)
    elif length:
        if not _LENGTH.fullmatch(length):
            raise AnswerError("Content-Length")
        body = stream.exactly(int(length), most)
    else:
        return Answer(status, fields, stream.rest(most), goes_on=False)
    closes = version == b"0" or "close" in fields.get("connection", "").lower()
    return Answer(status, fields, body, goes_on=not closes and not stream.held)


def _head(stream: _Stream) -> tuple[bytes, int, dict[str, str]]:
    """Return the minor version, the status and the fields."""
    first, *lines = stream.until(_END_OF_HEAD).split(b"\n")
    said = _STATUS.fullmatch(first.removesuffix(b"\r"))
    if said is None:
        raise AnswerError("no HTTP status line")
    fields: dict[str, str] = {}
    for line in lines:
        field = _FIELD.fullmatch(line.removesuffix(b"\r"))
        if field is None:
            raise AnswerError("no HTTP header field")
        name, value = field[1].decode().lower(), field[2].decode("latin-1")
        if fields.setdefault(name, value) != value and name in {"content-length", "transfer-encoding"}:
            raise AnswerError(f"two different {name}")
    return said[1], int(said[2]), fields


def _chunks(stream: _Stream, most: int) -> bytes:
    """Return a body that comes in chunks (RFC 9112 §7.1); what follows the last is passed over."""
    body = bytearray()
    while size := _size(stream):
        body += stream.exactly(size, most - len(body))
        if stream.line():
            raise AnswerError("chunk longer than it says")
    passed_over = 0
    while trailer := stream.line():
        passed_over += len(trailer)
        if passed_over > MAX_HEAD:
            raise AnswerTooLongError("trailer")
    return bytes(body)


def _size(stream: _Stream) -> int:
    said = _CHUNK.fullmatch(stream.line())
    if said is None:
        raise AnswerError("no chunk size")
    return int(said[1], 16)


class _Stream:
    """What has come and is not read yet, and the clock that runs from its first byte.

    Attributes:
        held: bytes that have come.
    """

    def __init__(self, source: Readable, longest: float) -> None:
        self._source = source
        self._longest = longest
        self._began: float | None = None
        self.held = bytearray()

    def _more(self) -> bool:
        """Wait for more; False where the other end has closed."""
        came = self._source.recv(_PIECE)
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        if now - self._began > self._longest:
            raise AnswerTooSlowError
        self.held += came
        return bool(came)

    def _need_more(self) -> None:
        if not self._more():
            raise AnswerError("connection closed")

    def _take(self, many: int) -> bytes:
        taken = bytes(self.held[:many])
        del self.held[:many]
        return taken

    def until(self, end: re.Pattern[bytes]) -> bytes:
        """Return what comes before ``end``, and pass over that."""
        while (found := end.search(self.held)) is None:
            if len(self.held) > MAX_HEAD:
                raise AnswerTooLongError("header")
            self._need_more()
        taken = self._take(found.end())
        return taken[: found.start()]

    def line(self) -> bytes:
        """Return a line without its end."""
        return self.until(_END_OF_LINE)

    def exactly(self, many: int, most: int) -> bytes:
        """Return so many bytes, where no more than ``most`` are wanted."""
        if many > most:
            raise AnswerTooLongError("body")
        while len(self.held) < many:
            self._need_more()
        return self._take(many)

    def rest(self, most: int) -> bytes:
        """Return everything until the other end closes."""
        while len(self.held) <= most and self._more():
            continue
        return self.exactly(len(self.held), most)
