"""What was tried on an encrypted payload: what swells, what is malformed, and what would tell of the key."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from elmeld_tui.security import cms, cms_reading
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport import mime
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.payloads import open_part
from tests.transport import wire
from tests.transport.refusing import bounded


def _bomb(megabytes: int) -> bytes:
    deflate = zlib.compressobj(1, wbits=31)
    zeros = b" " * 1_000_000
    return deflate.compress(b"<a>") + b"".join(deflate.compress(zeros) for _ in range(megabytes)) + deflate.flush()


@pytest.mark.parametrize("within", [bytes, gzip.compress], ids=["gzip", "gzip in gzip"])
def test_a_bomb_inside_the_encryption(within: Callable[[bytes], bytes], hospital: CompanyKeys) -> None:
    bomb = cms.encrypt(within(_bomb(70)), [hospital.decryption[0].certificate])
    assert len(bomb) < 400_000
    with bounded(), pytest.raises(cms.DecryptionError):
        open_part(mime.Part("a", "x/y", bomb), hospital.decryption)


def test_members_without_number_cost_no_more_than_their_bytes(hospital: CompanyKeys) -> None:
    members = cms.encrypt(gzip.compress(b"") * 200_000, [hospital.decryption[0].certificate])
    with bounded(), pytest.raises(cms.DecryptionError):
        open_part(mime.Part("a", "x/y", members), hospital.decryption)


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


_ENVELOPED = bytes.fromhex("06092a864886f70d010703")
DAMAGED_CMS: dict[str, bytes] = {
    "indefinite within indefinite": _tlv(0x30, _ENVELOPED + _tlv(0xA0, b"\x30\x80" * 100_000)),
    "sets within sets": _tlv(0x30, _ENVELOPED + _tlv(0xA0, b"\x31\x80" * 50_000 + b"\x00\x00" * 50_000)),
    "a length beyond the end": b"\x30\x84\x7f\xff\xff\xff" + _ENVELOPED,
    "a length of a hundred bytes": b"\x30\xe4" + b"\xff" * 200,
    "zeros": b"\x00" * 1_000_000,
    "nothing inside": _tlv(0x30, _ENVELOPED + _tlv(0xA0, _tlv(0x30, b""))),
    "recipients without number": _tlv(
        0x30,
        _ENVELOPED + _tlv(0xA0, _tlv(0x30, b"\x02\x01\x00" + _tlv(0x31, _tlv(0x30, b"\x02\x01\x00") * 50_000))),
    ),
}


@pytest.mark.parametrize("what", DAMAGED_CMS)
def test_cms_that_is_none_fails_as_a_wrong_key_does(what: str, packed: Packed, hospital: CompanyKeys) -> None:
    with bounded(), pytest.raises(cms.DecryptionError) as failed:
        open_part(mime.Part("a", "x/y", DAMAGED_CMS[what]), hospital.decryption)
    assert str(failed.value) == str(cms.DecryptionError())


def test_a_key_is_never_tried_that_is_not_addressed(packed: Packed, clinic: CompanyKeys) -> None:
    with pytest.raises(cms.DecryptionError) as failed:
        open_payload(unpack(packed.content_type, packed.body), clinic)
    assert str(failed.value) == str(cms.DecryptionError())


@pytest.mark.parametrize("field", ["encrypted_key", "octets", "initialisation_vector"])
def test_padding_and_key_fail_alike(field: str, packed: Packed, hospital: CompanyKeys) -> None:
    """Whoever sends variations of a captured envelope learns nothing from how they fail."""
    _, parts = wire.taken_apart(packed)
    envelope = cms_reading.read(next(iter(parts.values())))
    assert envelope
    answers = set()
    for position in range(16):
        if field == "encrypted_key":
            key = bytearray(envelope.recipients[0].encrypted_key)
            key[-1 - position] ^= 1
            other = replace(envelope, recipients=(replace(envelope.recipients[0], encrypted_key=bytes(key)),))
        else:
            data = bytearray(getattr(envelope, field))
            data[-1 - position] ^= 0x80
            other = replace(envelope, **{field: bytes(data)})
        try:
            cms.open_envelope(other, hospital.decryption)
        except cms.DecryptionError as error:
            answers.add(str(error))
    assert answers <= {str(cms.DecryptionError())}
