"""HTTP both ways: what is known of a message after each way an exchange can end."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from elmeld_tui.model.arrival import Arrival
from elmeld_tui.transport import http, listener
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.listener import Receive
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply
from tests.waiting import PATIENCE

SIGNAL = Reply('text/xml; charset="UTF-8"', b"<ack/>")
TYPE = 'multipart/related; boundary="b"'


@contextmanager
def listening(
    receive: Receive, *, max_body: int = 1000, max_held: int = 10**6, header_patience: float = listener.PATIENCE
) -> Iterator[str]:
    """Run the listener on a port of the system's choice; give its address."""
    ports: list[int] = []
    ready, stop = threading.Event(), threading.Event()

    def announce(port: int) -> None:
        ports.append(port)
        ready.set()

    application = listener.app(receive, max_body=max_body, max_held=max_held)
    thread = threading.Thread(
        target=listener.serve,
        args=(application, "127.0.0.1", 0, announce, stop),
        kwargs={"patience": header_patience},
    )
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@contextmanager
def answering(*answers: Callable[[socket.socket], None]) -> Iterator[str]:
    """Take a connection for each of ``answers``, read the request, and do what the answer does before closing."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for answer in answers:
                connection, _ = server.accept()
                with connection:
                    _read_request(connection)
                    answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ebxml"
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _read_request(connection: socket.socket) -> None:
    """Read a request to its end: who closes before that takes back what it has answered."""
    with connection.makefile("rb") as read:
        length = 0
        while (line := read.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        read.read(length)


def saying(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    with HttpTransport(timeout=PATIENCE) as opened:
        yield opened


def failure(transport: HttpTransport, endpoint: str, body: bytes = b"x") -> NotDeliveredError:
    with pytest.raises(NotDeliveredError) as failed:
        transport.send(Parcel(endpoint, TYPE, body))
    assert failed.value.reason
    return failed.value


def test_the_bytes_arrive_as_they_were_and_the_signal_comes_back(transport: HttpTransport) -> None:
    came: list[tuple[str, bytes]] = []
    body = bytes(range(256)) + b"\r\n\n"

    def receive(arrival: Arrival) -> Reply:
        came.append((arrival.content_type, arrival.body))
        return SIGNAL

    with listening(receive) as address:
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, body)) == SIGNAL
    assert came == [(TYPE, body)]


def test_a_signal_may_come_later_as_its_own_message(transport: HttpTransport) -> None:
    with listening(lambda *_: None) as address:
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, b"x")) is None


def test_a_fault_comes_back_whatever_its_status(transport: HttpTransport) -> None:
    fault = Reply("text/xml", b"<fault/>", 500)
    with listening(lambda *_: fault) as address:
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, b"x")) == fault


def test_only_posts_to_the_one_path_within_the_limit_are_taken(transport: HttpTransport) -> None:
    taken: list[bytes] = []
    with listening(lambda arrival: taken.append(arrival.body), max_body=10) as address:
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, b"0123456789")) is None
        for endpoint, body in (
            (f"{address}/ebxml", b"0123456789+"),
            (f"{address}/", b"x"),
            (f"{address}/docs", b"x"),
        ):
            failed = failure(transport, endpoint, body)
            assert (failed.retry, failed.unknown) == (False, False)
    assert taken == [b"0123456789"]


def test_the_limit_holds_without_a_declared_length_and_other_methods_are_refused() -> None:
    with listening(lambda *_: SIGNAL, max_body=10) as address:
        host, port = address.removeprefix("http://").split(":")
        chunked = b"Content-Type: x/y\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789+\r\n0\r\n\r\n"
        assert _status(host, port, b"POST /ebxml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + chunked) == b"413"
        assert _status(host, port, b"GET /ebxml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == b"405"
        typeless = b"POST /ebxml HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
        assert _status(host, port, typeless) == b"415"


def _status(host: str, port: str, request: bytes) -> bytes:
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(request)
        return connection.makefile("rb").readline().split()[1]


def test_a_receiver_that_fails_makes_the_partner_send_again(transport: HttpTransport) -> None:
    def broken(*_: object) -> Reply:
        raise OSError("disk full")

    with listening(broken) as address:
        failed = failure(transport, f"{address}/ebxml")
    assert (failed.retry, failed.unknown) == (True, True)


def test_several_messages_are_received_at_once() -> None:
    both = threading.Barrier(2, timeout=PATIENCE)

    def receive(*_: object) -> None:
        both.wait()

    with listening(receive) as address, HttpTransport(timeout=PATIENCE) as transport:
        threads = [
            threading.Thread(target=transport.send, args=(Parcel(f"{address}/ebxml", TYPE, b"x"),))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert not both.broken


def test_nobody_there_means_not_sent(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failed = failure(transport, f"http://127.0.0.1:{port}/ebxml")
    assert (failed.retry, failed.unknown) == (True, False)


@pytest.mark.parametrize("endpoint", ["", "mailto://x@y", "not a url"])
def test_an_address_that_is_none_is_not_tried_again(endpoint: str, transport: HttpTransport) -> None:
    failed = failure(transport, endpoint)
    assert (failed.retry, failed.unknown) == (False, False)


def test_a_cut_connection_leaves_the_delivery_unknown(transport: HttpTransport) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 99\r\n\r\n<ack"
    with answering(saying(b""), saying(half), saying(b"not http\r\n\r\n")) as endpoint:
        for _ in range(3):
            failed = failure(transport, endpoint)
            assert (failed.retry, failed.unknown) == (True, True)


def test_silence_leaves_the_delivery_unknown() -> None:
    done = threading.Event()
    with answering(lambda _: (done.wait(PATIENCE), None)[1]) as endpoint, HttpTransport(timeout=0.2) as impatient:
        failed = failure(impatient, endpoint)
        done.set()
    assert (failed.retry, failed.unknown) == (True, True)


@pytest.mark.parametrize(
    ("status", "retry", "unknown"),
    [
        ("400 x", False, False),
        ("401 x", False, False),
        ("404 x", False, False),
        ("302 x\r\nLocation: http://127.0.0.1/elsewhere", False, False),
        ("429 x", True, False),
        ("500 x", True, True),
        ("503 x", True, True),
    ],
)
def test_a_status_without_ebxml_says_whether_to_try_again(
    status: str, retry: bool, unknown: bool, transport: HttpTransport
) -> None:
    answer = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\nx".encode()
    with answering(saying(answer)) as endpoint:
        failed = failure(transport, endpoint)
    assert (failed.retry, failed.unknown) == (retry, unknown)
    assert status[:3] in failed.reason


def test_a_page_instead_of_a_signal_proves_nothing(transport: HttpTransport) -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\n<html/>"
    with answering(saying(page)) as endpoint:
        failed = failure(transport, endpoint)
    assert (failed.retry, failed.unknown) == (True, True)


def test_an_endless_answer_is_cut_off(transport: HttpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_MAX_REPLY", 10)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<aaaaaaaaa/"
    with answering(saying(answer)) as endpoint:
        assert failure(transport, endpoint).unknown


@pytest.mark.parametrize(
    "drips_from", [b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"]
)
def test_a_server_that_drips_is_cut_off_in_its_header_too(
    drips_from: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_LONGEST_REPLY", 0.05)
    given_up = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(drips_from)
        with suppress(OSError):
            while not given_up.wait(0.01):
                connection.sendall(b"a")

    with HttpTransport(timeout=PATIENCE) as transport, answering(drip) as endpoint:
        failed = failure(transport, endpoint)
        given_up.set()
    assert (failed.retry, failed.unknown) == (True, True)
    assert "tok for lang tid" in failed.reason


ANSWERED = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>"


def test_a_connection_is_kept_for_the_next_message(transport: HttpTransport) -> None:
    def twice(connection: socket.socket) -> None:
        connection.sendall(ANSWERED)
        assert connection.recv(65536)
        connection.sendall(ANSWERED)

    with answering(twice) as endpoint:
        for _ in range(2):
            assert transport.send(Parcel(endpoint, TYPE, b"x")) == Reply("text/xml", b"<a/>")


@pytest.mark.parametrize("abruptly", [False, True])
def test_a_post_that_a_closed_connection_swallowed_is_made_again_on_a_new_one(
    transport: HttpTransport, *, abruptly: bool
) -> None:
    swallowed: list[bytes] = []

    def once_and_away(connection: socket.socket) -> None:
        connection.sendall(ANSWERED)
        swallowed.append(connection.recv(10 if abruptly else 65536))
        # Who closes with something unread resets the connection; who has read it all ends it.

    with answering(once_and_away, saying(ANSWERED)) as endpoint:
        for _ in range(2):
            assert transport.send(Parcel(endpoint, TYPE, b"x")) == Reply("text/xml", b"<a/>")
    assert swallowed[0].startswith(b"POST /ebx")


def test_what_must_go_once_trusts_no_kept_connection(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as connections:

        def answer_the_first_post_of_each_connection() -> None:
            for _ in range(2):
                connection = connections.enter_context(server.accept()[0])
                _read_request(connection)
                connection.sendall(ANSWERED)

        thread = threading.Thread(target=answer_the_first_post_of_each_connection)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}/ebxml"
        for once in (False, True):
            assert transport.send(Parcel(endpoint, TYPE, b"x", once=once)) == Reply("text/xml", b"<a/>")
        thread.join(PATIENCE)


def test_a_large_message_arrives_whole_and_who_refuses_it_half_way_is_heard(transport: HttpTransport) -> None:
    came: list[bytes] = []
    body = bytes(range(256)) * 3000
    with listening(lambda arrival: came.append(arrival.body), max_body=len(body)) as address:
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, body)) is None
    assert came == [body]
    refusal = b"HTTP/1.1 413 Too much\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with answering(saying(refusal)) as endpoint:
        assert not failure(transport, endpoint, b"x").retry


@pytest.mark.parametrize(("path", "content_type"), [("/a b", TYPE), ("", "a/b\r\nX: y")])
def test_nothing_but_what_a_post_has_room_for_is_written(
    path: str, content_type: str, transport: HttpTransport
) -> None:
    with answering() as endpoint, pytest.raises(NotDeliveredError) as failed:
        transport.send(Parcel(endpoint + path, content_type, b"x"))
    assert (failed.value.retry, failed.value.unknown) == (False, False)


def test_an_answer_that_is_not_compressed_as_it_says_leaves_the_delivery_unknown(transport: HttpTransport) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"
    with answering(saying(head + b"junk")) as endpoint:
        failed = failure(transport, endpoint)
    assert (failed.retry, failed.unknown) == (True, True)


def test_a_proxy_in_the_environment_is_not_used(transport: HttpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with listening(lambda *_: SIGNAL) as address, HttpTransport() as fresh:
        assert fresh.send(Parcel(f"{address}/ebxml", TYPE, b"x")) == SIGNAL


def test_an_address_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        listener.serve(listener.app(lambda *_: None), "127.0.0.1", taken.getsockname()[1], lambda _: None)


def _open(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


@pytest.fixture
def let_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Put the clock of the listener forward: what is due within so many seconds is due now."""
    ahead = [0.0]
    monkeypatch.setattr(asyncio.BaseEventLoop, "time", lambda _: time.monotonic() + ahead[0])

    def passing(seconds: float) -> None:
        ahead[0] += seconds

    return passing


