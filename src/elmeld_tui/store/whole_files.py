"""Replacing a file atomically: readers see the old one or the new one, never half of one, even if the machine stops."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(file: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write ``content`` to ``file``, over what is there.

    Args:
        file: where.
        content: of the file.
        mode: who may read and write it; its owner alone where nothing else is said.

    Raises:
        OSError: it cannot be written; what was there stands.
    """
    # A temporary file is its owner's alone until it is whole.
    handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        Path(part).replace(file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
