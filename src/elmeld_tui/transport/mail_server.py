"""What sending and fetching mail have in common: where a server is, who logs in, and how it is known to be the one."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from elmeld_tui.model.mail import MailServer, Protection

TIMEOUT = 60.0
"""Seconds to wait for each of connection, command and answer."""


@dataclass(frozen=True, slots=True)
class Login:
    """A mail server with the password for it.

    Attributes:
        server: from the settings.
        password: of ``server.user``; empty where nobody logs in.
        timeout: seconds, for each step.
    """

    server: MailServer
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT

    @property
    def name(self) -> str:
        """Host and port, for texts."""
        return f"{self.server.host}:{self.server.port}"

    @property
    def context(self) -> ssl.SSLContext | None:
        """What the server's certificate is checked with; None where the connection is not protected."""
        return None if self.server.security is Protection.NONE else _context(self.server.ca)


@cache
def _context(ca: Path | None) -> ssl.SSLContext:
    """Return the context of everyone with these authorities: thirty milliseconds to make."""
    return ssl.create_default_context(cafile=ca)
