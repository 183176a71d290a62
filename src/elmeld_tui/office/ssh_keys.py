"""Who logs in over SSH with which key: added and removed by the administrator."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import to_text
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.policy import Action
from elmeld_tui.store import ssh_keys
from elmeld_tui.store.ssh_keys_reading import PublicKey, known_keys, read_public_key


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
