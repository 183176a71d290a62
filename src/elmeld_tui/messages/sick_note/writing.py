"""The sick note to NAV, written from answers and read back to them (HelseOpplysningerArbeidsuforhet 2013-10-01).

The writer signs the message personally, so the sender's person must have a national identity number and a HPR number.
"""

from __future__ import annotations

import uuid

from elmeld_tui import __version__
from elmeld_tui.messages import building, codelists, msghead, sick_note
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, day_answer, given, given_all, members, moment, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element
from elmeld_tui.messages.sick_note import ELEMENTS, Ability, Outlook, Period, Question, SickNote
from elmeld_tui.messages.sick_note import questions as sick_note_questions
from elmeld_tui.messages.sick_note.form import DIAGNOSES, ability_of, check, form
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Address, Telecom
from elmeld_tui.model.forms import NO, YES, Answers
from elmeld_tui.model.kinds import SICK_NOTE_2013
from elmeld_tui.model.parties import Ident, Patient, Professional

_BARCODE_DIGITS = 35

_FLAGS = {None: "", True: YES, False: NO}

_WORKPLACE = Address(type=CodedValue("WP"))
"""Says at least what kind of address it would be, where none is known: the element must be there."""


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a sick note; it may leave only when its writer has signed it."""
    head, content = msghead.write_envelope(addressing, "SYKMELD")
    body = building.section(content, "HelseOpplysningerArbeidsuforhet", SICK_NOTE_2013)
    building.text(body, "RegelSettVersjon", sick_note_questions.RULE_SET)
    building.text(body, "SyketilfelleStartDato", given(answers, "case_start"))
    _write_patient(building.section(body, "Pasient"), answers, addressing.patient)
    employer = building.section(body, "Arbeidsgiver")
    building.cs(employer, "HarArbeidsgiver", chosen(form(), answers, "employer"), "8130")
    building.text(employer, "NavnArbeidsgiver", given(answers, "employer_name"))
    building.text(employer, "Yrkesbetegnelse", given(answers, "occupation"))
    building.text(employer, "Stillingsprosent", given(answers, "position_percent"))
    _write_assessment(building.section(body, "MedisinskVurdering"), answers)
    activity = building.section(body, "Aktivitet")
    for period in members(answers, "periods"):
        _write_period(building.section(activity, "Periode"), period)
    _write_prognosis(building.section(body, "Prognose"), answers)
    _write_questions(building.section(body, "UtdypendeOpplysninger"), answers)
    _write_measures(body, answers)
    contact = building.section(body, "KontaktMedPasient")
    building.text(contact, "BehandletDato", moment(answers, "treated"))
    building.text(contact, "KontaktDato", given(answers, "contact"))
    building.text(contact, "BegrunnIkkeKontakt", given(answers, "no_contact_reason"))
    _write_practitioner(building.section(body, "Behandler"), addressing)
    system = building.section(body, "AvsenderSystem")
    building.text(system, "SystemNavn", "elmeld")
    building.text(system, "SystemVersjon", __version__)
    building.text(body, "Strekkode", _barcode(addressing))
    return building.serialise(head)


def _barcode(addressing: Addressing) -> str:
    """Digits that are this note's alone: NAV demands a bar code, and gives its content no meaning."""
    number = uuid.uuid5(uuid.NAMESPACE_URL, addressing.document_uuid).int
    return f"{number % 10**_BARCODE_DIGITS:0{_BARCODE_DIGITS}d}"


def _write_patient(element: Element, answers: Answers, patient: Patient) -> None:
    _write_name(element, patient)
    if patient.national_id:
        _write_ident(element, "Fodselsnummer", patient.national_id)
    _write_telecoms(element, patient.telecoms)
    building.text(element, "NavnFastlege", given(answers, "patient_doctor"))
    building.text(element, "NAVKontor", given(answers, "nav_office"))


def _write_name(element: Element, person: Patient | Professional) -> None:
    name = building.section(element, "Navn")
    building.text(name, "Etternavn", person.family_name)
    building.text(name, "Mellomnavn", person.middle_name)
    building.text(name, "Fornavn", person.given_name)


def _write_ident(element: Element, name: str, ident: Ident) -> None:
    one = building.section(element, name)
    building.text(one, "Id", ident.id, msghead.COMPONENT)
    building.cv(one, "TypeId", ident.type, "8116", msghead.COMPONENT)


def _write_telecoms(element: Element, telecoms: tuple[Telecom, ...]) -> None:
    for telecom in telecoms:
        one = building.section(element, "KontaktInfo")
        building.cs(one, "TypeTelecom", telecom.type, "9061", msghead.COMPONENT)
        building.value(one, "TeleAddress", telecom.address, msghead.COMPONENT)


