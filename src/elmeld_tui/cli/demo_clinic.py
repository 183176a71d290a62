"""Makes the clinic of the demonstration: its settings, its keys, and its entry in the simulated register.

Everything is made up: the organisation number is of the synthetic series, the keys come from the demonstration's own
authority, and the simulated Helsenett knows the clinic because the clinic registers itself.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from elmeld_tui.cli import demo_people
from elmeld_tui.cli.errors import OUTSIDE_FAILED, WRONG_USE, CommandError
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic, KeyFile, Service
from elmeld_tui.model.contact import Address
from elmeld_tui.model.mail import Mail, Mailbox, MailboxProtocol, MailServer, Protection

if TYPE_CHECKING:
    import httpx

PASSWORD_ENV = "ELMELD_DEMO_KEY_PASSWORD"  # noqa: S105 - a name
MAIL_PASSWORD_ENV = "ELMELD_DEMO_MAIL_PASSWORD"  # noqa: S105 - a name
SIMULATOR = Path("simulator")
"""The simulator's own directory, inside the clinic's."""

_MARKER = "demo.json"
_NAME = "Fyrlykta legesenter"
_HER_ID = "9200000"
_ORGANISATION_NUMBER = "310412368"
_SERVICES = (Service("9200001", "Allmennlege"),)
_CITY = "Brattholmen"

_PATIENCE = 60.0
"""Seconds for an answer of the simulator, which sends a message before it gives one; a machine may have much to do."""


@dataclass(frozen=True, slots=True)
class DemoClinic:
    """The clinic of a demonstration.

    Attributes:
        directory: its data directory.
        password: of its key files. It lies beside them in the directory, since the keys protect nothing.
        new: whether it was made just now.
    """

    directory: Path
    password: str
    new: bool


def prepare(directory: Path) -> DemoClinic:
    """Make a demonstration clinic's keys in ``directory``, or take up again what is there.

    Raises:
        CommandError: there is something else in the directory.
    """
    marker = directory / _MARKER
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CommandError(
            t("kan ikke lage mappen {path}: {reason}", path=directory, reason=error.strerror), OUTSIDE_FAILED
        ) from error
    if marker.exists():
        demo = DemoClinic(directory, json.loads(marker.read_text())["password"], new=False)
    elif any(directory.iterdir()):
        raise CommandError(
            t(
                "{path} er ikke tom og ingen demo. Velg en tom mappe, så blir ingenting overskrevet.",
                path=directory,
            ),
            WRONG_USE,
        )
    else:
        demo = DemoClinic(directory, secrets.token_urlsafe(24), new=True)
        marker.touch(mode=0o600)
        marker.write_text(json.dumps({"password": demo.password}))
    if not _personal(demo).exists():
        _make_keys(demo)
    return demo


def _make_keys(demo: DemoClinic) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    from elmeld_tui.security.authority import company_keys, create_authority, issue_person, to_pkcs12

    authority = create_authority("elmeld demo")
    keys = company_keys(authority, _NAME, _ORGANISATION_NUMBER)
    trust = demo.directory / "trust"
    trust.mkdir(exist_ok=True)
    (trust / "demo-ca.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    made = (
        (_signing(demo), keys.signing),
        (_encryption(demo), keys.decryption[0]),
        (_personal(demo), issue_person(authority, demo_people.DOCTOR)),
    )
    for path, pair in made:
        path.parent.mkdir(exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(to_pkcs12(pair, demo.password.encode()))


def passwords(demo: DemoClinic) -> dict[str, str]:
    """Return what the engine of the demonstration finds in its environment."""
    from elmeld_tui.simulator.post_office import MAIL_PASSWORD

    return {PASSWORD_ENV: demo.password, MAIL_PASSWORD_ENV: MAIL_PASSWORD}


def mail_by(smtp: int, pop3: int) -> Mail:
    """Return the clinic's mail in the simulated Helsenett, whose mail servers are on these ports."""
    from elmeld_tui.simulator.cast import MAIL_DOMAIN

    address = f"fyrlykta@{MAIL_DOMAIN}"
    host = "127.0.0.1"
    box = MailServer(host, pop3, Protection.NONE, address, MAIL_PASSWORD_ENV)
    return Mail(
        address,
        MailServer(host, smtp, Protection.NONE),
        (Mailbox(MailboxProtocol.POP3, box),),
        poll_seconds=1,
    )


