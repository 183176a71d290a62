"""Keys made for this run, and one message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from elmeld_tui.security.authority import company_keys, create_authority
from elmeld_tui.security.keys import CompanyKeys, KeyPair
from elmeld_tui.transport.envelope import EnvelopeHeader
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import pack
from tests.mail_servers import Tls, make_tls

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def authority() -> KeyPair:
    return create_authority(now=NOW)


@pytest.fixture(scope="session")
def clinic(authority: KeyPair) -> CompanyKeys:
    return company_keys(authority, "Fjellbygda legekontor", "999999993", now=NOW)


@pytest.fixture(scope="session")
def hospital(authority: KeyPair) -> CompanyKeys:
    return company_keys(authority, "Storbyen sykehus", "888888880", now=NOW)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def document() -> bytes:
    return "<?xml version='1.0' encoding='UTF-8'?>\n<MsgHead>Kjære kollega\r\n</MsgHead>\n".encode()


@pytest.fixture
def header() -> EnvelopeHeader:
    action = "DIALOG_HELSEFAGLIG"
    return EnvelopeHeader("8141253", "79768", f"S-{action}", action, NOW, f"{action}sender", f"{action}receiver")


@pytest.fixture
def packed(document: bytes, header: EnvelopeHeader, clinic: CompanyKeys, hospital: CompanyKeys) -> Packed:
    return pack(
        document,
        header,
        schema_location="http://www.kith.no/xmlstds/dialog/2013-01-23",
        schema_version="1.1",
        keys=clinic,
        recipient_certificate=hospital.decryption[0].certificate,
    )


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """What a mail server is protected with."""
    return make_tls(tmp_path_factory.mktemp("tls"))
