"""What needs a human now, for those who may know it: the open alerts, and whether an engine is running.

Whether an engine is running is read from its signs of life, since an engine that is down can raise nothing. Read at
first paint: imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, overload

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import from_text
from elmeld_tui.model.kinds import Kind, type_name
from elmeld_tui.model.people import Actor, Relation
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.office.faults import about
from elmeld_tui.office.faults.by_expiry import is_over, thing
from elmeld_tui.office.policy import Action, may
from elmeld_tui.store.errors import StoreError
from elmeld_tui.store.reading import Reader, Row
from elmeld_tui.store.rows import Alert
from elmeld_tui.store.trouble import AlertCode, title

ENGINE_DOWN = 0
"""The number of the alert that no store has; those of the store begin at 1."""


def open_alerts(reader: Reader, actor: Actor, now: datetime) -> list[Alert]:
    """Return what needs a human, oldest first: of what is about messages, what ``actor`` may see.

    Args:
        reader: of the store.
        actor: who asks.
        now: the present.
    """
    return sorted([*_of_engine(reader, actor, now), *_of_store(reader, actor)], key=lambda one: one.raised)


class Need(NamedTuple):
    """An alert as a list shows it.

    Attributes:
        alert: the alert.
        row: the message that shows it; None where there is none, or that is no longer kept.
        sign: one character.
        word: one or two words.
        what: what it is about: a type of message, a certificate; empty where there is nothing to say.
        whom: the partner, certificate holder, mailbox or machine; empty where it is about none.
    """

    alert: Alert
    row: Row | None
    sign: str
    word: str
    what: str
    whom: str

    @property
    def id(self) -> int:
        """Number of the alert."""
        return self.alert.id


class Needs(Sequence[Need]):
    """Some alerts as a list shows them; the messages they are about are read as they come into sight.

    Args:
        reader: of the store; used from this thread only.
        found: the alerts.
    """

    def __init__(self, reader: Reader, found: Sequence[Alert]) -> None:
        self._reader = reader
        self._found = found
        self._rows: dict[int, Row] = {}
        self._read: set[int] = set()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._found)

    @overload
    def __getitem__(self, index: int) -> Need: ...
    @overload
    def __getitem__(self, index: slice) -> list[Need]: ...
    def __getitem__(self, index: int | slice) -> Need | list[Need]:
        """Return one.

        Raises:
            IndexError: there is none, or the store is away, which must not end a list in the middle of its drawing.
        """
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        try:
            return self._at(index)
        except StoreError as error:
            raise IndexError(index) from error

    def __iter__(self) -> Iterator[Need]:
        """Give every one; raises StoreError where the store is away."""
        return map(self._at, range(len(self)))

    def _at(self, index: int) -> Need:
        alert = self._found[index]
        self._read_page(index // _PAGE)
        return _need(alert, self._rows.get(_shown_by(alert) or 0))

    def _read_page(self, page: int) -> None:
        if page not in self._read:
            numbers = map(_shown_by, self._found[page * _PAGE : (page + 1) * _PAGE])
            about = list(dict.fromkeys(number for number in numbers if number is not None))
            self._rows |= {row.id: row for row in self._reader.messages(about)}
            self._read.add(page)


_PAGE = 128


def _shown_by(alert: Alert) -> int | None:
    """Return the message that shows what an alert is about; of many of a kind that were refused, the first."""
    first = alert.detail.get("first")
    return alert.message_id if alert.message_id is not None or not isinstance(first, int) else first


def is_about_setup(alert: Alert) -> bool:
    """Return whether an alert is about the clinic's set-up, machine or lines, and no message shows it."""
    return _shown_by(alert) is None


def _need(alert: Alert, row: Row | None) -> Need:
    sign, word = title_of(alert)
    if row is not None:
        kind = Kind(row.kind) if row.kind in _KINDS else Kind.UNKNOWN
        return Need(alert, row, sign, word, type_name(row.type_code, kind, row.title), row.party or alert.subject)
    return Need(alert, None, sign, word, _thing(alert), about(alert))


_KINDS = frozenset(Kind)


def _thing(alert: Alert) -> str:
    """Return what an alert is about, where it is about no message; empty where its words say all."""
    if alert.code == AlertCode.DISK_LOW:
        return t("{n} MB ledig", n=alert.detail.get("free_mb", "?"))
    if alert.code == AlertCode.CLOCK_SKEW:
        return t("{n} sekunder", n=alert.detail.get("seconds_behind", "?"))
    return thing(alert.detail)


def title_of(alert: Alert) -> tuple[str, str]:
    """Return the sign and the one or two words of an alert; what has run out is told apart from what is going to."""
    if alert.code == AlertCode.EXPIRES and is_over(alert.detail):
        return "✗", t("Gått ut")
    return title(alert.code)


def age(alert: Alert, now: datetime) -> str:
    """Return how long an alert has been open, in the largest unit that is whole: ``12 min``, ``5 t``, ``3 d``."""
    if not alert.raised:
        return ""
    minutes = int((now - from_text(alert.raised)).total_seconds()) // 60
    if minutes < 1:
        return t("nå")
    if minutes < 60:
        return t("{n} min", n=minutes)
    return t("{n} t", n=minutes // 60) if minutes < 48 * 60 else t("{n} d", n=minutes // (24 * 60))


def find_alert(reader: Reader, actor: Actor, number: int, now: datetime) -> Alert:
    """Return one open alert.

    Raises:
        OfficeError: there is none with this number, or she may not see it.
    """
    found = next((one for one in open_alerts(reader, actor, now) if one.id == number), None)
    if found is None:
        raise OfficeError(t("Det finnes ikke noe åpent varsel med nummer {number}.", number=number))
    return found


def _of_store(reader: Reader, actor: Actor) -> list[Alert]:
    found = reader.open_alerts()
    sees_clinic = may(actor, Action.SEE_CLINIC_ALERT).allowed
    if may(actor, Action.SEE_ALERT).allowed:
        return found
    hers = reader.people.relations(actor, [one.message_id for one in found if one.message_id is not None])
    return [one for one in found if _sees(actor, hers.get(one.message_id or 0), sees_clinic=sees_clinic)]


def _sees(actor: Actor, relation: Relation | None, *, sees_clinic: bool) -> bool:
    return sees_clinic if relation is None else may(actor, Action.SEE_ALERT, relation).allowed


def _of_engine(reader: Reader, actor: Actor, now: datetime) -> Iterator[Alert]:
    beat = reader.engine()
    if (beat is None or not beat.is_alive(now)) and may(actor, Action.SEE_CLINIC_ALERT).allowed:
        detail = {"whose": beat.host} if beat else {}
        yield Alert(ENGINE_DOWN, AlertCode.ENGINE_DOWN, None, "", beat.beat if beat else "", detail)
