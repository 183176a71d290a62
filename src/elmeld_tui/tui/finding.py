"""What the search fields of a composer find: patients, recipients, codes, and what can be enclosed."""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.i18n import t
from elmeld_tui.store.rows import Patient
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.search_field import Option

NEW_PATIENT = "new"
"""The value of the option that registers a patient."""

_MOST = 20


def patient_option(patient: Patient) -> Option:
    """Return a patient as an option."""
    return Option(str(patient.id), patient.name, f"{patient.national_id[:6]} {patient.national_id[6:]}")


def find_patients(session: Session, words: str) -> list[Option]:
    """Return the patients that match, and last a way to register one."""
    found = session.reader.patients(words, _MOST)
    return [patient_option(each) for each in found] + [Option(NEW_PATIENT, t("Ny pasient …"), words)]


async def find_recipients(session: Session, words: str) -> tuple[list[Option], str]:
    """Return whom one can write to, and a remark where the list may not be whole."""
    from elmeld_tui.office import addresses

    found = await session.at_office(lambda office: addresses.find_recipients(office, words, _MOST))
    options = [Option(party.her_id, party.full_name, party.her_id) for party in found.parties]
    return options, found.note or ("" if options else t("Ingen treff. Prøv færre ord."))


async def find_enclosures(session: Session, patient: Patient | None, words: str) -> tuple[list[Option], str]:
    """Return the patient's documents that can be enclosed, and a remark where there are none."""
    from elmeld_tui.office.enclosing import enclosable

    if patient is None:
        return [], t("Velg pasient først.")
    found = await session.at_office(lambda office: enclosable(office, patient.id, words))
    note = "" if found else t("Pasienten har ingen vedlegg som passer.")
    return [Option(one.value, one.name) for one in found[:_MOST]], note


def find_codes(lists: Iterable[str], words: str) -> list[Option]:
    """Return codes of ``lists`` that match."""
    from elmeld_tui.messages import codelists

    return [
        Option(f"{name}:{found.value}", f"{found.value} {found.text}", name)
        for name in lists
        for found in codelists.search(name, words, _MOST)
    ][:_MOST]
