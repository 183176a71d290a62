"""The parts of ``clinic.toml`` about other ways than HTTP: ``[mail]``, ``[folder]`` and ``[routes]``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elmeld_tui.i18n import t
from elmeld_tui.model.identifiers import is_her_id
from elmeld_tui.model.mail import (
    USUAL_FETCH_LIMIT,
    USUAL_POLL_SECONDS,
    USUAL_SIZE_LIMIT,
    DropFolder,
    Mail,
    Mailbox,
    MailboxProtocol,
    MailServer,
    Protection,
)
from elmeld_tui.store.toml_values import toml

_Choice = TypeVar("_Choice", bound=StrEnum)

_SMTP_PORTS = {Protection.TLS: 465, Protection.STARTTLS: 587, Protection.NONE: 25}
_MAILBOX_PORTS = {
    (MailboxProtocol.POP3, Protection.TLS): 995,
    (MailboxProtocol.IMAP, Protection.TLS): 993,
    (MailboxProtocol.POP3, Protection.STARTTLS): 110,
    (MailboxProtocol.IMAP, Protection.STARTTLS): 143,
    (MailboxProtocol.POP3, Protection.NONE): 110,
    (MailboxProtocol.IMAP, Protection.NONE): 143,
}
_ADDRESS = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+")
_ROUTES = ("https", "http", "mailto", "file")
_SMALLEST_LIMIT = 100_000
"""Bytes; a message without attachments has some ten thousand, and a lower limit is a slip of the pen."""


def read_mail(data: Mapping[str, Any], base: Path) -> Mail | None:
    """Read ``[mail]``; None where there is none.

    Raises:
        KeyError: something that must be there is missing; its name in the file.
        ValueError: something holds what it cannot hold; says which and what it could be.
    """
    said = data.get("mail")
    if said is None:
        return None
    address = str(_wanted(said, "address", "[mail]"))
    if not _ADDRESS.fullmatch(address):
        raise ValueError(t("[mail] address «{address}» er ingen e-postadresse", address=address))
    boxes = said.get("mailbox", [])
    return Mail(
        address=address,
        smtp=_server(_wanted(said, "smtp", "[mail]"), "[mail.smtp]", base, _SMTP_PORTS),
        mailboxes=tuple(_mailbox(box, base) for box in ([boxes] if isinstance(boxes, Mapping) else boxes)),
        poll_seconds=_at_least(said, "poll_seconds", USUAL_POLL_SECONDS, 1),
        size_limit=_at_least(said, "size_limit", USUAL_SIZE_LIMIT, _SMALLEST_LIMIT),
        fetch_limit=_at_least(said, "fetch_limit", USUAL_FETCH_LIMIT, _SMALLEST_LIMIT),
    )


def _mailbox(said: Mapping[str, Any], base: Path) -> Mailbox:
    where = "[[mail.mailbox]]"
    protocol = _one_of(MailboxProtocol, said, "protocol", MailboxProtocol.POP3, where)
    ports = {security: port for (other, security), port in _MAILBOX_PORTS.items() if other is protocol}
    server = _server(said, where, base, ports)
    if not server.user:
        raise KeyError(f"{where} user")
    return Mailbox(protocol, server, str(said.get("folder", "INBOX")))


def _server(said: Mapping[str, Any], where: str, base: Path, ports: Mapping[Protection, int]) -> MailServer:
    security = _one_of(Protection, said, "security", Protection.TLS, where)
    user = str(said.get("user", ""))
    if "password_env" in said and not user:
        raise KeyError(f"{where} user")
    return MailServer(
        host=str(_wanted(said, "host", where)),
        port=_port(said.get("port", ports[security]), where),
        security=security,
        user=user,
        password_env=str(_wanted(said, "password_env", where) if user else ""),
        ca=base / said["ca"] if "ca" in said else None,
    )


def _port(value: Any, where: str) -> int:
    if not isinstance(value, int) or value not in range(1, 65536):
        raise ValueError(t("{where} port er et tall fra 1 til 65535, ikke {value}", where=where, value=value))
    return value


def _at_least(said: Mapping[str, Any], name: str, usual: int, least: int) -> int:
    value = said.get(name, usual)
    if not isinstance(value, int) or value < least:
        raise ValueError(t("[mail] {name} er et helt tall, minst {least}", name=name, least=least))
    return value


def _one_of(choices: type[_Choice], said: Mapping[str, Any], name: str, usual: _Choice, where: str) -> _Choice:
    value = said.get(name, usual)
    try:
        return choices(value)
    except ValueError as error:
        raise ValueError(
            t(
                "{where} {name} = «{value}»; velg blant {known}",
                where=where,
                name=name,
                value=value,
                known=", ".join(choices),
            )
        ) from error


def _wanted(said: Mapping[str, Any], name: str, where: str) -> Any:
    if name not in said:
        raise KeyError(f"{where} {name}")
    return said[name]


def read_folder(data: Mapping[str, Any], base: Path) -> DropFolder:
    """Read ``[folder]``; directories are absolute, since a route to one is a URL."""
    said = data.get("folder", {})
    return DropFolder(
        incoming=(base / said["in"]).absolute() if "in" in said else None,
        outgoing=(base / said["out"]).absolute() if "out" in said else None,
    )


def read_routes(data: Mapping[str, Any], *, has_mail: bool) -> dict[str, str]:
    """Read ``[routes]``: by HER-id, a URL.

    Raises:
        ValueError: a key is no HER-id, a value no address, or the clinic has no way there.
    """
    routes = {str(her_id): str(endpoint) for her_id, endpoint in data.get("routes", {}).items()}
    for her_id, endpoint in routes.items():
        if not is_her_id(her_id):
            raise ValueError(t("[routes] «{her_id}» er ingen HER-id", her_id=her_id))
        scheme = urlsplit(endpoint).scheme
        if scheme not in _ROUTES:
            raise ValueError(
                t(
                    "[routes] {her_id}: «{endpoint}» begynner ikke med {known}",
                    her_id=her_id,
                    endpoint=endpoint,
                    known=", ".join(f"{name}:" for name in _ROUTES),
                )
            )
        if scheme == "mailto" and not has_mail:
            raise ValueError(t("[routes] {her_id} går med e-post, men [mail] mangler", her_id=her_id))
    return routes


def mail_lines(mail: Mail | None) -> list[str]:
    """Return ``[mail]`` as lines of the file."""
    if mail is None:
        return []
    lines = [
        "",
        "[mail]",
        f"address = {toml(mail.address)}",
        f"poll_seconds = {mail.poll_seconds}",
        f"size_limit = {mail.size_limit}",
        f"fetch_limit = {mail.fetch_limit}",
        "",
        "[mail.smtp]",
        *_server_lines(mail.smtp),
    ]
    for box in mail.mailboxes:
        lines += ["", "[[mail.mailbox]]", f"protocol = {toml(box.protocol)}", *_server_lines(box.server)]
        lines.append(f"folder = {toml(box.folder)}")
    return lines


def _server_lines(server: MailServer) -> list[str]:
    lines = [f"host = {toml(server.host)}", f"port = {server.port}", f"security = {toml(server.security)}"]
    if server.user:
        lines += [f"user = {toml(server.user)}", f"password_env = {toml(server.password_env)}"]
    if server.ca is not None:
        lines.append(f"ca = {toml(str(server.ca))}")
    return lines


def folder_lines(folder: DropFolder) -> list[str]:
    """Return ``[folder]`` as lines of the file."""
    places = (("in", folder.incoming), ("out", folder.outgoing))
    said = [f"{name} = {toml(str(place))}" for name, place in places if place is not None]
    return ["", "[folder]", *said] if said else []


def route_lines(routes: Mapping[str, str]) -> list[str]:
    """Return ``[routes]`` as lines of the file."""
    said = [f"{toml(her_id)} = {toml(endpoint)}" for her_id, endpoint in routes.items()]
    return ["", "[routes]", *said] if said else []
