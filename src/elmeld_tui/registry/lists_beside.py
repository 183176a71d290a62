"""The revocation lists in the directory of trusted authorities, as they are now: others put newer ones there."""

from __future__ import annotations

import logging
from pathlib import Path

from cryptography import x509

from elmeld_tui.security.certificates import LIST_SUFFIX
from elmeld_tui.security.revocation_list import read_revocation_list

_log = logging.getLogger("elmeld.registry")

_Lists = tuple[x509.CertificateRevocationList, ...]


class ListsBeside:
    """The lists of a directory, read again when one of its files has changed.

    Args:
        directory: with the trusted authorities.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen: frozenset[tuple[str, int, int]] | None = None
        self._lists: _Lists = ()

    def __call__(self) -> _Lists:
        """Return the lists; those read last where one cannot be read now, since it may be half written."""
        try:
            files = [path for path in self._directory.iterdir() if path.suffix.lower() == LIST_SUFFIX]
            seen = frozenset((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
            if seen != self._seen:
                # One that cannot be read is told of once, and read again when it has changed.
                self._seen = seen
                self._lists = tuple(read_revocation_list(path.read_bytes()) for path in sorted(files))
        except (OSError, ValueError) as error:
            _log.error("revocation lists in %s cannot be read: %s", self._directory, type(error).__name__)
        return self._lists
