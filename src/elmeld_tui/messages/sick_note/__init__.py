"""The content of a sick note to NAV (sykmelding; HelseOpplysningerArbeidsuforhet 2013-10-01), read leniently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import (
    Element,
    MaybeElement,
    coded,
    day,
    find,
    find_all,
    local,
    moment,
    text,
)
from elmeld_tui.model.codes import CodedValue


class Ability(StrEnum):
    """What a patient can do in a period; one of the five that NAV knows."""

    NONE = "aktivitet_ikke_mulig"
    GRADED = "gradert"
    WAITING = "avventende"
    TREATMENT_DAYS = "behandlingsdager"
    TRAVEL = "reisetilskudd"


ELEMENTS = {
    Ability.NONE: "AktivitetIkkeMulig",
    Ability.GRADED: "GradertSykmelding",
    Ability.WAITING: "AvventendeSykmelding",
    Ability.TREATMENT_DAYS: "Behandlingsdager",
    Ability.TRAVEL: "Reisetilskudd",
}
"""The element that says each of them."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody is away: codes, and words beside them."""

    codes: tuple[CodedValue, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """One period; both days are in it.

    Attributes:
        from_date: None where it is absent or no date.
        to_date: None where it is absent or no date.
        ability: None where the note says none of the five.
        suggestion: to the employer, of a waiting note.
        grade: per cent, as written.
        travel: whether travel is paid beside a graded note; None where nothing is said.
        medical: why no activity is possible.
        workplace: what about the workplace makes it impossible.
        treatment_days: a week, as written.
    """

    from_date: date | None
    to_date: date | None
    ability: Ability | None
    suggestion: str = ""
    grade: str = ""
    travel: bool | None = None
    medical: Cause = Cause()
    workplace: Cause = Cause()
    treatment_days: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """When work can be expected: of one who has an employer (`in_work`), or of one who has none."""

    in_work: bool
    own_work: bool | None
    from_date: date | None
    other_work: bool | None
    assessed: date | None


@dataclass(frozen=True, slots=True)
class Question:
    """One of NAV's questions and its answer; the restrictions say who must not see it (8134)."""

    group: str
    id: str
    question: str
    answer: str
    restrictions: tuple[CodedValue, ...]


@dataclass(frozen=True, slots=True)
class SickNote:
    """A sick note; what is absent is empty or None.

    Attributes:
        rule_set: version of the questions it was written with.
        case_start: first day of the whole absence.
        employer: whether there is one (8130), then name, occupation and per cent of a full position.
        diagnosis: the main one.
        other_diagnoses: in document order.
        absence: another reason the law gives (8131).
        treated: when the patient was seen, aware.
        contact: day of contact where it is another one.
    """

    rule_set: str
    case_start: date | None
    employer: CodedValue
    employer_name: str
    occupation: str
    position_percent: str
    diagnosis: CodedValue
    other_diagnoses: tuple[CodedValue, ...]
    absence: Cause
    pregnancy: bool | None
    injury: bool | None
    injury_date: date | None
    shield_patient: bool | None
    periods: tuple[Period, ...]
    fit_after: bool | None
    considerations: str
    outlook: Outlook | None
    questions: tuple[Question, ...]
    measures_workplace: str
    measures_nav: str
    measures_other: str
    plan_received: bool | None
    meeting_called: bool | None
    meeting_attended: bool | None
    meeting_absence: str
    nav_at_once: bool | None
    nav_message: str
    employer_message: str
    treated: datetime | None
    contact: date | None
    no_contact_reason: str
    patient_doctor: str
    nav_office: str


def parse(document: Document) -> SickNote:
    """Read a sick note, leniently; what is missing or written otherwise than the schema says reads as absent."""
    body = document.body
    medical, prognosis = find(body, "MedisinskVurdering"), find(body, "Prognose")
    return SickNote(
        rule_set=text(body, "RegelSettVersjon"),
        case_start=day(text(body, "SyketilfelleStartDato")),
        employer=coded(body, "Arbeidsgiver/HarArbeidsgiver"),
        employer_name=text(body, "Arbeidsgiver/NavnArbeidsgiver"),
        occupation=text(body, "Arbeidsgiver/Yrkesbetegnelse"),
        position_percent=text(body, "Arbeidsgiver/Stillingsprosent"),
        diagnosis=coded(medical, "HovedDiagnose/Diagnosekode"),
        other_diagnoses=tuple(coded(one) for one in find_all(medical, "BiDiagnoser/Diagnosekode")),
        absence=_cause(find(medical, "AnnenFraversArsak")),
        pregnancy=_flag(medical, "Svangerskap"),
        injury=_flag(medical, "Yrkesskade"),
        injury_date=day(text(medical, "YrkesskadeDato")),
        shield_patient=_flag(medical, "SkjermesForPasient"),
        periods=tuple(_period(one) for one in find_all(body, "Aktivitet/Periode")),
        fit_after=_flag(prognosis, "ArbeidsforEtterEndtPeriode"),
        considerations=text(prognosis, "BeskrivHensynArbeidsplassen"),
        outlook=_outlook(prognosis),
        questions=tuple(
            _question(text(group, "SpmGruppeId"), one)
            for group in find_all(body, "UtdypendeOpplysninger/SpmGruppe")
            for one in find_all(group, "SpmSvar")
        ),
        measures_workplace=text(body, "Tiltak/TiltakArbeidsplassen"),
        measures_nav=text(body, "Tiltak/TiltakNAV"),
        measures_other=text(body, "Tiltak/AndreTiltak"),
        plan_received=_flag(body, "Oppfolgingsplan/MottattOppfolgingsplan"),
        meeting_called=_flag(body, "Oppfolgingsplan/InnkaltDialogmote1"),
        meeting_attended=_flag(body, "Oppfolgingsplan/DeltattDialogmote1"),
        meeting_absence=text(body, "Oppfolgingsplan/ArsakIkkeDeltatt"),
        nav_at_once=_flag(body, "MeldingTilNav/BistandNAVUmiddelbart"),
        nav_message=text(body, "MeldingTilNav/BeskrivBistandNAV"),
        employer_message=text(body, "MeldingTilArbeidsgiver"),
        treated=moment(text(body, "KontaktMedPasient/BehandletDato")),
        contact=day(text(body, "KontaktMedPasient/KontaktDato")),
        no_contact_reason=text(body, "KontaktMedPasient/BegrunnIkkeKontakt"),
        patient_doctor=text(body, "Pasient/NavnFastlege"),
        nav_office=text(body, "Pasient/NAVKontor"),
    )


def _flag(element: MaybeElement, path: str) -> bool | None:
    """Return an xs:boolean; None where it is absent or no boolean."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text(element, path))


def _cause(element: MaybeElement) -> Cause:
    return Cause(tuple(coded(one) for one in find_all(element, "Arsakskode")), text(element, "Beskriv"))


def _period(element: Element) -> Period:
    said = {local(child) for child in element}
    return Period(
        from_date=day(text(element, "PeriodeFOMDato")),
        to_date=day(text(element, "PeriodeTOMDato")),
        ability=next((ability for ability, name in ELEMENTS.items() if name in said), None),
        suggestion=text(element, "AvventendeSykmelding/InnspillTilArbeidsgiver"),
        grade=text(element, "GradertSykmelding/Sykmeldingsgrad"),
        travel=_flag(element, "GradertSykmelding/Reisetilskudd"),
        medical=_cause(find(element, "AktivitetIkkeMulig/MedisinskeArsaker")),
        workplace=_cause(find(element, "AktivitetIkkeMulig/Arbeidsplassen")),
        treatment_days=text(element, "Behandlingsdager/AntallBehandlingsdagerUke"),
    )


def _outlook(prognosis: MaybeElement) -> Outlook | None:
    in_work, without = find(prognosis, "ErIArbeid"), find(prognosis, "ErIkkeIArbeid")
    if in_work is not None:
        return Outlook(
            in_work=True,
            own_work=_flag(in_work, "EgetArbeidPaSikt"),
            from_date=day(text(in_work, "ArbeidFraDato")),
            other_work=_flag(in_work, "AnnetArbeidPaSikt"),
            assessed=day(text(in_work, "VurderingDato")),
        )
    if without is None:
        return None
    return Outlook(
        in_work=False,
        own_work=_flag(without, "ArbeidsforPaSikt"),
        from_date=day(text(without, "ArbeidsforFraDato")),
        other_work=None,
        assessed=day(text(without, "VurderingDato")),
    )


def _question(group: str, element: Element) -> Question:
    return Question(
        group=group,
        id=text(element, "SpmId"),
        question=text(element, "SpmTekst"),
        answer=text(element, "SvarTekst"),
        restrictions=tuple(coded(one) for one in find_all(element, "Restriksjon/Restriksjonskode")),
    )
