"""The patient: named, and identified by a national number or by birth date and sex (S13-S16; HIS 1001:2010)."""

from __future__ import annotations

from datetime import date

from elmeld_tui.i18n import t
from elmeld_tui.messages.composing.identity import (
    Problems,
    Said,
    Surroundings,
    ident,
    number_problem,
    phone,
    text,
)
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.contact import Address
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.identifiers import NationalIdKind, read_national_id
from elmeld_tui.model.parties import SERIES, Patient


def patient(form: FormDescription, said: Said | None, around: Surroundings, problems: Problems) -> Patient:
    """Return the patient, known or as ``said``; what is missing or cannot be right goes into ``problems``."""
    if around.patient is not None:
        return around.patient
    if not said:
        if not form.patient_optional:
            problems["patient"] = t("Må fylles ut.")
        return Patient()
    found = _identified(said, problems, synthetic_allowed=around.synthetic_allowed)
    demanded: dict[str, str | bool] = {"family_name": found.family_name}
    if found.national_id is None:
        demanded |= {"given_name": found.given_name, "birth_date": bool(found.birth_date), "sex": bool(found.sex)}
    for name, value in demanded.items():
        if not value:
            problems[f"patient.{name}"] = (
                t("Må fylles ut.")
                if found.national_id
                else t("Må fylles ut når pasienten ikke har fødselsnummer eller D-nummer.")
            )
    return found


def _identified(said: Said, problems: Problems, *, synthetic_allowed: bool) -> Patient:
    number, local = text(said, "national_id"), text(said, "h_number")
    born = date.fromisoformat(text(said, "birth_date")) if text(said, "birth_date") else None
    read = read_national_id(number)
    kind = text(said, "id_type") or (read.kind.value if read else "")
    if number and (problem := number_problem(number, synthetic_allowed=synthetic_allowed)):
        problems["patient.national_id"] = problem
    elif read and read.kind != kind:
        problems["patient.id_type"] = t("Nummeret er av typen {kind}.", kind=read.kind.value)
    elif read and read.birth_date and born and read.birth_date != born:
        problems["patient.birth_date"] = t("Fødselsdatoen stemmer ikke med nummeret.")
    idents = [ident(number, kind if kind in SERIES else "FNR")] if number else []
    if local:
        idents.append(ident(local, "HNR"))
    return Patient(
        family_name=text(said, "family_name"),
        middle_name=text(said, "middle_name"),
        given_name=text(said, "given_name"),
        birth_date=born or (read.birth_date if read else None),
        sex=CodedValue(text(said, "sex")) if text(said, "sex") else _sex(number),
        idents=tuple(idents),
        address=_address(said),
        telecoms=phone(said, "HP"),
    )


def contradictions(patient: Patient) -> list[str]:
    """Return what a patient's sex and number say against each other; no error, for a number may outlive a sex."""
    told = _sex(patient.national_id.id) if patient.national_id else NO_CODE
    if told == NO_CODE or patient.sex.value not in {"1", "2"} or patient.sex.value == told.value:
        return []
    return [t("Kjønnet stemmer ikke med nummeret. Se etter om det er rett pasient.")]


def _sex(number: str) -> CodedValue:
    """Return the sex a national number tells by its ninth digit; an FH-number tells none (HIS 1001 ch. 2-4)."""
    read = read_national_id(number)
    if read is None or read.kind is NationalIdKind.FHN:
        return NO_CODE
    return CodedValue("2" if int(number[8]) % 2 == 0 else "1")


def _address(said: Said) -> Address | None:
    street, postal_code, city = (text(said, name) for name in ("street", "postal_code", "city"))
    if not (street or postal_code or city):
        return None
    return Address(type=CodedValue("H"), street=street, postal_code=postal_code, city=city)
