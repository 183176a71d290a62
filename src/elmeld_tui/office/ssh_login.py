"""What sshd is told about the key somebody logs in with. It waits for the answer: imports nothing heavy."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from elmeld_tui.store.reading import Reader
from elmeld_tui.store.ssh_keys_reading import PublicKey, known_keys

_RESTRICTIONS = "restrict,pty"
"""Nothing but a terminal: no shell, no forwarding of ports, agent or X11, no user rc (sshd(8), AUTHORIZED_KEYS)."""


def authorized_line(reader: Reader, data_dir: Path, config: Path | None, offered: PublicKey) -> str:
    """Return what sshd shall know of a key that is offered: the terminal as its owner, and nothing else.

    Returns:
        One line of an ``authorized_keys`` file; empty where the key is nobody's.
    """
    found = known_keys(reader.ask, offered.fingerprint)
    if not found or found[0].blob != offered.blob:
        return ""
    words = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(data_dir.resolve())]
    if config is not None:
        words += ["--config", str(config.resolve())]
    command = shlex.join([*words, "ssh-session", found[0].login])
    quoted = command.replace("\\", "\\\\").replace('"', '\\"')
    return f'{_RESTRICTIONS},command="{quoted}" {offered.type} {offered.blob}'
