"""The clinic's settings: ``clinic.toml`` in the data directory, accepted only if all of it is valid."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from elmeld_tui.i18n import t
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
from elmeld_tui.model.contact import Address
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.model.retention import MOST, Retention
from elmeld_tui.store.mail_settings import (
    folder_lines,
    mail_lines,
    read_folder,
    read_mail,
    read_routes,
    route_lines,
)
from elmeld_tui.store.noted import Noted
from elmeld_tui.store.places import settings_file
from elmeld_tui.store.toml_values import toml
from elmeld_tui.store.whole_files import replace_file


class SettingsError(Exception):
    """The settings cannot be used; the text says which file, what is wrong and what to do."""


def read_clinic(data_dir: Path, config: Path | None = None) -> Clinic:
    """Read the clinic's settings; relative paths in them start at the directory of the file.

    Args:
        data_dir: the clinic's directory.
        config: another settings file than ``clinic.toml`` in ``data_dir``.

    Raises:
        SettingsError: the file is absent, unreadable, lacks what a clinic must have, or says what nobody reads.
    """
    path = config or settings_file(data_dir)
    return _read(path, lambda data: _whole(data, path))


def read_store(data_dir: Path, config: Path | None = None) -> StoreSettings:
    """Read where the clinic keeps its messages; the default where it has no settings yet.

    Raises:
        SettingsError: the file cannot be read, or says something else.
    """
    path = config or settings_file(data_dir)
    return _read(path, _store) if path.exists() else StoreSettings()


_Read = TypeVar("_Read")


def _read(path: Path, meaning: Callable[[dict[str, Any]], _Read]) -> _Read:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsError(
            t("{path} finnes ikke. Er mappen riktig? For en ny klinikk: «elmeld config example».", path=path)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            t("kan ikke lese {path}: {reason}. Sett opp klinikken først.", path=path, reason=_reason(error))
        ) from error
    try:
        return meaning(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(t("{path} er ikke gyldig TOML: {reason}", path=path, reason=error)) from error
    except KeyError as error:
        raise SettingsError(t("{path} mangler «{name}»", path=path, name=error.args[0])) from error
    except (TypeError, AttributeError, ValueError) as error:
        raise SettingsError(t("{path} har en verdi av feil slag: {reason}", path=path, reason=error)) from error


def write_clinic(data_dir: Path, clinic: Clinic) -> None:
    """Write ``clinic`` as ``clinic.toml`` in ``data_dir``, for its owner alone: who works there has a national id in it.

    Raises:
        OSError: it cannot be written; what was there stands.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(settings_file(data_dir), settings_text(clinic).encode())


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else error.reason


def _whole(data: dict[str, Any], path: Path) -> Clinic:
    said = Noted(data)
    clinic = _clinic(said, path.parent)
    for name in said.unread():
        raise SettingsError(
            t("{path}: «{name}» er ingen innstilling. Rett navnet, eller ta den bort.", path=path, name=name)
        )
    return clinic


def _clinic(data: dict[str, Any], base: Path) -> Clinic:
    unit = data["clinic"]
    keys = data.get("keys", {})
    listen = data.get("listen", {})
    mail = read_mail(data, base)
    return Clinic(
        name=str(unit["name"]),
        her_id=_her_id(unit, "[clinic]"),
        organisation_number=str(unit["organisation_number"]),
        services=_services(data),
        users=tuple(_user(user) for user in data.get("user", [])),
        signing=_key_file(keys["signing"], base) if "signing" in keys else None,
        decryption=tuple(_key_file(key, base) for key in keys.get("decryption", [])),
        exercise_signature=_key_file(keys["exercise_signature"], base) if "exercise_signature" in keys else None,
        trust=base / keys["trust"] if "trust" in keys else None,
        revocation=RevocationCheck(keys.get("revocation", RevocationCheck.LISTS)),
        revocation_offline=RevocationOffline(keys.get("revocation_offline", RevocationOffline.SEND_WAITS)),
        register_url=str(data.get("register", {}).get("url", "")),
        listen_host=str(listen.get("host", "127.0.0.1")),
        listen_port=_port(listen.get("port", 0)),
        mail=mail,
        folder=read_folder(data, base),
        routes=read_routes(data, has_mail=mail is not None),
        address=_address(data.get("address", {})),
        test=_flag("test", unit.get("test", False)),
        unknown_receivers=UnknownReceiver(unit.get("unknown_receivers", UnknownReceiver.REJECT)),
        unknown_patients=UnknownPatient(unit.get("unknown_patients", UnknownPatient.ACCEPT)),
        operations=_operations(data.get("operations", {})),
        store=_store(data),
        retention=_retention(data.get("retention", {})),
        lock_after_minutes=_amount("lock_after_minutes", data.get("terminal", {}).get("lock_after_minutes", 15)),
    )


def _operations(data: dict[str, Any]) -> Operations:
    usual = Operations()
    return Operations(
        host=str(data.get("host", usual.host)),
        port=_port(data["port"]) if "port" in data else None,
        allow_remote=_flag("allow_remote", data.get("allow_remote", usual.allow_remote)),
        least_free_mb=_amount("least_free_mb", data.get("least_free_mb", usual.least_free_mb)),
        late_after_minutes=_amount("late_after_minutes", data.get("late_after_minutes", usual.late_after_minutes)),
    )


