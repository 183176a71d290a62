"""What the composer of a sick note asks for, and what NAV would refuse (navikt syfosmmottak; folketrygdloven § 8-13)."""

from __future__ import annotations

from itertools import pairwise

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import given, given_all, members
from elmeld_tui.messages.sick_note import Ability
from elmeld_tui.messages.sick_note import questions as sick_note_questions
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import YES, Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import SICK_NOTE_2013, Kind

DIAGNOSES = ("ICPC-2", "ICD-10")

_LOWEST_GRADE, _HIGHEST_GRADE = 20, 99
_MOST_TREATMENT_DAYS = 5

_OWN_FIELDS = {
    Ability.NONE: ("medical_reasons", "medical_text", "workplace_reasons", "workplace_text"),
    Ability.GRADED: ("grade", "travel"),
    Ability.WAITING: ("suggestion",),
    Ability.TREATMENT_DAYS: ("treatment_days",),
    Ability.TRAVEL: (),
}
"""What each kind of period is asked beside its days."""


def ability_of(period: Answers) -> Ability:
    """Return what a period's answers say the patient can do."""
    return Ability(given(period, "ability") or Ability.NONE)


def form() -> FormDescription:
    """What the composer of a sick note asks for."""
    return FormDescription(
        name="sick-note",
        kind=Kind.SICK_NOTE,
        namespace=SICK_NOTE_2013,
        type_code="SYKMELD",
        title=t("Sykmelding"),
        fields=(
            FormField("case_start", t("Syketilfellet startet"), FieldType.DATE, required=True),
            *_employer_fields(),
            *_diagnosis_fields(),
            FormField(
                "periods",
                t("Perioder"),
                FieldType.GROUP,
                member=t("Periode"),
                required=True,
                repeats=True,
                fields=_period_fields(),
            ),
            *_prognosis_fields(),
            FormField(
                "questions",
                t("Utdypende opplysninger"),
                FieldType.GROUP,
                member=t("Svar"),
                repeats=True,
                fields=_question_fields(),
            ),
            *_measure_fields(),
            *_contact_fields(),
        ),
        saves_itself=True,
        family="sick-note",
        profile="2013-10-01",
        attachments=True,
        signed=True,
        to_nav=True,
        notes=(t("Sykmeldingen går til NAV og signeres personlig. Rettes den, sendes en ny sykmelding."),),
    )


def _employer_fields() -> tuple[FormField, ...]:
    return (
        FormField(
            "employer", t("Arbeidsgiver"), FieldType.CHOICE, required=True, choices=codelists.entries("8130")
        ),
        FormField("employer_name", t("Arbeidsgiverens navn"), FieldType.LINE),
        FormField("occupation", t("Yrke"), FieldType.LINE),
        FormField("position_percent", t("Stillingsprosent"), FieldType.NUMBER),
    )


def _diagnosis_fields() -> tuple[FormField, ...]:
    return (
        FormField("diagnosis", t("Hoveddiagnose"), FieldType.CODE, codelists=DIAGNOSES),
        FormField("other_diagnoses", t("Bidiagnoser"), FieldType.CODE, repeats=True, codelists=DIAGNOSES),
        FormField(
            "absence_reasons",
            t("Annen lovfestet fraværsgrunn"),
            FieldType.CHOICE,
            repeats=True,
            choices=codelists.entries("8131"),
        ),
        FormField("absence_text", t("Beskriv fraværsgrunnen"), FieldType.TEXT),
        FormField("pregnancy", t("Sykdommen er svangerskapsrelatert"), FieldType.FLAG),
        FormField("injury", t("Kan skyldes yrkesskade eller yrkessykdom"), FieldType.FLAG),
        FormField("injury_date", t("Skadedato"), FieldType.DATE),
        FormField("shield_patient", t("Skal skjermes for pasienten"), FieldType.FLAG),
    )


def _period_fields() -> tuple[FormField, ...]:
    return (
        FormField("from_date", t("Fra og med"), FieldType.DATE, required=True),
        FormField("to_date", t("Til og med"), FieldType.DATE, required=True),
        FormField("ability", t("Mulighet for aktivitet"), FieldType.CHOICE, required=True, choices=_abilities()),
        FormField("grade", t("Sykmeldingsgrad i prosent"), FieldType.NUMBER),
        FormField("travel", t("Reisetilskudd ved gradert sykmelding"), FieldType.FLAG),
        FormField(
            "medical_reasons",
            t("Medisinske årsaker"),
            FieldType.CHOICE,
            repeats=True,
            choices=codelists.entries("8133"),
        ),
        FormField("medical_text", t("Beskriv medisinske årsaker"), FieldType.TEXT),
        FormField(
            "workplace_reasons",
            t("Årsaker på arbeidsplassen"),
            FieldType.CHOICE,
            repeats=True,
            choices=codelists.entries("8132"),
        ),
        FormField("workplace_text", t("Beskriv årsaker på arbeidsplassen"), FieldType.TEXT),
        FormField("suggestion", t("Innspill til arbeidsgiver"), FieldType.TEXT),
        FormField("treatment_days", t("Behandlingsdager i uken"), FieldType.NUMBER),
    )


