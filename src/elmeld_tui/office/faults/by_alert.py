"""Every alert: what to do about it, and what clears it. docs/alerts.md is made from this table."""

from __future__ import annotations

from typing import NamedTuple

from elmeld_tui.engine.remedies import Act
from elmeld_tui.i18n import t
from elmeld_tui.office.faults.advice import Words
from elmeld_tui.store.trouble import AlertCode


class Mend(NamedTuple):
    """What ends an alert.

    Attributes:
        now: what to do.
        cleared: who clears it, and when.
        acts: which acts mend it, the best first.
        by_hand: whether a person may simply clear it, having seen to it; else it goes when its cause does.
    """

    now: Words
    cleared: Words
    acts: tuple[Act, ...] = ()
    by_hand: bool = False


def when_seen() -> str:
    """Say that an alert goes because a person has looked."""
    return t("av en person, når det er sett etter")


def _when_it_is_there() -> str:
    return t(
        "når alle mottakere har meldingen, når en ny i dens sted er godtatt, eller når den merkes som håndtert"
    )


def _ask_sender() -> str:
    return t(
        "Se hva som kom med «elmeld inspect». Ring avsenderen om den er kjent, og be om at det sendes på nytt."
    )


_A = AlertCode
MENDS: dict[AlertCode, Mend] = {
    _A.TRANSPORT_REJECTED: Mend(
        lambda: t("Se hva systemet svarte, rett det, og send på nytt."),
        _when_it_is_there,
        (Act.RESEND, Act.RECREATE, Act.HANDLED),
    ),
    _A.UNDELIVERED: Mend(
        lambda: t("Ring mottakeren, og send på nytt når systemet deres virker."),
        _when_it_is_there,
        (Act.RESEND, Act.RECREATE, Act.HANDLED),
    ),
    _A.LINE_DOWN: Mend(
        lambda: t(
            "Vent; det prøves igjen av seg selv. Haster noe av det som venter, så ring mottakeren. Gjelder det mange "
            "mottakere, så se etter om linjen til Helsenettet virker."
        ),
        lambda: t("når mottakeren er nådd igjen, eller når ingenting venter på den"),
    ),
    _A.UNTRUSTED_ANSWER: Mend(
        lambda: t(
            "Vent; det prøves igjen. Gjentar det seg, så ring mottakeren: sertifikatet deres kan være byttet."
        ),
        lambda: t("når det ikke lenger er noe på vei til mottakeren, eller av en person"),
        (Act.RETRY, Act.HANDLED),
        by_hand=True,
    ),
    _A.ANSWERED_REJECTED: Mend(
        lambda: t("Les hvorfor, rett det, og opprett meldingen på nytt."),
        lambda: t("når en ny i dens sted er godtatt, eller når den merkes som håndtert"),
        (Act.RECREATE, Act.HANDLED),
    ),
    _A.ACCEPTED_WITH_FAULTS: Mend(
        lambda: t("Les feilene. Rett det de gjelder i en ny melding, og merk denne som håndtert."),
        lambda: t("når den merkes som håndtert"),
        (Act.HANDLED,),
    ),
    _A.OVERDUE: Mend(
        lambda: t("Ring mottakeren. Har de ikke meldingen, så send på nytt."),
        lambda: t(
            "når alle mottakere har svart, når en ny i dens sted er godtatt, eller når den merkes som håndtert"
        ),
        (Act.RESEND, Act.RECREATE, Act.HANDLED),
    ),
    _A.ORPHAN_RECEIPT: Mend(
        lambda: t("Se om den som svarer, har fått en melding fra et annet system her. Ellers si fra til dem."),
        when_seen,
        by_hand=True,
    ),
    _A.ENVELOPE_REFUSED: Mend(
        lambda: t("Avsenderen har fått vite hvorfor. Ring dem om det haster, eller om det gjentar seg."),
        when_seen,
        by_hand=True,
    ),
    _A.ENVELOPE_UNREADABLE: Mend(_ask_sender, when_seen, by_hand=True),
    _A.FALSE_DUPLICATE: Mend(
        lambda: t(
            "Ring avsenderen: systemet deres bruker samme id om igjen, og den siste meldingen er ikke tatt imot."
        ),
        when_seen,
        by_hand=True,
    ),
    _A.DOCUMENT_UNREADABLE: Mend(_ask_sender, when_seen, by_hand=True),
    _A.SENDER_MISMATCH: Mend(
        lambda: t("Stol ikke på innholdet. Ring den som står som avsender, og hør om de har sendt den."),
        when_seen,
        by_hand=True,
    ),
    _A.NOT_FOR_US: Mend(
        lambda: t("Ring avsenderen, og si at meldingen kom feil. De får ingen kvittering på den."),
        when_seen,
        by_hand=True,
    ),
    _A.MANUAL: Mend(
        lambda: t("Les meldingen, og avgjør om den skal tas imot eller avvises. Avsenderen venter på svar."),
        lambda: t("når noen har avgjort meldingen"),
        (Act.DECIDE,),
    ),
    _A.PATIENT_UNSURE: Mend(
        lambda: t("Kontroller hvem pasienten er, og koble meldingen til rett pasient om det er en annen."),
        lambda: t("når meldingen kobles til en pasient for hånd, eller av en person"),
        by_hand=True,
    ),
    _A.OTHER_PATIENT: Mend(
        lambda: t("Kontroller hvem pasienten er i begge meldingene. Ring avsenderen om én av dem er feil."),
        when_seen,
        by_hand=True,
    ),
    _A.PROGRAM_FAULT: Mend(
        lambda: t(
            "Meld feilen med det «elmeld alert show» skriver. Meldingen er lagret, og prøves igjen hver time."
        ),
        lambda: t("når meldingen har kommet fram, eller av en person"),
        (Act.RETRY, Act.HANDLED),
        by_hand=True,
    ),
    _A.EXPIRES: Mend(
        lambda: t("Se hva som går ut med «elmeld doctor», og få det fornyet av den det tilhører."),
        lambda: t("når det er fornyet, eller ikke lenger er i bruk; det ses etter hver time"),
    ),
    _A.MAILBOX_DOWN: Mend(
        lambda: t("Se hva som er galt med «elmeld doctor». Meldingene ligger i postkassen til den svarer."),
        lambda: t("når postkassen svarer igjen"),
    ),
    _A.MAIL_NOT_FETCHED: Mend(
        lambda: t("Se på det i postkassen eller mappen, og ta det bort når det er tatt hånd om."),
        when_seen,
        by_hand=True,
    ),
    _A.DISK_LOW: Mend(
        lambda: t("Frigjør plass på disken der klinikkens mappe ligger."),
        lambda: t("når det er plass igjen"),
    ),
    _A.QUEUE_STUCK: Mend(
        lambda: t("Se med «elmeld doctor» om meldingsmotoren arbeider, og start den om den ikke gjør det."),
        lambda: t("når det som ventet, er prøvd"),
    ),
    _A.CLOCK_SKEW: Mend(
        lambda: t("Still maskinens klokke, og la den følge en tidstjener."),
        lambda: t("når klokka går rett igjen"),
    ),
    _A.CARD_TROUBLE: Mend(
        lambda: t(
            "Se om kortet er gyldig, og det rette, med «elmeld doctor». Send så utkastet; lykkes det, er varselet borte."
        ),
        lambda: t("når den det gjelder har signert igjen, eller av en person"),
        by_hand=True,
    ),
    _A.ENGINE_DOWN: Mend(
        lambda: t(
            "Start den med «elmeld engine», eller be den som har ansvar for maskinen om det. Ingenting går tapt "
            "imens: det som skrives, sendes når den er i gang. Haster noe, så ring mottakeren."
        ),
        lambda: t("når en motor har gitt livstegn"),
    ),
}
"""One row for every code, so that nobody is called without being told what to do."""


def mend_of(code: str) -> Mend | None:
    """Return what ends an alert; None for a code that this program does not know."""
    return MENDS[AlertCode(code)] if code in _CODES else None


_CODES = frozenset(AlertCode)
