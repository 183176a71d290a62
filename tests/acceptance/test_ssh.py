"""Over SSH: a real sshd lets each key into the terminal as its owner, and into nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.full_postbox import fill
from benchmarks.pty_harness import Terminal

from elmeld_tui.model.clinic import User
from elmeld_tui.store import people
from elmeld_tui.store.database import open_database
from tests.acceptance.ssh_server import Server, needs_sshd, serving
from tests.terminals import Terminal as Terminals
from tests.tui.seat import CTRL_N, DOWN, ENTER, TAB
from tests.waiting import PATIENCE

pytestmark = needs_sshd


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("ssh")
    clinic = place / "clinic"
    fill(clinic, 50)
    _make_people(clinic)
    with serving(clinic, place / "keys", ("kari", "ola", "stranger")) as running:
        assert running.admin("add", "kari", str(running.keys / "kari.pub")) == 0
        assert running.admin("add", "ola", str(running.keys / "ola.pub")) == 0
        yield running


def _make_people(clinic: Path) -> None:
    """Let there be two people, and let whoever runs the tests be the administrator."""
    from elmeld_tui.login import login

    database = open_database(clinic)
    with database.transaction() as connection:
        people.change(connection, 1, login=login())
        for name, full_name in (("kari", "Kari Nøkkel"), ("ola", "Ola Nøkkel")):
            people.add(connection, User(name, full_name), at="2026-11-22T08:00:00.000Z", reads_all=True)
    database.close()


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(("key", "name"), [("kari", "Kari Nøkkel"), ("ola", "Ola Nøkkel")])
def test_each_key_opens_the_terminal_as_its_owner(server: Server, key: str, name: str) -> None:
    with Terminal(server.ssh(key, "-tt", "root@127.0.0.1"), columns=100, rows=30) as terminal:
        terminal.wait_for(name)
        terminal.wait_for("Innboks ·")


def test_what_was_typed_when_the_line_is_cut_is_offered_back_at_the_next_login(server: Server) -> None:
    cut, again = Line(server), Line(server)
    try:
        cut.open("ola")
        cut.terminal.wait_for("Innboks ·")
        cut.terminal.type(CTRL_N)
        cut.terminal.wait_for("Ny melding", "enter velger")
        cut.terminal.type(DOWN, DOWN, ENTER)
        cut.terminal.wait_for("Ny melding · Helsefaglig dialog")
        for label in ("Pasient", "Mottaker", "Tema"):
            cut.terminal.wait_until(lambda label=label: label in cut.terminal.screen.line)  # type: ignore[misc]
            cut.terminal.type(TAB)
        cut.terminal.wait_until(lambda: "Emne" in cut.terminal.screen.line)
        cut.terminal.type("Blodtrykk æøå")
        cut.terminal.wait_until(lambda: "Blodtrykk æøå" in cut.terminal.screen.line)
        cut.cut()
        again.open("ola")
        again.terminal.wait_for("Du har noe du ikke fikk sendt", "Helsefaglig dialog")
        again.terminal.type(ENTER)
        again.terminal.wait_for("Ny melding · Helsefaglig dialog", "Blodtrykk æøå")
    finally:
        cut.close()
        again.close()


class Line:
    """An SSH line from a terminal to the server, which can be cut."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.terminal = Terminals(rows=60)

    def open(self, key: str) -> None:
        with Path(self.terminal.name).open("r+b", buffering=0) as side:
            self._client = subprocess.Popen(
                self._server.ssh(key, "-tt", "root@127.0.0.1"),
                stdin=side,
                stdout=side,
                stderr=side,
                env={**os.environ, "TERM": "xterm-256color"},
            )

    def cut(self) -> None:
        """Kill the client: nothing is said good-bye to, the connection is just gone."""
        self._client.kill()
        self._client.wait()

    def close(self) -> None:
        self.cut()
        self.terminal.hang_up()


def test_a_command_that_is_asked_for_is_not_run(server: Server) -> None:
    done = run(server.ssh("kari", "root@127.0.0.1", "id"))
    assert "uid=" not in done.stdout
    assert done.returncode == 2
    assert "ssh -t" in done.stderr, "the terminal application was run, and needs a terminal"


def test_nothing_is_forwarded(server: Server) -> None:
    through = run(server.ssh("kari", "-W", f"127.0.0.1:{server.port}", "root@127.0.0.1"))
    assert through.returncode != 0
    assert "SSH-2.0" not in through.stdout, "the port is not reached through it"
    files = run(server.ssh("kari", "-s", "root@127.0.0.1", "sftp"))
    assert files.returncode != 0 or not files.stdout


def test_a_key_that_is_nobodys_or_no_longer_anybodys_opens_nothing(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = run(server.ssh("stranger", "root@127.0.0.1"))
    assert stranger.returncode == 255
    assert "Permission denied" in stranger.stderr
    assert server.admin("add", "kari", str(server.keys / "stranger.pub")) == 0
    assert server.admin("list") == 0
    listed = next(line for line in capsys.readouterr().out.splitlines() if "stranger" in line or "@" in line)
    assert listed.startswith("kari")
    fingerprint = run(["ssh-keygen", "-lf", str(server.keys / "stranger.pub")]).stdout.split()[1]
    assert server.admin("remove", fingerprint) == 0
    assert run(server.ssh("stranger", "root@127.0.0.1")).returncode == 255


def test_a_key_of_two_people_is_refused_and_so_is_what_is_no_key(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert server.admin("add", "ola", str(server.keys / "kari.pub")) == 1
    assert "tilhører kari" in capsys.readouterr().err
    private = server.keys / "kari"
    assert server.admin("add", "ola", str(private)) == 1
    assert ".pub" in capsys.readouterr().err
    assert server.admin("add", "nobody", str(server.keys / "kari.pub")) == 1
    assert server.admin("remove", "SHA256:none") == 1