def _abilities() -> tuple[CodedValue, ...]:
    return (
        CodedValue(Ability.NONE, "", t("Aktivitet ikke mulig")),
        CodedValue(Ability.GRADED, "", t("Gradert sykmelding")),
        CodedValue(Ability.WAITING, "", t("Avventende sykmelding")),
        CodedValue(Ability.TREATMENT_DAYS, "", t("Behandlingsdager")),
        CodedValue(Ability.TRAVEL, "", t("Fullt arbeid med reisetilskudd")),
    )


def _prognosis_fields() -> tuple[FormField, ...]:
    return (
        FormField("fit_after", t("Arbeidsfør etter denne perioden"), FieldType.FLAG),
        FormField("considerations", t("Hensyn på arbeidsplassen"), FieldType.TEXT),
        FormField(
            "in_work",
            t("Prognose, pasienten har arbeidsgiver"),
            FieldType.GROUP,
            fields=(
                FormField("own_work", t("Kan komme tilbake i eget arbeid"), FieldType.FLAG),
                FormField("from_date", t("Fra dato"), FieldType.DATE),
                FormField("other_work", t("Kan komme i annet arbeid"), FieldType.FLAG),
                FormField("assessed", t("Tilbakemelding ventes"), FieldType.DATE),
            ),
        ),
        FormField(
            "not_in_work",
            t("Prognose, pasienten har ikke arbeidsgiver"),
            FieldType.GROUP,
            fields=(
                FormField("own_work", t("Kan bli arbeidsfør"), FieldType.FLAG),
                FormField("from_date", t("Fra dato"), FieldType.DATE),
                FormField("assessed", t("Tilbakemelding ventes"), FieldType.DATE),
            ),
        ),
    )


def _question_fields() -> tuple[FormField, ...]:
    return (
        FormField("question", t("Spørsmål"), FieldType.CHOICE, required=True, choices=sick_note_questions.CHOICES),
        FormField("answer", t("Svar"), FieldType.TEXT, required=True),
        FormField(
            "restrictions",
            t("Begrenset innsyn"),
            FieldType.CHOICE,
            repeats=True,
            choices=codelists.entries("8134"),
        ),
    )


def _measure_fields() -> tuple[FormField, ...]:
    return (
        FormField("measures_workplace", t("Tiltak på arbeidsplassen"), FieldType.TEXT),
        FormField("measures_nav", t("Tiltak i regi av NAV"), FieldType.TEXT),
        FormField("measures_other", t("Andre tiltak"), FieldType.TEXT),
        FormField("plan_received", t("Oppfølgingsplan mottatt"), FieldType.FLAG),
        FormField("meeting_called", t("Innkalt til dialogmøte 1"), FieldType.FLAG),
        FormField("meeting_attended", t("Deltok på dialogmøte 1"), FieldType.FLAG),
        FormField("meeting_absence", t("Hvorfor ikke deltatt"), FieldType.TEXT),
        FormField("nav_at_once", t("NAV bør ta fatt i saken nå"), FieldType.FLAG),
        FormField("nav_message", t("Melding til NAV"), FieldType.TEXT),
        FormField("employer_message", t("Melding til arbeidsgiver"), FieldType.TEXT),
    )


