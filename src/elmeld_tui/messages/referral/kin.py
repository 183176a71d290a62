"""The parts of a referral that both versions take from poKomponent, each from its own edition of it."""

from __future__ import annotations

from elmeld_tui.messages import building, codelists
from elmeld_tui.messages.answers import given, members
from elmeld_tui.messages.msghead import COMPONENT
from elmeld_tui.messages.parts import people
from elmeld_tui.messages.reading import Element
from elmeld_tui.model.forms import YES, Answers

_FLAGS = {YES: "true"}


def write_flag(parent: Element, name: str, answer: str) -> None:
    """Append a boolean; nothing where nothing was answered."""
    if answer:
        building.text(parent, name, _FLAGS.get(answer, "false"))


def write_next_of_kin(parent: Element, answers: Answers, namespace: str) -> None:
    """Append a ParorendeForesatt for everyone that was named."""
    for one in members(answers, "next_of_kin"):
        kin = building.section(parent, "ParorendeForesatt", namespace)
        building.cs(kin, "Slektskap", codelists.coded("9033", given(one, "relation")))
        write_flag(kin, "NarmesteParorende", given(one, "nearest"))
        person = building.section(kin, "Referanseperson")
        building.text(person, "FamilyName", given(one, "family_name"), COMPONENT)
        building.text(person, "GivenName", given(one, "given_name"), COMPONENT)
        write_phone(person, people.phone_number(one))
        building.text(kin, "Merknad", given(one, "remark"))


def write_phone(person: Element, number: str) -> None:
    """Append one telephone number of a person; nothing where there is none."""
    if number:
        telecom = building.section(person, "TeleCom", COMPONENT)
        building.value(telecom, "TeleAddress", f"tel:{number}")


def write_interpreting(parent: Element, answers: Answers, namespace: str) -> None:
    """Append an AssistertKommunikasjon: the interpreter or other help that is needed."""
    for one in members(answers, "interpreter"):
        help_needed = building.section(parent, "AssistertKommunikasjon", namespace)
        write_flag(help_needed, "Horselsvikt", given(one, "hearing_loss"))
        write_flag(help_needed, "Synsvikt", given(one, "sight_loss"))
        building.cs(help_needed, "BehovTolkSprak", codelists.coded("3303", given(one, "language")))
        building.text(help_needed, "Merknad", given(one, "remark"))
