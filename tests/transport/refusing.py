"""What an envelope that is attacked must come to: a refusal by its name, in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.packing import unpack

SECONDS = 3
MEGABYTES = 200


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where the work takes more of the processor or of memory than any message may."""
    tracemalloc.start()
    start = time.process_time()
    try:
        yield
        spent = time.process_time() - start
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert spent < SECONDS
    assert peak < MEGABYTES * 1_000_000


def refused(content_type: str, body: bytes) -> EnvelopeRefusedError:
    with bounded(), pytest.raises(EnvelopeRefusedError) as error:
        unpack(content_type, body)
    assert error.value.reason
    assert error.value.error_code in {
        "SecurityFailure",
        "MimeProblem",
        "OtherXml",
        "Inconsistent",
        "ValueNotRecognized",
    }
    return error.value


def between(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda soap: soap.replace(old, new, 1)
