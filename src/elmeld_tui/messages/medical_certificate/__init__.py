"""The content of a medical certificate to NAV (legeerklæring ved arbeidsuførhet, 2008-06-06; HIS 80805), read leniently.

Its codes are attributes without a code list; their texts here are those of the form (HIS 80805 §4.4), in Norwegian as
code lists are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, MaybeElement, day, find, find_all, text
from elmeld_tui.model.codes import CodedValue


def _codes(*texts: str) -> tuple[CodedValue, ...]:
    return tuple(CodedValue(str(number), "", words) for number, words in enumerate(texts, start=1))


CONCERNS = _codes("Sykefravær i mer enn 8 uker", "Rehabiliteringspenger", "Yrkesrettet attføring", "Uførepensjon")
CONTACTS = _codes("Behandlende lege", "Arbeidsgiver", "Arbeidskontor", "Basisgruppe", "Annen instans")
MEASURES = _codes(
    "Kjøp av helsetjenester",
    "Reisetilskudd i stedet for sykepenger",
    "Aktiv sykmelding",
    "Hjelpemidler på arbeidsplassen",
    "Yrkesrettet attføring",
    "Friskmelding til arbeidsformidling",
    "Andre tiltak",
)
SITUATIONS = _codes("Inntektsgivende arbeid", "Hjemmearbeidende", "Student", "Annet")
WHEN = _codes("Nå", "Etter behandling")
YES_NO_UNSURE = _codes("Ja", "Nei", "Vet ikke")

OTHER_CONTACT, OTHER_MEASURE, OTHER_SITUATION = "5", "7", "4"
"""The codes that want to be told in words beside."""

CODE_SYSTEMS = {"3": "ICD-10", "5": "ICPC-2"}
"""Code lists by number, the two that are written; 1 says ICPC without saying which."""


@dataclass(frozen=True, slots=True)
class Referred:
    """Investigation or treatment that the patient is referred to.

    Attributes:
        specification: what, and where.
        date: of the referral.
        wait: expected, in weeks, as written.
    """

    specification: str
    date: date | None
    wait: str


@dataclass(frozen=True, slots=True)
class Employment:
    """The patient's work; the address is the employer's."""

    occupation: str
    occupation_code: str
    primary: bool | None
    employer: str
    employer_number: str
    street: str
    postal_code: str
    city: str
    phone: str


@dataclass(frozen=True, slots=True)
class MedicalCertificate:
    """A certificate; what is absent is empty or None, and codes stand as they came.

    Attributes:
        concerns: what it is for (`CONCERNS`).
        several_employments: `YES_NO_UNSURE`.
        diagnoses: (code, text) by rank, the main one first.
        measures: (type, in words) of each that is proposed.
        situations: (code, in words).
        contacts: (whom, in words) NAV is asked to speak with.
    """

    concerns: tuple[str, ...]
    several_employments: str
    nav_office: str
    employment: Employment | None
    investigation: Referred | None
    treatment: Referred | None
    new_information: str
    no_further_treatment: str
    new_assessment: str
    treatment_plan: str
    investigation_plan: str
    incapable_from: date | None
    code_system: str
    diagnoses: tuple[tuple[str, str], ...]
    assess_injury: bool | None
    injury_date: date | None
    status: str
    symptoms: str
    measures_proposed: bool | None
    measures: tuple[tuple[str, str], ...]
    measures_information: str
    measures_limits: str
    no_measures_reason: str
    situations: tuple[tuple[str, str], ...]
    own_work: bool | None
    own_work_when: str
    other_work: bool | None
    other_work_when: str
    cannot_do: str
    considerations: str
    function: str
    demands: str
    better: bool | None
    duration_illness: str
    duration_function: str
    duration_work: str
    causality: str
    withhold: bool | None
    withhold_what: str
    other_information: str
    wants_copy: bool | None
    contacts: tuple[tuple[str, str], ...]


def parse(document: Document) -> MedicalCertificate:
    """Read a certificate, leniently; the order of its parts does not matter here."""
    body = document.body
    person, plan = find(body, "Pasientopplysninger"), find(body, "PlanUtredBehandle")
    illness, proposal = find(body, "DiagnoseArbeidsuforhet"), find(body, "ForslagTiltak")
    work, outlook = find(body, "VurderingFunksjonsevne"), find(body, "Prognose")
    ability, injury = find(work, "VurderingArbeidsevne"), find(illness, "VurderingYrkesskade")
    reservation, other = find(body, "ForbeholdLegeerklaring"), find(body, "AndreOpplysninger")
    return MedicalCertificate(
        concerns=tuple(_said(one, "typeLegeerklaring") for one in find_all(body, "LegeerklaringGjelder")),
        several_employments=_said(person, "flereArbeidsforhold"),
        nav_office=_said(find(person, "Pasient"), "trygdekontor"),
        employment=_employment(find(person, "Pasient/Arbeidsforhold")),
        investigation=_referred(find(plan, "HenvistUtredning")),
        treatment=_referred(find(plan, "HenvistBehandling")),
        new_information=text(plan, "NyeLegeopplysninger"),
        no_further_treatment=text(plan, "IkkeVidereBehandling"),
        new_assessment=text(plan, "NyVurdering"),
        treatment_plan=text(plan, "BehandlingsPlan"),
        investigation_plan=text(plan, "UtredningsPlan"),
        incapable_from=day(_said(illness, "arbeidsuforFra")),
        code_system=_said(find(illness, "DiagnoseKodesystem"), "kodesystem"),
        diagnoses=_diagnoses(find_all(illness, "DiagnoseKodesystem/Enkeltdiagnose")),
        assess_injury=_flag(injury, "borVurderes"),
        injury_date=day(_said(injury, "skadeDato")),
        status=text(illness, "StatusPresens"),
        symptoms=text(illness, "SymptomerBehandling"),
        measures_proposed=_flag(proposal, "tiltak"),
        measures=tuple(
            (_said(one, "typeTiltak"), text(one, "HvilkeAndreTiltak"))
            for one in find_all(proposal, "AktueltTiltak")
        ),
        measures_information=text(proposal, "Opplysninger"),
        measures_limits=text(proposal, "BegrensningerTiltak"),
        no_measures_reason=text(proposal, "BegrunnelseIkkeTiltak"),
        situations=tuple(
            (_said(one, "arbeidssituasjon"), _said(one, "annenArbeidssituasjon"))
            for one in find_all(work, "Arbeidssituasjon")
        ),
        own_work=_flag(ability, "gjenopptaArbeid"),
        own_work_when=_said(ability, "narGjenopptaArbeid"),
        other_work=_flag(ability, "taAnnetArbeid"),
        other_work_when=_said(ability, "narTaAnnetArbeid"),
        cannot_do=text(ability, "IkkeGjore"),
        considerations=text(ability, "HensynAnnetYrke"),
        function=text(work, "Funksjonsevne"),
        demands=text(work, "KravArbeid"),
        better=_flag(outlook, "bedreArbeidsevne"),
        duration_illness=text(outlook, "AntattVarighet"),
        duration_function=text(outlook, "VarighetFunksjonsnedsettelse"),
        duration_work=text(outlook, "VarighetNedsattArbeidsevne"),
        causality=text(body, "ArsakssammenhengLegeerklaring"),
        withhold=_flag(reservation, "tilbakeholdInnhold"),
        withhold_what=text(reservation, "BorTilbakeholdes"),
        other_information=text(other, "Opplysning"),
        wants_copy=_flag(other, "onskesKopi"),
        contacts=tuple((_said(one, "kontakt"), _said(one, "annenInstans")) for one in find_all(body, "Kontakt")),
    )


def _said(element: MaybeElement, attribute: str) -> str:
    return "" if element is None else element.get(attribute, "").strip()


def _flag(element: MaybeElement, attribute: str) -> bool | None:
    return {"1": True, "2": False}.get(_said(element, attribute))


def _referred(element: MaybeElement) -> Referred | None:
    if element is None:
        return None
    return Referred(
        text(element, "Spesifikasjon"), day(_said(element, "henvistDato")), _said(element, "antattVentetid")
    )


def _employment(element: MaybeElement) -> Employment | None:
    if element is None:
        return None
    employer = find(element, "Virksomhet")
    address = find(employer, "VirksomhetsAdr/PostalAddress")
    return Employment(
        occupation=text(element, "Yrkesbetegnelse"),
        occupation_code=_said(element, "yrkeskode"),
        primary=_flag(element, "primartArbeidsforhold"),
        employer=_said(employer, "virksomhetsBetegnelse"),
        employer_number=_said(employer, "organisasjonsnummer"),
        street=text(address, "StreetAddress"),
        postal_code=text(address, "PostalCode"),
        city=text(address, "City"),
        phone=text(employer, "VirksomhetsAdr/Teleinformasjon"),
    )


def _diagnoses(elements: list[Element]) -> tuple[tuple[str, str], ...]:
    """Return the diagnoses by rank; one whose rank is no number keeps its place after those."""
    ranked = sorted(elements, key=_rank)
    return tuple((_said(one, "kodeverdi"), _said(one, "diagnose")) for one in ranked)


def _rank(element: Element) -> int:
    written = _said(element, "sortering")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 10**9
