"""What alerts are about. Read at first paint: imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from elmeld_tui.i18n import t


class AlertCode(StrEnum):
    """Why a human is called; stable, since screens and scripts choose by it."""

    TRANSPORT_REJECTED = "transport_rejected"
    UNDELIVERED = "undelivered"
    UNTRUSTED_ANSWER = "untrusted_answer"
    LINE_DOWN = "line_down"
    ANSWERED_REJECTED = "answered_rejected"
    ACCEPTED_WITH_FAULTS = "accepted_with_faults"
    OVERDUE = "overdue"
    ORPHAN_RECEIPT = "orphan_receipt"
    ENVELOPE_REFUSED = "envelope_refused"
    ENVELOPE_UNREADABLE = "envelope_unreadable"
    FALSE_DUPLICATE = "false_duplicate"
    DOCUMENT_UNREADABLE = "document_unreadable"
    SENDER_MISMATCH = "sender_mismatch"
    NOT_FOR_US = "not_for_us"
    MANUAL = "manual"
    PATIENT_UNSURE = "patient_unsure"
    OTHER_PATIENT = "other_patient"
    EXPIRES = "expires"
    PROGRAM_FAULT = "program_fault"
    MAILBOX_DOWN = "mailbox_down"
    MAIL_NOT_FETCHED = "mail_not_fetched"
    DISK_LOW = "disk_low"
    QUEUE_STUCK = "queue_stuck"
    CLOCK_SKEW = "clock_skew"
    ENGINE_DOWN = "engine_down"
    CARD_TROUBLE = "card_trouble"


def words(code: str) -> str:
    """Return what an alert says, in the user's language; an unknown code is shown as it is."""
    said = _WORDS.get(code)
    return said() if said else code


def title(code: str) -> tuple[str, str]:
    """Return what a list calls an alert: a sign, and one or two words; an unknown code is shown as it is."""
    sign, word = _TITLES.get(code, ("!", lambda: code))
    return sign, word()


