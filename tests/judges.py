"""Judges that share no code with the program: xmlsec for signatures, the openssl command for encryption."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from elmeld_tui.security.keys import KeyPair

DS = "http://www.w3.org/2000/09/xmldsig#"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
EBXML_FILES = ("envelope.xsd", "msg-header-2_0.xsd")

_parts: dict[str, bytes] = {}


@cache
def _read_only_message_parts() -> None:
    """Let xmlsec read nothing but ``cid:``; its own callbacks read files and the network."""
    xmlsec.cleanup_callbacks()
    xmlsec.register_callbacks(_is_cid, _open, _read, lambda _: None)


def _is_cid(uri: bytes) -> bool:
    return uri.startswith(b"cid:")


def _open(uri: bytes) -> list[bytes] | None:
    data = _parts.get(unquote(uri.decode().removeprefix("cid:")))
    return None if data is None else [data]


def _read(rest: list[bytes], buffer: memoryview) -> int:
    piece, rest[0] = rest[0][: len(buffer)], rest[0][len(buffer) :]
    buffer[: len(piece)] = piece
    return len(piece)


def xmlsec_accepts(
    document: bytes,
    certificate: x509.Certificate,
    attachments: Mapping[str, bytes] = {},
    *,
    ids: Sequence[str] = (),
) -> bool:
    """Return whether xmlsec finds that the one signature in ``document`` holds; ``ids`` are attributes that are ids."""
    _use(attachments)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate.public_bytes(Encoding.DER), xmlsec.KeyFormat.CERT_DER)
    root = etree.fromstring(document)
    if ids:
        xmlsec.tree.add_ids(root, list(ids))
    try:
        context.verify(xmlsec.tree.find_node(root, "Signature", DS))
    except xmlsec.Error:
        return False
    return True


def xmlsec_signs(
    soap: bytes,
    key: KeyPair,
    attachments: Mapping[str, bytes],
    *,
    prefix: str | None = "ds",
    xpath: str = "",
    weak: bool = False,
) -> bytes:
    """Return ``soap`` signed by xmlsec in the envelope profile, in the variants that partners send.

    Args:
        soap: unsigned.
        key: signs.
        attachments: by Content-ID.
        prefix: of the signature's elements; None declares a default namespace.
        xpath: expression of the second transform, with prefix ``S``; empty leaves the transform out.
        weak: SHA-1 instead of SHA-256.
    """
    _use(attachments)
    root = etree.fromstring(soap)
    method = xmlsec.Transform.RSA_SHA1 if weak else xmlsec.Transform.RSA_SHA256
    digest = xmlsec.Transform.SHA1 if weak else xmlsec.Transform.SHA256
    node = xmlsec.template.create(root, xmlsec.Transform.C14N, method, ns=prefix)
    root.find(f"{{{SOAP}}}Header").append(node)
    envelope = xmlsec.template.add_reference(node, digest, uri="")
    xmlsec.template.add_transform(envelope, xmlsec.Transform.ENVELOPED)
    if xpath:
        transform = xmlsec.template.add_transform(envelope, xmlsec.Transform.XPATH)
        element = etree.SubElement(transform, f"{{{DS}}}XPath", nsmap={"S": SOAP})
        element.text = xpath
    xmlsec.template.add_transform(envelope, xmlsec.Transform.C14N)
    for content_id in attachments:
        xmlsec.template.add_reference(node, digest, uri=f"cid:{content_id}")
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
    context = xmlsec.SignatureContext()
    pem = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_memory(key.certificate.public_bytes(Encoding.DER), xmlsec.KeyFormat.CERT_DER)
    context.sign(node)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _use(attachments: Mapping[str, bytes]) -> None:
    _read_only_message_parts()
    _parts.clear()
    _parts.update(attachments)


def openssl(*arguments: str | Path) -> bytes:
    """Run the openssl command and return what it prints; skip the test where it is not installed."""
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("openssl is not installed")
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def write_pem(directory: Path, pair: KeyPair) -> tuple[Path, Path]:
    """Write certificate and private key as the openssl command reads them."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    certificate.write_bytes(pair.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(pair.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, key


def ebxml_faults(shared: Path) -> Callable[[bytes], list[str]]:
    """Return what the reference schemas of SOAP 1.1 and ebMS 2.0 say of a SOAP part."""
    directory = shared / "xsd" / "ebxml"

    class Local(etree.Resolver):
        def resolve(self, url, public_id, context):  # type: ignore[no-untyped-def]
            return self.resolve_filename(str(directory / url.rsplit("/", 1)[1]), context)

    parser = etree.XMLParser()
    parser.resolvers.add(Local())
    imports = "".join(
        f'<import namespace="{etree.parse(directory / name).getroot().get("targetNamespace")}" '
        f'schemaLocation="local/{name}"/>'
        for name in EBXML_FILES
    )
    schema = etree.XMLSchema(
        etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>', parser)
    )

    def faults(soap: bytes) -> list[str]:
        schema.validate(etree.fromstring(soap))
        return [error.message for error in schema.error_log]

    return faults
