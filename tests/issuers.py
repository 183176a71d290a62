"""An authority that tells of its certificates: by list and by responder, over HTTP on loopback, truly or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from elmeld_tui.security.keys import KeyPair

DAY = timedelta(days=1)
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def revocation_list(
    authority: KeyPair,
    revoked: dict[int, datetime],
    at: datetime,
    *,
    lasts: timedelta = DAY,
    since: datetime | None = None,
    scope: x509.ExtensionType | None = None,
) -> x509.CertificateRevocationList:
    """A list of ``revoked`` serial numbers with their days; ``since`` is when the keys were in other hands."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + lasts)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.private_key.public_key()), critical=False
        )
    )
    if scope is not None:
        builder = builder.add_extension(scope, critical=True)
    for serial, day in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(day)
        if since is not None:
            entry = entry.add_extension(x509.InvalidityDate(since), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.private_key, hashes.SHA256())


def responder(
    authority: KeyPair, at: datetime, purpose: ObjectIdentifier = ExtendedKeyUsageOID.OCSP_SIGNING
) -> KeyPair:
    """A key that ``authority`` has appointed to answer for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "svartjeneste")]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - DAY)
        .not_valid_after(at + 30 * DAY)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(authority.private_key, hashes.SHA256())
    )
    return KeyPair(key, certificate)


def answer(
    request: bytes,
    signer: KeyPair,
    at: datetime,
    *,
    revoked: dict[int, datetime] | None = None,
    known: bool = True,
    lasts: timedelta | None = DAY,
    serial: int | None = None,
    nonce: bytes | None = None,
    with_certificate: bool = True,
) -> bytes:
    """A responder's answer to a request, signed by ``signer``; the rest says how it strays from the truth."""
    asked = ocsp.load_der_ocsp_request(request)
    day = (revoked or {}).get(asked.serial_number)
    status = ocsp.OCSPCertStatus.REVOKED if day else ocsp.OCSPCertStatus.GOOD
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=serial or asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=status if known else ocsp.OCSPCertStatus.UNKNOWN,
            this_update=at,
            next_update=None if lasts is None else at + lasts,
            revocation_time=day if known else None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    )
    if with_certificate:
        builder = builder.certificates([signer.certificate])
    said = nonce if nonce is not None else asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    if said:
        builder = builder.add_extension(x509.OCSPNonce(said), critical=False)
    return builder.sign(signer.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


@dataclass
class Issuer:
    """What an authority knows, and how its services behave.

    Attributes:
        authority: whose they are.
        responder_url: of the responder.
        list_url: of the list.
        now: the time by its clock.
        revoked: serial numbers with the day.
        known: whether the responder knows its certificates.
        down: services that answer with an error: ``ocsp``, ``crl``.
        instead: what a service answers instead of the truth, by its name.
        asked: services that were asked, in order.
    """

    authority: KeyPair
    responder_url: str
    list_url: str
    now: datetime = START
    revoked: dict[int, datetime] = field(default_factory=dict)
    known: bool = True
    down: set[str] = field(default_factory=set)
    instead: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def told(self, service: str, request: bytes) -> bytes:
        if service in self.instead:
            return self.instead[service]
        if service == "ocsp":
            return answer(request, self.authority, self.now, revoked=self.revoked, known=self.known)
        return revocation_list(self.authority, self.revoked, self.now).public_bytes(Encoding.DER)


@contextmanager
def issuer_at_work(authority: KeyPair) -> Iterator[Issuer]:
    """Serve ``/ocsp`` and ``/crl`` on loopback until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, request: bytes) -> None:
            service = self.path.strip("/")
            issuer.asked.append(service)
            moved = issuer.moved.get(service, "")
            body = b"" if service in issuer.down or moved else issuer.told(service, request)
            self.send_response(302 if moved else 503 if service in issuer.down else 200)
            if moved:
                self.send_header("Location", moved)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    base = f"http://127.0.0.1:{server.server_address[1]}"
    issuer = Issuer(authority, f"{base}/ocsp", f"{base}/crl")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
