"""Varsler, as the people of a clinic use it: see what needs somebody, open it, do what it asks, and it is gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from elmeld_tui.model.clinic import User
from elmeld_tui.model.clock import to_text
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import alerts, audit, people, tables
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.trouble import AlertCode, title
from elmeld_tui.tui import alert_rows
from elmeld_tui.tui.application import ElmeldApp
from elmeld_tui.tui.bell import AlertBell
from elmeld_tui.tui.screens.alerts import AlertsScreen
from elmeld_tui.tui.screens.clinic import ClinicScreen
from elmeld_tui.tui.session import Session
from tests.tui.conftest import NARROW, NOW, WIDE, OpenApp, come_true, press, rest, shown, told, until


def test_the_word_of_every_alert_fits_the_column_it_stands_in() -> None:
    assert [code for code in AlertCode if len(title(code)[1]) > alert_rows.WORD_WIDTH] == []


def trouble(office: Office) -> None:
    """Let a referral have been rejected, a partner's certificate be about to run out, and something odd have come."""
    rejected = next(row.id for row in office.reader.page(Filter(folder="sent"), 0) if row.receipt == "rejected")
    expiring = {
        "what": "partner_signing",
        "whose": "Fjord sykehus (8200001)",
        "valid_to": to_text(NOW + timedelta(days=4)),
        "days": 4,
        "subject": "CN=Fjord sykehus",
        "serial": "4711",
    }
    with office.database.transaction() as connection:
        connection.execute(tables.alert.delete())
        at = to_text(NOW - timedelta(days=3))
        alerts.raise_alert(connection, AlertCode.EXPIRES, at=at, subject="1/7", detail=expiring)
        at = to_text(NOW - timedelta(hours=5))
        told = {"code": "SecurityFailure", "text": "Signaturen holder ikke"}
        alerts.raise_alert(connection, AlertCode.ENVELOPE_REFUSED, at=at, detail=told)
        at = to_text(NOW - timedelta(minutes=12))
        alerts.raise_alert(connection, AlertCode.ANSWERED_REJECTED, at=at, message_id=rejected)


@pytest.fixture
def troubled(office: Office) -> Office:
    trouble(office)
    return office


