"""Other people involved with the patient: as a composer asks for them, and as own-root messages name them.

Referral 2.0 names them in felleskomponent1; `referral.version_2_0` writes that.
"""

from __future__ import annotations

import re

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, hcp, nodes
from elmeld_tui.messages.answers import given, members, numbered
from elmeld_tui.messages.reading import Element, MaybeElement, find, find_all, value
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Address, Telecom
from elmeld_tui.model.forms import Answers, FieldType, FormField
from elmeld_tui.model.parties import Party, Professional, ident_of, person_ident

_PHONE = re.compile(r"\+?[0-9]{3,15}")
_HPR = re.compile("[0-9]{7,9}")
_HER = re.compile("[0-9]{1,9}")


def professional_field(name: str, label: str, *, with_hpr: bool = False, explained: str = "") -> FormField:
    """The group that asks for one professional; ``with_hpr`` where the message has no room for one without number."""
    return FormField(
        name,
        label,
        FieldType.GROUP,
        help=explained,
        fields=(
            FormField("name", t("Navn"), FieldType.LINE, required=True),
            FormField("hpr", t("HPR-nummer"), FieldType.LINE, required=with_hpr),
            FormField("phone", t("Telefon"), FieldType.LINE),
        ),
    )


def check(answers: Answers, *groups: str) -> dict[str, str]:
    """Return which numbers cannot be what they are said to be, by field name."""
    found = {}
    for group in groups:
        for place, one in numbered(answers, group):
            if (phone := phone_number(one)) and not _PHONE.fullmatch(phone):
                found[f"{place}phone"] = t("Skriv telefonnummeret med bare siffer, eventuelt med + først.")
            if (hpr := given(one, "hpr")) and not _HPR.fullmatch(hpr):
                found[f"{place}hpr"] = t("Et HPR-nummer er 7 til 9 siffer.")
            if (her := given(one, "her_id")) and not _HER.fullmatch(her):
                found[f"{place}her_id"] = t("En HER-id er bare siffer, høyst 9.")
    return found


def phone_number(answers: Answers) -> str:
    """Return the telephone number without the spaces one reads it by."""
    return re.sub(r"\s", "", given(answers, "phone"))


def professional(answers: Answers, group: str) -> Professional | None:
    """Return who was asked for in ``group``; None where nobody is named.

    The message wants family and given name apart; what stands last is the family name, and together they read the same.
    """
    told = next(iter(members(answers, group)), None)
    if told is None:
        return None
    given_name, _, family_name = " ".join(given(told, "name").split()).rpartition(" ")
    hpr, phone = given(told, "hpr"), phone_number(told)
    return Professional(
        family_name=family_name,
        given_name=given_name,
        idents=(person_ident(hpr, "HPR"),) if hpr else (),
        telecoms=(Telecom(CodedValue("WP"), f"tel:{phone}"),) if phone else (),
    )


def answers_of(person: Professional | None) -> list[Answers]:
    """Return the group that `professional` makes ``person`` of."""
    if person is None:
        return []
    phones = [one.address for one in person.telecoms]
    return [
        {
            "name": person.name,
            "hpr": ident_of(person.idents, "HPR"),
            "phone": phones[0].removeprefix("tel:") if phones else "",
        }
    ]


def write_related(patient: Element, relation: str, person: Professional | None) -> None:
    """Append a PatRelHCP: a person with a relation to the patient (8254), and where to call."""
    if person is None:
        return
    _write_person(_relation(patient, "PatRelHCP", relation), person)


def write_related_party(patient: Element, relation: str, party: Party) -> None:
    """Append a PatRelHCP that is a party of the message."""
    hcp.write_party(_relation(patient, "PatRelHCP", relation), party)


def write_provider(report: Element, relation: str, person: Professional | None) -> None:
    """Append a RelServProvider: a person with a part in the service (8254), and where to call."""
    if person is not None:
        _write_person(_relation(report, "RelServProvider", relation), person)


def _relation(parent: Element, name: str, relation: str) -> Element:
    element = building.section(parent, name)
    building.cs(element, "Relation", relation, "8254")
    return element


def _write_person(relation: Element, person: Professional) -> None:
    structure = building.section(relation, "HCP")
    hcp.write_professional(structure, person)
    if person.telecoms:
        hcp.write_address(structure, Address(type=CodedValue("WP"), telecoms=person.telecoms))


def related(parent: MaybeElement, name: str, relation: str) -> Party | None:
    """Return the first party with a relation (8254) among the PatRelHCP or RelServProvider of ``parent``."""
    for one in find_all(parent, name):
        if value(one, "Relation") == relation:
            return hcp.read_party(nodes.of(find(one, "HCP")))
    return None


def as_professional(party: Party | None) -> Professional | None:
    """Return the person of a party, with its telephone numbers; a unit stands for one under its own name."""
    if party is None:
        return None
    address = party.organisation.address
    telecoms = address.telecoms if address else ()
    if party.person is None:
        unit = party.department or party.organisation
        return Professional(family_name=unit.name, idents=unit.idents, telecoms=telecoms)
    person = party.person
    return Professional(
        person.family_name,
        person.middle_name,
        person.given_name,
        person.idents,
        person.profession,
        person.role_to_patient,
        person.address,
        telecoms or person.telecoms,
    )
