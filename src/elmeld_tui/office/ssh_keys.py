"""Who logs in over SSH with which key: entered and taken away by the administrator, looked up by sshd."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import to_text
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.store import ssh_keys
from elmeld_tui.store.reading import Reader
from elmeld_tui.store.ssh_keys import PublicKey, known_keys, read_public_key

_RESTRICTIONS = "restrict,pty"
"""Nothing but a terminal: no shell, no forwarding of ports, agent or X11, no user rc (sshd(8), AUTHORIZED_KEYS)."""


def add_key(office: Office, login: str, line: str) -> PublicKey:
    """Let a public key be somebody's.

    Args:
        office: where.
        login: of an active person.
        line: of a ``.pub`` file.

    Raises:
        OfficeError: she may not do it, nobody has the login, it is no public key, or it is somebody's already.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    person = next((one for one in office.reader.people.persons() if one.login == login and one.active), None)
    if person is None:
        raise OfficeError(t("Ingen ved klinikken har brukernavnet «{login}». Se elmeld user list.", login=login))
    key = read_public_key(line)
    if key is None:
        raise OfficeError(
            t(
                "Dette er ingen offentlig SSH-nøkkel. Bruk filen som slutter på .pub, med én linje: ssh-ed25519 AAAA…"
            )
        )
    known = known_keys(office.reader.ask, key.fingerprint)
    if known:
        raise OfficeError(t("Nøkkelen tilhører {login} fra før.", login=known[0].login))
    at = to_text(office.clock())
    with office.database.transaction() as connection:
        ssh_keys.add(connection, person.id, key, at=at)
        office.note(connection, "add_ssh_key", login=login, fingerprint=key.fingerprint)
    return key


def remove_key(office: Office, fingerprint: str) -> None:
    """Let a key be nobody's any more: whoever has it cannot log in from now on.

    Raises:
        OfficeError: she may not do it, or the key is nobody's.
    """
    policy.require(office, Action.MANAGE_PEOPLE)
    with office.database.transaction() as connection:
        if not ssh_keys.remove(connection, fingerprint):
            raise OfficeError(t("Ingen har nøkkelen {fingerprint}.", fingerprint=fingerprint))
        office.note(connection, "remove_ssh_key", fingerprint=fingerprint)


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
