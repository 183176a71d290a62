"""The national acceptance criteria for receiving, R1–R10: every message is read, logged, kept, answered and shown."""

from __future__ import annotations

import incoming_samples as samples
import pytest
from incoming_samples import KINDS

from elmeld_tui.messages.document import read
from elmeld_tui.messages.reading import local
from tests.acceptance.changed_documents import OLD, changed
from tests.acceptance.receiving import Practice

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize("kind", KINDS)
def test_r1_r6_r7_r8_every_kind_is_read_logged_kept_and_answered(kind: str, practice: Practice) -> None:
    raw = KINDS[kind]()
    received = practice.receive(raw)
    assert (received.decision, received.told["schema_valid"]) == ("imported", True)
    (receipt,) = received.receipts
    assert (receipt.version, receipt.status, receipt.errors) == ("1.0" if kind in OLD else "1.1", "1", ())
    assert practice.folder(received) == "inbox"
    assert practice.reader.part(received.id) == raw
    assert practice.log(received)["state"] == "imported"
    assert practice.reader.events(received.id)[0].name == "received"
    assert "Iŋgadóttir" in practice.text(received)


@pytest.mark.parametrize("kind", KINDS)
def test_r2_as32_as34_a_syntax_error_is_rejected_and_told(kind: str, practice: Practice) -> None:
    """T01 where it is not well-formed but says who sent it (S34), T02 where it breaks its schema (S32)."""
    cut = practice.receive(KINDS[kind]()[:-20])
    assert (cut.decision, cut.codes, cut.told["well_formed"]) == ("rejected", ["T01"], False)
    assert cut.receipts[0].errors[0].detail.startswith("linje ")
    assert practice.folder(cut) is None
    invalid = practice.receive(changed(KINDS[kind](), ("<Patient>", "<Uventet/><Patient>")))
    assert (invalid.decision, invalid.codes) == ("rejected", ["T02"])
    assert "Uventet" in invalid.receipts[0].errors[0].detail
    assert "Uventet" in practice.text(invalid)
    assert practice.folder(invalid) is None
    assert practice.log(invalid)["state"] == "rejected"


def test_r2_what_names_no_sender_is_quarantined_with_an_alert(practice: Practice) -> None:
    received = practice.receive(b"<Message><MsgId>1</MsgId>")
    assert (received.decision, received.documents, practice.alerts()) == (
        "quarantined",
        [],
        ["document_unreadable"],
    )


@pytest.mark.parametrize(
    ("raw", "kind", "version"),
    [
        (changed(samples.report(), ('V="SVAR_LAB"', 'V="S"')), "service_report", "1.4"),
        (changed(samples.discharge(), ('V="EPIKRISE"', 'V="H"')), "discharge_summary", "1.2"),
        (changed(samples.referral("1.0"), ('V="H"', 'V="HENVISNING"')), "referral", "1.0"),
    ],
)
def test_r3_the_namespace_decides_not_the_type(raw: bytes, kind: str, version: str, practice: Practice) -> None:
    received = practice.receive(raw)
    assert (received.decision, received.told["kind"], received.told["version"]) == ("imported", kind, version)
    assert len(received.receipts) == 1


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
@pytest.mark.parametrize("kind", ["report 1.3", "referral 1.1", "dialogue 1.0"])
def test_r4_letters_survive_every_encoding(encoding: str, kind: str, practice: Practice) -> None:
    text = changed(KINDS[kind](), ("Iŋgadóttir", "Ærlig Åsgård Ødegård")).decode()
    if encoding == "UTF-8":
        text = text.replace("Márjá", "Ovlláš Boŋgu")
    else:
        # These letters are not in ISO-8859-1; the declaration is the sender's own.
        text = text.replace("UTF-8", encoding).replace("utf-8", encoding)
    received = practice.receive(text.encode(encoding))
    assert received.decision == "imported"
    seen = practice.text(received)
    assert "Ærlig Åsgård Ødegård" in seen
    assert ("Ovlláš Boŋgu" if encoding == "UTF-8" else "Márjá") in seen
    assert practice.reader.patients("ærlig åsg")


@pytest.mark.parametrize("kind", KINDS)
def test_r5_r9_all_that_is_said_is_shown(kind: str, practice: Practice) -> None:
    received = practice.receive(KINDS[kind]())
    seen = practice.text(received).casefold()
    for element in read(received.original).body.iter("{*}*"):
        for said in (element.text, element.get("DN"), element.get("OT")):
            words = " ".join((said or "").split())
            if words and not words[0].isdigit() and local(element) not in {"Base64Container", "MIGversion"}:
                assert all(word in seen for word in words.casefold().replace('"', "").split(", ")), (kind, words)


def test_r10_codes_are_shown_as_words(practice: Practice) -> None:
    bare = changed(
        samples.report(),
        ('DN="Endelig', 'DN="'),
        ('DevResultInd V="2" DN="Under nedre referansegrense"', 'DevResultInd V="2"'),
    )
    seen = practice.text(practice.receive(bare))
    assert "Endelig" in seen
    assert "↓ under" in seen
