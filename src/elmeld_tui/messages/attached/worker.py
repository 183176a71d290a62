"""The process that parses one attachment: it limits itself, reads standard input, and answers with one JSON object.

The first line of input is the declared media type as JSON, the rest is the content. The answer is that of
`showing.show`, or a ``fault``. What a parser says about its failure is not passed on, since it may quote the content.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys

SECONDS = 10
MEMORY = 1_000_000_000
"""Bytes of address space: the parsers themselves, and a picture of the largest size."""

_BOUNDS = (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_CPU, SECONDS),
    # Nothing to write to but the pipe, and no core file with a patient in it.
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)


def main() -> None:
    """Answer for one attachment."""
    for bound, limit in _BOUNDS:
        # Not every system has each of them; the parent's own clock bounds the time in any case.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(bound, (limit, limit))
    declared = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read(), declared)))


def _answer(content: bytes, declared: str) -> dict[str, object]:
    from elmeld_tui.messages.attached.showing import CannotShowError, show

    try:
        return show(content, declared)
    except CannotShowError as error:
        return {"fault": str(error)}
    except MemoryError:
        return {"fault": "too_much"}
    except Exception:  # noqa: BLE001 - a parser may fail in any way at all on what it was never meant to read
        return {"fault": "broken"}


if __name__ == "__main__":
    main()
