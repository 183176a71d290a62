"""The sentence before sending is true for every way a message can go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from elmeld_tui.messages import writing
from elmeld_tui.office.beginning import new_draft
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.drafts import Draft, Named
from elmeld_tui.office.next_step import next_step
from tests.office.conftest import SURGERY


def draft(office: Office, form: str = "note") -> Draft:
    return replace(new_draft(office, form), recipient_her=SURGERY.her_id, recipient_name=SURGERY.full_name)


@pytest.mark.parametrize(
    ("routes", "way"),
    [
        ({}, "sendes direkte over Helsenettet"),
        ({"8200001": "mailto:kir@helsenett.example"}, "sendes som e-post over Helsenettet"),
        ({"8200001": Path("/ut").as_uri()}, "sendes ved å legges i utmappen"),
    ],
)
def test_the_way_is_told_and_what_is_expected_back_by_when(
    office: Office, routes: Mapping[str, str], way: str
) -> None:
    told = next_step(replace(office, clinic=replace(office.clinic, routes=routes)), draft(office), ())
    assert way in told
    assert "Mottakerens kvittering ventes innen 26.11.26 09:00" in told


def test_copies_are_named(office: Office) -> None:
    told = next_step(office, replace(draft(office), copies=(Named("8200002", "Stengt poliklinikk"),)), ())
    assert "Kopi går til Fjord sykehus, Stengt poliklinikk." in told


def test_what_answers_an_order_is_told_and_that_a_sick_note_is_signed(office: Office) -> None:
    order = next(form.name for form in writing.forms().values() if form.family == "order")
    assert "Svarrapporten kommer i innboksen." in next_step(office, draft(office, order), ())
    assert next_step(office, draft(office, "sick-note"), ()).startswith("Meldingen signeres personlig")


def test_a_cancellation_says_what_the_receiver_does(office: Office) -> None:
    assert "skal se bort fra" in next_step(office, replace(draft(office), service_type="C"), ())


def test_a_draft_that_remembers_another_name_is_told(office: Office) -> None:
    assert "Obs:" not in next_step(office, draft(office), ())
    told = next_step(office, replace(draft(office), recipient_name="Brattholmen laboratorium"), ())
    assert "Obs: utkastet sier «Brattholmen laboratorium», men HER-id 8200001 er Fjord sykehus, Kirurgisk" in told
