"""A message that is too large for its way is stopped before it is queued, and its largest attachment is named."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.mail import DropFolder, Mail, MailServer
from elmeld_tui.office import fitting
from elmeld_tui.office.clinic import Office
from tests.office.conftest import NOW, SURGERY
from tests.tui.conftest import addressing

MAIL = Mail("fjellveien@edi.example", MailServer("smtp.example", 465), size_limit=1_000_000)


@pytest.fixture
def large(office: Office, patient: object) -> Document:
    frame = addressing(office, patient.id, number=1, now=NOW)  # type: ignore[attr-defined]
    enclosures = tuple(
        Enclosure(name, "application/pdf", b"%PDF-1.4" + secrets.token_bytes(size))
        for name, size in (("Røntgenbilde", 900_000), ("Notat", 100_000))
    )
    return read(
        writing.build("request", {"type": "7", "question": "Hva nå?"}, replace(frame, enclosures=enclosures))
    )


def reached_by(office: Office, monkeypatch: pytest.MonkeyPatch, **other: object) -> Office:
    party = replace(SURGERY, endpoint="", edi_address="sykehus@edi.example")
    monkeypatch.setattr(fitting, "recipient", lambda office, her_id: party)
    return replace(office, clinic=replace(office.clinic, mail=MAIL, **other))


def test_too_large_for_mail_is_said_with_the_largest_attachment(
    office: Office, large: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = fitting.too_large(reached_by(office, monkeypatch), large)
    assert "1.4 MB av 1 MB" in said
    assert "Røntgenbilde (0.9 MB)" in said


@pytest.mark.parametrize(
    "change",
    [
        {"mail": replace(MAIL, size_limit=2_000_000)},
        {"mail": None},
        {"folder": DropFolder(outgoing=None), "routes": {SURGERY.her_id: "https://sykehus.example/ebxml"}},
    ],
)
def test_another_way_or_limit_takes_it(
    office: Office, large: Document, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    changed = reached_by(office, monkeypatch)
    changed = replace(changed, clinic=replace(changed.clinic, **change))
    assert fitting.too_large(changed, large) == ""
