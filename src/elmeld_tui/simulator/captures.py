"""Every body that goes in or out over ebXML, kept unchanged, so that it can be examined with other tools.

The people in them are synthetic; nothing else in elmeld keeps messages outside its database.
"""

from __future__ import annotations

import threading
from pathlib import Path


class Captures:
    """A directory of numbered exchanges.

    A file is one MIME entity: its content type, an empty line, the body byte for byte. Its name,
    ``0003-in-request.mime``, says the number of the exchange, who began it (``in``: the clinic) and whether this
    is the request or the response.
    """

    def __init__(self, directory: Path) -> None:
        """Continue in ``directory``, which is made when missing."""
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._last = max((int(path.name[:4]) for path in directory.glob("*.mime")), default=0)

    def begin(self) -> int:
        """Return the number of a new exchange."""
        with self._lock:
            self._last += 1
            return self._last

    def keep(self, number: int, role: str, content_type: str, body: bytes) -> None:
        """Write one body of exchange ``number``; ``role`` is ``in-request``, ``in-response``, ``out-request`` ….

        A body that is empty says that nothing was answered, and is kept as well.
        """
        entity = f"Content-Type: {content_type}\r\n\r\n".encode() + body
        (self._directory / f"{number:04d}-{role}.mime").write_bytes(entity)
