"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.new_stores import copied
from tests.ports import held_port

# What a machine is busy with besides must not decide whether a property holds.
settings.register_profile("elmeld", deadline=None)
settings.load_profile("elmeld")

if TYPE_CHECKING:
    from tests.postgres import Server
    from tests.tmux import Glass, Tmux


@pytest.fixture(scope="session", autouse=True)
def _new_stores_are_copied() -> Iterator[None]:
    """Make a new store in every test, and run the migrations for the first one alone."""
    with copied():
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the directory of reference material beside the checkout; skip where it is absent."""
    place = Path(__file__).parents[2] / "shared"
    if not place.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    return place


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Start a PostgreSQL for this run, when the first test asks for it; skip where there is none."""
    from tests.postgres import NoPostgresError, Server

    try:
        server = Server()
    except NoPostgresError as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """Return the URL of an empty store on PostgreSQL."""
    name = postgres_server.make()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def nobodys_port() -> Iterator[int]:
    """Return a port of this machine on which nobody answers while the test runs."""
    with held_port() as port:
        yield port


@pytest.fixture(params=["sqlite", "postgresql"])
def data_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the directory of a clinic without settings, whose store is in the one database and then the other."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        (tmp_path / "clinic.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def tmux(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tmux]:
    """Return a terminal to run a program in; a socket's path may not be long."""
    from tests.tmux import Tmux

    opened = Tmux(tmp_path_factory.mktemp("t"))
    yield opened
    opened.end()


@pytest.fixture
def glass(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    """Return a terminal in which nothing runs."""
    from tests.tmux import Glass

    opened = Glass(tmp_path_factory.mktemp("t"))
    yield opened
    opened.end()


_LONGEST_ID = 60


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case by its argument where the value is a whole document, which may hold an id of its own each time."""
    long = isinstance(val, str) and len(val) > _LONGEST_ID
    return argname if long or isinstance(val, bytes) else None
