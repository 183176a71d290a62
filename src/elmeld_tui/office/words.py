"""States in words and signs: what a list shows, and what a person should do about it.

State is told by a word and a sign, never by colour alone (design §6). Read at first paint: imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from elmeld_tui.i18n import t
from elmeld_tui.model.editions import DocumentState
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store.rows import Message, Row


class Concern(StrEnum):
    """How much a state asks of a human; a style sheet may colour by it."""

    DONE = "done"
    WAITING = "waiting"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class StateWords:
    """One state as people read it.

    Attributes:
        sign: one character.
        word: one or two words for a list.
        concern: how much it asks of a human.
        happened: one sentence: what is known.
        next_step: one sentence: what to do now; empty when nothing.
    """

    sign: str
    word: str
    concern: Concern
    happened: str
    next_step: str


def words(state: State, receipt: Receipt, document_state: str = "", service_type: str = "") -> StateWords:
    """Return the words for a message, or for one of its receivers.

    What the receiver's application has answered weighs more than how far the envelope has come, because it is the
    later and final word (HIS 80415:2012 §3.3). Where nothing is wrong, whether the document still counts is told
    instead: national criteria R25-R27.

    Args:
        state: of the message.
        receipt: what has been answered.
        document_state: value of `DocumentState`; empty where only the transport is asked about.
        service_type: N, M, C … (7309) of the message.
    """
    said = _of_states(state, receipt)
    edition = _EDITIONS.get(document_state) or (_CHANGES.get(service_type) if document_state else None)
    return replace(said, word=edition()) if edition and said.concern is Concern.DONE else said


def state_of(message: Row | Message) -> StateWords:
    """Return the words for a message as it stands in the store."""
    # What we answered a message in is our affair, not its state.
    receipt = Receipt(message.receipt) if message.direction == "out" else Receipt.NONE
    return words(State(message.state), receipt, message.document_state, message.service_type)


def apprec_status(status: str) -> str:
    """Return the status that an application receipt gives (8258) in words; another is shown as it is."""
    said = _APPREC_STATUSES.get(status)
    return said() if said else status


_APPREC_STATUSES: dict[str, Callable[[], str]] = {
    "1": lambda: "OK",
    "2": lambda: t("avvist"),
    "3": lambda: t("OK, feil i delmelding"),
}


def outside_words(row: Row, *, short: bool = False) -> str:
    """Return how many results of a report lie outside their reference, for a list; empty where none does."""
    n = row.outside_reference
    if not n:
        return ""
    return t("* {n} utenfor", n=n) if short else t("* {n} utenfor referanse", n=n)


_EDITIONS: dict[str, Callable[[], str]] = {
    DocumentState.SUPERSEDED: lambda: t("Erstattet"),
    DocumentState.CANCELLED: lambda: t("Trukket tilbake"),
}
_CHANGES: dict[str, Callable[[], str]] = {
    "C": lambda: t("Kansellering"),
    "M": lambda: t("Endret"),
}


def _of_states(state: State, receipt: Receipt) -> StateWords:
    if receipt in _BY_RECEIPT and state not in _TRANSPORT_WEIGHS_MORE:
        return _BY_RECEIPT[receipt]()
    if state is State.DELIVERED and receipt is Receipt.NONE:
        # An AppRec is never answered (HIS 80415:2012 §3.2): delivered is all it can become.
        return StateWords("✓", t("Levert"), Concern.DONE, t("Mottakerens system har meldingen."), "")
    return _BY_STATE[state]()


_TRANSPORT_WEIGHS_MORE = frozenset({State.TRANSPORT_REJECTED, State.UNDELIVERED})

_BY_RECEIPT = {
    Receipt.ACCEPTED: lambda: StateWords(
        "✓", t("Godtatt"), Concern.DONE, t("Mottakeren har tatt imot meldingen."), ""
    ),
    Receipt.ACCEPTED_WITH_FAULTS: lambda: StateWords(
        "!",
        t("Godtatt med feil"),
        Concern.TROUBLE,
        t("Mottakeren har tatt imot meldingen, men melder feil i deler av den."),
        t("Les feilene og rett det de gjelder."),
    ),
    Receipt.REJECTED: lambda: StateWords(
        "✗",
        t("Avvist"),
        Concern.TROUBLE,
        t("Mottakeren har avvist meldingen. Den blir ikke behandlet."),
        t("Rett feilen og send en ny melding, eller ta kontakt med mottakeren."),
    ),
    Receipt.OVERDUE: lambda: StateWords(
        "!",
        t("Ingen kvittering"),
        Concern.TROUBLE,
        t("Mottakeren har ikke svart innen 96 timer. Regn meldingen som ikke mottatt."),
        t("Ta kontakt med mottakeren. En sen kvittering blir fortsatt registrert."),
    ),
}

_BY_STATE = {
    State.QUEUED: lambda: StateWords(
        "…", t("I kø"), Concern.WAITING, t("Meldingen er lagret og sendes så snart det går."), ""
    ),
    State.SENT: lambda: StateWords(
        "→", t("Sendt"), Concern.WAITING, t("Meldingen er sendt. Mottakerens system har ikke svart ennå."), ""
    ),
    State.DELIVERED: lambda: StateWords(
        "→",
        t("Levert"),
        Concern.WAITING,
        t("Mottakerens system har meldingen. Vi venter på at den blir godtatt."),
        "",
    ),
    State.TRANSPORT_REJECTED: lambda: StateWords(
        "✗",
        t("Ikke tatt imot"),
        Concern.TROUBLE,
        t("Mottakerens system nektet å ta imot meldingen. Den er ikke levert."),
        t("Se hva systemet svarte, rett feilen og send på nytt."),
    ),
    State.UNDELIVERED: lambda: StateWords(
        "✗",
        t("Ikke levert"),
        Concern.TROUBLE,
        t("Alle forsøk er brukt opp uten svar. Meldingen er ikke levert."),
        t("Ta kontakt med mottakeren og send på nytt når linjen virker."),
    ),
    State.RECEIVED: lambda: StateWords("…", t("Mottas"), Concern.WAITING, t("Meldingen leses inn."), ""),
    State.IMPORTED: lambda: StateWords(
        "✓", t("Mottatt"), Concern.DONE, t("Meldingen er tatt imot og lest inn."), ""
    ),
    State.MANUAL: lambda: StateWords(
        "!",
        t("Må avgjøres"),
        Concern.TROUBLE,
        t("Meldingen kan ikke tas inn av seg selv."),
        t("Les den og bestem om den skal tas imot eller avvises."),
    ),
    State.REJECTED: lambda: StateWords(
        "✗",
        t("Avvist av oss"),
        Concern.DONE,
        t("Meldingen oppfyller ikke kravene. Avsenderen har fått beskjed."),
        "",
    ),
    State.DUPLICATE: lambda: StateWords(
        "=", t("Duplikat"), Concern.DONE, t("Meldingen er mottatt før og ble ikke tatt inn igjen."), ""
    ),
    State.NOT_FOR_US: lambda: StateWords(
        "!",
        t("Feil adresse"),
        Concern.TROUBLE,
        t("Meldingen er adressert til noen andre. Innholdet er ikke tatt inn."),
        t("Gi avsenderen beskjed om at den har kommet feil."),
    ),
    State.QUARANTINED: lambda: StateWords(
        "✗",
        t("I karantene"),
        Concern.TROUBLE,
        t("Det som kom, kan ikke leses. Det er lagret slik det kom."),
        t("Se hva som er galt, og be avsenderen sende på nytt."),
    ),
}
