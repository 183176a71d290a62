"""A support bundle: what is known about some messages, in one file to send to whoever investigates a fault.

Without patient data it holds ids, states, codes, times, sizes and digests, how the documents are built, and how they
travelled. With patient data it holds the bytes as well, and must then be handled as a health record.
"""

from __future__ import annotations

import io
import json
import platform
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from elmeld_tui import __version__
from elmeld_tui.i18n import t
from elmeld_tui.messages.skeleton import skeleton
from elmeld_tui.messages.xml import UnreadableError
from elmeld_tui.model.findings import Finding
from elmeld_tui.office import policy
from elmeld_tui.office.bundle.redaction import redacted
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health import Check, examine_clinic
from elmeld_tui.office.policy import Action
from elmeld_tui.office.reading import find_message, inspect_message

_Member = tuple[str, bytes]

_OF_PATIENTS = (
    "patient_id",
    "patient_name",
    "patient_birth",
    "title",
    "sender_name",
    "receiver_name",
    "sender_unit",
)
"""Columns of a message that are left out, not only covered up."""


def make_bundle(office: Office, message_ids: Sequence[int], *, with_patient_data: bool = False) -> bytes:
    """Return a zip file about some messages; that it was made, and with what, is in the audit trail.

    Args:
        office: whose messages.
        message_ids: which; none for the clinic's own health alone.
        with_patient_data: whether the documents and envelopes themselves go with it.

    Raises:
        OfficeError: there is no such message, or she may not; what she may not open, she does not take with her.
    """
    for message_id in message_ids:
        find_message(office, message_id)
    for about in message_ids or (None,):
        policy.require(office, Action.EXPORT, about)
        if with_patient_data and about is not None:
            policy.require(office, Action.OPEN, about)
    at = office.clock()
    with office.database.transaction() as connection:
        for about in message_ids or (None,):
            office.note(connection, "export", about, patient_data=with_patient_data)
    filled = io.BytesIO()
    with zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in _members(office, message_ids, with_patient_data=with_patient_data):
            bundle.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return filled.getvalue()


def _members(office: Office, message_ids: Sequence[int], *, with_patient_data: bool) -> Iterator[_Member]:
    yield "README.txt", _told(with_patient_data=with_patient_data).encode()
    yield (
        "program.json",
        _json({"elmeld": __version__, "python": platform.python_version(), "system": platform.system()}),
    )
    checks = [_check(check, told=with_patient_data) for check in examine_clinic(office)]
    yield "health.json", _json(checks)
    for message_id in message_ids:
        place = f"message-{message_id}"
        data = _known(office, message_id)
        yield f"{place}/message.json", _json(data if with_patient_data else redacted(data))
        yield f"{place}/structure.xml", _structure(office, message_id)
        if with_patient_data:
            for number, part in enumerate(office.reader.parts(message_id), 1):
                content = office.reader.kept(part.sha256)
                if content is not None:
                    yield f"{place}/{number}-{part.role}", content


def _check(check: Check, *, told: bool) -> dict[str, str]:
    data = {"check": check.name, "verdict": str(check.verdict)}
    return {**data, "told": check.told, "mend": check.mend} if told else data


def _known(office: Office, message_id: int) -> dict[str, Any]:
    """Return everything the store and the envelope say of a message but the document."""
    reader = office.reader
    message = find_message(office, message_id)._asdict()
    for column in _OF_PATIENTS:
        del message[column]
    report = inspect_message(office, message_id)
    return {
        "message": message,
        "receivers": [
            {**receiver._asdict(), "errors": [{"code": error.get("code", "")} for error in receiver.errors]}
            for receiver in reader.receivers(message_id)
        ],
        "attempts": [attempt._asdict() for attempt in reader.attempts(message_id)],
        "events": [event._asdict() for event in reader.events(message_id)],
        "findings": [_finding(finding) for finding in reader.findings(message_id)],
        "parts": [part._asdict() for part in reader.parts(message_id)],
        "alerts": [
            {"code": alert.code, "raised": alert.raised}
            for alert in reader.open_alerts()
            if alert.message_id == message_id
        ],
        "travel": None
        if report is None
        else {**report, "findings": [_reported(one) for one in report["findings"]]},
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "severity": str(finding.severity),
        "rule": finding.code,
        "where": finding.where,
        "text": finding.message,
    }


def _reported(finding: dict[str, str]) -> dict[str, str]:
    return {**finding, "rule": finding["code"]}


def _structure(office: Office, message_id: int) -> bytes:
    raw = office.reader.part(message_id)
    if raw is None:
        return b"<!-- nothing of the document is kept -->"
    try:
        return skeleton(raw)
    except UnreadableError as error:
        return f"<!-- {error.code} -->".encode()


def _told(*, with_patient_data: bool) -> str:
    if with_patient_data:
        return t(
            "Feilpakke fra elmeld MED pasientopplysninger: dokumenter og konvolutter slik de er. Den er taushetsbelagt, "
            "og må sendes og lagres som journalen."
        )
    return t(
        "Feilpakke fra elmeld uten pasientopplysninger: tilstander, koder, tidspunkter, id-er og hvordan dokumentene er "
        "bygd. Alt annet er erstattet av hva slags verdi det er, i hakeparenteser."
    )


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str).encode()


def save_name(message_ids: Sequence[int], *, with_patient_data: bool) -> str:
    """Return what the file is called: it says itself when it must be kept as a record is."""
    about = "-".join(str(message_id) for message_id in message_ids[:3]) or "klinikk"
    return f"elmeld-{about}-{'PASIENTDATA' if with_patient_data else 'uten-pasientdata'}.zip"