def _store(data: dict[str, Any]) -> StoreSettings:
    store = data.get("store", {})
    return StoreSettings(
        url=str(store.get("url", "")),
        password_env=str(store.get("password_env", "")),
        key_command=tuple(str(word) for word in store.get("key_command", [])),
    )


def _retention(data: dict[str, Any]) -> Retention:
    days = {name: int(value) for name, value in data.items()}
    for name, value in days.items():
        if value not in range(MOST + 1):
            raise ValueError(f"{name} = {value}")
    return Retention(**days)


def _address(data: dict[str, Any]) -> Address | None:
    if not data:
        return None
    return Address(street=str(data["street"]), postal_code=str(data["postal_code"]), city=str(data["city"]))


def _port(value: Any) -> int:
    port = int(value)
    if port not in range(65536):
        raise ValueError(f"port {port}")
    return port


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} = {value!r}")
    return value


def _amount(name: str, value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} = {value!r}")
    return value


def _services(data: dict[str, Any]) -> tuple[Service, ...]:
    if not data.get("service"):
        raise KeyError("[[service]]")
    return tuple(Service(_her_id(service, "[[service]]"), str(service["name"])) for service in data["service"])


def _her_id(data: dict[str, Any], where: str) -> str:
    her_id = str(data["her_id"])
    if not is_her_id(her_id):
        raise ValueError(t("{where} «{her_id}» er ingen HER-id", where=where, her_id=her_id))
    return her_id


def _user(data: dict[str, Any]) -> User:
    return User(
        name=str(data["name"]),
        full_name=str(data["full_name"]),
        profession=str(data.get("profession", "")),
        hpr_number=str(data.get("hpr_number", "")),
        phone=str(data.get("phone", "")),
        national_id=str(data.get("national_id", "")),
        her_id=_her_id(data, "[[user]]") if data.get("her_id") else "",
        administrator=_flag("administrator", data.get("administrator", False)),
        reads_all=_flag("reads_all", data.get("reads_all", False)),
    )


def _key_file(data: dict[str, Any], base: Path) -> KeyFile:
    return KeyFile(base / data["path"], str(data["password_env"]))


def settings_text(clinic: Clinic) -> str:
    """Return the settings of ``clinic`` as its file says them (TOML)."""
    unit = {
        "name": clinic.name,
        "her_id": clinic.her_id,
        "organisation_number": clinic.organisation_number,
        "test": clinic.test,
        "unknown_receivers": clinic.unknown_receivers,
        "unknown_patients": clinic.unknown_patients,
    }
    lines = [
        *_said("[clinic]", unit),
        *_said("[listen]", {"host": clinic.listen_host, "port": clinic.listen_port}),
        *_said("[register]", {"url": clinic.register_url}),
        *_said("[keys]", {"revocation": clinic.revocation, "revocation_offline": clinic.revocation_offline}),
        *_key_lines(clinic),
        *_said("[operations]", _changed(clinic.operations, Operations())),
        *_said("[store]", _changed(clinic.store, StoreSettings())),
        *_said("[retention]", _changed(clinic.retention, Retention())),
        *_said("[terminal]", {"lock_after_minutes": clinic.lock_after_minutes}),
        *_said("[address]", _place(clinic.address)),
        *mail_lines(clinic.mail),
        *folder_lines(clinic.folder),
        *route_lines(clinic.routes),
    ]
    for service in clinic.services:
        lines += _said("[[service]]", asdict(service))
    for user in clinic.users:
        lines += _said("[[user]]", {name: value for name, value in asdict(user).items() if value is not False})
    return "\n".join(lines[1:]) + "\n"


def _place(address: Address | None) -> dict[str, Any]:
    return {name: getattr(address, name) for name in ("street", "postal_code", "city")} if address else {}


def _key_lines(clinic: Clinic) -> list[str]:
    """Return what follows in ``[keys]``, each key in braces."""
    lines = [] if clinic.trust is None else [f"trust = {toml(str(clinic.trust))}"]
    if clinic.signing is not None:
        lines.append(f"signing = {_inline(clinic.signing)}")
    if clinic.decryption:
        lines.append(f"decryption = [{', '.join(_inline(key) for key in clinic.decryption)}]")
    if clinic.exercise_signature is not None:
        lines.append(f"exercise_signature = {_inline(clinic.exercise_signature)}")
    return lines


def _changed(settings: Operations | StoreSettings | Retention, usual: object) -> dict[str, Any]:
    """Return what differs from the usual; nothing needs to be said of the rest."""
    return {name: value for name, value in asdict(settings).items() if value != getattr(usual, name)}


def _said(table: str, values: dict[str, Any]) -> list[str]:
    """Return a table with its head, such as ``[keys]``, after an empty line; nothing where it has no values."""
    return ["", table, *(f"{name} = {toml(value)}" for name, value in values.items())] if values else []


def _inline(key: KeyFile) -> str:
    return f"{{ path = {toml(str(key.path))}, password_env = {toml(key.password_env)} }}"
