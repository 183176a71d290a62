"""Writing fast and right: whom to, as whom, in ready texts, with what enclosed; each test is what a user does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from elmeld_tui.messages import document, writing
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.office import enclosing, shortcuts
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.patients import register_patient
from elmeld_tui.office.recipients import set_favourite
from elmeld_tui.registry.local import KeptDirectory
from elmeld_tui.store import known_codes
from elmeld_tui.store.filters import Filter
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.draft_form import DraftForm
from elmeld_tui.tui.widgets.fields import TextField
from tests.attachment_files import pdf
from tests.office.conftest import CLINIC
from tests.office.conftest import take_in as bring_in
from tests.office.registers import Full
from tests.office.written import REFERRAL
from tests.tui import composing
from tests.tui.composing import begin, search, to_search
from tests.tui.conftest import NARROW, NOW, WIDE, OpenApp, addressing, press, rest, shown, told, until, write

DOCTOR_S_OWN = "8094009"


@pytest.fixture
def register() -> Full:
    return Full()


@pytest.fixture
def session(session: Session, office: Office, register: Full) -> Iterator[Session]:
    """The session, at a clinic whose register has every sort of party, and whose doctor has a HER-id of her own."""
    doctor = replace(CLINIC.users[0], her_id=DOCTOR_S_OWN)
    clinic: Clinic = replace(
        CLINIC,
        users=(doctor, CLINIC.users[1]),
        services=(*CLINIC.services, Service("8094003", "Legevakt")),
    )
    session.clinic, session.user = clinic, doctor
    session.office = replace(
        office, clinic=clinic, user=doctor, directory=KeptDirectory(register, office.database, office.clock)
    )
    return session


async def look_for(pilot: Pilot[None], words: str) -> None:
    """Type in the receiver's field of an empty dialogue, and wait for what is found."""
    await begin(pilot, "helse")
    await press(pilot, "tab")
    await composing.look_for(pilot, words)


@pytest.mark.parametrize(
    ("words", "seen", "not_seen"),
    [
        ("behandler: kaien", "behandler 8300001", "klinikk 8300000"),
        ("klinikk: kaien", "Velg en tjeneste eller en person", "behandler 8300001"),
        ("institusjon: fjord", "Fjord sykehus", "tjeneste 8200001"),
        ("tjeneste: fjord", "tjeneste 8200001", "institusjon 8200000"),
    ],
)
async def test_a_receiver_is_searched_by_what_it_is(
    open_app: OpenApp, words: str, seen: str, not_seen: str
) -> None:
    async with open_app(WIDE) as pilot:
        await look_for(pilot, words)
        assert seen in shown(pilot)
        assert not_seen not in shown(pilot)


