"""A personal signature on receipt: AppRec cases S29 and S30, and what is told though it stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from message_samples import CLINIC, addressing
from nav_samples import SIGNING_DOCTOR, to_nav

from elmeld_tui.messages import signatures, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.rules import Decision, Judgement, judge
from elmeld_tui.model.findings import Severity
from elmeld_tui.security.authority import company_keys, create_authority, issue_person
from elmeld_tui.security.certificates import Anchors
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.signer import ExerciseSigner

NOW = datetime.now(UTC)
AUTHORITY = create_authority()
DOCTOR = issue_person(AUTHORITY, "Åse Nordfjord")
TRUST = Anchors((AUTHORITY.certificate,))
REQUEST = {"type": "99", "question": "Hva nå?"}


def signed(pair: KeyPair = DOCTOR, *, before: str = "", after: str = "") -> Document:
    """A request to us, signed in it, and changed afterwards where that is asked for."""
    person = replace(CLINIC, department=None, person=replace(SIGNING_DOCTOR, idents=CLINIC.organisation.idents))
    raw = ExerciseSigner(pair).sign(writing.build("request", REQUEST, addressing(sender=person, now=NOW)))
    return read(raw.replace(before.encode(), after.encode()) if before else raw)


def judged(document: Document, anchors: Anchors | None = TRUST) -> Judgement:
    found = signatures.findings(document, anchors, now=NOW)
    return judge(document, our_her_ids=frozenset({"8200001", "8200000"}), test_mode=True, signature_findings=found)


def codes(judgement: Judgement) -> list[str]:
    return [error.code.value for error in judgement.errors]


def told(judgement: Judgement) -> set[str]:
    return {finding.code for finding in judgement.findings if finding.where == "ds:Signature"}


def test_a_signed_message_is_taken_in_like_any_other() -> None:
    judgement = judged(signed())
    assert (judgement.decision, told(judgement)) == (Decision.IMPORT, set())


def test_a_message_without_signature_says_nothing_of_signatures() -> None:
    assert signatures.findings(read(writing.build("request", REQUEST, addressing())), TRUST) == []


def test_as29_a_signature_that_does_not_verify_is_refused_with_s01() -> None:
    judgement = judged(signed(before="Hva nå?", after="Hva da?"))
    assert (judgement.decision, codes(judgement)) == (Decision.REJECT, ["S01"])
    assert len(judgement.recipients) == 1
    assert judgement.errors[0].detail


def test_as29_it_is_asked_wherever_nobody_asked_before() -> None:
    changed = signed(before="Hva nå?", after="Hva da?")
    judgement = judge(changed, our_her_ids=frozenset({"8200001"}), test_mode=True)
    assert codes(judgement) == ["S01"]


def test_as30_a_stranger_is_refused_where_we_have_said_whom_we_trust_and_told_elsewhere() -> None:
    stranger = signed(issue_person(create_authority("en annen"), "Åse Nordfjord"))
    assert codes(judged(stranger)) == ["S02"]
    elsewhere = judged(stranger, None)
    assert (elsewhere.decision, told(elsewhere)) == (Decision.IMPORT, {"signer_unknown"})


@pytest.mark.parametrize("anchors", [TRUST, None], ids=["trust", "no trust"])
def test_as30_a_certificate_that_had_expired_is_refused(anchors: Anchors | None) -> None:
    old = issue_person(
        AUTHORITY, "Åse Nordfjord", valid_from=NOW - timedelta(days=90), valid_to=NOW - timedelta(days=30)
    )
    assert codes(judged(signed(old), anchors)) == ["S02"]


def test_as31_a_revoked_certificate_is_refused_with_s03() -> None:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(DOCTOR.certificate.serial_number)
        .revocation_date(NOW - timedelta(hours=1))
        .build()
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(AUTHORITY.certificate.subject)
        .last_update(NOW - timedelta(minutes=1))
        .next_update(NOW + timedelta(days=1))
        .add_revoked_certificate(entry)
        .sign(AUTHORITY.private_key, hashes.SHA256())
    )
    assert codes(judged(signed(), Anchors((AUTHORITY.certificate,), (crl,)))) == ["S03"]


def test_what_cannot_be_checked_here_is_refused_as_that() -> None:
    unknown = signed(before="xmldsig-more#rsa-sha256", after="xmldsig-more#rsa-ripemd160")
    assert codes(judged(unknown)) == ["S99"]


def test_another_person_s_signature_is_told() -> None:
    judgement = judged(signed(issue_person(AUTHORITY, "Per Sandøy")))
    assert (judgement.decision, told(judgement)) == (Decision.IMPORT, {"signer_name"})


def test_an_organisation_in_place_of_a_person_is_told() -> None:
    company = company_keys(AUTHORITY, "Fjellveien legesenter", "999999993").signing
    assert told(judged(signed(company))) == {"company_signature"}


def test_a_wrapped_message_s_signature_is_left_unjudged() -> None:
    inside = signed().raw.partition(b"?>")[2]
    wrapped = read(b'<EI_fellesformat xmlns="http://www.nav.no/xml/eiff/2/">' + inside + b"</EI_fellesformat>")
    (finding,) = signatures.findings(wrapped, TRUST, now=NOW)
    assert (finding.code, finding.severity) == ("signature_unchecked", Severity.WARNING)


def test_nav_refuses_what_is_not_signed_and_takes_what_is() -> None:
    document = read(
        writing.build(
            "sick-note",
            {
                "case_start": "2026-11-20",
                "diagnosis": "ICPC-2:L03",
                "periods": [{"from_date": "2026-11-20", "to_date": "2026-11-20", "medical_reasons": ["1"]}],
                "treated": "2026-11-20T09:30",
            },
            to_nav(now=NOW),
        )
    )
    assert [one.code for one in signatures.refusals_by_nav(document, TRUST, now=NOW)] == ["X99"]
    after = read(ExerciseSigner(DOCTOR).sign(document.raw))
    assert signatures.refusals_by_nav(after, TRUST, now=NOW) == []
