"""The vocabulary of the search language as tables: its keys, the values each may have, and what those select.

Every word exists in Norwegian and English, and both are understood in either language, so that a search can be saved
and shared. Read at first paint: imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from elmeld_tui import i18n
from elmeld_tui.i18n import t
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store.filters import Filter


class Word(NamedTuple):
    """One word in both languages, and what it is good for."""

    norwegian: str
    english: str
    help: Callable[[], str]

    def __str__(self) -> str:
        """The word in the language in use."""
        return self.english if i18n.language() == "en" else self.norwegian


class Value(NamedTuple):
    """What a key may be followed by, in both languages, and what that chooses."""

    norwegian: str
    english: str
    chosen: Filter

    def __str__(self) -> str:
        """The value in the language in use."""
        return self.english if i18n.language() == "en" else self.norwegian


FROM = Word("fra", "from", lambda: t("Avsender: ord i navnet, eller HER-id."))
TO = Word("til", "to", lambda: t("Mottaker, også av kopi: ord i navnet, eller HER-id."))
PATIENT = Word("pasient", "patient", lambda: t("Pasient: ord i navnet, eller begynnelsen av nummeret."))
TYPE = Word("type", "type", lambda: t("Kommunikasjonstype, eller kode fra kodeverk 8279."))
STATUS = Word("status", "status", lambda: t("Hvor langt meldingen er kommet, eller hva mottakeren har svart."))
DIRECTION = Word("retning", "direction", lambda: t("Sendt eller mottatt."))
AFTER = Word("etter", "after", lambda: t("Fra og med en dato."))
BEFORE = Word("før", "before", lambda: t("Før en dato."))
KEYS = (FROM, TO, PATIENT, TYPE, STATUS, DIRECTION, AFTER, BEFORE)
"""What stands before a colon."""

UNREAD = Word("ulest", "unread", lambda: t("Bare det som ikke er lest."))
READ = Word("lest", "read", lambda: t("Bare det som er lest."))
ATTACHED = Word("vedlegg", "attachments", lambda: t("Bare det som har vedlegg."))
UNSOLVED = Word(
    "uløst", "unsolved", lambda: t("Bare det som ikke har gått som det skal, og som ingen har håndtert.")
)
FLAGS = (UNREAD, READ, ATTACHED, UNSOLVED)
"""What stands alone; the same words are looked for as text where they are put in quotes."""

FLAG_CHOICES: dict[Word, tuple[Filter, Filter]] = {
    UNREAD: (Filter(unread=True), Filter(unread=False)),
    READ: (Filter(unread=False), Filter(unread=True)),
    ATTACHED: (Filter(attachments=True), Filter(attachments=False)),
    UNSOLVED: (Filter(trouble=True), Filter(trouble=False)),
}
"""What each chooses, and what it chooses with a minus in front."""


def _states(*states: State) -> Filter:
    return Filter(states=frozenset(states))


def _receipts(*receipts: Receipt) -> Filter:
    return Filter(receipts=frozenset(receipts))


def _types(*types: CommunicationType) -> Filter:
    return Filter(communication_types=frozenset(types))


_C = CommunicationType

STATUSES = (
    Value("feilet", "failed", _states(State.TRANSPORT_REJECTED, State.UNDELIVERED)),
    Value("avvist", "rejected", _receipts(Receipt.REJECTED)),
    Value("forfalt", "overdue", _receipts(Receipt.OVERDUE)),
    Value("venter", "awaited", _receipts(Receipt.AWAITED)),
    Value("godtatt", "accepted", _receipts(Receipt.ACCEPTED, Receipt.ACCEPTED_WITH_FAULTS)),
    Value("kø", "queued", _states(State.QUEUED)),
    Value("sendt", "sent", _states(State.SENT)),
    Value("levert", "delivered", _states(State.DELIVERED)),
    Value("mottatt", "received", _states(State.IMPORTED)),
    Value("avgjøres", "undecided", _states(State.MANUAL)),
    Value("avvist-av-oss", "refused-by-us", _states(State.REJECTED)),
    Value("feil-adresse", "wrong-address", _states(State.NOT_FOR_US)),
    Value("karantene", "quarantined", _states(State.QUARANTINED)),
    Value("duplikat", "duplicate", _states(State.DUPLICATE)),
)
TYPES = (
    Value("henvisning", "referral", _types(_C.REFERRAL)),
    Value("epikrise", "discharge-summary", _types(_C.DISCHARGE_SUMMARY)),
    Value("dialog", "dialogue", _types(_C.DIALOGUE)),
    Value("e-dialog", "e-dialogue", _types(_C.E_DIALOGUE)),
    Value("e-konsultasjon", "e-consultation", _types(_C.E_CONSULTATION)),
    Value("rekvisisjon", "order", _types(_C.LAB_ORDER, _C.RADIOLOGY_ORDER)),
    Value("svarrapport", "service-report", _types(_C.LAB_RESULT, _C.RADIOLOGY_RESULT)),
    Value("lab-rekvisisjon", "lab-order", _types(_C.LAB_ORDER)),
    Value("lab-resultat", "lab-result", _types(_C.LAB_RESULT)),
    Value("lab", "lab", _types(_C.LAB_RESULT)),
    Value("radiologi", "radiology", _types(_C.RADIOLOGY_ORDER, _C.RADIOLOGY_RESULT)),
    Value("radiologirekvisisjon", "radiology-order", _types(_C.RADIOLOGY_ORDER)),
    Value("radiologisvar", "radiology-result", _types(_C.RADIOLOGY_RESULT)),
    Value("sykmelding", "sick-note", _types(_C.SICK_NOTE)),
    Value("legeerklæring", "medical-certificate", _types(_C.MEDICAL_CERTIFICATE)),
    Value("notat", "note", _types(_C.NOTE)),
    Value("avvik", "deviation", _types(_C.DEVIATION)),
    Value("pleie-og-omsorg", "care", _types(_C.CARE)),
    Value("kvittering", "receipt", _types(_C.RECEIPT)),
    Value("annet", "other", _types(_C.OTHER)),
    Value("ukjent", "unknown", Filter(kinds=frozenset({Kind.UNKNOWN}))),
)
DIRECTIONS = (Value("ut", "out", Filter(direction="out")), Value("inn", "in", Filter(direction="in")))
VALUES: dict[Word, tuple[Value, ...]] = {STATUS: STATUSES, TYPE: TYPES, DIRECTION: DIRECTIONS}
"""Keys that are followed by one of a few values."""

DATES = (
    Word("i-dag", "today", lambda: t("fra midnatt")),
    Word("i-går", "yesterday", lambda: t("fra midnatt i går")),
)
"""What a date may be called."""

PEOPLE = {FROM: "senders", TO: "receivers", PATIENT: "patients"}
"""Keys that are followed by words of a name, and the attribute of `Filter` they go to."""


def word_of(name: str, among: tuple[Word, ...]) -> Word | None:
    """Return the word of ``among`` that ``name`` is, in either language and any case, or None."""
    said = name.casefold()
    return next((word for word in among if said in {word.norwegian, word.english}), None)


def value_of(name: str, among: tuple[Value, ...]) -> Value | None:
    """Return the value of ``among`` that ``name`` is, in either language and any case, or None."""
    said = name.casefold().replace("_", "-").replace(" ", "-")
    return next((value for value in among if said in {value.norwegian, value.english}), None)


def type_word(communication_type: str) -> str:
    """Return the word by which a communication type is searched for."""
    return next(str(value) for value in TYPES if value.chosen == _types(CommunicationType(communication_type)))
