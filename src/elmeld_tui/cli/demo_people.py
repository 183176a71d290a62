"""The people of the demonstration clinic, with their groups and positions. All of them are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.login import login
from elmeld_tui.model.clinic import User

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

DOCTOR = "Astrid Fjellvang"
_DOCTOR_ID = "21867842265"
"""Synthetic: month + 80."""

_OTHERS = (
    User("jonas", "Jonas Havnes", "LE", "9900402", "55900402"),
    User("ingrid", "Ingrid Skjær", "SP", "9900403"),
    User("sindre", "Sindre Tangen", "BI", "9900404"),
    User("marit", "Marit Odden", "HE"),
)
_GROUPS = (
    ("Laboratoriet", "", {"sindre": ("Bioingeniør",), "ingrid": ("Prøvetaker",)}),
    ("Resepsjonen", "9200001", {"marit": ("Telefonvakt",), "ingrid": ()}),
)
"""Name, HER-id of the service whose post comes to it, and who is in it with which functions."""

_POSITIONS = (("Medisinskfaglig rådgiver", "jonas"), ("Kontorleder", "marit"), ("Turnuslege", ""))


def users() -> tuple[User, ...]:
    """Return who works here; the first sits at the keyboard, and is the administrator, who reads all messages."""
    doctor = User(login(), DOCTOR, "LE", "9900401", "55900401", _DOCTOR_ID)
    return (doctor, *(one for one in _OTHERS if one.name != doctor.name))


def organise(office: Office) -> None:
    """Make the clinic's groups and positions, as its administrator does."""
    from elmeld_tui.office import groups

    here = {person.login for person in office.reader.people.persons()}
    for name, her_id, members in _GROUPS:
        groups.add_group(office, name, her_id=her_id)
        for member, functions in members.items():
            if member in here:
                groups.set_member(office, name, member, functions)
    for name, holder in _POSITIONS:
        groups.add_position(office, name, holder if holder in here else "")
