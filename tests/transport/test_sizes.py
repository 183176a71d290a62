"""What a document becomes on its way is told before it is packed, never too low and not far too high."""

from __future__ import annotations

import secrets

import pytest

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.packing import pack
from elmeld_tui.transport.sizes import packed_size, surely_fits
from tests.transport.conftest import NOW


@pytest.mark.parametrize("size", [100, 100_000, 3_000_000])
def test_the_size_is_told_from_above(size: int, hospital: CompanyKeys) -> None:
    document = b"<a>" + secrets.token_bytes(size).hex().encode()[:size] + b"</a>"
    packed = pack(
        document,
        EnvelopeHeader("1", "2", "Service", "Action", NOW),
        schema_location="urn:x",
        schema_version="1.0",
        keys=hospital,
        recipient_certificate=hospital.decryption[0].certificate,
    )
    told = packed_size(document)
    assert len(packed.body) <= told <= len(packed.body) * 1.01 + 20_000
    assert not surely_fits(document, len(packed.body) - 1)
