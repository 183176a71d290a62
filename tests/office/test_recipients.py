"""Searching for whom to write to: by what they are, the user's own first, and while the register is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from elmeld_tui.messages import writing
from elmeld_tui.model.directory import PartySort
from elmeld_tui.office import recipients
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.composing import example_from_here
from elmeld_tui.office.drafts import form_of
from elmeld_tui.office.recipients import Candidate, search, set_favourite
from elmeld_tui.office.writing import send
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.store import known_addresses
from elmeld_tui.store.rows import Patient
from tests.office.conftest import NOW, SURGERY
from tests.office.registers import NAV, WARD, Full


@pytest.fixture
def register() -> Full:
    return Full()


@pytest.fixture
def office(office: Office, register: Full) -> Office:
    """The clinic, with a copy of its own in front of the register."""
    return replace(office, directory=KeptDirectory(register, office.database, office.clock))


def names(found: list[Candidate]) -> list[str]:
    return [one.party.name for one in found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("behandler: kaien", ["Ragna Holmsund"]),
        ("behandler:ragna", ["Ragna Holmsund"]),
        ("KLINIKK: kaien", ["Kaien legekontor"]),
        ("institusjon: fjord", ["Fjord sykehus"]),
        ("tjeneste: fjord", ["Kirurgisk poliklinikk", "Medisinsk avdeling"]),
        ("under:8200000", ["Kirurgisk poliklinikk", "Medisinsk avdeling"]),
        ("under:8200000 med", ["Medisinsk avdeling"]),
    ],
)
def test_a_search_is_narrowed_by_what_they_are(office: Office, words: str, found: list[str]) -> None:
    assert names(search(office, words).candidates) == found


def test_a_whole_organisation_is_refused_and_leads_to_those_below_it(office: Office) -> None:
    (found,) = search(office, "institusjon: fjord").candidates
    assert found.party.sort is PartySort.INSTITUTION
    assert "under den" in found.refused
    assert names(search(office, found.leads_to).candidates) == ["Kirurgisk poliklinikk", "Medisinsk avdeling"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"service_code": ""}, "Tjenestebasert adressering"),
        ({"encryption_certificate": b"", "is_ready_to_decrypt": False}, "krypteringssertifikat"),
        ({"endpoint": ""}, "elektronisk adresse"),
        ({"valid_to": NOW - timedelta(days=1)}, "Nedlagt 21.11.2026"),
        ({"valid_from": NOW + timedelta(days=1)}, "Tas i bruk 23.11.2026"),
    ],
)
def test_who_cannot_get_a_message_is_shown_with_the_reason(
    office: Office, register: Full, changed: dict[str, object], why: str
) -> None:
    register.parties = (replace(SURGERY, **changed), WARD)
    found = search(office, "fjord").candidates
    assert names(found) == ["Medisinsk avdeling", "Kirurgisk poliklinikk"]
    assert why in found[1].refused


def test_a_sick_note_goes_to_nav_alone_and_a_referral_never_does(office: Office) -> None:
    sick_note, referral, note = (
        form_of(new_draft(office, name)) for name in ("sick-note", "referral-2.0", "note")
    )
    assert "bare til NAV" in recipients.refusal(office, SURGERY, sick_note)
    assert recipients.refusal(office, NAV, sick_note) == ""
    assert "NAV tar ikke imot henvisning" in recipients.refusal(office, NAV, referral)
    assert recipients.refusal(office, NAV, note) == ""


def test_favourites_come_first_and_then_those_written_to_last(office: Office) -> None:
    with office.database.transaction() as connection:
        known_addresses.note_use(connection, "lege", ["8300001"], at="2026-11-01T08:00:00.000Z")
        known_addresses.note_use(connection, "lege", ["8200001"], at="2026-11-02T08:00:00.000Z")
    set_favourite(office, "8200003", favourite=True)
    found = search(office, "")
    assert names(found.candidates) == ["Medisinsk avdeling"], "only what is kept here can be shown unasked"
    for her_id in ("8300001", "8200001"):
        office.directory.get(her_id)
    assert names(search(office, "").candidates) == [
        "Medisinsk avdeling",
        "Kirurgisk poliklinikk",
        "Ragna Holmsund",
    ]
    assert names(search(office, "fjord").candidates)[:2] == ["Medisinsk avdeling", "Kirurgisk poliklinikk"]
    set_favourite(office, "8200003", favourite=False)
    assert names(search(office, "").candidates) == ["Kirurgisk poliklinikk", "Ragna Holmsund"]


def test_another_user_has_favourites_of_her_own(office: Office) -> None:
    set_favourite(office, "8200003", favourite=True)
    colleague = replace(office, user=office.clinic.users[1])
    assert search(colleague, "").candidates == []


def test_whoever_a_message_is_sent_to_is_found_without_a_word(office: Office, patient: Patient) -> None:
    draft = replace(
        new_draft(office, "note", patient_id=patient.id),
        answers={"subject": "Blodtrykk", "text": "Kontroll"},
        recipient_her=SURGERY.her_id,
        recipient_name=SURGERY.full_name,
    )
    send(office, draft)
    assert names(search(office, "").candidates) == ["Kirurgisk poliklinikk"]


def test_while_the_register_is_down_the_local_directory_answers_and_says_how_old_it_is(
    office: Office, register: Full
) -> None:
    office.directory.get("8200001")
    register.away = True
    hits = search(office, "tjeneste: FJORD")
    assert names(hits.candidates) == ["Kirurgisk poliklinikk"]
    assert "svarer ikke" in hits.note
    assert "22.11.26 09:00" in hits.note
    assert "ingen som passer" in search(office, "nowhere").note


def test_the_clinic_itself_is_not_offered_and_nobody_is_refused_in_silence(office: Office, register: Full) -> None:
    register.parties = (replace(SURGERY, her_id="8094002", name="Allmennlege"),)
    hits = search(office, "allmennlege")
    assert hits.candidates == []
    assert "klinikken selv" in hits.note
    assert "Ingen treff" in search(office, "nowhere").note


@pytest.mark.parametrize(("form", "receiver"), [("referral", "8200003"), ("sick-note", "9104000")])
def test_an_example_goes_to_somebody_the_clinic_knows_and_who_takes_it(
    office: Office, form: str, receiver: str
) -> None:
    wanted = writing.forms()[form]
    set_favourite(office, "8200003", favourite=True)
    assert example_from_here(office, wanted)["receiver"] == {"her_id": receiver}


def test_an_example_keeps_its_own_receiver_while_the_clinic_knows_nobody(office: Office) -> None:
    said = example_from_here(office, writing.forms()["referral"])
    assert said["sender"] == {"her_id": "8094002"}
    assert said["receiver"]["organisation"]["name"] == "Fjord sykehus"