async def test_choosing_an_institution_leads_to_its_services(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await look_for(pilot, "institusjon: fjord")
        await press(pilot, "enter")
        await until(pilot, "Medisinsk avdeling")
        assert "under:8200000" in shown(pilot)


async def test_a_favourite_is_marked_with_f7_and_comes_first(open_app: OpenApp, here: Office) -> None:
    async with open_app(WIDE) as pilot:
        await look_for(pilot, "tjeneste: fjord")
        await press(pilot, "down", "f7")
        await until(pilot, "★ Fjord sykehus, Medisinsk avdeling")
        await press(pilot, *["backspace"] * len("tjeneste: fjord"), "down")
        await until(pilot, "★ Fjord sykehus, Medisinsk avdeling")
        assert "Kirurgisk" not in shown(pilot)
        await press(pilot, "enter")
        assert "8200003" in shown(pilot)


async def test_who_takes_no_such_message_is_shown_and_not_chosen_in_silence(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n", "enter", "tab")
        await composing.look_for(pilot, "nav")
        assert "NAV tar ikke imot henvisning" in shown(pilot)
        await press(pilot, "enter")
        await until(pilot, "NAV: NAV tar ikke imot henvisning.")


async def test_while_the_register_is_down_known_receivers_are_found_and_the_age_is_told(
    open_app: OpenApp, here: Office, register: Full
) -> None:
    set_favourite(here, "8200001", favourite=True)
    register.away = True
    async with open_app(WIDE) as pilot:
        await look_for(pilot, "kirurgisk")
        assert "★ Fjord sykehus, Kirurgisk poliklinikk" in shown(pilot)
        assert "er fra 22.11.26 09:00" in shown(pilot)


@pytest.mark.parametrize(("steps", "her_id", "person"), [(1, "8094003", ""), (2, DOCTOR_S_OWN, DOCTOR_S_OWN)])
async def test_one_writes_as_a_service_or_as_oneself_and_it_is_remembered(
    open_app: OpenApp, here: Office, steps: int, her_id: str, person: str
) -> None:
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await search(pilot, "åsen")
        await search(pilot, "kirurgisk")
        await press(pilot, *["right"] * steps, "tab", "tab")
        await write(pilot, "Blodtrykk")
        await press(pilot, "tab")
        await write(pilot, "Kontroll?")
        await press(pilot, "f9")
        await until(pilot, "Send nå")
        assert "direkte over Helsenettet" in shown(pilot)
        await press(pilot, "enter")
        await until(pilot, "lagt i kø")
        (sent, *_) = here.reader.page(Filter(folder="sent"), 0, 1)
        raw = here.reader.part(sent.id, "document")
        assert raw is not None
        sender = document.read(raw).header.sender
        assert sender is not None
        assert sender.her_id == her_id
        assert (sender.person.her_id if sender.person else "") == person
        await begin(pilot, "helse")
        await until(pilot, f"{steps + 1}/3")


async def test_ctrl_space_finds_a_text_and_writes_it_where_the_cursor_stands(
    open_app: OpenApp, here: Office
) -> None:
    shortcuts.keep(here, "bt", "BT ___ mmHg hos {pasient} ({alder}), {dato}. {meg}", for_all=True)
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await search(pilot, "åsen")
        await press(pilot, *["tab"] * 4)
        await write(pilot, "Før ")
        await press(pilot, "ctrl+space")
        await write(pilot, "bt")
        await press(pilot, "enter")
        await until(pilot, "Før BT ___ mmHg hos Ørjan Åsen (44), 22.11.2026. Kari Prøve")
        await write(pilot, "140")
        assert "Før BT 140 mmHg" in shown(pilot), "what is typed goes where the blank was"


async def test_a_name_with_a_point_before_it_and_ctrl_p_becomes_its_text(open_app: OpenApp, here: Office) -> None:
    shortcuts.keep(here, "uf", "Uten funn.\nKontroll | uker.")
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await press(pilot, *["tab"] * 4)
        await write(pilot, "Emne .uf")
        await press(pilot, "ctrl+p")
        assert "Emne Uten funn. Kontroll  uker." in shown(pilot), "a line takes it as one line"
        await press(pilot, "tab")
        await write(pilot, ".uf")
        await press(pilot, "ctrl+p")
        await write(pilot, "2")
        field = pilot.app.focused
        assert isinstance(field, TextField)
        assert field.text == "Uten funn.\nKontroll 2 uker."


async def test_a_text_is_not_put_where_it_cannot_stand(open_app: OpenApp, here: Office) -> None:
    shortcuts.keep(here, "uf", "Uten funn.")
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await press(pilot, "ctrl+space")
        await write(pilot, "uf")
        await press(pilot, "enter")
        await until(pilot, "Sett markøren i et tekstfelt først")


async def test_a_text_is_added_changed_and_removed_without_leaving_the_composer(
    open_app: OpenApp, here: Office
) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "helse")
        await press(pilot, "ctrl+p")
        await write(pilot, "hurtigtaster")
        await press(pilot, "enter")
        await until(pilot, "Du har ingen ennå")
        await press(pilot, "n")
        await until(pilot, "kort, uten mellomrom")
        await write(pilot, "to ord")
        assert "kan ikke være et navn" not in shown(pilot), "it is being typed"
        await press(pilot, "tab")
        await write(pilot, "Uten funn.")
        await press(pilot, "ctrl+s")
        await until(pilot, "kan ikke være et navn")
        await press(pilot, *["backspace"] * 6)
        await write(pilot, "uf")
        await press(pilot, "ctrl+s")
        await until(pilot, "n legger til")
        assert [(one.name, one.text) for one in shortcuts.known(here)] == [("uf", "Uten funn.")]
        await press(pilot, "enter")
        await until(pilot, "ctrl+s lagrer")
        await press(pilot, "end")
        await write(pilot, " Frisk.")
        await press(pilot, "ctrl+s")
        await until(pilot, "Uten funn. Frisk.")
        await press(pilot, "delete")
        await until(pilot, "Slette «uf»?")
        await press(pilot, "down", "enter")
        await until(pilot, "Du har ingen ennå")
        assert shortcuts.known(here) == []


async def test_an_order_has_no_copy_receiver_and_says_why(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await begin(pilot, "rekv")
        assert "Rekvisisjonen går bare til den som skal utføre undersøkelsen" in " ".join(shown(pilot).split())
        assert "Kopi til" not in [row._label for row in pilot.app.screen.query("FormRow")]


async def test_the_codes_one_sends_most_are_offered_first(open_app: OpenApp, here: Office) -> None:
    with here.database.transaction() as connection:
        for _ in range(2):
            known_codes.note_use(connection, here.user.name, ["ICPC-2:W85"], at=to_text(NOW))
        known_codes.note_use(connection, here.user.name, ["ICPC-2:K86", "ATC:A10BA02"], at=to_text(NOW))
    async with open_app(WIDE) as pilot:
        await begin(pilot, "henvisning")
        await to_search(pilot, "diagnosis")
        await press(pilot, "down")
        await until(pilot, "· K86 Hypertensjon")
        screen = shown(pilot)
        assert screen.index("· W85 Svangerskapsdiabetes") < screen.index("· K86")
        assert "A10BA02" not in screen, "a medicine is no diagnosis"
        await write(pilot, "diabetes")
        await until(pilot, "T89 Diabetes type 1")
        screen = shown(pilot)
        assert screen.index("· W85 Svangerskapsdiabetes") < screen.index("T89")


def bring(office: Office) -> None:
    """Let the patient's record get two documents, with a referral from the hospital."""
    (patient,) = office.reader.patients("åsen")
    enclosures = (
        Enclosure("EKG fra poliklinikken", "text/plain", b"sinusrytme"),
        Enclosure("Brev", "application/pdf", pdf("Et brev")),
    )
    sent = addressing(office, patient.id, number=9, now=NOW)
    raw = writing.build("referral-2.0", REFERRAL, replace(sent, enclosures=enclosures))
    bring_in(office, raw)


@pytest.mark.parametrize("key", ["alt+plus", "ctrl+t"])
async def test_documents_of_the_patient_are_enclosed_by_alt_plus_and_by_its_second_key(
    open_app: OpenApp, here: Office, key: str
) -> None:
    bring(here)
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await press(pilot, key)
        await until(pilot, "Velg pasient først")
        await search(pilot, "åsen")
        await press(pilot, *["tab"] * 4)
        await press(pilot, key)
        await until(pilot, "Vedlegg fra pasientens dokumenter")
        assert "0 valgt · 0 B av 21," in shown(pilot)
        assert "PDF · Fjord sykehus" in shown(pilot)
        await write(pilot, "ekg")
        assert "Brev" not in shown(pilot)
        await press(pilot, "backspace", "backspace", "backspace", "tab", "tab")
        assert "2 valgt" in shown(pilot)
        await press(pilot, "enter")
        await rest(pilot)
        fields = pilot.app.screen.query_one(DraftForm)
        assert [one.name[:4] for one in fields.written.enclosures] == ["EKG ", "Brev"]
        await press(pilot, key, "tab", key)
        await rest(pilot)
        assert [one.name[:4] for one in fields.written.enclosures] == ["Brev"], (
            "a mark that is taken back, is gone"
        )


async def test_a_message_that_becomes_another_patients_loses_the_documents_of_the_first(
    open_app: OpenApp, here: Office
) -> None:
    bring(here)
    other = register_patient(here, "13116900216", "Line", "Danser")
    async with open_app(WIDE) as pilot:
        await begin(pilot, "helse")
        await search(pilot, "åsen")
        await press(pilot, "ctrl+t", "tab", "enter")
        await rest(pilot)
        fields = pilot.app.screen.query_one(DraftForm)
        (enclosed,) = fields.written.enclosures
        await to_search(pilot, "patient")
        await search(pilot, "danser")
        assert fields.written.enclosures == ()
        assert "Vedleggene er tatt bort: de gjelder Ørjan Åsen." in told(pilot)
    with pytest.raises(OfficeError, match="gjelder en annen pasient"):
        enclosing.enclosures(here, (enclosed,), other.id)


async def test_what_can_have_no_attachments_says_so(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "ctrl+n")
        await write(pilot, "rekvisisjon")
        await press(pilot, "enter", "ctrl+t")
        form = pilot.app.screen.query_one(DraftForm)._form
        expected = "Velg pasient først" if form.attachments else "kan ikke ha vedlegg"
        await until(pilot, expected)


async def test_what_was_found_folds_when_one_goes_on_and_is_found_again_when_one_comes_back(
    open_app: OpenApp,
) -> None:
    async with open_app(NARROW) as pilot:
        await begin(pilot, "henvisning")
        await search(pilot, "åsen")
        await search(pilot, "kirurgisk")
        await to_search(pilot, "diagnosis")
        await write(pilot, "diabetes")
        await until(pilot, "T90")
        await press(pilot, "tab", "tab")
        await rest(pilot)
        assert "T90" not in shown(pilot)
        assert "«diabetes» er ikke valgt" in shown(pilot)
        await press(pilot, "shift+tab")
        await until(pilot, "T90")