def _write_assessment(element: Element, answers: Answers) -> None:
    if main := given(answers, "diagnosis"):
        building.cv(building.section(element, "HovedDiagnose"), "Diagnosekode", codelists.answer(main))
    others = building.section(element, "BiDiagnoser")
    for other in given_all(answers, "other_diagnoses"):
        building.cv(others, "Diagnosekode", codelists.answer(other))
    _write_cause(element, "AnnenFraversArsak", answers, "absence", "8131")
    _write_flag(element, "Svangerskap", answers, "pregnancy")
    _write_flag(element, "Yrkesskade", answers, "injury")
    building.text(element, "YrkesskadeDato", given(answers, "injury_date"))
    _write_flag(element, "SkjermesForPasient", answers, "shield_patient")


def _write_flag(element: Element, name: str, answers: Answers, field: str) -> None:
    building.text(element, name, {YES: "true", NO: "false"}.get(given(answers, field), ""))


def _write_cause(element: Element, name: str, answers: Answers, field: str, codelist: str) -> None:
    cause = building.section(element, name)
    for reason in given_all(answers, f"{field}_reasons"):
        building.cs(cause, "Arsakskode", reason, codelist)
    building.text(cause, "Beskriv", given(answers, f"{field}_text"))


def _write_period(element: Element, period: Answers) -> None:
    building.text(element, "PeriodeFOMDato", given(period, "from_date"))
    building.text(element, "PeriodeTOMDato", given(period, "to_date"))
    ability = ability_of(period)
    said = building.section(element, ELEMENTS[ability])
    match ability:
        case Ability.NONE:
            _write_cause(said, "MedisinskeArsaker", period, "medical", "8133")
            _write_cause(said, "Arbeidsplassen", period, "workplace", "8132")
        case Ability.GRADED:
            building.text(said, "Sykmeldingsgrad", given(period, "grade"))
            _write_flag(said, "Reisetilskudd", period, "travel")
        case Ability.WAITING:
            building.text(said, "InnspillTilArbeidsgiver", given(period, "suggestion"))
        case Ability.TREATMENT_DAYS:
            building.text(said, "AntallBehandlingsdagerUke", given(period, "treatment_days"))
        case Ability.TRAVEL:
            said.text = "true"


def _write_prognosis(element: Element, answers: Answers) -> None:
    _write_flag(element, "ArbeidsforEtterEndtPeriode", answers, "fit_after")
    building.text(element, "BeskrivHensynArbeidsplassen", given(answers, "considerations"))
    for one in members(answers, "in_work"):
        outlook = building.section(element, "ErIArbeid")
        _write_flag(outlook, "EgetArbeidPaSikt", one, "own_work")
        building.text(outlook, "ArbeidFraDato", given(one, "from_date"))
        _write_flag(outlook, "AnnetArbeidPaSikt", one, "other_work")
        building.text(outlook, "VurderingDato", given(one, "assessed"))
    for one in members(answers, "not_in_work"):
        outlook = building.section(element, "ErIkkeIArbeid")
        _write_flag(outlook, "ArbeidsforPaSikt", one, "own_work")
        building.text(outlook, "ArbeidsforFraDato", given(one, "from_date"))
        building.text(outlook, "VurderingDato", given(one, "assessed"))


def _write_questions(element: Element, answers: Answers) -> None:
    """Write each answer with its question; a group ends where the next question is another group's."""
    written: Element | None = None
    current = ""
    for one in members(answers, "questions"):
        question = given(one, "question") or sick_note_questions.CHOICES[0].value
        group = sick_note_questions.group_of(question)
        if written is None or group.id != current:
            written, current = building.section(element, "SpmGruppe"), group.id
            building.text(written, "SpmGruppeId", group.id)
            building.text(written, "SpmGruppeTekst", group.text)
        answer = building.section(written, "SpmSvar")
        building.text(answer, "SpmId", question)
        building.text(answer, "SpmTekst", group.questions[question])
        restrictions = building.section(answer, "Restriksjon")
        for restriction in given_all(one, "restrictions"):
            building.cs(restrictions, "Restriksjonskode", restriction, "8134")
        building.text(answer, "SvarTekst", given(one, "answer"))


