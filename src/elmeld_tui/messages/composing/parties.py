"""Sender, receiver and copies: each with HER-id and name on two levels (HIS 1153-2 AD2.1-AD2.15; S17)."""

from __future__ import annotations

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
from elmeld_tui.model import nav
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.identifiers import NationalIdKind, is_organisation_number, read_national_id
from elmeld_tui.model.parties import Party, Professional, Unit, person_ident


def nav_party() -> Party:
    """Return NAV as a document addresses it; it has no services below it in the register."""
    return Party(Unit("NAV", (ident(nav.HER_ID, "HER"), ident("889640782", "ENH"))), role="PRIM")


def party(path: str, said: Said | None, around: Surroundings, problems: Problems) -> Party:
    """Return the party at ``path``, looked up or as ``said``; what it lacks goes into ``problems``."""
    if path in around.parties:
        return around.parties[path]
    if not said:
        problems[path] = t("Må fylles ut.")
        return Party(Unit(""))
    if "her_id" in said:
        problems[f"{path}.her_id"] = (
            t("HER-id alene slås opp i adresseregisteret, og det krever --data-dir.")
            if len(said) == 1
            else t("Skriv enten bare HER-id, eller hele parten med virksomhet og tjeneste eller person.")
        )
        return Party(Unit(""))
    unit, service, person = (said.get(name) for name in ("organisation", "service", "person"))
    found = Party(
        _unit(unit or {}),
        _unit(service) if service else None,
        _professional(person) if person else None,
        role={"receiver": "PRIM", "sender": ""}.get(path, "COP"),
    )
    problems |= {f"{path}.{where}": problem for where, problem in _party_problems(path, found).items()}
    return found


def _party_problems(path: str, party: Party) -> Problems:
    unit, service, person = party.organisation, party.department, party.person
    demanded = {"organisation.name": unit.name, "organisation.her_id": unit.her_id}
    found = {}
    if service:
        demanded |= {"service.name": service.name, "service.her_id": service.her_id}
    elif person:
        demanded["person.her_id"] = person.her_id
    elif not nav.is_nav(party):
        found["service"] = t("Oppgi tjenesten eller personen meldingen går til eller fra, med HER-id.")
    if person:
        demanded |= {"person.given_name": person.given_name, "person.family_name": person.family_name}
        if service and path != "sender":
            found["person"] = t("Skriv enten tjeneste eller person; meldingen går til én av dem.")
        if problem := next(
            (number_problem(one.id) for one in person.idents if one.type.value in {"FNR", "DNR"}), ""
        ):
            found["person.national_id"] = problem
    number = next((one.id for one in unit.idents if one.type.value == "ENH"), "")
    if number and not is_organisation_number(number):
        found["organisation.organisation_number"] = t(
            "Kontrollsifferet stemmer ikke. Se etter om to siffer er byttet om."
        )
    return {where: t("Må fylles ut.") for where, text in demanded.items() if not text} | found


def _unit(said: Said) -> Unit:
    numbers = (("her_id", "HER"), ("organisation_number", "ENH"))
    idents = tuple(ident(number, series) for name, series in numbers if (number := text(said, name)))
    return Unit(text(said, "name"), idents)


def _professional(said: Said) -> Professional:
    idents = [ident(number, "HPR")] if (number := text(said, "hpr_number")) else []
    if number := text(said, "national_id"):
        read = read_national_id(number)
        idents.append(ident(number, "DNR" if read and read.kind is NationalIdKind.DNR else "FNR"))
    if number := text(said, "her_id"):
        idents.insert(0, person_ident(number, "HER"))
    return Professional(
        family_name=text(said, "family_name"),
        middle_name=text(said, "middle_name"),
        given_name=text(said, "given_name"),
        idents=tuple(idents),
        profession=CodedValue(text(said, "profession")),
        telecoms=phone(said, "WP"),
    )
