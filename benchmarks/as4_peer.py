"""The PyPI package ``as4`` receiving messages in memory, as many as it is asked for on a line of standard input.

It stands alone: it is run by a Python that has ``as4`` and nothing of elmeld (the two want different versions of
cryptography). It is given the payload's file; it answers each number N with a line of JSON, the processor and elapsed
seconds that receiving N messages took: to parse, verify, decrypt, decompress, and to build and sign the receipt. What
the sender does, to build and encrypt them, is done before and not counted.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from as4 import AS4LocalPrivateKey, SecurityPolicy, pinned_certificates
from as4.peppol import (
    build_peppol_message,
    create_peppol_external_party,
    create_peppol_internal_party,
    parse_peppol_message,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

SENDER, RECEIVER = "PTE000001", "PTE000002"


def main() -> None:
    payload = Path(sys.argv[1]).read_bytes()
    sender_key, sender_certificate = _identity(SENDER)
    receiver_key, receiver_certificate = _identity(RECEIVER)
    sender = create_peppol_internal_party(SENDER, sender_certificate, AS4LocalPrivateKey(sender_key))
    receiver = create_peppol_internal_party(RECEIVER, receiver_certificate, AS4LocalPrivateKey(receiver_key))
    policy = SecurityPolicy(signer_resolver=pinned_certificates(sender_certificate))

    def build() -> tuple[dict[str, str], bytes]:
        message = build_peppol_message(
            payload,
            local_party=sender,
            remote_party=create_peppol_external_party(RECEIVER, receiver_certificate),
            sender="9932:9999999999",
            recipient="9932:1111111111",
            sender_country_id="NO",
            document_type_identifier_scheme="busdox-docid-qns",
            document_type_identifier_value="urn:referral::Message##urn:referral:1.1::1.1",
            process_identifier="urn:referral",
        )
        body, boundary = message.get_request_data()
        return message.get_http_headers(boundary), body

    def receive(headers: dict[str, str], body: bytes) -> None:
        exchange = parse_peppol_message(headers, body, receiver, security_policy=policy)
        exchange.build_signal()
        assert exchange.successful, exchange.error

    for line in sys.stdin:
        incoming = [build() for _ in range(int(line))]
        cpu, wall = time.process_time(), time.perf_counter()
        for headers, body in incoming:
            receive(headers, body)
        print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]), flush=True)


def _identity(name: str) -> tuple[RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, certificate


if __name__ == "__main__":
    main()
