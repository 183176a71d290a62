"""Whose SSH key is whose, and what sshd is told of it."""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.cli import ssh_session
from elmeld_tui.cli.errors import CommandError
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.ssh_keys import add_key, remove_key
from elmeld_tui.office.ssh_login import authorized_line
from elmeld_tui.store import people
from elmeld_tui.store.ssh_keys_reading import PublicKey, read_public_key
from elmeld_tui.tui import app
from elmeld_tui.tui.settings_file import user_directory

KEYS = {
    "ed25519": ed25519.Ed25519PrivateKey.generate().public_key(),
    "ecdsa": ec.generate_private_key(ec.SECP256R1()).public_key(),
    "rsa": rsa.generate_private_key(65537, 2048).public_key(),
}


def line(kind: str = "ed25519") -> str:
    return KEYS[kind].public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + " kari på kontoret"


def read(kind: str = "ed25519") -> PublicKey:
    key = read_public_key(line(kind))
    assert key is not None
    return key


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="OpenSSH is not installed")
@pytest.mark.parametrize("kind", KEYS)
def test_a_key_is_known_by_what_openssh_calls_it(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pub"
    file.write_text(line(kind))
    said = subprocess.run(["ssh-keygen", "-lf", file], capture_output=True, text=True, check=True).stdout
    assert said.split()[1] == read(kind).fingerprint


@given(st.text())
def test_what_is_no_key_is_none(text: str) -> None:
    assert read_public_key(text) is None


@pytest.mark.parametrize(
    "spoilt",
    [
        f'command="sh" {line()}',
        line().replace("ssh-ed25519", "ssh-rsa", 1),
        line().replace("AAAA", "AAA", 1),
        "ssh-ed25519 " + base64.b64encode(b"x").decode(),
        "",
    ],
)
def test_a_key_with_options_or_of_another_kind_than_it_says_is_refused(office: Office, spoilt: str) -> None:
    with pytest.raises(OfficeError, match="SSH-nøkkel"):
        add_key(office, "sekr", spoilt)


def test_sshd_is_told_of_a_terminal_as_its_owner_and_nothing_else(office: Office) -> None:
    assert authorized_line(office.reader, office.data_dir, None, read()) == ""
    add_key(office, "sekr", line())
    said = authorized_line(office.reader, office.data_dir, None, read())
    assert said.startswith('restrict,pty,command="')
    assert said.endswith(f'ssh-session sekr" {read().type} {read().blob}')
    assert "\n" not in said
    remove_key(office, read().fingerprint)
    assert authorized_line(office.reader, office.data_dir, None, read()) == ""


def test_no_name_gets_out_of_its_quotes(office: Office) -> None:
    wicked = 'x"; rm -rf /; echo "$(id)\\'
    with office.database.transaction() as connection:
        people.change(connection, 2, login=wicked)
    add_key(office, wicked, line())
    said = authorized_line(office.reader, office.data_dir, None, read())
    command = (
        said.partition('command="')[2].rpartition('" ssh-ed25519')[0].replace('\\"', '"').replace("\\\\", "\\")
    )
    printed = subprocess.run(
        ["sh", "-c", "printf '%s\\n' " + command], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert printed[-2:] == ["ssh-session", wicked]


@pytest.mark.parametrize("login", ["sekr", "../sekr", "..", "a/../../b", "Åse %2f"])
def test_who_shares_the_account_has_colours_and_keys_of_her_own(
    office: Office, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    monkeypatch.setattr(app, "run", lambda *_place, **_user: 0)
    found = []
    for name in ("lege", login):
        assert ssh_session.run(argparse.Namespace(data_dir=office.data_dir, config=None, login=name)) == 0
        found.append(user_directory(os.environ).resolve())
    places = office.data_dir.resolve() / "terminals"
    assert [one.parents[1] for one in found] == [places, places]
    assert found[0] != found[1]


def test_whoever_has_left_gets_in_no_more(office: Office) -> None:
    add_key(office, "sekr", line())
    with office.database.transaction() as connection:
        people.change(connection, 2, active=False)
    assert authorized_line(office.reader, office.data_dir, None, read()) == ""


def test_only_the_administrator_enters_keys(office: Office) -> None:
    secretary = replace(office, user=office.clinic.users[1])
    for act in (lambda: add_key(secretary, "sekr", line()), lambda: remove_key(secretary, read().fingerprint)):
        with pytest.raises(OfficeError, match="administrator"):
            act()


def test_only_who_owns_the_clinic_s_directory_opens_it_for_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = office.data_dir.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(CommandError, match="eier"):
        ssh_session.run(argparse.Namespace(data_dir=office.data_dir, config=None, login="lege"))
