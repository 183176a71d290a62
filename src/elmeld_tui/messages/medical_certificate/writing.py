"""The medical certificate to NAV, written from answers and read back to them (legeerklæring 2008-06-06; HIS 80805).

The order of the parts is the schema's; NAV's own samples do not keep to it. ``Kontakt`` has attributes alone.
"""

from __future__ import annotations

from elmeld_tui.messages import building, codelists, msghead
from elmeld_tui.messages import medical_certificate as certificates
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import day_answer, given, given_all, members, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.medical_certificate import CODE_SYSTEMS, Employment, MedicalCertificate, Referred
from elmeld_tui.messages.medical_certificate.form import EMPLOYER_ADDRESS, check, form
from elmeld_tui.messages.reading import Element
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model.contact import Address
from elmeld_tui.model.forms import NO, YES, Answers
from elmeld_tui.model.kinds import CERTIFICATE_2008
from elmeld_tui.model.parties import Patient

_NUMBERS = {YES: "1", NO: "2"}
_FLAGS = {None: "", True: YES, False: NO}
_MEASURE_TEXTS = {one.value: one.text for one in certificates.MEASURES}


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a certificate; it may leave only when its writer has signed it."""
    head, content = msghead.write_envelope(addressing, "LEGEERKL")
    body = building.section(content, "Legeerklaring", CERTIFICATE_2008)
    for concern in given_all(answers, "concerns"):
        _set(building.section(body, "LegeerklaringGjelder"), typeLegeerklaring=concern)
    person = building.section(body, "Pasientopplysninger")
    unsure = certificates.YES_NO_UNSURE[-1].value
    _set(person, flereArbeidsforhold=given(answers, "several_employments") or unsure)
    _write_patient(building.section(person, "Pasient"), answers, addressing.patient)
    _write_plan(building.section(body, "PlanUtredBehandle"), answers)
    _write_illness(building.section(body, "DiagnoseArbeidsuforhet"), answers)
    _write_measures(building.section(body, "ForslagTiltak"), answers)
    _write_work(building.section(body, "VurderingFunksjonsevne"), answers)
    prognosis = building.section(body, "Prognose")
    _set(prognosis, bedreArbeidsevne=_number(answers, "better"))
    building.text(prognosis, "AntattVarighet", given(answers, "duration_illness"))
    building.text(prognosis, "VarighetFunksjonsnedsettelse", given(answers, "duration_function"))
    building.text(prognosis, "VarighetNedsattArbeidsevne", given(answers, "duration_work"))
    building.text(body, "ArsakssammenhengLegeerklaring", given(answers, "causality"))
    reservation = building.section(body, "ForbeholdLegeerklaring")
    _set(reservation, tilbakeholdInnhold=_number(answers, "withhold"))
    building.text(reservation, "BorTilbakeholdes", given(answers, "withhold_what"))
    other = building.section(body, "AndreOpplysninger")
    _set(other, onskesKopi=_number(answers, "wants_copy"))
    building.text(other, "Opplysning", given(answers, "other_information"))
    for contact in given_all(answers, "contacts"):
        words = given(answers, "other_contact") if contact == certificates.OTHER_CONTACT else ""
        _set(building.section(body, "Kontakt"), kontakt=contact, annenInstans=words)
    return building.serialise(head)


def _set(element: Element, **attributes: str) -> None:
    for name, content in attributes.items():
        if content:
            element.set(name, content)


def _number(answers: Answers, field: str) -> str:
    return _NUMBERS.get(given(answers, field), "")


def _write_patient(element: Element, answers: Answers, patient: Patient) -> None:
    number = patient.national_id.id if patient.national_id else ""
    _set(element, fodselsnummer=number, trygdekontor=given(answers, "nav_office"))
    name = building.section(element, "Navn")
    building.text(name, "Etternavn", patient.family_name)
    building.text(name, "Fornavn", patient.given_name)
    building.text(name, "Mellomnavn", patient.middle_name)
    employment = building.section(element, "Arbeidsforhold")
    _set(
        employment,
        yrkeskode=given(answers, "occupation_code"),
        primartArbeidsforhold=_number(answers, "primary"),
    )
    employer = building.section(employment, "Virksomhet")
    _set(
        employer,
        virksomhetsBetegnelse=given(answers, "employer_name"),
        organisasjonsnummer=given(answers, "employer_number"),
    )
    street, postal_code, city = (given(answers, name) for name in EMPLOYER_ADDRESS)
    _write_address(employer, "VirksomhetsAdr", Address(street=street, postal_code=postal_code, city=city), "RES")
    if phone := given(answers, "employer_phone"):
        address = employer[0] if len(employer) else building.section(employer, "VirksomhetsAdr")
        building.text(address, "Teleinformasjon", phone)
        address[-1].set("typeTelekom", "HP")
    building.text(employment, "Yrkesbetegnelse", given(answers, "occupation"))
    if patient.address:
        _write_address(element, "PersonAdr", patient.address, "H")


def _write_address(parent: Element, name: str, address: Address, kind: str) -> None:
    """Append an address; half of one cannot be said in this schema."""
    if not (address.street and address.postal_code and address.city):
        return
    element = building.section(parent, name)
    _set(element, adressetype=kind)
    place = building.section(element, "PostalAddress")
    building.text(place, "StreetAddress", address.street)
    building.text(place, "PostalCode", address.postal_code)
    building.text(place, "City", address.city)


def _write_plan(element: Element, answers: Answers) -> None:
    for field, name in (("investigation", "HenvistUtredning"), ("treatment", "HenvistBehandling")):
        for one in members(answers, field):
            referred = building.section(element, name)
            _set(referred, henvistDato=given(one, "date"), antattVentetid=given(one, "wait"))
            building.text(referred, "Spesifikasjon", given(one, "specification"))
    building.text(element, "NyeLegeopplysninger", given(answers, "new_information"))
    building.text(element, "IkkeVidereBehandling", given(answers, "no_further_treatment"))
    building.text(element, "NyVurdering", given(answers, "new_assessment"))
    building.text(element, "BehandlingsPlan", given(answers, "treatment_plan"))
    building.text(element, "UtredningsPlan", given(answers, "investigation_plan"))


def _write_illness(element: Element, answers: Answers) -> None:
    _set(element, arbeidsuforFra=given(answers, "incapable_from"))
    diagnoses = [given(answers, "diagnosis"), *given_all(answers, "other_diagnoses")]
    system = building.section(element, "DiagnoseKodesystem")
    codelist = diagnoses[0].partition(":")[0]
    _set(system, kodesystem=next(number for number, name in CODE_SYSTEMS.items() if name == codelist))
    for rank, written in enumerate(diagnoses):
        code = codelists.answer(written)
        one = building.section(system, "Enkeltdiagnose")
        _set(one, diagnose=code.text, kodeverdi=code.value, sortering=str(rank))
    injury = building.section(element, "VurderingYrkesskade")
    _set(injury, borVurderes=_number(answers, "assess_injury"), skadeDato=given(answers, "injury_date"))
    building.text(element, "StatusPresens", given(answers, "status"))
    building.text(element, "SymptomerBehandling", given(answers, "symptoms"))


def _write_measures(element: Element, answers: Answers) -> None:
    _set(element, tiltak=_number(answers, "measures_proposed"))
    for one in members(answers, "measures"):
        measure = building.section(element, "AktueltTiltak")
        kind = given(one, "type") or certificates.MEASURES[0].value
        _set(measure, typeTiltak=kind)
        # The schema wants words of every measure; of one that nothing more is said of, its name.
        building.text(measure, "HvilkeAndreTiltak", given(one, "description") or _MEASURE_TEXTS[kind])
    building.text(element, "Opplysninger", given(answers, "measures_information"))
    building.text(element, "BegrensningerTiltak", given(answers, "measures_limits"))
    building.text(element, "BegrunnelseIkkeTiltak", given(answers, "no_measures_reason"))


def _write_work(element: Element, answers: Answers) -> None:
    for situation in given_all(answers, "situations"):
        words = given(answers, "other_situation") if situation == certificates.OTHER_SITUATION else ""
        _set(
            building.section(element, "Arbeidssituasjon"), arbeidssituasjon=situation, annenArbeidssituasjon=words
        )
    ability = building.section(element, "VurderingArbeidsevne")
    _set(
        ability,
        gjenopptaArbeid=_number(answers, "own_work"),
        narGjenopptaArbeid=given(answers, "own_work_when"),
        taAnnetArbeid=_number(answers, "other_work"),
        narTaAnnetArbeid=given(answers, "other_work_when"),
    )
    building.text(ability, "IkkeGjore", given(answers, "cannot_do"))
    building.text(ability, "HensynAnnetYrke", given(answers, "considerations"))
    building.text(element, "Funksjonsevne", given(answers, "function"))
    building.text(element, "KravArbeid", given(answers, "demands"))


_SAME_NAME = (
    *("several_employments", "nav_office", "new_information", "no_further_treatment", "new_assessment"),
    *("treatment_plan", "investigation_plan", "status", "symptoms", "measures_information", "measures_limits"),
    *(
        "no_measures_reason",
        "own_work_when",
        "other_work_when",
        "cannot_do",
        "considerations",
        "function",
        "demands",
    ),
    *("duration_illness", "duration_function", "duration_work", "causality", "withhold_what", "other_information"),
)
_FLAG_NAMES = ("assess_injury", "measures_proposed", "own_work", "other_work", "better", "withhold", "wants_copy")
_DAY_NAMES = ("incapable_from", "injury_date")
"""Answers that stand in a `MedicalCertificate` under the field's own name."""


