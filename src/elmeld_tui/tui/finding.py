"""What the search fields of a composer find: patients, recipients, codes, and attachments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.store.rows import Patient
from elmeld_tui.tui.actions import key_of
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.option import Option, code_option

if TYPE_CHECKING:
    from elmeld_tui.model.forms import FormDescription
    from elmeld_tui.office.recipients import Candidate

NEW_PATIENT = "new"
"""The value of the option that registers a patient."""

FAVOURITE, RECENT = "★", "·"
"""Signs of an address that is one of the user's favourites, and of one she has written to."""

_MOST = 20


def patient_option(patient: Patient) -> Option:
    """Return a patient as an option."""
    return Option(str(patient.id), patient.name, f"{patient.national_id[:6]} {patient.national_id[6:]}")


def find_patients(session: Session, words: str) -> list[Option]:
    """Return the patients that match, and last a way to register one."""
    found = session.reader.patients(words, _MOST)
    return [patient_option(each) for each in found] + [Option(NEW_PATIENT, t("Ny pasient …"), words)]


async def find_recipients(session: Session, form: FormDescription, words: str) -> tuple[list[Option], str]:
    """Return who is found by ``words``, the user's own first, and a remark where the list may not be whole.

    Without words it is whom she has as favourites and has written to.
    """
    from elmeld_tui.office import recipients

    hits = await session.at_office(lambda office: recipients.search(office, words, form, limit=_MOST))
    nobody_yet = t("Ingen favoritter eller nylig brukte ennå. Skriv navn, sted eller HER-id.")
    signs = t("★ favoritt  · brukt før  {key} gjør til favoritt", key=key_of("composer.favourite"))
    note = hits.note or (signs if hits.candidates else "" if words else nobody_yet)
    return [_recipient_option(candidate) for candidate in hits.candidates], note


def _recipient_option(candidate: Candidate) -> Option:
    party, known = candidate.party, candidate.known
    sign = FAVOURITE if known.favourite else RECENT if known.used else ""
    told = f"{party.sort.label} {party.her_id}"
    place = f"({party.city})" if party.city else ""
    return Option(party.her_id, party.full_name, told, sign, place, candidate.refused, candidate.leads_to)


async def toggle_favourite(session: Session, option: Option) -> bool:
    """Let an address found be a favourite, or no longer; return which it is now.

    Raises:
        OfficeError: the register does not know it, or does not answer.
    """
    from elmeld_tui.office import recipients

    favourite = option.sign != FAVOURITE
    await session.at_office(lambda office: recipients.set_favourite(office, option.value, favourite=favourite))
    return favourite


async def find_enclosures(session: Session, patient: Patient | None, words: str) -> tuple[list[Option], str]:
    """Return the patient's documents that can be enclosed, and a remark where there are none."""
    from elmeld_tui.office.enclosing import enclosable

    if patient is None:
        return [], t("Velg pasient først.")
    found = await session.at_office(lambda office: enclosable(office, patient.id, words))
    note = "" if found else t("Pasienten har ingen vedlegg som passer.")
    return [Option(one.value, one.name) for one in found[:_MOST]], note


def find_codes(lists: Sequence[str], words: str, often: Iterable[str]) -> tuple[list[Option], str]:
    """Return codes of ``lists`` that match, those she uses first, and a remark where there are none.

    Without words it is those she uses.

    Args:
        lists: names of code lists.
        words: what is searched for.
        often: the codes she uses, ``<list>:<code>``, the most used first.
    """
    from elmeld_tui.messages import codelists

    own = codelists.answers_with((one for one in often if one.partition(":")[0] in lists), words)
    others = (
        f"{name}:{found.value}"
        for name in lists
        for found in (codelists.search(name, words, _MOST) if words else ())
    )
    found = list(dict.fromkeys([*own, *others]))[:_MOST]
    nothing = t("Ingen treff. Prøv færre ord.") if words else t("Ingen brukt ennå. Skriv kode eller ord.")
    return [code_option(one, RECENT if one in own else "") for one in found], "" if found else nothing
