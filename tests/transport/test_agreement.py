"""Agreements: what NAV's own file allows, and where a message departs from one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport.agreement import Agreement, AgreementError, Capability, check, read_agreement
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader
from tests.transport.agreements import cpa

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HEADER = EnvelopeHeader(
    "8141253", "79768", "Sykmelding", "Registrering", NOW, "Sykmelder", "Saksbehandler", "nav:x:1"
)


def codes(header: EnvelopeHeader, at: datetime = NOW, agreed: Agreement | None = None) -> list[str]:
    return [finding.code for finding in check(agreed or read_agreement(cpa()), header, at)]


def test_a_message_within_the_agreement_departs_nowhere() -> None:
    assert codes(HEADER) == []


def test_each_departure_has_its_own_code() -> None:
    assert codes(replace(HEADER, cpa_id="nav:x:2")) == ["cpa_id"]
    assert codes(HEADER, NOW + timedelta(days=100)) == ["cpa_validity"]
    assert codes(HEADER, NOW - timedelta(days=400)) == ["cpa_validity"]
    assert codes(replace(HEADER, from_her="1")) == ["cpa_party"]
    assert codes(replace(HEADER, action="Svar")) == ["cpa_action", "cpa_action"]
    assert codes(replace(HEADER, to_role="Nav")) == ["cpa_action"]
    assert codes(replace(HEADER, from_her="79768", to_her="8141253")) == ["cpa_action", "cpa_action"]


def test_signals_need_no_role() -> None:
    signal = replace(HEADER, service=SIGNAL_SERVICE, action="Acknowledgment", from_role="", to_role="")
    assert codes(signal) == []


def test_the_signer_must_be_the_senders_in_the_agreement(clinic: CompanyKeys, hospital: CompanyKeys) -> None:
    own, other = clinic.signing.certificate, hospital.signing.certificate
    agreed = read_agreement(cpa(own.public_bytes(Encoding.DER)))
    assert check(agreed, HEADER, NOW, own) == []
    assert [finding.code for finding in check(agreed, HEADER, NOW, other)] == ["cpa_certificate"]


@pytest.mark.parametrize(
    "raw", [b"", b"<x/>", b"<!DOCTYPE x><x/>", cpa().replace(b"2026-01-01T00:00:00Z", b"soon")]
)
def test_a_file_that_is_no_agreement_is_told(raw: bytes) -> None:
    with pytest.raises(AgreementError):
        read_agreement(raw)


def test_navs_own_agreement_is_read_whole(shared: Path) -> None:
    agreed = read_agreement((shared / "registry" / "cpa" / "nav-qass-35065.xml").read_bytes())
    assert agreed.cpa_id == "nav:qass:35065"
    assert (agreed.start, agreed.end) == (
        datetime(2025, 9, 29, 13, 33, 28, tzinfo=UTC),
        datetime(2028, 1, 2, 22, 59, tzinfo=UTC),
    )
    partner, nav = agreed.parties
    assert (partner.her_ids, nav.her_ids) == ({"8141253"}, {"79768"})
    assert Capability("CanSend", "Behandler", "BehandlerKrav", "OppgjorsMelding") in partner.capabilities
    assert Capability("CanReceive", "KontrollUtbetaler", "BehandlerKrav", "OppgjorsMelding") in nav.capabilities
    # The answer of a synchronous service is nested in the request it answers.
    assert Capability("CanReceive", "Behandler", "HarBorgerFrikort", "Svar") in partner.capabilities
    assert partner.certificates
    assert nav.certificates
    header = replace(HEADER, cpa_id="nav:qass:35065")
    assert check(agreed, header, NOW) == []
