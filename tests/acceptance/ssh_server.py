"""A real sshd on loopback that lets in those whose keys a clinic knows, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from elmeld_tui.cli import main
from tests.ports import held_port
from tests.waiting import assert_soon

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"

needs_sshd = [
    pytest.mark.skipif(os.getuid() != 0, reason="sshd asks only a command that root owns"),
    pytest.mark.skipif(not Path(SSHD).exists() or not shutil.which("ssh"), reason="OpenSSH is not installed"),
]


@dataclass(frozen=True)
class Server:
    """A running sshd, the clinic behind it, and the keys of its people."""

    port: int
    clinic: Path
    keys: Path

    def ssh(self, key: str, *words: str) -> list[str]:
        options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR",
        ]
        return [
            "ssh",
            "-F",
            "none",
            "-p",
            str(self.port),
            "-i",
            str(self.keys / key),
            *(word for option in options for word in ("-o", option)),
            *words,
        ]

    def admin(self, *words: str) -> int:
        return main(["--data-dir", str(self.clinic), "ssh-keys", *words])


@contextmanager
def serving(clinic: Path, keys: Path, names: Sequence[str]) -> Iterator[Server]:
    """Make a key for each of ``names`` in ``keys``, and run sshd for ``clinic``."""
    keys.mkdir()
    for name in ("host", *names):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    # sshd runs no command that others than root could have put there, and /tmp is everybody's.
    with tempfile.TemporaryDirectory(prefix="elmeld-", dir="/run") as safe, held_port() as port:
        server = Server(port, clinic, keys)
        with _sshd(server, Path(safe)):
            yield server


@contextmanager
def _sshd(server: Server, safe: Path) -> Iterator[None]:
    safe.chmod(0o755)
    lookup = safe / "lookup"
    lookup.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m elmeld_tui --data-dir "{server.clinic}" ssh-keys lookup "$1" "$2"\n'
    )
    lookup.chmod(0o755)
    config = safe / "sshd_config"
    config.write_text(
        f"Port {server.port}\nListenAddress 127.0.0.1\nHostKey {server.keys / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile none\nAuthorizedKeysCommand {lookup} %t %k\nAuthorizedKeysCommandUser root\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\n"
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)
    try:
        assert_soon(lambda: _answers(server.port))
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
