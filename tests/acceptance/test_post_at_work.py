"""Handing on, finding whom to write to, and what is promised before sending: with a real engine and its partners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from elmeld_tui.messages.writing import form_named
from elmeld_tui.model import clock
from elmeld_tui.model.clock import from_text
from elmeld_tui.model.kinds import Kind
from elmeld_tui.office import drafts
from elmeld_tui.office.clinic import open_office
from elmeld_tui.simulator.cast import PATIENTS
from elmeld_tui.store.rows import Message
from tests.acceptance.at_work import (
    ORDER,
    Place,
    at_work,
    example_draft,
    go_to,
    receive,
    seen,
    terminal,
    to_folder,
    told,
)
from tests.tui.composing import begin, search, to_search
from tests.tui.conftest import press, shown, write

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with at_work(tmp_path_factory.mktemp("post-at-work") / "clinic") as working:
        yield working


async def test_a_group_hands_on_what_came_to_it_and_who_had_it_open_can_no_longer(place: Place) -> None:
    asked = await place.let_send("dialogue")
    async with terminal(place, "marit") as marit, terminal(place, "ingrid") as ingrid:
        await go_to(marit, asked)
        await press(marit, "enter")
        await seen(marit, "svimmelhet")
        await go_to(ingrid, asked)
        await press(ingrid, "v")
        await seen(ingrid, "Videresende til")
        await ingrid.press(*"bioing", "enter")
        await told(ingrid, "Videresendt til Bioingeniør i Laboratoriet")
        await press(marit, "v")
        await told(marit, "bare mottakeren av meldingen")
    async with terminal(place, "sindre") as sindre:
        await seen(sindre, "Innboks · 1, 1 ulest")
        await press(sindre, "enter", "left")
        await seen(sindre, "videresendt (av ")


async def test_what_is_signed_off_or_was_refused_is_not_handed_on(place: Place) -> None:
    asked = await place.let_send("request")
    refused = receive(place, "order-laboratory", ORDER, to="9200099", patient=PATIENTS[1])
    async with terminal(place) as pilot:
        await go_to(pilot, asked)
        await press(pilot, "k", "k")
        await told(pilot, "Kvittert")
        await to_folder(pilot, "Arkiv")
        await go_to(pilot, asked)
        await press(pilot, "v")
        await told(pilot, "Angre kvitteringen for å videresende.")
        await to_folder(pilot, "Tilbakemelding")
        await go_to(pilot, refused)
        await press(pilot, "v")
        await told(pilot, "ikke lest inn, så den kan ikke videresendes")
    assert {one.folder for one in place.reader.post_items(asked.id)} == {"archive"}


async def test_a_receiver_is_found_in_the_register_by_what_it_is(place: Place) -> None:
    async with terminal(place) as pilot:
        await begin(pilot, "henv")
        await search(pilot, "tangvald")
        await to_search(pilot, "recipient")
        for words, found in (
            ("behandler: kaien", "Kaien legekontor, Ragna Holmsund"),
            ("klinikk: kaien", "Velg en tjeneste eller en person under den."),
            ("tjeneste: hjerte", "Vikefjord sykehus, Hjertepoliklinikken"),
            ("nav", "NAV tar ikke imot henvisning."),
        ):
            await press(pilot, "ctrl+u")
            await write(pilot, words)
            await seen(pilot, found)
        await press(pilot, "ctrl+u")
        await write(pilot, "institusjon: vikefjord")
        await seen(pilot, "institusjon")
        await press(pilot, "enter")
        await seen(pilot, "Vikefjord sykehus, Gynekologisk poliklinikk")


async def test_what_is_promised_before_sending_comes_true(place: Place) -> None:
    with closing(open_office(place.directory)) as office:
        (patient,) = office.reader.patients("sandøy")
        drafts.save_draft(office, example_draft(office, form_named("order-laboratory"), patient.id))
    async with terminal(place) as pilot:
        await to_folder(pilot, "Utkast")
        await press(pilot, "enter")
        await seen(pilot, "Ny melding · ")
        await press(pilot, "f9")
        await seen(pilot, "Send nå")
        said = " ".join(" ".join(re.findall(r"│([^│\n]*)│", shown(pilot))).split())
        assert "krypteres for Brattholmen laboratorium, Medisinsk biokjemi og sendes direkte" in said
        assert "Svarrapporten kommer i innboksen." in said
        due = re.search(r"kvittering ventes innen (\d\d\.\d\d\.\d\d \d\d:\d\d)", said)
        assert due is not None
        await press(pilot, "enter")
        await told(pilot, "lagt i kø")
        order = await place.answered(place.newest_sent().id)
        (receiver,) = place.reader.receivers(order.id)
        assert clock.short(from_text(receiver.due)) == due[1]
        report = await place.soon(lambda: _report_on(place, order.id))
        await to_folder(pilot, "Innboks")
        await go_to(pilot, report)
        await press(pilot, "enter")
        await seen(pilot, "LAB-resultat")


def _report_on(place: Place, order_id: int) -> Message | None:
    """Return the laboratory's report on an order, once it is here and tied to it."""
    tied = (place.message(link.message_id) for link in place.reader.links(order_id))
    return next((one for one in tied if one.kind == Kind.SERVICE_REPORT), None)