def answers_of(document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    said = certificates.parse(document)
    answers: Answers = {name: getattr(said, name) for name in _SAME_NAME}
    answers |= {name: _FLAGS[getattr(said, name)] for name in _FLAG_NAMES}
    answers |= {name: day_answer(getattr(said, name)) for name in _DAY_NAMES}
    main, *others = _diagnoses(said) or [""]
    answers |= {
        "concerns": list(said.concerns),
        "investigation": _referred(said.investigation),
        "treatment": _referred(said.treatment),
        "diagnosis": main,
        "other_diagnoses": others,
        "measures": [_measure(kind, words) for kind, words in said.measures],
        "situations": [code for code, _ in said.situations],
        "other_situation": next((words for _, words in said.situations if words), ""),
        "contacts": [code for code, _ in said.contacts],
        "other_contact": next((words for _, words in said.contacts if words), ""),
    }
    return normal(form(), answers | _employment(said.employment))


def _diagnoses(said: MedicalCertificate) -> list[str]:
    codelist = CODE_SYSTEMS.get(said.code_system, "")
    return [f"{codelist}:{code}" for code, _ in said.diagnoses] if codelist else []


def _referred(referred: Referred | None) -> list[Answers]:
    if referred is None:
        return []
    return [{"specification": referred.specification, "date": day_answer(referred.date), "wait": referred.wait}]


def _measure(kind: str, words: str) -> Answers:
    return {"type": kind, "description": "" if words == _MEASURE_TEXTS.get(kind) else words}


def _employment(employment: Employment | None) -> Answers:
    if employment is None:
        return {}
    return {
        "occupation": employment.occupation,
        "occupation_code": employment.occupation_code,
        "primary": _FLAGS[employment.primary],
        "employer_name": employment.employer,
        "employer_number": employment.employer_number,
        "employer_street": employment.street,
        "employer_postal_code": employment.postal_code,
        "employer_city": employment.city,
        "employer_phone": employment.phone,
    }


WRITERS = (Writer("medical-certificate", form, build, answers_of, check),)
