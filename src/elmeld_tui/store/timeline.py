"""The events of a message, and how a timeline describes them. Read at first paint: imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from elmeld_tui.i18n import t


class EventName(StrEnum):
    """Names of events; stable, since scripts read them (``last_event`` of the log)."""

    QUEUED = "queued"
    PACKED = "packed"
    ATTEMPT = "attempt"
    UNREACHABLE = "unreachable"
    UNTRUSTED_ANSWER = "untrusted_answer"
    SENT = "sent"
    DELIVERED = "delivered"
    DELIVERED_WITH_WARNING = "delivered_with_warning"
    DELAYED = "delayed"
    TRANSPORT_REJECTED = "transport_rejected"
    UNDELIVERED = "undelivered"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_FAULTS = "accepted_with_faults"
    ANSWERED_REJECTED = "answered_rejected"
    OVERDUE = "overdue"
    RECEIPT_IGNORED = "receipt_ignored"
    RESENT = "resent"
    HURRIED = "hurried"
    RECREATES = "recreates"
    RECREATED = "recreated"
    HANDLED = "handled"
    HANDLED_UNDONE = "handled_undone"
    PATIENT_LINKED = "patient_linked"
    FORWARDED = "forwarded"
    PROGRAM_FAULT = "program_fault"

    SIGNAL_SENT = "signal_sent"
    SIGNAL_NOT_SENT = "signal_not_sent"

    RECEIVED = "received"
    RECEIVED_AGAIN = "received_again"
    IMPORTED = "imported"
    REJECTED = "rejected"
    MANUAL = "manual"
    DUPLICATE = "duplicate"
    NOT_FOR_US = "not_for_us"
    QUARANTINED = "quarantined"
    APPREC_QUEUED = "apprec_queued"
    RECEIPT_MATCHED = "receipt_matched"
    SUPERSEDED = "superseded"
    DOCUMENT_CANCELLED = "document_cancelled"
    CURRENT_AGAIN = "current_again"


def words(name: str) -> str:
    """Return what an event is called, in the user's language; an unknown name is shown as it is."""
    said = _WORDS.get(name)
    return said() if said else name


_E = EventName
_WORDS: dict[str, Callable[[], str]] = {
    _E.QUEUED: lambda: t("lagt i kø"),
    _E.PACKED: lambda: t("signert og kryptert"),
    _E.ATTEMPT: lambda: t("forsøk på å sende"),
    _E.UNREACHABLE: lambda: t("fikk ikke kontakt"),
    _E.UNTRUSTED_ANSWER: lambda: t("svaret kan ikke stoles på"),
    _E.SENT: lambda: t("sendt, venter på svar"),
    _E.DELIVERED: lambda: t("levert"),
    _E.DELIVERED_WITH_WARNING: lambda: t("levert, med merknad"),
    _E.DELAYED: lambda: t("forsinket hos mottakerens e-posttjener"),
    _E.TRANSPORT_REJECTED: lambda: t("avvist under transport"),
    _E.UNDELIVERED: lambda: t("gitt opp"),
    _E.ACCEPTED: lambda: t("godtatt av mottaker"),
    _E.ACCEPTED_WITH_FAULTS: lambda: t("godtatt, med feil i deler"),
    _E.ANSWERED_REJECTED: lambda: t("avvist av mottaker"),
    _E.OVERDUE: lambda: t("ingen kvittering etter 96 timer"),
    _E.RECEIPT_IGNORED: lambda: t("ny kvittering, ikke regnet med"),
    _E.RESENT: lambda: t("sendes på nytt"),
    _E.HURRIED: lambda: t("skal prøves nå"),
    _E.RECREATES: lambda: t("opprettet på nytt av en tidligere"),
    _E.RECREATED: lambda: t("opprettet på nytt"),
    _E.HANDLED: lambda: t("merket som håndtert"),
    _E.HANDLED_UNDONE: lambda: t("ikke lenger håndtert"),
    _E.PATIENT_LINKED: lambda: t("koblet til pasient for hånd"),
    _E.FORWARDED: lambda: t("videresendt"),
    _E.PROGRAM_FAULT: lambda: t("programmet feilet med meldingen"),
    _E.SIGNAL_SENT: lambda: t("transportkvittering sendt"),
    _E.SIGNAL_NOT_SENT: lambda: t("transportkvittering kunne ikke sendes"),
    _E.RECEIVED: lambda: t("mottatt"),
    _E.RECEIVED_AGAIN: lambda: t("mottatt på nytt"),
    _E.IMPORTED: lambda: t("lest inn"),
    _E.REJECTED: lambda: t("avvist av oss"),
    _E.MANUAL: lambda: t("må avgjøres av et menneske"),
    _E.DUPLICATE: lambda: t("mottatt før, ikke lest inn"),
    _E.NOT_FOR_US: lambda: t("ikke til oss"),
    _E.QUARANTINED: lambda: t("satt i karantene"),
    _E.APPREC_QUEUED: lambda: t("applikasjonskvittering lagt i kø"),
    _E.RECEIPT_MATCHED: lambda: t("kvittering ført på meldingen"),
    _E.SUPERSEDED: lambda: t("erstattet av en nyere utgave"),
    _E.DOCUMENT_CANCELLED: lambda: t("trukket tilbake av avsenderen"),
    _E.CURRENT_AGAIN: lambda: t("gjelder igjen; endringen ble avvist"),
}
