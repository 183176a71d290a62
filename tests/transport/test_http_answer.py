"""Answers as servers write them, and as nobody should; in one piece, and a byte at a time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from elmeld_tui.transport import http_answer
from elmeld_tui.transport.http_answer import (
    Answer,
    AnswerError,
    AnswerTooLongError,
    AnswerTooSlowError,
    read_answer,
)


@dataclass
class Coming:
    """A connection on which some bytes come, so many at a time, and then its end."""

    rest: bytes
    at_a_time: int = 65536
    reads: list[int] = field(default_factory=list)

    def recv(self, most: int, /) -> bytes:
        came, self.rest = self.rest[: min(most, self.at_a_time)], self.rest[min(most, self.at_a_time) :]
        self.reads.append(len(came))
        return came


def read(raw: bytes, *, at_a_time: int = 65536, most: int = 1000) -> Answer:
    return read_answer(Coming(raw, at_a_time), most=most, longest=60)


@pytest.mark.parametrize("at_a_time", [1, 65536])
@pytest.mark.parametrize(
    ("raw", "status", "body", "goes_on"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>", 200, b"<a/>", True),
        (b"HTTP/1.1 200\nContent-Length:4\n\n<a/>", 200, b"<a/>", True),
        (b"HTTP/1.1 200 \r\ncontent-length: 4\r\nConnection: Close\r\n\r\n<a/>", 200, b"<a/>", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\n<a/>", 200, b"<a/>", False),
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, b"", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
        (b"HTTP/1.1 500 \xe6\r\n\r\n<fault/>", 500, b"<fault/>", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, b"x", True),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\n<a/\r\n1\r\n>\r\n0\r\nX: y\r\n\r\n",
            200,
            b"<a/>",
            True,
        ),
    ],
)
def test_an_answer_is_read_to_its_end(raw: bytes, status: int, body: bytes, goes_on: bool, at_a_time: int) -> None:
    answer = read(raw, at_a_time=at_a_time)
    assert (answer.status, answer.body, answer.goes_on) == (status, body, goes_on)


def test_a_server_that_says_more_than_it_was_asked_for_is_not_asked_again() -> None:
    assert not read(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n").goes_on


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n<a/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 3\r\n\r\n<a/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n<a/>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>x\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y",
    ],
)
def test_what_is_cut_off_or_malformed_is_no_answer(raw: bytes) -> None:
    with pytest.raises(AnswerError):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"64\r\n" + b"x" * 100 + b"\r\n385\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2 * http_answer.MAX_HEAD,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * http_answer.MAX_HEAD,
    ],
)
def test_no_more_is_read_than_there_is_room_for(raw: bytes) -> None:
    with pytest.raises(AnswerTooLongError):
        read(raw)


def test_who_drips_is_not_waited_for() -> None:
    dripping = Coming(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>", at_a_time=1)
    with pytest.raises(AnswerTooSlowError):
        read_answer(dripping, most=1000, longest=0)
    assert len(dripping.reads) == 2


def test_bytes_at_random_are_an_answer_or_an_error() -> None:
    rng = random.Random(37)
    pieces: tuple[bytes, ...] = (
        b"HTTP/1.1 ",
        b"200",
        b" OK",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"Content-Length: ",
        b"4",
        b"-1",
        b"0",
    )
    pieces += (b"Transfer-Encoding: chunked", b"ffff", b"<a/>", b":", b";", b"\0", b"\xff", b"100")
    for _ in range(3000):
        raw = b"HTTP/1.1 200 OK\r\n" * rng.randrange(2) + b"".join(rng.choices(pieces, k=rng.randrange(12)))
        try:
            assert len(read(raw).body) <= 1000
        except AnswerError:
            continue