def configure(demo: DemoClinic, register_url: str, trust: Path, mail: Mail | None = None) -> Clinic:
    """Write the clinic's settings: its register at ``register_url``, trust in the authority in ``trust``."""
    from elmeld_tui.store.settings import write_clinic

    (demo.directory / "trust" / trust.name).write_bytes(trust.read_bytes())
    signing, encryption, personal = (
        path.relative_to(demo.directory) for path in (_signing(demo), _encryption(demo), _personal(demo))
    )
    clinic = Clinic(
        name=_NAME,
        her_id=_HER_ID,
        organisation_number=_ORGANISATION_NUMBER,
        services=_SERVICES,
        users=demo_people.users(),
        signing=KeyFile(signing, PASSWORD_ENV),
        decryption=(KeyFile(encryption, PASSWORD_ENV),),
        exercise_signature=KeyFile(personal, PASSWORD_ENV),
        trust=Path("trust"),
        register_url=register_url,
        mail=mail,
        address=Address(street="Fyrveien 1", postal_code="5999", city=_CITY),
        test=True,
    )
    write_clinic(demo.directory, clinic)
    return clinic


def former_port(demo: DemoClinic) -> int:
    """Return the port the clinic's register was on last time; 0 for a new clinic."""
    from elmeld_tui.store.places import settings_file
    from elmeld_tui.store.settings import read_clinic

    if not settings_file(demo.directory).exists():
        return 0
    return urlsplit(read_clinic(demo.directory).register_url).port or 0


def announce(demo: DemoClinic, clinic: Clinic, port: int) -> None:
    """Enter the clinic in the simulated register by its EDI address, or its engine's ``port``, and agree with NAV.

    Raises:
        CommandError: the simulated Helsenett does not answer.
    """
    from elmeld_tui.transport.listener import PATH

    certificates = {
        "signingCertificate": _certificate(_signing(demo), demo.password),
        "encryptionCertificate": _certificate(_encryption(demo), demo.password),
    }
    common: dict[str, Any] = {
        "organizationNumber": clinic.organisation_number,
        "endpoint": "" if clinic.mail else f"http://{clinic.listen_host}:{port}{PATH}",
        "ediAddress": clinic.mail_address,
        "city": _CITY,
        **certificates,
    }
    entries: dict[str, dict[str, Any]] = {clinic.her_id: {"name": clinic.name, "type": "Organization", **common}}
    for service in clinic.services:
        entries[service.her_id] = {
            "name": service.name,
            "type": "Service",
            "parentHerId": clinic.her_id,
            "parentName": clinic.name,
            "serviceTypeCodeListId": "8666",
            "serviceTypeCodeValue": "05",
            **common,
        }
    for her_id, entry in entries.items():
        _ask(clinic, "PUT", f"parties/{her_id}", entry)
    _settle_in(demo, clinic)


def _settle_in(demo: DemoClinic, clinic: Clinic) -> None:
    """Make a new clinic's groups, and take in the agreement that the simulated NAV makes with it, as from a file."""
    from elmeld_tui.office.agreements import take_in
    from elmeld_tui.office.clinic import open_office

    office = open_office(demo.directory)
    try:
        if not office.reader.people.groups():
            demo_people.organise(office)
        take_in(office, _call(clinic, "GET", f"cpa/{clinic.her_id}").content)
    finally:
        office.close()


def let_send(clinic: Clinic, what: str) -> str:
    """Let a partner write to the clinic's first service; return the MsgId of what it sends.

    Args:
        clinic: as configured.
        what: a key of `simulator.letters.SUBJECTS`.

    Raises:
        CommandError: the simulated Helsenett does not answer.
    """
    return str(_ask(clinic, "POST", "send", {"what": what, "to": clinic.services[0].her_id})["msgId"])


def _ask(clinic: Clinic, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = _call(clinic, method, path, body).json()
    return result


def _call(clinic: Clinic, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    import httpx

    url = f"{clinic.register_url}/simulator/{path}"
    try:
        return httpx.request(method, url, json=body, trust_env=False, timeout=_PATIENCE).raise_for_status()
    except httpx.HTTPError as error:
        reason = t("det simulerte Helsenettet svarer ikke som det skal: {reason}", reason=error)
        raise CommandError(reason, OUTSIDE_FAILED) from error


def _signing(demo: DemoClinic) -> Path:
    return demo.directory / "keys" / "signing.p12"


def _encryption(demo: DemoClinic) -> Path:
    return demo.directory / "keys" / "encryption.p12"


def _personal(demo: DemoClinic) -> Path:
    return demo.directory / "keys" / "personal-exercise.p12"


def _certificate(path: Path, password: str) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    from elmeld_tui.security.keys import load_pkcs12

    (pair,) = load_pkcs12(path.read_bytes(), password.encode())
    return base64.b64encode(pair.certificate.public_bytes(Encoding.DER)).decode()
