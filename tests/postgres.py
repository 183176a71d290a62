"""A PostgreSQL of our own for as long as the tests run: on a socket in a directory of its own, for nobody else."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from elmeld_tui.store.address import ServerAddress
from elmeld_tui.store.database import at, migrate
from tests.waiting import PATIENCE

_OWNER = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    # What a crash of this machine would lose is of no worth.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
}
_NUMBERS = itertools.count(1)


class NoPostgresError(Exception):
    """There is no PostgreSQL to start; the text says what is missing."""


class Server:
    """A server that has just been made; `make` gives each test an empty store of its own.

    Args:
        kept: where it is made, or was made before and left; else it is removed in the end.
    """

    def __init__(self, kept: Path | None = None) -> None:
        programs = binaries()
        self._kept = kept
        self.directory = kept or Path(tempfile.mkdtemp(prefix="elmeld-pg-"))
        self.directory.mkdir(exist_ok=True)
        try:
            self._process = self._start(programs)
        except BaseException:
            self._remove()
            raise
        # What was left may be of other tables.
        self._administer("DROP DATABASE IF EXISTS elmeld_template")
        self._administer("CREATE DATABASE elmeld_template")
        database = at(ServerAddress(self.url("elmeld_template")))
        migrate(database)
        database.close()

    def _start(self, programs: Path) -> subprocess.Popen[bytes]:
        data = self.directory / "data"
        owner: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(self.directory, _OWNER)
            owner = ["setpriv", "--reuid", _OWNER, "--regid", _OWNER, "--clear-groups"]
        # A run that is killed takes its server with it.
        owner = [*(owner or ["setpriv"]), "--pdeathsig", "QUIT", "--"]
        initdb = [programs / "initdb", "-D", data, "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        quiet = {"cwd": self.directory, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if not data.exists():
            subprocess.run([*owner, *initdb], check=True, **quiet)
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        serve = [programs / "postgres", "-D", data, "-k", self.directory, *settings]
        process = subprocess.Popen([*owner, *serve], **quiet)
        deadline = time.monotonic() + PATIENCE
        while not _answers(self.url("postgres")):
            assert process.poll() is None, "the server did not start"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.02)
        return process

    def url(self, name: str) -> str:
        """Return the URL of a database here."""
        return f"postgresql:///{name}?host={self.directory}&user={_OWNER}"

    def has(self, name: str) -> bool:
        """Return whether there is a database of that name."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def rename(self, name: str, to: str) -> None:
        """Give a database that nobody is connected to another name."""
        self._administer(f"ALTER DATABASE {name} RENAME TO {to}")

    def make(self, *, template: str = "elmeld_template") -> str:
        """Make a database that holds an empty store; return its name."""
        name = f"elmeld_{os.getpid()}_{next(_NUMBERS)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """Stop the server and remove all it has written, unless it is kept."""
        self._process.send_signal(signal.SIGINT if self._kept else signal.SIGQUIT)
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            self._remove()

    def _remove(self) -> None:
        if self._kept is None:
            shutil.rmtree(self.directory)


def binaries() -> Path:
    """Return where initdb and postgres lie: on the path, or where Debian puts them.

    Raises:
        NoPostgresError: they are not installed, or there is nobody but root to run them.
    """
    on_path = shutil.which("postgres")
    places = [Path(on_path).parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            break
    else:
        raise NoPostgresError("PostgreSQL is not installed (apt-get install postgresql)")
    if shutil.which("setpriv") is None:
        raise NoPostgresError("setpriv (util-linux) is not installed")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(_OWNER)
        except KeyError as error:
            raise NoPostgresError(f"PostgreSQL does not run as root, and there is no user {_OWNER}") from error
    return place


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
