"""The terminal in a browser: whose it is sees the clinic, and nobody else does."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import httpx
import pytest

from elmeld_tui.office.clinic import login, open_office
from elmeld_tui.store.settings import write_clinic
from tests.office.conftest import CLINIC
from tests.ports import held_port
from tests.waiting import PATIENCE, assert_soon

pytestmark = pytest.mark.acceptance


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    place = tmp_path / "clinic"
    write_clinic(place, replace(CLINIC, users=(replace(CLINIC.users[0], name=login()),)))
    open_office(place).close()
    return place


@pytest.fixture
def address(clinic: Path) -> Iterator[str]:
    """The address that a running ``elmeld serve`` tells its user."""
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic), "serve", "--port"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ELMELD_")}
    environment |= {"XDG_CONFIG_HOME": str(clinic.parent), "PYTHONUNBUFFERED": "1"}
    with (
        held_port() as port,
        subprocess.Popen([*command, str(port)], stdout=subprocess.PIPE, text=True, env=environment) as process,
    ):
        assert process.stdout is not None
        told = process.stdout.readline()
        yield next(word for word in told.split() if word.startswith("http"))
        process.terminate()
        process.wait(PATIENCE)


def _without_key(address: str) -> str:
    return address.partition("?")[0]


def test_nobody_is_let_in_without_the_key(address: str) -> None:
    place = _without_key(address)
    assert httpx.get(place, timeout=PATIENCE).status_code == 403
    assert httpx.get(f"{place}?key=feil", timeout=PATIENCE).status_code == 403
    assert httpx.get(f"{place}?key=nøkkel", timeout=PATIENCE).status_code == 403
    assert httpx.get(f"{place}", headers={"Cookie": b"elmeld=\xc3\xb8"}, timeout=PATIENCE).status_code == 403
    assert httpx.get(f"{place}ws", timeout=PATIENCE).status_code == 403
    assert httpx.get(f"{place}static/js/textual.js", timeout=PATIENCE).status_code == 403


def test_a_page_of_somebody_elses_is_not_let_in(address: str) -> None:
    assert httpx.get(address, headers={"Origin": "https://ond.test"}, timeout=PATIENCE).status_code == 403
    assert httpx.get(address, headers={"Host": "ond.test"}, timeout=PATIENCE).status_code == 421


def test_the_key_leaves_the_address_line_and_the_page_fetches_nothing_from_outside(address: str) -> None:
    with httpx.Client(timeout=PATIENCE) as browser:
        first = browser.get(address)
        assert first.status_code == 303
        assert "key" not in first.headers["Location"]
        assert "HttpOnly" in first.headers["Set-Cookie"]
        assert "SameSite=Strict" in first.headers["Set-Cookie"]
        page = browser.get(first.headers["Location"])
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@asynccontextmanager
async def _sitting(address: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await browser.get(address)
        place = _without_key(address).replace("http", "ws", 1)
        async with browser.ws_connect(f"{place}ws?width=100&height=30") as line:
            yield line


async def _until(line: aiohttp.ClientWebSocketResponse, words: str) -> str:
    """Read on until ``words`` have been drawn."""
    seen = ""
    async with asyncio.timeout(PATIENCE):
        while words not in seen:
            message = await line.receive()
            assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}, (message, seen[-2000:])
            seen += message.data.decode() if isinstance(message.data, bytes) else message.data
    return seen


async def test_its_user_works_in_it_and_what_was_written_is_kept_when_the_browser_is_closed(
    address: str, clinic: Path
) -> None:
    async with _sitting(address) as line:
        await _until(line, "Innboks")
        await line.send_str(json.dumps(["stdin", "\x0e"]))
        await _until(line, "Ny melding")
        await line.send_str(json.dumps(["stdin", "\r"]))
        await _until(line, "Pasient")
        # The first field that is not searched: what the referral is about.
        await line.send_str(json.dumps(["stdin", "\t\t\t"]))
        await _until(line, "velger")
        await line.send_str(json.dumps(["stdin", "\x1b[C"]))
        await _until(line, "2/")
    office = open_office(clinic)
    try:
        assert_soon(lambda: bool(office.reader.interrupted_drafts(login()) or office.reader.drafts(login())))
    finally:
        office.close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--host", "0.0.0.0"], "andre maskiner"), (["--url", "http://post.klinikk.test"], "https")],
)
def test_what_others_could_listen_to_is_refused(arguments: list[str], told: str, clinic: Path) -> None:
    command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(clinic), "serve", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert told in done.stderr