def _write_measures(body: Element, answers: Answers) -> None:
    measures = building.section(body, "Tiltak")
    building.text(measures, "TiltakArbeidsplassen", given(answers, "measures_workplace"))
    building.text(measures, "TiltakNAV", given(answers, "measures_nav"))
    building.text(measures, "AndreTiltak", given(answers, "measures_other"))
    plan = building.section(body, "Oppfolgingsplan")
    _write_flag(plan, "MottattOppfolgingsplan", answers, "plan_received")
    _write_flag(plan, "InnkaltDialogmote1", answers, "meeting_called")
    _write_flag(plan, "DeltattDialogmote1", answers, "meeting_attended")
    building.text(plan, "ArsakIkkeDeltatt", given(answers, "meeting_absence"))
    message = building.section(body, "MeldingTilNav")
    _write_flag(message, "BistandNAVUmiddelbart", answers, "nav_at_once")
    building.text(message, "BeskrivBistandNAV", given(answers, "nav_message"))
    building.text(body, "MeldingTilArbeidsgiver", given(answers, "employer_message"))


def _write_practitioner(element: Element, addressing: Addressing) -> None:
    sender = addressing.sender
    person = sender.person
    if person is None:
        return
    _write_name(element, person)
    for ident in person.idents:
        _write_ident(element, "Id", ident)
    service = sender.department.address if sender.department else None
    address = person.address or service or sender.organisation.address or _WORKPLACE
    place = building.section(element, "Adresse")
    building.cs(place, "Type", address.type or _WORKPLACE.type, "3401", msghead.COMPONENT)
    building.text(place, "StreetAdr", address.street, msghead.COMPONENT)
    building.text(place, "PostalCode", address.postal_code, msghead.COMPONENT)
    building.text(place, "City", address.city, msghead.COMPONENT)
    building.text(place, "Postbox", address.postbox, msghead.COMPONENT)
    _write_telecoms(element, addressing.callback)


def answers_of(document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    note = sick_note.parse(document)
    answers: Answers = {
        "case_start": day_answer(note.case_start),
        "employer": note.employer.value,
        "employer_name": note.employer_name,
        "occupation": note.occupation,
        "position_percent": note.position_percent,
        "diagnosis": _diagnosis(note.diagnosis),
        "other_diagnoses": [_diagnosis(one) for one in note.other_diagnoses],
        "absence_reasons": [one.value for one in note.absence.codes],
        "absence_text": note.absence.description,
        "pregnancy": _FLAGS[note.pregnancy],
        "injury": _FLAGS[note.injury],
        "injury_date": day_answer(note.injury_date),
        "shield_patient": _FLAGS[note.shield_patient],
        "periods": [_period(period) for period in note.periods],
        "fit_after": _FLAGS[note.fit_after],
        "considerations": note.considerations,
        "questions": [_question(one) for one in note.questions],
        "treated": clock.business_text(note.treated)[:16] if note.treated else "",
        "contact": day_answer(note.contact),
        "no_contact_reason": note.no_contact_reason,
        "patient_doctor": note.patient_doctor,
        "nav_office": note.nav_office,
    }
    return normal(form(), answers | _outlook(note.outlook) | _measures(note))


def _diagnosis(code: CodedValue) -> str:
    for name in DIAGNOSES:
        if code.value and code.system == codelists.coded(name, code.value).system:
            return f"{name}:{code.value}"
    return ""


def _question(question: Question) -> Answers:
    return {
        "question": question.id,
        "answer": question.answer,
        "restrictions": [code.value for code in question.restrictions],
    }


def _period(period: Period) -> Answers:
    return {
        "from_date": day_answer(period.from_date),
        "to_date": day_answer(period.to_date),
        "ability": period.ability or "",
        "grade": period.grade,
        "travel": _FLAGS[period.travel],
        "medical_reasons": [one.value for one in period.medical.codes],
        "medical_text": period.medical.description,
        "workplace_reasons": [one.value for one in period.workplace.codes],
        "workplace_text": period.workplace.description,
        "suggestion": period.suggestion,
        "treatment_days": period.treatment_days,
    }


def _outlook(outlook: Outlook | None) -> Answers:
    if outlook is None:
        return {}
    answers: Answers = {
        "own_work": _FLAGS[outlook.own_work],
        "from_date": day_answer(outlook.from_date),
        "assessed": day_answer(outlook.assessed),
    }
    if outlook.in_work:
        return {"in_work": [answers | {"other_work": _FLAGS[outlook.other_work]}]}
    return {"not_in_work": [answers]}


def _measures(note: SickNote) -> Answers:
    return {
        "measures_workplace": note.measures_workplace,
        "measures_nav": note.measures_nav,
        "measures_other": note.measures_other,
        "plan_received": _FLAGS[note.plan_received],
        "meeting_called": _FLAGS[note.meeting_called],
        "meeting_attended": _FLAGS[note.meeting_attended],
        "meeting_absence": note.meeting_absence,
        "nav_at_once": _FLAGS[note.nav_at_once],
        "nav_message": note.nav_message,
        "employer_message": note.employer_message,
    }


WRITERS = (Writer("sick-note", form, build, answers_of, check),)
