"""What parties and patients have in common: identifiers, their check digits, telephone numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.identifiers import NationalIdKind, read_national_id
from elmeld_tui.model.parties import Ident, Party, Patient, person_ident, unit_ident

Said = Mapping[str, Any]
"""An object as it was written, without `checking.misuse`."""

Problems = dict[str, str]
"""By path, in the user's language."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the object need not say because it is known where it is composed.

    Attributes:
        parties: by path (``sender``, ``receiver``, ``copies.0``), those that were looked up or are given.
        patient: known here or from the message that is answered; None where the object must say it.
        open_file: gives the bytes of an attachment's file; raises OSError.
        synthetic_allowed: whether test persons may be written about.
    """

    parties: Mapping[str, Party] = field(default_factory=dict)
    patient: Patient | None = None
    open_file: Callable[[str], bytes] | None = None
    synthetic_allowed: bool = True


def text(said: Said, name: str) -> str:
    """Return the trimmed text at a key; empty where there is none."""
    return str(said.get(name, "")).strip()


def ident(number: str, series: str) -> Ident:
    """Return a number in its series: a unit's (9051) or a person's (8116)."""
    return unit_ident(number, series) if series in {"HER", "ENH"} else person_ident(number, series)


def phone(said: Said, kind: str) -> tuple[Telecom, ...]:
    """Return the telephone number of ``said``, of type ``kind`` (9061)."""
    number = "".join(text(said, "phone").split())
    return (Telecom(CodedValue(kind), number if ":" in number else f"tel:{number}"),) if number else ()


def number_problem(number: str, *, synthetic_allowed: bool = True) -> str:
    """Return what is wrong with an identity number, or an empty string (HIS 1001:2010 ch. 2; S15)."""
    read = read_national_id(number)
    if read is None:
        return t("Fødselsnummer og D-nummer har elleve siffer.")
    if read.kind is NationalIdKind.HNR:
        return t("Dette er et H-nummer. Skriv det under h_number.")
    if not read.valid:
        return t("Kontrollsifrene stemmer ikke. Se etter om to siffer er byttet om.")
    if read.synthetic and not synthetic_allowed:
        return t("Dette er et syntetisk testnummer og kan ikke brukes her.")
    return ""
