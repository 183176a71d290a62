"""Agreements and code lists are taken in at Klinikk by the path of a file, by the administrator alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from elmeld_tui.messages import codelists
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import audit, people
from tests.cli.test_cpa import der
from tests.transport.agreements import AgreementPlan, ChannelPlan, PartyPlan, RolePlan
from tests.tui.conftest import NARROW, NOW, OpenApp, press, shown, write
from tests.tui.klinikk import go_to_part, one_line

CPA_ID = "nav:prod:4711"


def agreement(*, ours: str = "8094002") -> bytes:
    channel = ChannelPlan(protocol="HTTP", endpoints=(("allPurpose", "https://nav.test/ebxml"),))
    sends = RolePlan("Sykmelder", sends=("Registrering",), receives=("Svar",))
    receives = RolePlan("Saksbehandler", receives=("Registrering",), sends=("Svar",))
    parties = (
        PartyPlan("Fjellveien", (ours,), (sends,), (channel,), *der("Odden")),
        PartyPlan("NAV", ("79768",), (receives,), (channel,), *der("NAV")),
    )
    begins, ends = (NOW + timedelta(days=days) for days in (-100, 200))
    return AgreementPlan(CPA_ID, begins.isoformat(), ends.isoformat(), parties).raw


@pytest.fixture(autouse=True)
def _built_in_afterwards() -> Iterator[None]:
    yield
    codelists.use(None)


async def test_an_administrator_takes_in_an_agreement_and_is_told_what_is_wrong_with_what_she_writes(
    open_app: OpenApp, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "annet.xml").write_bytes(agreement(ours="8000000"))
    (tmp_path / "brev.xml").write_text("<brev/>")
    file = tmp_path / "nav.xml"
    file.write_bytes(agreement())
    wrong = {
        str(tmp_path / "borte.xml"): "finnes ikke på maskinen",
        str(tmp_path): "er ingen fil",
        "/dev/zero": "er ingen fil",
        str(tmp_path / "brev.xml"): "avtale",
        str(tmp_path / "annet.xml"): "gjelder ikke klinikken",
    }
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Avtaler (CPA)")
        assert "trykk n" in shown(pilot)
        await press(pilot, "n")
        for written, told in wrong.items():
            await press(pilot, "ctrl+u")
            await write(pilot, written)
            await press(pilot, "enter")
            assert told in one_line(shown(pilot)), written
        await press(pilot, "ctrl+u")
        await write(pilot, f"'{file}'")
        await press(pilot, "enter")
        assert f"Avtalen {CPA_ID} er lagt inn." in one_line(shown(pilot))
        assert "Avtaler (CPA) · 1" in shown(pilot)
        assert CPA_ID in shown(pilot)
    with office.database.snapshot() as connection:
        (noted,) = audit.entries(connection, action="import_agreement")
    assert (noted.user, noted.detail) == (office.user.name, {"cpa": CPA_ID})


async def test_an_administrator_takes_in_a_code_list_and_every_wrong_line_is_told(
    open_app: OpenApp, tmp_path: Path
) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("Kode;Tekst\nA;en\nA;to\n;tre\n", encoding="utf-8")
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, "Kodeverk")
        await press(pilot, "n")
        await write(pilot, str(file))
        await press(pilot, "enter", "enter")
        assert "sier ikke hvilket kodeverk" in one_line(shown(pilot))
        await write(pilot, "9999")
        await press(pilot, "enter")
        assert "linje 3" in one_line(shown(pilot)).lower()
        assert "9999" not in codelists.numbers()
        file.write_text("Kode;Tekst\nA;en\nB;to\n", encoding="utf-8")
        await press(pilot, "enter")
        assert "2 koder; 2 nye" in one_line(shown(pilot))
        assert codelists.codes("9999") == {"A": "en", "B": "to"}


@pytest.mark.parametrize(("part", "key"), [("Avtaler (CPA)", "n"), ("Kodeverk", "n"), ("Oppbevaring", "e")])
async def test_who_is_no_administrator_changes_nothing_there_and_the_trail_has_it(
    part: str, key: str, open_app: OpenApp, office: Office
) -> None:
    with office.database.transaction() as connection:
        people.change(connection, 1, administrator=False)
    async with open_app(NARROW) as pilot:
        await go_to_part(pilot, part)
        await press(pilot, key)
        assert "administrator" in one_line(shown(pilot))
    with office.database.snapshot() as connection:
        (noted,) = audit.entries(connection, action="refused")
    assert noted.detail == {"action": "change_setup"}
