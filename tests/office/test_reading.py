"""Opening and signing off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.office import beginning, writing
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.post import sign_off, undo_sign_off
from elmeld_tui.office.reading import inspect_message, open_message
from elmeld_tui.store import people, tables
from elmeld_tui.store.rows import Patient
from tests.office.conftest import take_in
from tests.office.written import DIALOGUE


@pytest.fixture
def received(office: Office, patient: Patient) -> int:
    draft = replace(
        beginning.new_draft(office, "dialogue", patient_id=patient.id), answers=DIALOGUE, recipient_her="8200001"
    )
    return take_in(office, writing.preview(office, draft).document)


def _folder(office: Office, message_id: int) -> str:
    item = office.reader.post_item(message_id)
    assert item is not None
    return item.folder


def _audited(office: Office) -> list[tuple[str, str]]:
    with office.database.snapshot() as connection:
        rows = connection.execute(tables.audit.select().order_by(tables.audit.c.id)).all()
    return [(row.user, row.action) for row in rows]


def test_opening_shows_the_text_marks_it_read_and_is_in_the_audit_trail(office: Office, received: int) -> None:
    opened = open_message(office, received)
    item = office.reader.post_item(received)
    assert "Kan dere kontrollere?" in str(opened.view.as_data())
    assert opened.reply_form == "dialogue"
    assert item is not None
    assert not item.unread
    assert _audited(office) == [("lege", "open")]


def test_signing_off_files_in_the_archive_and_can_be_undone(office: Office, received: int) -> None:
    sign_off(office, received)
    assert _folder(office, received) == "archive"
    undo_sign_off(office, received)
    assert _folder(office, received) == "inbox"
    assert _audited(office) == [("lege", "sign_off"), ("lege", "undo_sign_off")]


def test_signing_off_twice_says_who_was_first(office: Office, received: int) -> None:
    sign_off(office, received)
    with office.database.transaction() as connection:
        people.change(connection, 2, reads_all=True)
    with pytest.raises(OfficeError, match="alt kvittert av lege"):
        sign_off(replace(office, user=office.clinic.users[1]), received)


def test_there_is_nothing_to_undo_on_what_nobody_signed_off(office: Office, received: int) -> None:
    with pytest.raises(OfficeError, match="ingenting å angre"):
        undo_sign_off(office, received)


def test_an_unreadable_document_opens_and_says_what_is_wrong(office: Office, received: int) -> None:
    from elmeld_tui.store import messages

    with office.database.transaction() as connection:
        messages.add_part(connection, received, "document", "application/xml", b"<MsgHead><ikke lukket")
    opened = open_message(office, received)
    assert opened.view.title == "Uleselig melding"
    assert opened.view.sections[0].text[0]


def test_a_message_that_came_without_envelope_has_no_travel_to_show(office: Office, received: int) -> None:
    assert inspect_message(office, received) is None


def test_whom_the_clinic_trusts_cannot_be_read_is_told_and_ends_nothing(office: Office, received: int) -> None:
    from elmeld_tui.store import messages

    with office.database.transaction() as connection:
        messages.add_part(connection, received, "envelope", "text/xml", b"<a/>")
    office = replace(office, clinic=replace(office.clinic, trust=office.data_dir / "borte"))
    with pytest.raises(OfficeError, match="borte"):
        inspect_message(office, received)


def test_an_unknown_number_is_told(office: Office) -> None:
    with pytest.raises(OfficeError, match="ingen melding med nummer 17"):
        open_message(office, 17)
