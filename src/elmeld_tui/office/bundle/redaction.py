"""What a support bundle without patient data may contain: what is on an allow list, and nothing else.

Each allowed name has a pattern, or a closed set of words, that its value must match to be kept. A value under any
other name or of any other shape may have come from anyone; only what sort of value it was is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from elmeld_tui.messages.skeleton import path_of, sort_of
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.editions import DocumentState
from elmeld_tui.model.findings import Severity
from elmeld_tui.model.identifiers import is_her_id, is_organisation_number, is_uuid
from elmeld_tui.model.kinds import Kind, known_type
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.office.faults import by_code
from elmeld_tui.store.timeline import EventName
from elmeld_tui.store.trouble import AlertCode

_HOST = r"[A-Za-z0-9.-]{1,253}"
_UUID_AT = re.compile(rf"(.{{36}})@{_HOST}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9:]{5,6})")
_PAIR = re.compile(r"([0-9]{1,9})[:_]([0-9]{1,9})")
_MEDIA_TYPES = frozenset(
    {
        "application/xml",
        "application/pkcs7-mime",
        "application/octet-stream",
        "application/gzip",
        "message/rfc822",
        "multipart/related",
        "multipart/mixed",
        "multipart/report",
        "text/plain",
        "text/xml",
    }
)
_CODES = frozenset({*by_code.APPREC, *by_code.MESSAGE_ERRORS, *by_code.CERTIFICATES, *map(str, AlertCode)})
_ALGORITHM = re.compile(
    r"http://www\.w3\.org/20[0-9]{2}/[0-9]{2}/xmld?(sig|enc)[a-z0-9-]*#[a-z0-9-]{1,40}|(aes|des|3des)[a-z0-9-]{0,20}"
)


def _is_id(value: str) -> bool:
    at = _UUID_AT.fullmatch(value)
    return is_uuid(at[1] if at else value)


def _is_agreement(value: str) -> bool:
    return bool(_PAIR.fullmatch(value)) or _is_id(value)


def _shape(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _one_of(*words: type[StrEnum]) -> Callable[[str], bool]:
    known = frozenset(str(word) for several in words for word in several)
    return known.__contains__


_SHAPES: Mapping[Callable[[str], bool], str] = {
    _is_id: "msg_id document_id original_id conversation_start conversation_parent order_id eb_message_id "
    "message_id ref_to conversation_id apprec_id",
    _is_agreement: "cpa_id",
    is_her_id: "sender_her receiver_her her_id from to receiver",
    is_organisation_number: "org_number",
    lambda value: bool(
        _MOMENT.fullmatch(value)
    ): "generated created updated at due answered next_at give_up_at raised "
    "cleared timestamp time_to_live valid_from valid_to examined_at next_attempt handled received",
    _one_of(Kind): "kind",
    _one_of(CommunicationType): "communication_type",
    known_type: "type_code action",
    lambda value: known_type(value.removeprefix("S-")): "service",
    _one_of(State): "state outcome",
    _one_of(Receipt): "receipt",
    _one_of(EventName): "name last_event",
    _one_of(DocumentState): "document_state",
    _one_of(Severity): "severity",
    _CODES.__contains__: "code",
    _shape("[A-Za-z0-9_]{1,60}"): "rule check verdict",
    _shape("in|out"): "direction",
    _shape("document|envelope|signal|apprec|PRIM|COP"): "role",
    _shape("[NMCA]"): "service_type",
    _shape(r"[0-9.-]{1,10}"): "version",
    _shape("[0-9a-f]{64}"): "sha256",
    _shape("[0-9]{1,50}"): "serial recipient_serial",
    _MEDIA_TYPES.__contains__: "content_type",
    lambda value: bool(_ALGORITHM.fullmatch(value)): "algorithm",
}


def _way(endpoint: str) -> str:
    """Return scheme and host of an endpoint, which are public; paths and mailbox names need not be."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return ""
    host = parts.path.rpartition("@")[2] if parts.scheme == "mailto" else parts.hostname or ""
    known = parts.scheme in {"http", "https", "mailto", "file"} and re.fullmatch(_HOST, host)
    return f"{parts.scheme}:{host}" if known else ""


_MAY_STAY = {name: holds for holds, names in _SHAPES.items() for name in names.split()}
_MADE_SHORTER: Mapping[str, Callable[[str], str]] = {
    "where": path_of,
    "content_type": lambda value: value.partition(";")[0].strip().lower(),
    "endpoint": _way,
}
"""What is first cut down to the part of it that matters."""


def redacted(data: Any, name: str = "") -> Any:
    """Return JSON data with every text that may not stay replaced by the sort of thing it is.

    Args:
        data: objects, lists, texts, numbers.
        name: of what ``data`` is, which decides what it may say.
    """
    if isinstance(data, Mapping):
        return {str(key): redacted(value, str(key)) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [redacted(each, name) for each in data]
    if not isinstance(data, str):
        return data
    text = _MADE_SHORTER[name](data) if name in _MADE_SHORTER else data
    if name in _CLEAN or (name in _MAY_STAY and _MAY_STAY[name](text)):
        return text
    return sort_of(text)


_CLEAN = frozenset({"where", "endpoint"})
"""What nothing is left of but what may stay, once it has been made shorter."""