@pytest.mark.usefixtures("troubled")
async def test_the_oldest_is_first_with_sign_word_age_and_whom_it_is_about(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        assert "! 3 varsler" in shown(pilot)
        await press(pilot, "f10")
        screen = shown(pilot)
        assert "Varsler · 3" in screen
        first, second, third = screen.splitlines()[3:6]
        assert all(said in first for said in ("!", "3 d", "Går ut", "Signeringssertifikat", "Fjord sykehus"))
        assert all(said in second for said in ("✗", "5 t", "Avvist av oss"))
        assert all(said in third for said in ("✗", "12 min", "Avvist", "Henvisning", "Fjord sykehus"))


@pytest.mark.usefixtures("troubled")
async def test_every_place_stands_in_the_bar_with_how_many_alerts_there_are(open_app: OpenApp) -> None:
    async with open_app(NARROW) as pilot:
        bar = shown(pilot).splitlines()[1]
        assert bar.split() == (
            [
                "Post",
                "F2",
                "Pasient",
                "F3",
                "Meldingslogg",
                "F4",
                "Varsler",
                "3",
                "F10",
                "Adresser",
                "F11",
                "Klinikk",
                "F12",
            ]
        ), "on the smallest terminal too"
        await pilot.click("#top", offset=(bar.index("Varsler"), 1))
        await rest(pilot)
        assert isinstance(pilot.app.screen, AlertsScreen)


@pytest.mark.usefixtures("troubled")
async def test_the_warning_at_the_top_leads_there_from_any_place(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        top = shown(pilot).splitlines()[0]
        await pilot.click("#top", offset=(top.index("3 varsler"), 0))
        await rest(pilot)
        assert isinstance(pilot.app.screen, AlertsScreen)
        assert "Varsler 3 F10" in shown(pilot).splitlines()[1]
        await press(pilot, "alt+1", "ctrl+p", *"varsler", "enter")
        assert isinstance(pilot.app.screen, AlertsScreen)


@pytest.mark.usefixtures("troubled")
async def test_an_alert_says_what_happened_what_now_with_its_keys_and_when_it_goes(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f10", "end", "enter")
        screen = shown(pilot)
        assert "finnes ikke hos mottakeren" in screen
        assert "avdelingen er [lagt ned]»" in screen
        assert "n opprett på nytt · m merk som håndtert" in screen
        assert "når en ny i dens sted er godtatt" in screen
        assert "signert og kryptert" in screen
        await press(pilot, "comma", "comma")
        screen = shown(pilot)
        assert "Signeringssertifikatet til Fjord sykehus (8200001) gjelder til 26.11.2026" in screen
        assert "serienummer 4711" in screen
        assert "elmeld cert check" in screen
        assert "o sjekklisten" in screen
        await press(pilot, "comma")
        assert "Dette er det første varselet." in told(pilot)


@pytest.mark.usefixtures("troubled")
async def test_what_is_about_the_set_up_leads_to_its_checklist(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "alt+4", "end", "o")
        assert "Varselet gjelder en melding. Se den i loggen med l." in told(pilot)
        await press(pilot, "home", "o")
        await until(pilot, "Mappe og lager")
        assert isinstance(pilot.app.screen, ClinicScreen)


@pytest.mark.usefixtures("troubled")
async def test_a_key_that_is_the_wrong_one_says_why(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f10", "n")
        assert "Varselet gjelder ingen melding. Varselet slokkes når det er fornyet" in told(pilot)
        await press(pilot, "ctrl+l", "m")
        assert "når det er fornyet" in told(pilot)
        await press(pilot, "end", "p")
        assert "vil avvise det samme igjen" in told(pilot)
        await press(pilot, "ctrl+l", "a")
        assert "venter ikke på noen avgjørelse" in told(pilot)
        await press(pilot, "ctrl+l", "j")
        assert "Bare mottatte meldinger" in told(pilot)


async def test_what_is_dealt_with_by_phone_is_marked_with_the_reason_and_gone(
    open_app: OpenApp, troubled: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f10", "end", "enter", "m")
        await until(pilot, "Hvordan er meldingen håndtert?")
        await press(pilot, "enter")
        await until(pilot, "Notat til tidslinjen")
        await press(pilot, "enter")
        await until(pilot, "Varsler · 2")
    with troubled.database.snapshot() as connection:
        (entry,) = audit.entries(connection, action="handled")
    assert entry.detail == {"reason": "phone"}


async def test_what_somebody_must_look_at_goes_when_somebody_has(open_app: OpenApp, troubled: Office) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f10", "down", "m")
        await until(pilot, "Hva er gjort?")
        await press(pilot, "enter")
        await until(pilot, "Varsler · 2")
    with troubled.database.snapshot() as connection:
        (entry,) = audit.entries(connection, action="clear_alert")
    assert (entry.detail["code"], entry.detail["reason"]) == ("envelope_refused", "checked")


async def test_an_open_alert_that_goes_by_itself_is_closed_while_one_looks(
    open_app: OpenApp, troubled: Office
) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f10", "enter")
        with troubled.database.transaction() as connection:
            alerts.clear_for(connection, AlertCode.EXPIRES, at=to_text(NOW), subject="1/7")
        await until(pilot, "Varselet er slokket.")
        assert "Varsler · 2" in shown(pilot)
        await until(pilot, "Slokkes", there=False)


@pytest.mark.usefixtures("troubled")
async def test_the_message_is_in_the_log_and_beside_the_alert(open_app: OpenApp) -> None:
    async with open_app(WIDE) as pilot:
        await press(pilot, "f10", "end", "enter", "right")
        assert "ikke lagret" in told(pilot)
        await press(pilot, "ctrl+l", "l")
        await until(pilot, "Meldingslogg · 4")
        await until(pilot, "Henvisning · Ørjan Åsen · Fjord sykehus")


async def test_that_the_engine_is_down_is_seen_and_gone_when_it_is_back(
    app: ElmeldApp, open_app: OpenApp, troubled: Office, session: Session
) -> None:
    later = NOW + timedelta(minutes=2)
    session.clock = lambda: later
    async with open_app(WIDE) as pilot:
        assert "! 4 varsler" in shown(pilot)
        assert "Motor står" in shown(pilot)
        await press(pilot, "f10", "end", "enter")
        assert "Ingen meldingsmotor er i gang" in shown(pilot)
        assert "elmeld engine" in shown(pilot)
        with troubled.database.transaction() as connection:
            connection.execute(tables.engine.update().values(beat=to_text(later)))
        await until(pilot, "Varsler · 3")
        assert "Helsenett ok" in shown(pilot)


async def test_one_who_sees_her_own_post_alone_sees_the_alerts_about_it(
    open_app: OpenApp, troubled: Office, session: Session
) -> None:
    with troubled.database.transaction() as connection:
        other = people.add(connection, User("per", "Per Vikar"), at=to_text(NOW))
        rejected = connection.execute(tables.alert.select().where(tables.alert.c.message_id.is_not(None))).one()
    session.user = User("per", "Per Vikar")
    async with open_app(WIDE) as pilot:
        assert "! 2 varsler" in shown(pilot)
        with troubled.database.transaction() as connection:
            own = {"message_id": rejected.message_id, "mailbox": f"person:{other}", "folder": "sent"}
            connection.execute(tables.post_item.insert().values(own | {"unread": False, "moved": to_text(NOW)}))
        await until(pilot, "! 3 varsler")
        await press(pilot, "f10", "down", "m")
        assert "Dette kan bare den gjøre som har tilgang til alle meldinger." in told(pilot)


@pytest.mark.usefixtures("troubled")
async def test_a_stranger_sees_no_alerts_and_is_told_why(open_app: OpenApp, session: Session) -> None:
    session.user = User("gjest", "En gjest")
    async with open_app(WIDE) as pilot:
        assert "varsler" not in shown(pilot).splitlines()[0]
        await press(pilot, "alt+4")
        assert "er ikke bruker ved klinikken" in told(pilot)
        assert not isinstance(pilot.app.screen, AlertsScreen)


def test_the_bell_rings_once_for_what_is_new_and_never_in_a_burst() -> None:
    strokes: list[float] = []
    now = 0.0
    bell = AlertBell(lambda: strokes.append(now))
    for now, numbers in (
        (0.0, {1, 2}),  # what was there when one came
        (1.0, {1, 2}),
        (2.0, {1, 2, 3}),
        (3.0, {1, 2, 3, 4}),
        (4.0, {1, 2, 3, 4, 5}),
        (5.0, {1, 2, 3, 4, 5}),
        (12.5, {1, 2, 3, 4, 5}),
        (30.0, {5}),
        (31.0, {5, 0}),
        (32.0, {5, 0, 6}),
        (33.0, {5, 0}),  # gone again before it was rung for
        (50.0, {5, 0}),
        (51.0, {5}),
        (52.0, {5, 0}),  # the engine is down a second time
    ):
        bell.look(numbers, now)
    assert strokes == [2.0, 12.5, 31.0, 52.0]


async def test_the_bell_is_off_until_it_is_chosen(
    open_app: OpenApp, app: ElmeldApp, troubled: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    strokes: list[int] = []
    app.bell = lambda: strokes.append(1)  # type: ignore[method-assign]
    async with open_app(WIDE) as pilot:
        assert not app.ringing.on
        await press(pilot, "ctrl+p", *"ringeklokke", "enter")
        assert app.ringing.on
        with troubled.database.transaction() as connection:
            alerts.raise_alert(connection, AlertCode.DISK_LOW, at=to_text(NOW))
        await come_true(pilot, lambda: strokes == [1], "the bell")
    assert "bell = true" in (tmp_path / "config" / "elmeld" / "terminal.toml").read_text("utf-8")
