"""The envelope names of messages between health services; NAV's are held by its dialogue, note and certificate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elmeld_tui.model.codes import NO_CODE, CodedValue, oid
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration, collaboration
from elmeld_tui.model.header import Header
from elmeld_tui.model.kinds import DIALOGUE_1_0, Kind
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Ident, Party, Unit


def party(number: str, series: str) -> Party:
    return Party(Unit("Enhet", (Ident(number, CodedValue(series, oid(9051))),)))


OTHER = party("8094001", "HER")
HEADER = Header(
    namespace=DIALOGUE_1_0,
    kind=Kind.DIALOGUE,
    version="1.0",
    type_code="DIALOG_SVAR",
    msg_id="",
    document_id="",
    original_id="",
    service_type="",
    generated=None,
    generated_text="",
    sender=OTHER,
    receivers=(OTHER,),
    patient=None,
    conversation=None,
    processing="",
    emergency=False,
    title="",
    theme=NO_CODE,
)


@pytest.mark.parametrize(
    ("number", "series", "known"),
    [
        ("79768", "HER", True),
        ("889640782", "ENH", True),
        ("990983291", "ENH", True),
        ("889640782", "HER", False),
        ("8094001", "HER", False),
    ],
)
def test_nav_is_known_by_its_numbers(number: str, series: str, known: bool) -> None:
    assert is_nav(party(number, series)) is known
    assert not is_nav(None)


@pytest.mark.parametrize(
    ("type_code", "action"),
    [("DIALOG_SVAR", "DIALOG_SVAR"), ("H", "HENVISNING"), ("E", "EPIKRISE"), ("REQ_LAB", "REQ_LAB")],
)
def test_health_services_use_the_names_of_the_type(type_code: str, action: str) -> None:
    names = collaboration(replace(HEADER, type_code=type_code))
    assert names == Collaboration(f"S-{action}", action, f"{action}sender", f"{action}receiver")
    assert apprec_collaboration(names) == Collaboration(
        f"S-{action}", "APPREC", f"{action}receiver", f"{action}sender"
    )


@pytest.mark.parametrize(
    ("kind", "names", "receipt"),
    [
        (Kind.SICK_NOTE, ("Sykmelding", "Registrering", "Sykmelder", "Saksbehandler"), "Svar"),
        (Kind.MEDICAL_CERTIFICATE, ("Legemelding", "Legeerklaring", "Lege", "Nav"), "Svarmelding"),
    ],
)
def test_what_goes_to_nav_alone_is_known_by_its_kind(
    kind: Kind, names: tuple[str, str, str, str], receipt: str
) -> None:
    found = collaboration(replace(HEADER, kind=kind, type_code="fritekst"))
    assert found == Collaboration(*names)
    assert apprec_collaboration(found) == Collaboration(names[0], receipt, names[3], names[2])


def test_a_type_nav_has_no_process_for_keeps_the_national_names() -> None:
    letter = replace(HEADER, type_code="DIALOG_HELSEFAGLIG", receivers=(party("79768", "HER"),))
    assert collaboration(letter).service == "S-DIALOG_HELSEFAGLIG"
