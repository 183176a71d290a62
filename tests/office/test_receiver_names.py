"""A ready document whose receiver is somebody else by name than by HER-id does not leave by itself (decision 28)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.messages.document import read
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.ready import OtherReceiverError, send_document
from elmeld_tui.office.receiver_names import agree
from elmeld_tui.office.writing import preview
from elmeld_tui.store.rows import Patient
from tests.office.conftest import SURGERY


@pytest.fixture
def ready(office: Office, patient: Patient) -> bytes:
    draft = replace(
        new_draft(office, "note", patient_id=patient.id),
        answers={"subject": "Blodtrykk", "text": "Kontroll"},
        recipient_her=SURGERY.her_id,
        recipient_name=SURGERY.full_name,
    )
    return preview(office, draft).document


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Allmennlege", "Kaien legekontor, Allmennlege", True),
        ("Holmsund, Ragna", "Ragna Holmsund", True),
        ("FJORD SYKEHUS HF", "Fjord sykehus", True),
        ("Medisinsk biokjemi", "Kirurgisk poliklinikk", False),
        ("Avdeling 1", "Avdeling 2", False),
        ("", "Kirurgisk poliklinikk", True),
    ],
)
def test_names_agree_where_all_words_of_one_are_in_the_other(one: str, other: str, same: bool) -> None:
    assert agree(one, other) is same
    assert agree(other, one) is same


@pytest.mark.parametrize(
    ("stands", "instead"),
    [
        (b"Kirurgisk poliklinikk", b"Medisinsk biokjemi"),
        (b"Fjord sykehus", b"Brattholmen laboratorium"),
        (b">8200000<", b">8200009<"),
    ],
)
def test_a_ready_document_under_another_unit_s_name_stays(
    office: Office, ready: bytes, stands: bytes, instead: bytes
) -> None:
    assert stands in ready
    document = read(ready.replace(stands, instead))
    with pytest.raises(OtherReceiverError, match="adresseregisteret"):
        send_document(office, document)
    assert send_document(office, document, even_so=True) > 0


def test_a_ready_document_under_its_own_name_leaves(office: Office, ready: bytes) -> None:
    assert send_document(office, read(ready)) > 0