def test_who_never_ends_its_header_is_hung_up_on_and_others_are_served(
    transport: HttpTransport, let_pass: Callable[[float], None]
) -> None:
    with listening(lambda _: SIGNAL) as address, ExitStack() as drippers:
        slow = [drippers.enter_context(_open(address)) for _ in range(20)]
        for connection in slow:
            connection.sendall(b"POST /ebxml HTTP/1.1\r\nHost: x\r\nX-Drip: ")
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, b"x")) == SIGNAL
        let_pass(listener.PATIENCE)
        # Each is closed by us: the read ends.
        assert [connection.recv(100) for connection in slow] == [b""] * 20


def test_who_drips_its_body_is_told_that_it_took_too_long(let_pass: Callable[[float], None]) -> None:
    taken: list[bytes] = []
    with (
        listening(lambda arrival: taken.append(arrival.body), header_patience=10**6) as address,
        _open(address) as slow,
    ):
        slow.sendall(b"POST /ebxml HTTP/1.1\r\nHost: x\r\nContent-Type: x/y\r\nContent-Length: 900\r\n\r\nab")
        while not select.select([slow], [], [], 0.05)[0]:
            let_pass(listener.PATIENCE)
        assert slow.makefile("rb").readline().split()[1] == b"408"
    assert taken == []


def test_more_than_memory_holds_is_told_to_come_again() -> None:
    inside, leave = threading.Event(), threading.Event()

    def receive(_: Arrival) -> None:
        inside.set()
        leave.wait(PATIENCE)

    with listening(receive, max_held=1500) as address, HttpTransport(timeout=PATIENCE) as transport:
        first = threading.Thread(target=transport.send, args=(Parcel(f"{address}/ebxml", TYPE, b"x" * 900),))
        first.start()
        assert inside.wait(PATIENCE)
        failed = failure(transport, f"{address}/ebxml", b"x" * 900)
        leave.set()
        first.join(PATIENCE)
        assert transport.send(Parcel(f"{address}/ebxml", TYPE, b"x" * 900)) is None
    assert failed.retry
    assert "503" in failed.reason
