"""Real mail servers for the tests: aiosmtpd in this process, a private Dovecot beside it, TLS made on the spot."""

# The names of the methods are aiosmtpd's.
# ruff: noqa: N802

from __future__ import annotations

import datetime
import ipaddress
import itertools
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.ports import held_port
from tests.waiting import PATIENCE

USER, PASSWORD = "odden@edi.test", "hemmelig"


@dataclass(frozen=True)
class Tls:
    """A server's certificate, which is its own issuer."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_tls(directory: Path) -> Tls:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Tls(directory / "mail.pem", directory / "mail.key")
    made.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


@dataclass
class Postmaster:
    """What the SMTP server does with each mail.

    Attributes:
        mails: taken in, whole, as they came over the line.
        envelopes: their SMTP envelopes.
        answers: what is said at each step instead of yes, by ``MAIL``, ``RCPT``, ``DATA``; each once.
        before_answer: called when the whole mail is there and nothing has been said.
        sessions: how many connections there have been.
    """

    mails: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    before_answer: Callable[[SMTP], None] | None = None
    sessions: list[Session] = field(default_factory=list)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if session not in self.sessions:
            self.sessions.append(session)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.pop("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.pop("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.before_answer is not None:
            self.before_answer(server)
        answer = self.answers.pop("DATA", "250 OK")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(envelope.content)
            self.envelopes.append(envelope)
        return answer


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())  # type: ignore[attr-defined]
    return AuthResult(success=right, handled=False)


@contextmanager
def smtp_server(
    master: Postmaster, *, tls: Tls | None = None, login: bool = False, size: int = 33554432
) -> Iterator[int]:
    """Run an SMTP server; give its port. With ``tls`` it wants STARTTLS."""
    with held_port() as port:
        controller = Controller(
            master,
            hostname="127.0.0.1",
            port=port,
            ready_timeout=PATIENCE,
            data_size_limit=size,
            tls_context=tls.context() if tls else None,
            require_starttls=tls is not None,
            authenticator=_knows if login else None,
            auth_required=login,
            auth_require_tls=tls is not None,
        )
        controller.start()
        try:
            yield port
        finally:
            controller.stop()


_NUMBERS = itertools.count(1_000_000)


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot with one mailbox.

    Attributes:
        pop3: port.
        imap: port.
        new: directory that mails are put into.
        owner: user and group id that it runs as.
    """

    pop3: int
    imap: int
    home: Path
    owner: tuple[int, int]

    @property
    def maildir(self) -> Path:
        return self.home / "mail" / USER

    def put(self, mail: bytes) -> None:
        """Let a mail lie in the mailbox."""
        # A name that has been used is remembered with its size.
        name = f"{next(_NUMBERS)}.elmeld"
        place = self.maildir / "tmp" / name
        place.write_bytes(mail)
        os.chown(place, *self.owner)
        place.rename(self.maildir / "new" / name)

    def lying(self) -> int:
        """How many mails lie there."""
        return sum(len(list((self.maildir / sub).iterdir())) for sub in ("new", "cur"))

    def empty(self) -> None:
        for sub in ("new", "cur"):
            for one in (self.maildir / sub).iterdir():
                one.unlink()


_CONF = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap pop3
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = {ssl}
ssl_cert = <{home}/mail.pem
ssl_key = <{home}/mail.key
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""


@contextmanager
def dovecot(tls: Tls) -> Iterator[Dovecot]:
    """Run a private Dovecot as an unprivileged user; skip where there is none."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or not all(
        Path(f"/usr/lib/dovecot/{name}").exists() for name in ("imap-login", "pop3-login")
    ):
        pytest.skip("Dovecot with IMAP and POP3 is not installed")
    who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    home = Path(tempfile.mkdtemp(prefix="elmeld-dovecot-"))
    try:
        with held_port() as pop3, held_port() as imap:
            made = Dovecot(pop3, imap, home, (who.pw_uid, who.pw_gid))
            process = _start(program, made, who, tls)
            try:
                yield made
            finally:
                process.terminate()
                process.wait(PATIENCE)
    finally:
        shutil.rmtree(home)


def _start(program: str, made: Dovecot, who: pwd.struct_passwd, tls: Tls) -> subprocess.Popen[bytes]:
    import grp

    home = made.home
    shutil.copy(tls.certificate, home)
    shutil.copy(tls.key, home)
    for sub in ("cur", "new", "tmp"):
        (made.maildir / sub).mkdir(parents=True)
    (home / "dovecot.conf").write_text(
        _CONF.format(
            home=home,
            user=who.pw_name,
            group=grp.getgrgid(who.pw_gid).gr_name,
            uid=who.pw_uid,
            gid=who.pw_gid,
            ssl="yes",
            password=PASSWORD,
            imap=made.imap,
            pop3=made.pop3,
        )
    )
    for place in (home, *home.rglob("*")):
        os.chown(place, who.pw_uid, who.pw_gid)
    process = subprocess.Popen(
        [program, "-F", "-c", str(home / "dovecot.conf")],
        user=who.pw_uid if os.getuid() == 0 else None,
        group=who.pw_gid if os.getuid() == 0 else None,
        extra_groups=[] if os.getuid() == 0 else None,
        stderr=subprocess.DEVNULL,
    )
    limit = time.monotonic() + PATIENCE
    while not (_answers(made.pop3) and _answers(made.imap)):
        log = (home / "log").read_text() if (home / "log").exists() else ""
        if time.monotonic() > limit or process.poll() is not None:
            process.kill()
            process.wait()
            raise RuntimeError(log)
        time.sleep(0.05)
    return process


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as line:
            return bool(line.recv(1))
    except OSError:
        return False
