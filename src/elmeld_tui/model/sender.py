"""The clinic as the sender of a document: both levels of its address, and who writes."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.model.clinic import Clinic, Service, User
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.identifiers import read_national_id
from elmeld_tui.model.parties import Party, Professional, Unit, person_ident, unit_ident


def sender_party(clinic: Clinic, service: Service, user: User | None = None, *, signs: bool = False) -> Party:
    """Return the unit, the service, and who writes under it, if a person does (HIS 1153-2 AD2.2; HITS 1174 ch. 3).

    Who writes under her own HER-id is level 2 herself, and no service stands beside her (HIS 1153-2 AD2.1).

    Args:
        clinic: level 1.
        service: level 2.
        user: who writes.
        signs: whether the user signs personally, and so is named by national identity number (HIS 80805 §4.1).
    """
    unit = Unit(clinic.name, (unit_ident(clinic.her_id, "HER"), unit_ident(clinic.organisation_number, "ENH")))
    person = _professional(clinic, user, signs=signs) if user else None
    if user and person and user.her_id == service.her_id:
        return Party(unit, None, replace(person, idents=(person_ident(user.her_id, "HER"), *person.idents)))
    return Party(unit, Unit(service.name, (unit_ident(service.her_id, "HER"),)), person)


def _professional(clinic: Clinic, user: User, *, signs: bool) -> Professional:
    given, _, family = user.full_name.rpartition(" ")
    idents = (person_ident(user.hpr_number, "HPR"),) if user.hpr_number else ()
    if signs and (read := read_national_id(user.national_id)):
        idents = (person_ident(user.national_id, read.kind), *idents)
    return Professional(
        family_name=family,
        given_name=given,
        idents=idents,
        profession=CodedValue(user.profession),
        address=clinic.address if signs else None,
        telecoms=(_phone(user.phone),) if user.phone else (),
    )


def _phone(number: str) -> Telecom:
    address = number if number.startswith("tel:") else f"tel:{number.replace(' ', '')}"
    return Telecom(CodedValue("WP", oid(9061), "Arbeidsplass"), address)
