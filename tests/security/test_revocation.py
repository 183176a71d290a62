"""Revocation: what a list and a responder may say, and everything that is not an answer; judged also by openssl."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.security.authority import create_authority, issue
from elmeld_tui.security.certificates import Use
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.locations import is_fetchable, list_addresses, responder_addresses
from elmeld_tui.security.ocsp import judge_answer, question
from elmeld_tui.security.revocation import Outcome, RevocationStatus
from elmeld_tui.security.revocation_list import judge_list, read_revocation_list, revoked_since
from tests.issuers import DAY, START, answer, responder, revocation_list
from tests.judges import write_pem

NONCE = b"0123456789abcdef"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Cast:
    """An authority with one certificate, and a stranger under the same name."""

    authority: KeyPair
    forger: KeyPair
    company: KeyPair
    other: KeyPair

    @property
    def serial(self) -> int:
        return self.company.certificate.serial_number

    def request(self) -> bytes:
        return question(self.company.certificate, self.authority.certificate, NONCE)

    def judged(self, told: bytes, now=START) -> RevocationStatus:  # type: ignore[no-untyped-def]
        certificate, issuer = self.company.certificate, self.authority.certificate
        return judge_answer(told, certificate, issuer, now=now, source="http://svar", nonce=NONCE)

    def listed(self, crl: x509.CertificateRevocationList, now=START) -> RevocationStatus:  # type: ignore[no-untyped-def]
        return judge_list(crl, self.company.certificate, self.authority.certificate, now=now, source="liste")


@pytest.fixture(scope="session")
def cast() -> Cast:
    authority = create_authority(now=START)
    start = START - DAY
    return Cast(
        authority,
        create_authority(now=START),
        issue(authority, "Fjellbygda legekontor", "999999993", Use.ENCRYPTION, valid_from=start),
        issue(authority, "Storbyen sykehus", "888888880", Use.SIGNING, valid_from=start),
    )


def test_the_issuers_answer_is_believed(cast: Cast) -> None:
    good = cast.judged(answer(cast.request(), cast.authority, START))
    assert (good.outcome, good.valid_until, good.source) == (Outcome.GOOD, START + DAY, "http://svar")
    revoked = cast.judged(answer(cast.request(), cast.authority, START, revoked={cast.serial: START - HOUR}))
    assert (revoked.outcome, revoked.revoked_at) == (Outcome.REVOKED, START - HOUR)
    assert cast.judged(answer(cast.request(), cast.authority, START, known=False)).outcome is Outcome.UNKNOWN
    assert cast.judged(answer(cast.request(), cast.authority, START, nonce=b"")).outcome is Outcome.GOOD


def test_one_whom_the_issuer_has_appointed_may_answer(cast: Cast) -> None:
    appointed = responder(cast.authority, START)
    assert cast.judged(answer(cast.request(), appointed, START)).outcome is Outcome.GOOD
    assert cast.judged(answer(cast.request(), appointed, START, with_certificate=False)).outcome is Outcome.OFFLINE
    late = START + 31 * DAY
    assert cast.judged(answer(cast.request(), appointed, late), late).outcome is Outcome.OFFLINE


def test_nobody_else_may(cast: Cast) -> None:
    strangers = (
        cast.forger,
        cast.other,
        responder(cast.forger, START),
        responder(cast.authority, START, ExtendedKeyUsageOID.CLIENT_AUTH),
    )
    for stranger in strangers:
        told = cast.judged(answer(cast.request(), stranger, START))
        assert (told.outcome, bool(told.reason)) == (Outcome.OFFLINE, True)


def test_an_answer_to_something_else_is_none(cast: Cast) -> None:
    another = answer(cast.request(), cast.authority, START, serial=cast.other.certificate.serial_number)
    foreign = question(cast.company.certificate, cast.other.certificate, NONCE)
    for told in (
        another,
        answer(foreign, cast.authority, START),
        answer(cast.request(), cast.authority, START, nonce=b"x" * 16),
        b"",
        b"<html>Velkommen</html>",
        cast.request(),
    ):
        assert cast.judged(told).outcome is Outcome.OFFLINE


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (ocsp.OCSPResponseStatus.UNAUTHORIZED, Outcome.UNKNOWN),
        (ocsp.OCSPResponseStatus.TRY_LATER, Outcome.OFFLINE),
        (ocsp.OCSPResponseStatus.INTERNAL_ERROR, Outcome.OFFLINE),
        (ocsp.OCSPResponseStatus.MALFORMED_REQUEST, Outcome.OFFLINE),
    ],
)
def test_a_responder_that_will_not_answer_is_told_apart(
    cast: Cast, status: ocsp.OCSPResponseStatus, outcome: Outcome
) -> None:
    told = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    assert cast.judged(told).outcome is outcome


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [(-3, Outcome.OFFLINE), (-2, Outcome.GOOD), (0, Outcome.GOOD), (26, Outcome.GOOD), (27, Outcome.OFFLINE)],
)
def test_clocks_may_differ_by_two_hours_and_no_more(cast: Cast, hours: int, outcome: Outcome) -> None:
    now = START + hours * HOUR
    assert cast.judged(answer(cast.request(), cast.authority, START), now).outcome is outcome
    assert cast.listed(revocation_list(cast.authority, {}, START), now).outcome is outcome


def test_an_answer_that_says_no_end_is_not_good_for_ever(cast: Cast) -> None:
    told = answer(cast.request(), cast.authority, START, lasts=None)
    assert cast.judged(told).outcome is Outcome.GOOD
    assert not cast.judged(told).holds(START)
    assert cast.judged(told, START + 2 * DAY).outcome is Outcome.OFFLINE


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_no_flipped_bit_makes_a_revoked_certificate_good(cast: Cast, place: int, bit: int) -> None:
    for true in (
        answer(cast.request(), cast.authority, START, revoked={cast.serial: START}),
        answer(cast.request(), cast.authority, START, known=False),
    ):
        at = place % len(true)
        turned = true[:at] + bytes([true[at] ^ (1 << bit)]) + true[at + 1 :]
        assert cast.judged(turned).outcome is not Outcome.GOOD


def test_a_list_tells_who_is_revoked_and_since_when(cast: Cast) -> None:
    crl = revocation_list(cast.authority, {cast.serial: START}, START, since=START - 3 * DAY)
    assert (cast.listed(crl).outcome, cast.listed(crl).revoked_at) == (Outcome.REVOKED, START - 3 * DAY)
    assert not cast.listed(crl).revoked_by(START - 4 * DAY)
    assert cast.listed(crl, START + 40 * DAY).outcome is Outcome.REVOKED
    empty = revocation_list(cast.authority, {cast.other.certificate.serial_number: START}, START)
    assert cast.listed(empty).outcome is Outcome.GOOD
    assert cast.listed(empty, START + 40 * DAY).outcome is Outcome.OFFLINE


@pytest.mark.parametrize(
    "scope",
    [
        x509.DeltaCRLIndicator(1),
        x509.IssuingDistributionPoint(None, None, False, True, None, False, False),
        x509.IssuingDistributionPoint(
            None, None, False, False, frozenset([x509.ReasonFlags.key_compromise]), False, False
        ),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ],
    ids=["delta", "only authorities", "some reasons", "unheard of"],
)
def test_a_part_of_a_list_proves_nothing(cast: Cast, scope: x509.ExtensionType) -> None:
    assert cast.listed(revocation_list(cast.authority, {}, START, scope=scope)).outcome is Outcome.OFFLINE


def test_a_strangers_list_counts_for_nothing_and_against_nobody(cast: Cast) -> None:
    crl = revocation_list(cast.forger, {cast.serial: START - DAY}, START)
    assert cast.listed(crl).outcome is Outcome.OFFLINE
    assert revoked_since(crl, cast.company.certificate, cast.authority.certificate) is None


def test_only_plain_web_addresses_are_taken_from_a_certificate(cast: Cast) -> None:
    company = issue(
        cast.authority,
        "Fjellbygda legekontor",
        "999999993",
        Use.SIGNING,
        responder_url="http://ocsp.example.no",
        list_url="ldap://crl.example.no/cn=x",
    ).certificate
    assert responder_addresses(company) == ("http://ocsp.example.no",)
    assert list_addresses(company) == ()
    assert list_addresses(cast.company.certificate) == responder_addresses(cast.company.certificate) == ()
    for url in ("file:///etc/passwd", "gopher://x/", "http://user@host/", "http:///x", "http://[::1", "ftp://h/x"):
        assert not is_fetchable(url)


@pytest.mark.parametrize("entry", ["V", "R", ""])
def test_openssl_understands_our_question_and_we_its_answer(cast: Cast, tmp_path: Path, entry: str) -> None:
    certificate, key = write_pem(tmp_path, cast.authority)
    (tmp_path / "request.der").write_bytes(cast.request())
    day = "261121080000Z"
    line = f"{entry}\t291120080000Z\t{day if entry == 'R' else ''}\t{cast.serial:X}\tunknown\t/CN=x\n"
    serial = f"{cast.serial:X}"
    line = line.replace(serial, serial.zfill(len(serial) + len(serial) % 2))
    (tmp_path / "index.txt").write_text(line if entry else "")
    command = ["openssl", "ocsp", "-index", "index.txt", "-CA", certificate, "-rsigner", certificate, "-rkey", key]
    _run([*command, "-reqin", "request.der", "-respout", "answer.der", "-ndays", "2"], tmp_path)
    told = (tmp_path / "answer.der").read_bytes()
    now = ocsp.load_der_ocsp_response(told).produced_at_utc
    expected = {"V": Outcome.GOOD, "R": Outcome.REVOKED, "": Outcome.UNKNOWN}
    assert cast.judged(told, now).outcome is expected[entry]
    assert cast.judged(told, now + 4 * DAY).outcome is Outcome.OFFLINE


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize("hours", [0, 48])
def test_openssl_judges_a_list_as_we_do(cast: Cast, tmp_path: Path, revoked: bool, hours: int) -> None:
    crl = revocation_list(cast.authority, {cast.serial: START} if revoked else {}, START)
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(Encoding.PEM))
    (tmp_path / "company.pem").write_bytes(cast.company.certificate.public_bytes(Encoding.PEM))
    certificate, _ = write_pem(tmp_path, cast.authority)
    now = START + hours * HOUR
    command = ["openssl", "verify", "-crl_check", "-CRLfile", "crl.pem", "-CAfile", certificate]
    done = subprocess.run(
        [*command, "-attime", str(int(now.timestamp())), "company.pem"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (done.returncode == 0) == (cast.listed(crl, now).outcome is Outcome.GOOD)
    assert read_revocation_list(crl.public_bytes(Encoding.PEM)) == crl


def _run(command: list[object], place: Path) -> None:
    done = subprocess.run(list(map(str, command)), cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
