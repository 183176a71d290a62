"""What a user calls each message."""

from __future__ import annotations

import pytest

from elmeld_tui.model.kinds import Kind, type_name


@pytest.mark.parametrize(
    ("type_code", "kind", "name"),
    [
        ("DIALOG_AVVIK", Kind.DIALOGUE, "Avvik"),
        ("DIALOG_INNBYGGER_EKONSULTASJON", Kind.DIALOGUE, "E-konsultasjon"),
        ("DIALOG_INNBYGGER_NOE_NYTT", Kind.DIALOGUE, "Dialog med innbygger"),
        ("DIALOG_NOE_NYTT", Kind.DIALOGUE, "Dialog"),
        ("HENVISNING_VIDERE", Kind.REFERRAL, "Viderehenvisning"),
        ("H", Kind.REFERRAL, "Henvisning"),
        ("E", Kind.DISCHARGE_SUMMARY, "Epikrise"),
        ("R", Kind.ORDER, "Rekvisisjon"),
        ("S", Kind.SERVICE_REPORT, "Svarrapport"),
        ("SVAR_MBIO", Kind.SERVICE_REPORT, "Svar, mikrobiologi"),
        ("en fri tekst", Kind.SICK_NOTE, "Sykmelding"),
        ("LOG_DOD", Kind.UNKNOWN, "Orientering om dødsfall"),
        ("", Kind.UNKNOWN, "Ukjent melding"),
    ],
)
def test_a_message_is_called_what_a_clinic_calls_it(type_code: str, kind: Kind, name: str) -> None:
    assert type_name(type_code, kind) == name


@pytest.mark.parametrize(
    ("kind", "title", "name"),
    [
        (Kind.DISCHARGE_SUMMARY, "Behandlingsnotat", "Behandlingsnotat"),
        (Kind.DISCHARGE_SUMMARY, " POLIKLINISK NOTAT", "Poliklinisk notat"),
        (Kind.DISCHARGE_SUMMARY, "Hoftebrudd", "Epikrise"),
        (Kind.DIALOGUE, "Behandlingsnotat", "Dialog"),
    ],
)
def test_a_note_that_is_sent_as_a_summary_is_called_what_it_calls_itself(
    kind: Kind, title: str, name: str
) -> None:
    assert type_name("EPIKRISE" if kind is Kind.DISCHARGE_SUMMARY else "", kind, title) == name
