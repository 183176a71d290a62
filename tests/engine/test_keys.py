"""Where the passwords of key files are found: in the environment, or in what systemd shows the service alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from elmeld_tui.engine.keys import password_of
from elmeld_tui.model.clinic import KeyFile

KEY = KeyFile(Path("signing.p12"), "OUR_PASSWORD")


@pytest.mark.parametrize("kept", [b"hemmelig", b"hemmelig\n"])
def test_a_credential_of_the_service_is_a_password(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "OUR_PASSWORD").write_bytes(kept)
    assert password_of(KEY, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == b"hemmelig"


def test_the_environment_goes_before(tmp_path: Path) -> None:
    (tmp_path / "OUR_PASSWORD").write_bytes(b"another")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path), "OUR_PASSWORD": "hemmelig"}
    assert password_of(KEY, environment) == b"hemmelig"


def test_a_password_that_is_nowhere_is_none(tmp_path: Path) -> None:
    assert password_of(KEY, {}) is None
    assert password_of(KEY, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) is None


def test_a_credential_is_never_sought_outside_its_directory(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"of another service")
    inner = tmp_path / "credentials"
    inner.mkdir()
    assert password_of(KeyFile(Path("x.p12"), "../secret"), {"CREDENTIALS_DIRECTORY": str(inner)}) is None
