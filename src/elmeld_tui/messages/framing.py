"""What a kind of message requires of its frame: who is responsible for it, whom it is about, what a change refers to.

The answers of a form do not know the frame, and the frame does not know the form; what they require of each other is
checked here, for screen and command line alike. Problems are named by their place in the object of a composed
message.
"""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import members
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.kinds import Kind
from elmeld_tui.model.nav import is_nav
from elmeld_tui.model.parties import Patient, ident_of

_ANSWERED_FOR = frozenset({"HENVISNING", "HENVISNING_NYTILSTAND", "EPIKRISE"})
"""Types that name a responsible professional (HIS 1207:2018 §5; HIS 80226:2014 §4.1; HITS 1174 ch. 4)."""

_CALLED_BACK = frozenset({"HENVISNING", "HENVISNING_NYTILSTAND", "DIALOG_HELSEFAGLIG"})
"""Types whose responsible professional can be telephoned (HIS 1207:2018 §5; HIS 1077:2017 §5)."""

_NAV_CORRESPONDENTS = frozenset({"LE", "PS", "TL", "FT", "KI", "MT"})
"""Professions (9060) whose dialogue NAV takes in (navikt padm2)."""

_PERSONAL = frozenset({"FNR", "DNR"})


def problems(form: FormDescription, answers: Answers, addressing: Addressing) -> dict[str, str]:
    """Return what keeps a message of ``form`` from leaving in this frame, by place, in the user's language.

    Args:
        form: what is written.
        answers: to the form.
        addressing: the frame, whose parties and patient are right one by one.
    """
    return dict(
        (
            *_of_responsible(form, answers, addressing),
            *_of_change(form, addressing),
            *_of_copies(addressing),
            *(_of_nav(form, addressing) if form.to_nav else ()),
        )
    )


def _of_responsible(form: FormDescription, answers: Answers, addressing: Addressing) -> Iterator[tuple[str, str]]:
    person = addressing.sender.person
    if person is None or not person.name:
        if form.type_code in _ANSWERED_FOR and not members(answers, "responsible"):
            yield (
                "sender.person",
                t("Meldingen må si hvem som er ansvarlig for den. Oppgi hvem som skriver, med navn."),
            )
        return
    if form.type_code in _CALLED_BACK and not addressing.callback:
        yield "sender.person.phone", t("Den som skriver, må ha et telefonnummer mottakeren kan ringe.")
    if form.type_code == "HENVISNING_NYTILSTAND" and not person.profession.value:
        yield "sender.person.profession", t("Oppgi hvilken yrkesgruppe den som skriver, hører til.")


def _of_change(form: FormDescription, addressing: Addressing) -> Iterator[tuple[str, str]]:
    """A change is of a document that is known, keeps its IssueDate, and in a MsgHead its thread (HISD 1154 ch. 4)."""
    if addressing.service_type == "N":
        return
    if not addressing.document_id:
        yield "document_id", t("Oppgi id-en til dokumentet meldingen endrer, kansellerer eller legger noe til.")
    if addressing.issued is None:
        yield "issued", t("Oppgi når dokumentet først ble utstedt. Det tidspunktet beholdes.")
    if form.type_code == "HENVISNING_NYTILSTAND" and addressing.conversation is None:
        yield "conversation", t("Oppgi MsgId til meldingen som endres eller kanselleres.")


def _of_copies(addressing: Addressing) -> Iterator[tuple[str, str]]:
    named = {addressing.receiver.her_id}
    for number, copy in enumerate(addressing.copies):
        if copy.her_id in named:
            yield f"copies.{number}", t("Mottakeren får meldingen allerede. Velg en annen kopimottaker.")
        named.add(copy.her_id)


def _of_nav(form: FormDescription, addressing: Addressing) -> Iterator[tuple[str, str]]:
    """What NAV refuses, and what its signature check needs (HIS 80805:2008 §4.1; navikt padm2, syfosmmottak)."""
    if not is_nav(addressing.receiver):
        yield "receiver", t("Denne meldingen kan bare sendes til NAV.")
    patient = _personal_number(addressing.patient)
    if not patient:
        yield "patient.national_id", t("NAV må ha pasientens fødselsnummer eller D-nummer.")
    person = addressing.sender.person
    if person is None or not person.name:
        yield "sender.person", t("Meldingen signeres personlig. Oppgi hvem som skriver, med navn.")
        return
    writer = next((one.id for one in person.idents if one.type.value in _PERSONAL), "")
    if not writer:
        yield "sender.person.national_id", t("Den som signerer til NAV, må ha fødselsnummer eller D-nummer.")
    elif writer == patient:
        yield "patient.national_id", t("Den som skriver til NAV, kan ikke selv være pasienten.")
    if not ident_of(person.idents, "HPR"):
        yield "sender.person.hpr_number", t("Den som signerer til NAV, må ha HPR-nummer.")
    if not addressing.callback:
        yield "sender.person.phone", t("Den som skriver, må ha et telefonnummer mottakeren kan ringe.")
    if form.kind is Kind.DIALOGUE and person.profession.value not in _NAV_CORRESPONDENTS:
        yield (
            "sender.person.profession",
            t("NAV tar imot dialog fra lege, psykolog, tannlege, fysioterapeut, kiropraktor og manuellterapeut."),
        )


def _personal_number(patient: Patient) -> str:
    return next((one.id for one in patient.idents if one.id and one.type.value in _PERSONAL), "")
