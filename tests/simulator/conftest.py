"""A simulated Helsenett's parts, made once: keys take a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.captures import Captures
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.keys import keys_of_partners
from elmeld_tui.simulator.register import Register
from elmeld_tui.simulator.store import Store
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply
from tests.simulator.clinic import HER_ID, NOW, Clinic, new_keys, registration
from tests.simulator.mailed import Mailed, running_mail

ENDPOINT = "http://127.0.0.1:9/ebxml"


@dataclass
class Post:
    """The way from the partners to the clinic: remembers what was posted, and answers as it was told to."""

    posted: list[tuple[str, str, bytes]] = field(default_factory=list)
    answers: list[Reply | NotDeliveredError | None] = field(default_factory=list)

    def limit(self, endpoint: str) -> int | None:
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        self.posted.append((parcel.endpoint, parcel.content_type, parcel.body))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, NotDeliveredError):
            raise answer
        return answer


@pytest.fixture(scope="session")
def simulator_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompanyKeys]:
    return keys_of_partners(tmp_path_factory.mktemp("simulator-keys"))


@pytest.fixture(scope="session")
def clinic_keys() -> CompanyKeys:
    return new_keys()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "simulator.db") as store:
        yield store


@pytest.fixture
def register(store: Store, simulator_keys: dict[str, CompanyKeys]) -> Register:
    register = Register(store, simulator_keys)
    register.partners_at(ENDPOINT)
    return register


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def net(
    tmp_path: Path, store: Store, register: Register, simulator_keys: dict[str, CompanyKeys], post: Post
) -> Helsenett:
    return Helsenett(store, register, simulator_keys, Captures(tmp_path / "captures"), post, lambda: NOW)


@pytest.fixture
def clinic(net: Helsenett, clinic_keys: CompanyKeys) -> Clinic:
    net.register.put(HER_ID, registration(clinic_keys))
    return Clinic(clinic_keys, net)


@pytest.fixture
def mailed(net: Helsenett, clinic_keys: CompanyKeys) -> Iterator[Mailed]:
    with running_mail(net, clinic_keys) as running:
        yield running
