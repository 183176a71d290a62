"""The receiver of a document: a party of the address register as documents name it."""

from __future__ import annotations

from elmeld_tui.model.directory import DirectoryParty, PartyType
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Ident, Party, Professional, Unit, person_ident, unit_ident


def receiver_party(party: DirectoryParty) -> Party:
    """Return a party of the register as a document addresses it, on both levels (HIS 1153-2 AD2.5-AD2.8)."""
    organisation = Unit(
        party.parent_name or party.name,
        _idents(party.parent_her_id or party.her_id, party.organisation_number),
    )
    if party.type is PartyType.PERSON:
        given, _, family = party.name.rpartition(" ")
        person = Professional(family, "", given, _person_idents(party))
        return Party(organisation, person=person, role="PRIM")
    if is_nav(addressed := Party(organisation, role="PRIM")):
        # NAV has no services below it in the register.
        return addressed
    return Party(organisation, Unit(party.name, _idents(party.her_id)), role="PRIM")


def _idents(her_id: str, organisation_number: str = "") -> tuple[Ident, ...]:
    numbers = {"HER": her_id, "ENH": organisation_number}
    return tuple(unit_ident(number, series) for series, number in numbers.items() if number)


def _person_idents(party: DirectoryParty) -> tuple[Ident, ...]:
    numbers = {"HER": party.her_id, "HPR": party.hpr_number}
    return tuple(person_ident(number, series) for series, number in numbers.items() if number)
