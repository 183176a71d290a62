"""The clinic's settings: what is written is read back, and what is wrong is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.model.clinic import (
    Clinic,
    KeyFile,
    Operations,
    RevocationCheck,
    RevocationOffline,
    Service,
    StoreSettings,
    UnknownPatient,
    UnknownReceiver,
    User,
)
from elmeld_tui.model.mail import DropFolder, Mail, Mailbox, MailboxProtocol, MailServer, Protection
from elmeld_tui.model.retention import Retention
from elmeld_tui.store.places import settings_file
from elmeld_tui.store.settings import SettingsError, read_clinic, read_store, write_clinic

WHOLE = '[clinic]\nname = "K"\nher_id = 1\norganisation_number = "9"\n[[service]]\nher_id = 2\nname = "F"\n'

# TOML is UTF-8, which has no lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(name=TEXT, full_name=TEXT, test=st.booleans(), port=st.integers(0, 65535))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, full_name: str, test: bool, port: int
) -> None:
    place = tmp_path_factory.mktemp("clinic")
    clinic = Clinic(
        name=name,
        her_id="100",
        organisation_number="999999993",
        services=(Service("101", "Fastlege"), Service("102", name)),
        users=(User("astrid", full_name, "LE", "9144889", "+47 73 00 00 00"),),
        signing=KeyFile(place / "virksomhet.p12", "ELMELD_KEY"),
        decryption=(KeyFile(place / "ny.p12", "ELMELD_KEY"), KeyFile(Path("/gammel.p12"), "OLD")),
        trust=place / "trust",
        revocation=RevocationCheck.ONLINE,
        revocation_offline=RevocationOffline.WAIT,
        register_url="https://register.example",
        listen_port=port,
        test=test,
        operations=Operations("::1", port, allow_remote=test, least_free_mb=port, late_after_minutes=port),
    )
    write_clinic(place, clinic)
    assert read_clinic(place) == clinic


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_clinic(tmp_path, Clinic("K", "1", "9", (Service("2", "F"),)))
    assert settings_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["clinic.toml"]


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    settings_file(tmp_path).write_text(
        '[clinic]\nname = "K"\nher_id = 100\norganisation_number = "9"\n[[service]]\nher_id = 101\nname = "F"\n'
        '[keys]\ntrust = "trust"\nsigning = { path = "k.p12", password_env = "P" }\n',
        encoding="utf-8",
    )
    clinic = read_clinic(tmp_path)
    assert clinic.trust == tmp_path / "trust"
    assert clinic.signing == KeyFile(tmp_path / "k.p12", "P")
    assert clinic.her_ids == {"100", "101"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[clinic", "TOML"),
        ('[clinic]\nname = "K"', "her_id"),
        ('[clinic]\nname = "K"\nher_id = "1"\norganisation_number = "9"', "service"),
        ("clinic = 3", "feil slag"),
        ('[clinic]\nname = "K"\nher_id = "K1"\norganisation_number = "9"', "[clinic] «K1»"),
        (f'{WHOLE}[[user]]\nname = "a"\nfull_name = "A"\nher_id = "1 2"', "[[user]] «1 2»"),
        # A text is always true: real messages would be marked as tests.
        (WHOLE.replace("[[", 'test = "false"\n[[', 1), "test = 'false'"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, content: str, said: str) -> None:
    settings_file(tmp_path).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_clinic(tmp_path)
    assert said in str(caught.value)
    assert "clinic.toml" in str(caught.value)


def test_health_and_metrics_are_told_nowhere_unless_they_are_given_a_port(tmp_path: Path) -> None:
    settings_file(tmp_path).write_text(WHOLE, encoding="utf-8")
    assert read_clinic(tmp_path).operations.port is None


@pytest.mark.parametrize("wrong", ["port = 70000", 'allow_remote = "false"', "least_free_mb = -1"])
def test_a_wrong_setting_of_operations_is_said(tmp_path: Path, wrong: str) -> None:
    settings_file(tmp_path).write_text(f"{WHOLE}[operations]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(wrong.partition(" ")[0])):
        read_clinic(tmp_path)


MAIL = Mail(
    "odden@edi.example",
    MailServer("smtp.example", 587, Protection.STARTTLS, "odden", "SMTP_PW"),
    (
        Mailbox(MailboxProtocol.POP3, MailServer("pop.example", 995, Protection.TLS, "odden", "POP_PW")),
        Mailbox(MailboxProtocol.IMAP, MailServer("imap.example", 143, Protection.NONE, "odden", "POP_PW"), "EDI"),
    ),
    poll_seconds=5,
    size_limit=20_000_000,
)


def test_mail_folder_and_routes_are_read_back(tmp_path: Path) -> None:
    chosen = Clinic(
        "K",
        "100",
        "999999993",
        (Service("101", "F"),),
        mail=MAIL,
        folder=DropFolder(tmp_path / "inn", tmp_path / "ut"),
        routes={"200": "file:///srv/drop", "201": "mailto:a@b.example"},
    )
    write_clinic(tmp_path, chosen)
    assert read_clinic(tmp_path) == chosen
    assert read_clinic(tmp_path).mail_address == "odden@edi.example"


UNIT = '[clinic]\nname = "K"\nher_id = "1"\norganisation_number = "9"\n[[service]]\nher_id = "2"\nname = "F"\n'


def test_what_is_usual_need_not_be_said(tmp_path: Path) -> None:
    said = (
        '[mail]\naddress = "a@b.no"\nsmtp = { host = "s" }\n'
        'mailbox = { host = "m", user = "u", password_env = "P", ca = "ca.pem" }\n[folder]\nin = "inn"\n'
    )
    settings_file(tmp_path).write_text(UNIT + said, encoding="utf-8")
    clinic = read_clinic(tmp_path)
    assert clinic.mail == Mail(
        "a@b.no",
        MailServer("s", 465),
        (Mailbox(MailboxProtocol.POP3, MailServer("m", 995, Protection.TLS, "u", "P", tmp_path / "ca.pem")),),
    )
    assert clinic.folder == DropFolder(tmp_path / "inn")


SMTP = 'smtp = { host = "s" }\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[mail]\naddress = "a@b.no"\nsmtp = { host = "s", password_env = "P" }', "[mail.smtp] user"),
        ('[mail]\naddress = "a@b.no"', "[mail] smtp"),
        (f"[mail]\n{SMTP}", "[mail] address"),
        (f'[mail]\naddress = "ab.no"\n{SMTP}', "ab.no"),
        ('[mail]\naddress = "a@b"\nsmtp = { host = "s", security = "ssl" }', "tls, starttls, none"),
        ('[mail]\naddress = "a@b"\nsmtp = { host = "s", port = 99999 }', "99999"),
        ('[mail]\naddress = "a@b"\nsmtp = { host = "s", user = "u" }', "[mail.smtp] password_env"),
        (f'[mail]\naddress = "a@b"\nsize_limit = "10 MB"\n{SMTP}', "size_limit"),
        (f'[mail]\naddress = "a@b"\npoll_seconds = 0\n{SMTP}', "poll_seconds"),
        (f'[mail]\naddress = "a@b"\n{SMTP}[[mail.mailbox]]\nhost = "m"', "[[mail.mailbox]] user"),
        (f'[mail]\naddress = "a@b"\n{SMTP}mailbox = {{ protocol = "pop2" }}', "pop3, imap"),
        ('[routes]\nx = "https://a"', "HER-id"),
        ('[routes]\n200 = "ftp://a"', "https:, http:, mailto:, file:"),
        ('[routes]\n200 = "mailto:a@b"', "[mail] mangler"),
    ],
)
def test_what_is_wrong_with_mail_and_routes_is_said(tmp_path: Path, content: str, said: str) -> None:
    settings_file(tmp_path).write_text(f"{UNIT}{content}", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_clinic(tmp_path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('[keys]\nrevocation_ofline = "wait"', "keys.revocation_ofline"),
        ("[kyes]\n", "kyes"),
        ('[[user]]\nname = "a"\nfull_name = "A"\nadministator = true', "user.administator"),
        ('[keys]\nsigning = { path = "k.p12", password_env = "P", pasword = "x" }', "keys.signing.pasword"),
        ('[mail]\naddress = "a@b.no"\nsmtp = { host = "s", securty = "none" }', "mail.smtp.securty"),
        ("[operations]\nleast_free = 1", "operations.least_free"),
    ],
)
def test_a_setting_that_there_is_none_of_is_said_and_not_passed_over(
    content: str, name: str, tmp_path: Path
) -> None:
    settings_file(tmp_path).write_text(f"{WHOLE}{content}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"«{re.escape(name)}» er ingen innstilling"):
        read_clinic(tmp_path)


def test_every_setting_of_the_manual_is_one(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    tables: dict[str, str] = {}
    for block in re.findall(r"```toml\n(.*?)```", manual, re.DOTALL):
        for table in re.split(r"\n(?=\[)", block):
            # Of an example that shows another choice, the first is taken.
            tables.setdefault(table.strip().partition("\n")[0], table)
    assert len(tables) > 10
    settings_file(tmp_path).write_text("\n".join(tables.values()), encoding="utf-8")
    assert read_clinic(tmp_path).name == "Fjellveien legesenter"


def test_absent_settings_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"clinic\.toml"):
        read_clinic(tmp_path)


def test_what_becomes_of_unknown_receivers_and_patients_is_the_clinics_choice(tmp_path: Path) -> None:
    chosen = Clinic(
        "K",
        "100",
        "999999993",
        (Service("101", "F"),),
        unknown_receivers=UnknownReceiver.ASK,
        unknown_patients=UnknownPatient.REJECT,
    )
    write_clinic(tmp_path, chosen)
    assert read_clinic(tmp_path) == chosen
    settings = tmp_path / "clinic.toml"
    settings.write_text(settings.read_text("utf-8").replace('"reject"', '"maybe"'), encoding="utf-8")
    with pytest.raises(SettingsError, match="maybe"):
        read_clinic(tmp_path)


def test_where_and_how_long_messages_are_kept_is_read_back(tmp_path: Path) -> None:
    chosen = Clinic(
        "K",
        "100",
        "999999993",
        (Service("101", "F"),),
        store=StoreSettings("postgresql://db/elmeld", "ELMELD_DB", ("keyring", "get", 'a "b"')),
        retention=Retention(envelopes=0, messages=3650),
    )
    write_clinic(tmp_path, chosen)
    assert read_clinic(tmp_path) == chosen
    assert read_store(tmp_path) == chosen.store
    settings = settings_file(tmp_path)
    for wrong in ("messages = -1", "letters = 3"):
        settings.write_text(settings.read_text("utf-8").replace("messages = 3650", wrong), encoding="utf-8")
        with pytest.raises(SettingsError, match=wrong.split()[0]):
            read_clinic(tmp_path)
        settings.write_text(settings.read_text("utf-8").replace(wrong, "messages = 3650"), encoding="utf-8")
