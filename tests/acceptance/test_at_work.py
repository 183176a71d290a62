"""A day at the clinic, act by act: done at the keyboard, and followed until it is where it should be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from elmeld_tui.messages import dialogue
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.parties import Ident
from elmeld_tui.office import beginning
from elmeld_tui.office import writing as office_writing
from elmeld_tui.office.clinic import open_office
from elmeld_tui.simulator.cast import PATIENTS
from tests.acceptance.at_work import (
    ORDER,
    LaterClock,
    Place,
    at_work,
    counted,
    example_draft,
    find,
    go_to,
    receive,
    seen,
    send,
    start_of,
    terminal,
    to_folder,
    told,
)
from tests.tui.composing import begin, search, to_field
from tests.tui.conftest import press, rest, shown, write

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with at_work(tmp_path_factory.mktemp("at-work") / "clinic") as working:
        yield working


def assert_saved(directory: Path) -> None:
    """Hold that there is one PDF, which nobody else can read."""
    (saved,) = directory.iterdir()
    assert saved.read_bytes().startswith(b"%PDF")
    assert saved.stat().st_mode & 0o077 == 0


async def test_a_request_is_read_its_attachment_saved_answered_and_signed_off(
    place: Place, tmp_path: Path
) -> None:
    asked = await place.let_send("request")
    now = LaterClock()
    async with terminal(place, now=now) as pilot:
        await find(pilot, f"fra:hospital ulest {start_of(asked)}")
        await counted(pilot, 0)
        await find(pilot, f"fra:kaien ulest {start_of(asked)}")
        await counted(pilot, 1)
        await go_to(pilot, asked)
        await press(pilot, "enter")
        await seen(pilot, "brystsmerter")

        await press(pilot, "o")
        await seen(pilot, "Triagenotat")
        await pilot.press("s")
        await seen(pilot, "Lagre vedlegg")
        await pilot.press("ctrl+u", *str(tmp_path), "enter")
        await told(pilot, "Lagret som")
        await press(pilot, "escape")

        await press(pilot, "s")
        await seen(pilot, "Svar på forespørsel")
        await write(pilot, "Siste EKG var normalt.")
        await press(pilot, "f5")
        await seen(pilot, "Slik ser mottakeren meldingen")
        assert "Kan dere sende et kort sammendrag" in " ".join(shown(pilot).split())
        await press(pilot, "escape")
        await send(pilot)
        answer = place.newest_sent()
        await place.answered(answer.id)

        await press(pilot, "k")
        await told(pilot, "innen 10 minutter")
        await press(pilot, "u")
        await told(pilot, "Meldingen er tilbake")
        await press(pilot, "k")
        await to_folder(pilot, "Arkiv")
        await go_to(pilot, asked)
        await press(pilot, "enter", "left")
        await seen(pilot, f"kvittert av {place.clinic.users[0].name}")
        now.later = timedelta(minutes=10, seconds=1)
        await press(pilot, "escape", "u")
        await told(pilot, "mer enn 10 minutter siden")

    assert_saved(tmp_path)
    assert [(one["partner"], one["outcome"]) for one in place.reached(answer.msg_id)] == [("gp", "1")]
    said = place.said(answer.id)
    assert said.header.type_code == "DIALOG_SVAR"
    assert said.header.conversation is not None
    assert {said.header.conversation.start, said.header.conversation.parent} == {asked.msg_id}
    (note,) = dialogue.parse(said).notes
    (question,) = dialogue.parse(place.said(asked.id)).requests
    assert note.text == "Siste EKG var normalt."
    assert note.request == question
    assert {one.folder for one in place.reader.post_items(asked.id)} == {"archive"}


async def test_a_fault_in_a_received_order_is_reported_to_who_sent_it(place: Place) -> None:
    order = await place.let_send("order")
    refused = receive(place, "order-laboratory", ORDER, to="9200099", patient=PATIENTS[1])
    assert refused.state == "rejected", "the clinic has no such service"
    async with terminal(place) as pilot:
        await go_to(pilot, order)
        await press(pilot, "a")
        await seen(pilot, "Om mottatt melding · Avvik")
        await to_field(pilot, "text")
        await write(pilot, "Rekvisisjonen skulle til laboratoriet")
        await send(pilot)
        deviation = place.newest_sent()
        await place.answered(deviation.id)

        await to_folder(pilot, "Tilbakemelding")
        await go_to(pilot, refused)
        await press(pilot, "a")
        await told(pilot, "tatt imot og kvittert positivt")
    assert [(one["partner"], one["outcome"]) for one in place.reached(deviation.msg_id)] == [("gp", "1")]
    said = place.said(deviation.id)
    assert said.header.type_code == "DIALOG_AVVIK"
    assert said.header.conversation is not None
    assert {said.header.conversation.start, said.header.conversation.parent} == {order.msg_id}


async def write_to(pilot: Pilot[None], receiver: str, subject: str) -> None:
    """Write a professional dialogue about a patient."""
    await begin(pilot, "helse")
    await search(pilot, "tangvald")
    await search(pilot, receiver)
    await press(pilot, "tab")
    await write(pilot, subject)
    await press(pilot, "tab")
    await write(pilot, "Kan dere kontrollere?")


async def test_a_refused_message_is_made_anew_to_somebody_else_and_accepted(place: Place) -> None:
    place.behave("hospital", "reject")
    async with terminal(place) as pilot:
        await write_to(pilot, "kirurgisk", "Til feil avdeling")
        await send(pilot)
        refused = place.newest_sent()
        await place.answered(refused.id, "rejected")
        await to_folder(pilot, "Sendt")
        await go_to(pilot, refused)
        await press(pilot, "n")
        await seen(pilot, "Meldingen kom ikke fram")
        await seen(pilot, "Øvelse: svaret er gitt på")
        await press(pilot, "enter")
        await seen(pilot, "! Den meldingen er adressert til, finnes ikke")
        await rest(pilot)
        assert pilot.app.focused is not None
        assert pilot.app.focused.name == "recipient"
        await search(pilot, "hjertepoli")
        await send(pilot)
        anew = place.newest_sent()
        await place.answered(anew.id)
        await go_to(pilot, refused)
        await press(pilot, "enter", "left")
        await seen(pilot, "opprettet på nytt")
        await press(pilot, "escape", "n")
        await told(pilot, f"{anew.id}")
    assert anew.recreates == refused.id
    assert anew.msg_id != refused.msg_id
    assert anew.receiver_her == "9101005"
    assert [(one["partner"], one["outcome"]) for one in place.reached(anew.msg_id)] == [("hospital", "1")]
    before, after = (dialogue.parse(place.said(one.id)).notes[0] for one in (refused, anew))
    assert (after.subject, after.text) == (before.subject, before.text)


async def test_what_did_not_get_through_is_sent_again_and_what_waits_is_tried_at_once(place: Place) -> None:
    async with terminal(place) as pilot:
        place.behave("hospital", "message_error")
        await write_to(pilot, "ortopedisk", "Avvist på veien")
        await send(pilot)
        turned_back = place.newest_sent()
        await place.soon(lambda: place.message(turned_back.id).state == "transport_rejected")
        place.behave("hospital", "unavailable", times=100)
        await write_to(pilot, "ortopedisk", "Ingen svarer")
        await send(pilot)
        waits = place.newest_sent()
        await place.soon(lambda: place.message(waits.id).attempts)
        await to_folder(pilot, "Sendt")
        await go_to(pilot, waits)
        tried = place.message(waits.id).attempts
        await press(pilot, "p")
        await told(pilot, "prøves sendt nå")
        await place.soon(lambda: place.message(waits.id).attempts > tried)
        # By itself the engine waits half a minute now: what gets through meanwhile is what was asked for.
        place.behave("hospital", "none")
        await press(pilot, "p")
        await told(pilot, "prøves sendt nå")
        await place.answered(waits.id)
        await go_to(pilot, turned_back)
        await press(pilot, "p")
        await seen(pilot, "Sende meldingen på nytt?")
        await press(pilot, "enter")
        await told(pilot, "prøves sendt nå")
        await place.answered(turned_back.id)
        await press(pilot, "p")
        await told(pilot, "sendes igjen")
    for message in (waits, turned_back):
        assert [one["outcome"] for one in place.reached(message.msg_id)] == ["1"], "the same document, once"


async def test_who_a_message_is_about_is_registered_from_it(place: Place) -> None:
    local = Ident("03454900021", CodedValue("HNR", oid(8116), "H-nummer"))
    stranger = replace(PATIENTS[0], family_name="Ukjentsen", given_name="Bo", idents=(local,))
    answers = {"type": "7", "question": "Er pasienten vaksinert?"}
    message = receive(place, "request", answers, to=place.clinic.services[0].her_id, patient=stranger)
    assert message.patient_id is None, "nobody is linked on an H-number alone"
    async with terminal(place) as pilot:
        await go_to(pilot, message)
        await press(pilot, "j")
        await seen(pilot, "Hvem gjelder meldingen?")
        assert "Solveig Tangvald" in shown(pilot), "she was born that day"
        assert "Nummeret er et H-nummer." in shown(pilot)
        await press(pilot, "n", "enter")
        await seen(pilot, "Ny pasient")
        assert "Ukjentsen" in shown(pilot), "what the message says of the name is filled in"
        await pilot.press(*"03854900004", "ctrl+s")
        await told(pilot, "ligger nå i journalen til Bo Ukjentsen")
        await press(pilot, "g")
        await seen(pilot, "Bo Ukjentsen  f. 03.05.1949")
        await seen(pilot, "Alle 1")
    filed = place.message(message.id)
    assert filed.patient_id is not None
    (known,) = place.reader.patients("ukjentsen")
    assert (known.id, known.national_id) == (filed.patient_id, "03854900004")


async def test_a_message_is_handed_over_without_the_reply_one_had_begun(place: Place) -> None:
    asked = await place.let_send("dialogue")
    begun = "Dette er bare et utkast"
    async with terminal(place) as pilot:
        await go_to(pilot, asked)
        await press(pilot, "s")
        await seen(pilot, "Svar ·")
        await to_field(pilot, "text")
        await write(pilot, begun)
        await press(pilot, "f8")
        await told(pilot, "Utkastet er lagret")
        await press(pilot, "escape")
        await seen(pilot, "Innboks ·")
        await press(pilot, "v")
        await seen(pilot, "Videresende til")
        assert "Et svar du har begynt på, følger ikke med." in shown(pilot)
        await pilot.press(*"jonas", "enter")
        await told(pilot, "Videresendt til Medisinskfaglig rådgiver")
        await to_folder(pilot, "Utkast")
        await seen(pilot, "Helsefaglig dialog")
    async with terminal(place, "jonas") as pilot:
        await seen(pilot, "Innboks · 1, 1 ulest")
        await press(pilot, "enter")
        await seen(pilot, "svimmelhet")
        assert begun not in shown(pilot)
        for _ in range(3):
            await press(pilot, "right")
            assert begun not in shown(pilot)
        await seen(pilot, "videresendt (av ")
        await press(pilot, "escape", "tab", "end", "up", "up")
        await seen(pilot, "Utkast · 0")
    assert [one.answers["text"] for one in place.reader.drafts(place.clinic.users[0].name)] == [begun]
    assert place.reader.drafts("jonas") == []


async def test_every_kind_a_clinic_writes_is_accepted_by_who_gets_it(place: Place) -> None:
    with closing(open_office(place.directory)) as office:
        (patient,) = office.reader.patients("sandøy")
        sent = {
            form.name: office_writing.send(office, example_draft(office, form, patient.id))
            for form in beginning.startable_forms()
        }
    for name, message_id in sent.items():
        message = await place.answered(message_id)
        assert [one["outcome"] for one in place.reached(message.msg_id)] == ["1"], name
