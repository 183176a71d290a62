"""The clinic that uses this installation: its identity, how it is reached, where its keys are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from elmeld_tui.model.contact import Address
from elmeld_tui.model.mail import DropFolder, Mail
from elmeld_tui.model.retention import Retention


@dataclass(frozen=True, slots=True)
class Service:
    """A communication party of the clinic: a service or a person, with its own HER-id (level 2)."""

    her_id: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """Someone who works at the clinic.

    Attributes:
        name: the operating system's user name.
        full_name: given and family name, as documents sign.
        profession: code in list 9060 (``LE`` doctor, ``SP`` nurse, ``HE`` secretary …).
        hpr_number: digits; empty for those without.
        phone: where a receiver can call back.
        national_id: fødselsnummer or D-number; stands in what the user signs personally, and nowhere else.
        her_id: her own communication party, whose post is hers; empty for those without.
        administrator: whether she looks after people and access, when she is taken in.
        reads_all: whether she has access to all messages, when she is taken in.
    """

    name: str
    full_name: str
    profession: str = ""
    hpr_number: str = ""
    phone: str = ""
    national_id: str = ""
    her_id: str = ""
    administrator: bool = False
    reads_all: bool = False


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A PKCS#12 file and the name of the environment variable that holds its password."""

    path: Path
    password_env: str


class UnknownReceiver(StrEnum):
    """What becomes of a message to our organisation, but to no service or person here (AR11 §3.3.4: our choice)."""

    REJECT = "reject"
    ASK = "ask"


class UnknownPatient(StrEnum):
    """What becomes of a discharge summary or report about a patient without a record here (E35)."""

    ACCEPT = "accept"
    ASK = "ask"
    REJECT = "reject"


class RevocationCheck(StrEnum):
    """How it is found out whether a certificate has been revoked.

    Attributes:
        LISTS: by the lists that lie beside the trusted authorities.
        ONLINE: by asking its issuer, over the addresses that the certificate names.
        OFF: not at all; a list that lies there still counts against those it names.
    """

    LISTS = "lists"
    ONLINE = "online"
    OFF = "off"


class RevocationOffline(StrEnum):
    """What becomes of a message when it cannot be found out whether a certificate has been revoked.

    Attributes:
        SEND_WAITS: what we send waits; what we receive is accepted with a remark, as the register vouches for it.
        WAIT: both wait.
        ACCEPT: neither does.
    """

    SEND_WAITS = "send_waits"
    WAIT = "wait"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Operations:
    """How those who run the engine watch it.

    Attributes:
        host: address that health and metrics are told on.
        port: None tells them nowhere; 0 lets the system choose.
        allow_remote: whether ``host`` may be reached from other machines.
        least_free_mb: megabytes (10⁶) of disk below which the clinic is in trouble.
        late_after_minutes: how long something that is due may wait before it is late.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    allow_remote: bool = False
    least_free_mb: int = 500
    late_after_minutes: int = 15

    @property
    def is_too_open(self) -> bool:
        """Whether other machines could reach what nobody has allowed them to."""
        return self.port is not None and not self.allow_remote and not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches ``host``, an IP address or a name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where messages are kept; by default in a SQLite file of the clinic's directory.

    Attributes:
        url: of a PostgreSQL database, as libpq reads it, without a password.
        password_env: environment variable with its password; empty where libpq finds it (~/.pgpass, a certificate).
        key_command: command that prints the key of an encrypted SQLite file; empty where it is not encrypted.
    """

    url: str = ""
    password_env: str = ""
    key_command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clinic:
    """One legal unit as this installation knows it.

    Attributes:
        name: of the legal unit (level 1).
        her_id: of the legal unit.
        organisation_number: nine digits.
        services: level 2, the first is the usual sender.
        users: who may be logged in.
        signing: key that signs envelopes.
        decryption: keys that open payloads; two during a change of certificate (HITS 1177 §8).
        exercise_signature: key that stands for everybody's smart card in a clinic that is a test.
        trust: directory with the certificates of the authorities that are trusted, PEM or DER.
        revocation: how it is found out whether a certificate has been revoked.
        revocation_offline: what becomes of a message when that cannot be found out.
        register_url: base URL of the address register's REST interface.
        listen_host: address the engine listens on.
        listen_port: port the engine listens on; 0 lets the system choose.
        mail: how the clinic is reached by mail; None where it is not.
        folder: how it is reached by drop folder.
        routes: by HER-id, where what is for that party goes, instead of where the register says.
        address: where the clinic is; stands in what is signed personally (a sick note gives its writer's address).
        test: whether test messages and synthetic persons are everyday here.
        unknown_receivers: what becomes of messages to our organisation, but to nobody known here.
        unknown_patients: what becomes of discharge summaries and reports about patients without a record here.
        operations: how those who run the engine watch it.
        store: where messages are kept.
        retention: and for how long.
        lock_after_minutes: how long a terminal may be left alone before it is locked; 0 never locks it.
    """

    name: str
    her_id: str
    organisation_number: str
    services: tuple[Service, ...]
    users: tuple[User, ...] = ()
    signing: KeyFile | None = None
    decryption: tuple[KeyFile, ...] = field(default=())
    exercise_signature: KeyFile | None = None
    trust: Path | None = None
    revocation: RevocationCheck = RevocationCheck.LISTS
    revocation_offline: RevocationOffline = RevocationOffline.SEND_WAITS
    register_url: str = ""
    listen_host: str = "127.0.0.1"
    listen_port: int = 0
    mail: Mail | None = None
    folder: DropFolder = field(default=DropFolder())
    routes: Mapping[str, str] = field(default_factory=dict)
    address: Address | None = None
    test: bool = False
    unknown_receivers: UnknownReceiver = UnknownReceiver.REJECT
    unknown_patients: UnknownPatient = UnknownPatient.ACCEPT
    operations: Operations = field(default_factory=Operations)
    store: StoreSettings = StoreSettings()
    retention: Retention = field(default_factory=Retention)
    lock_after_minutes: int = 15

    @property
    def her_ids(self) -> frozenset[str]:
        """Every HER-id that is this clinic, both levels, those of its people too."""
        people = (user.her_id for user in self.users if user.her_id)
        return frozenset({self.her_id, *(service.her_id for service in self.services), *people})

    @property
    def mail_address(self) -> str:
        """EDI address that mail comes from; empty where the clinic has none."""
        return self.mail.address if self.mail else ""

    def user_named(self, login: str) -> User:
        """Return the user with this login; the only one of a clinic that has one; else a stranger by that name."""
        for user in self.users:
            if user.name == login:
                return user
        return self.users[0] if len(self.users) == 1 else User(login, login)


def senders(clinic: Clinic, user: User) -> tuple[Service, ...]:
    """Return under whom ``user`` can write: the clinic's services, and herself where she has a HER-id of her own.

    Only one that the settings name: an answer to another would not be known as the clinic's.
    """
    own = {service.her_id for service in clinic.services}
    if user.her_id in clinic.her_ids - own and user.her_id != clinic.her_id:
        return (*clinic.services, Service(user.her_id, user.full_name))
    return clinic.services