def _contact_fields() -> tuple[FormField, ...]:
    return (
        FormField("treated", t("Pasienten ble behandlet"), FieldType.TIME, required=True),
        FormField(
            "contact",
            t("Kontakt med pasienten"),
            FieldType.DATE,
            help=t("Når sykmeldingen gjelder fra før i dag."),
        ),
        FormField("no_contact_reason", t("Begrunnelse når det ikke var kontakt"), FieldType.TEXT),
        FormField("patient_doctor", t("Pasientens fastlege"), FieldType.LINE),
        FormField("nav_office", t("NAV-kontor"), FieldType.LINE),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what a sick note's answers demand of each other, by field name."""
    return {
        **_employer_problems(answers),
        **_diagnosis_problems(answers),
        **_period_problems(answers),
        **_other_problems(answers),
    }


def _employer_problems(answers: Answers) -> dict[str, str]:
    found = {}
    if given(answers, "employer") == "3" and given(answers, "employer_name"):
        found["employer_name"] = t(
            "Pasienten har ingen arbeidsgiver; stryk navnet, eller velg en annen arbeidsgiver."
        )
    if not _is_whole(given(answers, "position_percent"), 0, 100):
        found["position_percent"] = t("Skriv et helt tall fra {least} til {most}.", least=0, most=100)
    return found


def _diagnosis_problems(answers: Answers) -> dict[str, str]:
    found = {}
    reasons = given_all(answers, "absence_reasons")
    if not given(answers, "diagnosis"):
        if given_all(answers, "other_diagnoses"):
            found["diagnosis"] = t("Velg hoveddiagnosen før bidiagnosene.")
        elif not reasons:
            found["diagnosis"] = t("Velg en hoveddiagnose, eller en annen lovfestet fraværsgrunn.")
    if given(answers, "absence_text") and not reasons:
        found["absence_text"] = t("Velg fraværsgrunnen som beskrives.")
    if given(answers, "injury_date") and given(answers, "injury") != YES:
        found["injury_date"] = t("Skadedato gjelder bare når det kan være en yrkesskade.")
    return found


def _period_problems(answers: Answers) -> dict[str, str]:
    found: dict[str, str] = {}
    periods = _numbered(answers, "periods")
    for number, period in periods:
        if given(period, "from_date") > given(period, "to_date"):
            found[f"periods.{number}.to_date"] = t("Perioden slutter før den begynner.")
        for field, problem in _ability_problems(period).items():
            found[f"periods.{number}.{field}"] = problem
    for (_, earlier), (number, later) in pairwise(periods):
        if given(later, "from_date") <= given(earlier, "to_date"):
            found[f"periods.{number}.from_date"] = t("Periodene skal stå i rekkefølge og ikke overlappe.")
    if periods and given(answers, "case_start") > given(periods[0][1], "from_date"):
        found["case_start"] = t("Syketilfellet kan ikke ha startet etter den første perioden.")
    return found


def _ability_problems(period: Answers) -> dict[str, str]:
    ability = ability_of(period)
    found = {
        field: t("Gjelder ikke denne typen periode.")
        for other, fields in _OWN_FIELDS.items()
        for field in fields
        if other is not ability and given_all(period, field)
    }
    if ability is Ability.GRADED and not _is_whole(given(period, "grade") or "-", _LOWEST_GRADE, _HIGHEST_GRADE):
        found["grade"] = t("Skriv et helt tall fra {least} til {most}.", least=_LOWEST_GRADE, most=_HIGHEST_GRADE)
    if ability is Ability.WAITING and not given(period, "suggestion"):
        found["suggestion"] = t("Avventende sykmelding må ha et innspill til arbeidsgiveren.")
    if ability is Ability.TREATMENT_DAYS and not _is_whole(
        given(period, "treatment_days") or "-", 1, _MOST_TREATMENT_DAYS
    ):
        found["treatment_days"] = t(
            "Skriv et helt tall fra {least} til {most}.", least=1, most=_MOST_TREATMENT_DAYS
        )
    if ability is Ability.NONE:
        found |= _cause_problems(period)
    return found


def _cause_problems(period: Answers) -> dict[str, str]:
    found = {
        f"{cause}_text": t("Velg årsaken som beskrives.")
        for cause in ("medical", "workplace")
        if given(period, f"{cause}_text") and not given_all(period, f"{cause}_reasons")
    }
    if not found and not given_all(period, "medical_reasons") and not given_all(period, "workplace_reasons"):
        found["medical_reasons"] = t("Velg hvorfor aktivitet ikke er mulig.")
    return found


def _other_problems(answers: Answers) -> dict[str, str]:
    found = {}
    if members(answers, "in_work") and members(answers, "not_in_work"):
        found["not_in_work"] = t("Fyll ut én av prognosene: med eller uten arbeidsgiver.")
    if given(answers, "nav_message") and not given(answers, "nav_at_once"):
        found["nav_at_once"] = t("Svar på om NAV bør ta fatt i saken nå.")
    asked = set()
    for number, one in _numbered(answers, "questions"):
        question = given(one, "question") or sick_note_questions.CHOICES[0].value
        if question in asked:
            found[f"questions.{number}.question"] = t("Spørsmålet er allerede besvart.")
        asked.add(question)
    return found


def _numbered(answers: Answers, name: str) -> list[tuple[int, Answers]]:
    """Return the members of a group that say something, each with its number among all that were given."""
    everyone = answers.get(name, [])
    said = members(answers, name)
    return [(number, one) for number, one in enumerate(everyone) if isinstance(one, dict) and one in said]


def _is_whole(answer: str, least: int, most: int) -> bool:
    """Return whether an answer is a whole number between the two; one that is not given is no fault."""
    return not answer or (answer.isascii() and answer.isdecimal() and least <= int(answer) <= most)