_A = AlertCode
_WORDS: dict[str, Callable[[], str]] = {
    _A.TRANSPORT_REJECTED: lambda: t("Mottakerens system nektet å ta imot meldingen."),
    _A.UNDELIVERED: lambda: t("Meldingen er ikke levert; alle forsøk er brukt opp."),
    _A.UNTRUSTED_ANSWER: lambda: t("Noe svarte for mottakeren, men svaret kan ikke stoles på. Vi prøver igjen."),
    _A.LINE_DOWN: lambda: t("Får ikke kontakt med en mottaker. Det som er til den, venter og prøves igjen."),
    _A.ANSWERED_REJECTED: lambda: t("Mottakeren har avvist meldingen."),
    _A.ACCEPTED_WITH_FAULTS: lambda: t("Mottakeren melder feil i deler av meldingen."),
    _A.OVERDUE: lambda: t("Ingen kvittering etter 96 timer."),
    _A.ORPHAN_RECEIPT: lambda: t("En kvittering gjelder ingen melding vi har sendt til den som svarer."),
    _A.ENVELOPE_REFUSED: lambda: t("En konvolutt ble avvist før innholdet ble lest."),
    _A.ENVELOPE_UNREADABLE: lambda: t("Noe som ikke er en ebXML-konvolutt, ble mottatt."),
    _A.FALSE_DUPLICATE: lambda: t("En konvolutt har samme id som en tidligere, men annet innhold."),
    _A.DOCUMENT_UNREADABLE: lambda: t("Innholdet i en mottatt melding kan ikke leses."),
    _A.SENDER_MISMATCH: lambda: t("Dokumentets avsender er en annen enn konvoluttens."),
    _A.NOT_FOR_US: lambda: t("En melding er adressert til noen andre enn klinikken."),
    _A.MANUAL: lambda: t("En mottatt melding må avgjøres av et menneske."),
    _A.PATIENT_UNSURE: lambda: t("Pasienten i en melding kan være kjent her under et annet nummer. Kontroller."),
    _A.OTHER_PATIENT: lambda: t("En melding viser til en annen som gjelder en annen pasient. De er ikke koblet."),
    _A.EXPIRES: lambda: t("Et sertifikat, en tilbaketrekkingsliste eller en avtale går ut eller er gått ut."),
    _A.MAILBOX_DOWN: lambda: t("En postkasse svarer ikke. Meldinger til klinikken kan ligge og vente der."),
    _A.MAIL_NOT_FETCHED: lambda: t("En e-post eller fil til klinikken kan ikke hentes. Den ligger der den kom."),
    _A.PROGRAM_FAULT: lambda: t("Programmet feilet med en melding. Den er lagret og uberørt; meld feilen."),
    _A.DISK_LOW: lambda: t("Det er snart ikke plass på disken. Frigjør plass, ellers stanser meldingene."),
    _A.QUEUE_STUCK: lambda: t("Meldinger som skulle vært sendt, blir liggende. Se om meldingsmotoren arbeider."),
    _A.CLOCK_SKEW: lambda: t("Maskinens klokke går feil. Still den, ellers avvises meldinger og kvitteringer."),
    _A.CARD_TROUBLE: lambda: t("Smartkortet signerte ikke. Meldinger til NAV blir liggende som utkast."),
    _A.ENGINE_DOWN: lambda: t("Ingen meldingsmotor er i gang. Ingenting sendes, og ingenting tas imot."),
}
_TITLES: dict[str, tuple[str, Callable[[], str]]] = {
    _A.TRANSPORT_REJECTED: ("✗", lambda: t("Ikke tatt imot")),
    _A.UNDELIVERED: ("✗", lambda: t("Ikke levert")),
    _A.UNTRUSTED_ANSWER: ("…", lambda: t("Falskt svar?")),
    _A.LINE_DOWN: ("…", lambda: t("Ingen kontakt")),
    _A.ANSWERED_REJECTED: ("✗", lambda: t("Avvist")),
    _A.ACCEPTED_WITH_FAULTS: ("!", lambda: t("Godtatt med feil")),
    _A.OVERDUE: ("!", lambda: t("Ingen kvittering")),
    _A.ORPHAN_RECEIPT: ("!", lambda: t("Ukjent kvittering")),
    _A.ENVELOPE_REFUSED: ("✗", lambda: t("Avvist av oss")),
    _A.ENVELOPE_UNREADABLE: ("✗", lambda: t("I karantene")),
    _A.FALSE_DUPLICATE: ("!", lambda: t("Falsk kopi")),
    _A.DOCUMENT_UNREADABLE: ("✗", lambda: t("I karantene")),
    _A.SENDER_MISMATCH: ("!", lambda: t("Falsk avsender?")),
    _A.NOT_FOR_US: ("!", lambda: t("Feil adresse")),
    _A.MANUAL: ("!", lambda: t("Må avgjøres")),
    _A.PATIENT_UNSURE: ("!", lambda: t("Usikker pasient")),
    _A.OTHER_PATIENT: ("!", lambda: t("Annen pasient")),
    _A.EXPIRES: ("!", lambda: t("Går ut")),
    _A.MAILBOX_DOWN: ("…", lambda: t("Postkasse nede")),
    _A.MAIL_NOT_FETCHED: ("✗", lambda: t("Ikke hentet")),
    _A.PROGRAM_FAULT: ("✗", lambda: t("Programfeil")),
    _A.DISK_LOW: ("!", lambda: t("Lite plass")),
    _A.QUEUE_STUCK: ("✗", lambda: t("Blir liggende")),
    _A.CLOCK_SKEW: ("!", lambda: t("Klokka går feil")),
    _A.CARD_TROUBLE: ("✗", lambda: t("Kort virker ikke")),
    _A.ENGINE_DOWN: ("✗", lambda: t("Motor står")),
}
"""For a list: … for what is tried again by itself, ✗ for what did not get through, ! for what must be looked at."""
