"""A patient's post: finding the patient, everything sent and received, what awaits an answer, results over time.

Opening a patient is recorded in the audit trail. Lists are read by whoever shows them, from the store's narrow
columns; reports are parsed here, newest first, and what was read of them is kept for as long as the process lives.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import oslo
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.kinds import Kind
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store.filters import Filter
from elmeld_tui.store.patient_post import Waiting

if TYPE_CHECKING:
    from elmeld_tui.messages.lab_values import LabValue
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.lab_matrix import Reported
    from elmeld_tui.store.reading import Reader
    from elmeld_tui.store.rows import Patient, Report

ALL, UNANSWERED = "all", "unanswered"
"""Tabs that are not a communication type; the values are stable names in JSON."""

_MESSAGES = frozenset(Kind) - {Kind.APPREC}

_BIRTH = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d\d)-(\d\d)")
"""A birth date as it is typed; digits alone may be the beginning of a national number too."""

WAITS = {
    Waiting.REPORT: lambda: t("mangler svarrapport"),
    Waiting.DISCHARGE: lambda: t("mangler epikrise"),
    Waiting.ANSWER: lambda: t("ikke besvart"),
    Waiting.OUR_ANSWER: lambda: t("venter på vårt svar"),
}
"""What a message waits for, in words."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at a patient's post.

    Attributes:
        name: `ALL`, `UNANSWERED`, or the value of a `CommunicationType`.
        label: what a user calls it.
        number: how many messages.
    """

    name: str
    label: str
    number: int


def find_patients(reader: Reader, words: str, *, limit: int = 50) -> list[Patient]:
    """Return patients by words of the name, the beginning of the national number, or the birth date, in any order.

    Args:
        reader: of the store.
        words: as typed; a birth date as ``01.02.1950``, ``1950-02-01``, ``010250`` or ``01021950``.
        limit: the most that are returned.
    """
    born, others = "", []
    for word in words.split():
        if day := _birth_date(word):
            born = day
        else:
            others.append(word)
    # A number is often written with a space before its last five digits.
    together = "".join(others)
    return reader.patients(together if together.isdigit() else " ".join(others), limit, born=born)


def _birth_date(word: str) -> str:
    parts = _BIRTH.fullmatch(word)
    if parts is None:
        return ""
    day, month, year = (parts[1], parts[2], parts[3]) if parts[1] else (parts[6], parts[5], parts[4])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def age(birth_date: str, now: datetime) -> int | None:
    """Return whole years from an ISO birth date to ``now``, by the Norwegian calendar; None where it is unknown."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    today = now.astimezone(oslo()).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def open_patient(office: Office, patient_id: int) -> Patient:
    """Open a patient's post; the audit trail says who did.

    Raises:
        OfficeError: she may not, or there is no such patient.
    """
    from elmeld_tui.office import policy

    policy.require(office, policy.Action.OPEN_PATIENT)
    patient = office.reader.patient(patient_id)
    if patient is None:
        raise OfficeError(t("Det finnes ingen pasient med nummer {number}. Søk på nytt.", number=patient_id))
    with office.database.transaction() as connection:
        office.note(connection, "open_patient", patient=patient_id)
    return patient


def tabs(reader: Reader, patient_id: int) -> list[Tab]:
    """Return the tabs of a patient's post: everything, what waits for an answer, and each type there is any of."""
    numbers = reader.post_by_type(patient_id)
    return [
        Tab(ALL, t("Alle"), sum(numbers.values())),
        Tab(UNANSWERED, t("Ubesvart"), len(reader.unanswered(patient_id))),
        *(Tab(one, one.label, numbers[one]) for one in CommunicationType if numbers.get(one)),
    ]


def tab_filter(patient_id: int, tab: str) -> Filter:
    """Return what lies in a tab; `UNANSWERED` is no filter, and is asked of the store as such."""
    types = frozenset() if tab == ALL else frozenset({tab})
    return Filter(patient_id=patient_id, kinds=_MESSAGES, communication_types=types)


_read: OrderedDict[tuple[str, int], tuple[LabValue, ...]] = OrderedDict()
_KEPT = 1500
"""Reports whose results are kept in memory, some kilobytes each; a document never changes."""


def reported(office: Office, patient_id: int) -> Iterator[Reported]:
    """Yield what each report about a patient tells, newest first; one that cannot be read tells nothing.

    Read as it is asked for: a caller with a screen to fill need not wait for the oldest. Reports that the user may
    not open are left out; `closed_reports` counts them.
    """
    from elmeld_tui.office.lab_matrix import Reported

    for report in office.reader.reports(patient_id):
        if not _may_open(office, report):
            continue
        yield Reported(
            message_id=report.message_id,
            document=f"{report.unit}:{report.document_id}" if report.document_id else "",
            laboratory=report.laboratory,
            changed=report.service_type == "M",
            values=_values(office, report),
        )


def closed_reports(office: Office, patient_id: int) -> int:
    """Return how many reports about a patient the user may not open, so that she is told that they are there."""
    return sum(not _may_open(office, report) for report in office.reader.reports(patient_id))


def _may_open(office: Office, report: Report) -> bool:
    from elmeld_tui.office import policy

    # Whoever may open any message at all need not be looked up at each.
    if policy.may(office.actor, policy.Action.OPEN).allowed:
        return True
    return policy.verdict(office.reader, office.actor, policy.Action.OPEN, report.message_id).allowed


def _values(office: Office, report: Report) -> tuple[LabValue, ...]:
    from elmeld_tui.messages import document
    from elmeld_tui.messages.lab_values import lab_values
    from elmeld_tui.messages.xml import UnreadableError

    key = (str(office.data_dir), report.message_id)
    if key in _read:
        _read.move_to_end(key)
        return _read[key]
    raw = office.reader.part(report.message_id)
    try:
        found = lab_values(document.read(raw)) if raw is not None else ()
    except UnreadableError:
        # It is in the list, where opening it tells what is wrong with it.
        found = ()
    _read[key] = found
    if len(_read) > _KEPT:
        _read.popitem(last=False)
    return found
