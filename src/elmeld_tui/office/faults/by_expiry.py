"""What expires: whose it is, when, what happens then, and who renews it and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model.clock import from_text, long
from elmeld_tui.model.expiry import What
from elmeld_tui.office.faults.advice import Words


class Lasting(NamedTuple):
    """One kind of thing with a last day.

    Attributes:
        name: what it is.
        told: whose it is, its last day and what follows, from those two.
        over: the same, when that day has been.
        now: who renews it, and how.
    """

    name: Words
    told: Callable[[str, str], str]
    over: Callable[[str, str], str]
    now: Words


def _order_our_own() -> str:
    return t(
        "Bestill nytt virksomhetssertifikat (Buypass eller Commfides). Sett det inn i clinic.toml, behold den gamle "
        "dekrypteringsnøkkelen etter den nye, legg sertifikatet i adresseregisteret, og start motoren på nytt. "
        "Kontroller med «elmeld cert list»."
    )


def _ask_them() -> str:
    return t(
        "Ring dem, og be dem legge et nytt sertifikat i adresseregisteret. Kontroller med «elmeld cert check HER-ID»."
    )


def _list_was_valid(whose: str, until: str) -> str:
    return t(
        "Tilbaketrekkingslisten fra {whose} gjaldt til {until}. Uten en nyere kan ikke sertifikatene derfra "
        "kontrolleres, og det som skal sendes, venter.",
        whose=whose,
        until=until,
    )


_LASTING: dict[str, Lasting] = {
    What.SIGNING: Lasting(
        lambda: t("Signeringssertifikat"),
        lambda whose, until: t(
            "Signeringssertifikatet til {whose} gjelder til {until}. Etter det avvises alt klinikken sender.",
            whose=whose,
            until=until,
        ),
        lambda whose, until: t(
            "Signeringssertifikatet til {whose} gikk ut {until}. Alt klinikken sender, avvises.",
            whose=whose,
            until=until,
        ),
        _order_our_own,
    ),
    What.DECRYPTION: Lasting(
        lambda: t("Krypteringssertifikat"),
        lambda whose, until: t(
            "Krypteringssertifikatet til {whose} gjelder til {until}. Etter det kan ingen sende til klinikken.",
            whose=whose,
            until=until,
        ),
        lambda whose, until: t(
            "Krypteringssertifikatet til {whose} gikk ut {until}. Ingen kan sende til klinikken.",
            whose=whose,
            until=until,
        ),
        _order_our_own,
    ),
    What.PARTNER_SIGNING: Lasting(
        lambda: t("Signeringssertifikat"),
        lambda whose, until: t(
            "Signeringssertifikatet til {whose} gjelder til {until}. Etter det kan ikke meldinger og kvitteringer "
            "derfra godtas.",
            whose=whose,
            until=until,
        ),
        lambda whose, until: t(
            "Signeringssertifikatet til {whose} gikk ut {until}. Meldinger og kvitteringer derfra kan ikke godtas.",
            whose=whose,
            until=until,
        ),
        _ask_them,
    ),
    What.PARTNER_ENCRYPTION: Lasting(
        lambda: t("Krypteringssertifikat"),
        lambda whose, until: t(
            "Krypteringssertifikatet til {whose} gjelder til {until}. Etter det kan ingenting sendes dit.",
            whose=whose,
            until=until,
        ),
        lambda whose, until: t(
            "Krypteringssertifikatet til {whose} gikk ut {until}. Ingenting kan sendes dit.",
            whose=whose,
            until=until,
        ),
        _ask_them,
    ),
    What.AUTHORITY: Lasting(
        lambda: t("Utsteder"),
        lambda whose, until: t(
            "Utstederen {whose} gjelder til {until}. Etter det godtas ingen sertifikater derfra.",
            whose=whose,
            until=until,
        ),
        lambda whose, until: t(
            "Utstederen {whose} gikk ut {until}. Ingen sertifikater derfra godtas.",
            whose=whose,
            until=until,
        ),
        lambda: t(
            "Hent utstederens nye sertifikat, legg det i mappen med tiltrodde utstedere, og start motoren på nytt."
        ),
    ),
    What.REVOCATION_LIST: Lasting(
        lambda: t("Tilbaketrekkingsliste"),
        _list_was_valid,
        _list_was_valid,
        lambda: t(
            "Se om klinikken har nett. Listen hentes av seg selv, eller legges i mappen med tiltrodde utstedere."
        ),
    ),
    What.AGREEMENT: Lasting(
        lambda: t("Avtale (CPA)"),
        lambda whose, until: t(
            "Avtalen (CPA) med {whose} gjelder til {until}. Etter det er ikke partene lenger enige om hvordan "
            "meldinger går.",
            whose=whose,
            until=until,
        ),
        lambda whose, until: t(
            "Avtalen (CPA) med {whose} gikk ut {until}. Partene er ikke lenger enige om hvordan meldinger går.",
            whose=whose,
            until=until,
        ),
        lambda: t("Hent den nye avtalen hos partneren, og ta den inn med «elmeld cpa import FIL»."),
    ),
}


def lasting(detail: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return what runs out when, and what to do, from the detail of its alert; None where it says too little."""
    kind = _LASTING.get(str(detail.get("what", "")))
    if kind is None or not detail.get("valid_to"):
        return None
    until = long(from_text(str(detail["valid_to"])))
    told = kind.over if is_over(detail) else kind.told
    return told(str(detail.get("whose", "")), until), kind.now()


def is_over(detail: Mapping[str, Any]) -> bool:
    """Return whether what an alert of something that runs out is about, had run out when it was raised."""
    days = detail.get("days")
    return isinstance(days, int) and days < 0


def thing(detail: Mapping[str, Any]) -> str:
    """Return what kind of thing runs out; empty where the detail is of another alert."""
    kind = _LASTING.get(str(detail.get("what", "")))
    return kind.name() if kind else ""


def which(detail: Mapping[str, Any]) -> str:
    """Return which certificate or agreement it is, as its owner finds it."""
    number = t("serienummer {number}", number=detail["serial"]) if detail.get("serial") else ""
    return ", ".join(part for part in (str(detail.get("subject", "")), number) if part)
