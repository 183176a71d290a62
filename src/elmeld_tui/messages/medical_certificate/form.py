"""What the composer of a medical certificate asks for, and what NAV would refuse (HIS 80805; navikt pale-2)."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import medical_certificate as codes
from elmeld_tui.messages.answers import given, given_all, members
from elmeld_tui.model.codes import NO_CODE
from elmeld_tui.model.forms import NO, YES, Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.identifiers import is_organisation_number
from elmeld_tui.model.kinds import CERTIFICATE_2008, Kind

LONGEST = 15_000
"""NAV refuses a longer text."""

DIAGNOSES = ("ICPC-2", "ICD-10")

EMPLOYER_ADDRESS = ("employer_street", "employer_postal_code", "employer_city")


def form() -> FormDescription:
    """What the composer of a medical certificate asks for."""
    return FormDescription(
        name="medical-certificate",
        kind=Kind.MEDICAL_CERTIFICATE,
        namespace=CERTIFICATE_2008,
        type_code="LEGEERKL",
        title=t("Legeerklæring"),
        fields=(
            FormField(
                "concerns",
                t("Legeerklæringen gjelder"),
                FieldType.CHOICE,
                required=True,
                repeats=True,
                choices=codes.CONCERNS,
            ),
            *_person_fields(),
            *_plan_fields(),
            *_diagnosis_fields(),
            *_measure_fields(),
            *_work_fields(),
            *_prognosis_fields(),
            *_closing_fields(),
        ),
        saves_itself=True,
        family="medical-certificate",
        profile="2008-06-06",
        attachments=True,
        signed=True,
        to_nav=True,
        notes=(t("Legeerklæringen går til NAV og signeres personlig."),),
    )


def _line(name: str, label: str, *, required: bool = False) -> FormField:
    return FormField(name, label, FieldType.LINE, required=required, longest=LONGEST)


def _text(name: str, label: str, *, required: bool = False, help: str = "") -> FormField:  # noqa: A002 - the field's
    return FormField(name, label, FieldType.TEXT, required=required, help=help, longest=LONGEST)


def _person_fields() -> tuple[FormField, ...]:
    unsure_first = tuple(reversed(codes.YES_NO_UNSURE))
    return (
        FormField(
            "several_employments",
            t("Flere arbeidsforhold"),
            FieldType.CHOICE,
            required=True,
            choices=unsure_first,
        ),
        _line("nav_office", t("NAV-kontor"), required=True),
        _line("occupation", t("Yrke")),
        _line("occupation_code", t("Yrkeskode")),
        FormField("primary", t("Primært arbeidsforhold"), FieldType.FLAG),
        _line("employer_name", t("Arbeidsgiverens navn")),
        _line("employer_number", t("Arbeidsgiverens organisasjonsnummer")),
        _line("employer_street", t("Arbeidsgiverens gateadresse")),
        _line("employer_postal_code", t("Arbeidsgiverens postnummer")),
        _line("employer_city", t("Arbeidsgiverens poststed")),
        _line("employer_phone", t("Arbeidsgiverens telefon")),
    )


def _plan_fields() -> tuple[FormField, ...]:
    referred = (
        _text("specification", t("Hva og hvor"), required=True),
        FormField("date", t("Henvist dato"), FieldType.DATE, required=True),
        FormField("wait", t("Antatt ventetid i uker"), FieldType.NUMBER, required=True),
    )
    return (
        FormField("investigation", t("Henvist til utredning"), FieldType.GROUP, fields=referred),
        FormField("treatment", t("Henvist til behandling"), FieldType.GROUP, fields=referred),
        _text("new_information", t("Nye legeopplysninger ventes")),
        _text("no_further_treatment", t("Ikke videre behandling, fordi")),
        _text("new_assessment", t("Behov for ny vurdering")),
        _text("treatment_plan", t("Behandlingsplan")),
        _text("investigation_plan", t("Utredningsplan")),
    )


def _diagnosis_fields() -> tuple[FormField, ...]:
    return (
        FormField("incapable_from", t("Arbeidsufør fra"), FieldType.DATE),
        FormField("diagnosis", t("Hoveddiagnose"), FieldType.CODE, required=True, codelists=DIAGNOSES),
        FormField("other_diagnoses", t("Bidiagnoser"), FieldType.CODE, repeats=True, codelists=DIAGNOSES),
        FormField("assess_injury", t("Yrkesskade eller yrkessykdom bør vurderes"), FieldType.FLAG, required=True),
        FormField("injury_date", t("Skadedato"), FieldType.DATE),
        _text("status", t("Status presens"), required=True),
        _text("symptoms", t("Sykehistorie, symptomer og behandling"), required=True),
    )


def _measure_fields() -> tuple[FormField, ...]:
    return (
        FormField("measures_proposed", t("Tiltak er aktuelle"), FieldType.FLAG),
        FormField(
            "measures",
            t("Aktuelle tiltak"),
            FieldType.GROUP,
            member=t("Tiltak"),
            repeats=True,
            fields=(
                FormField("type", t("Tiltak"), FieldType.CHOICE, required=True, choices=codes.MEASURES),
                _text("description", t("Beskriv tiltaket")),
            ),
        ),
        _text("measures_information", t("Opplysninger om tiltakene"), required=True),
        _text("measures_limits", t("Begrensninger ved tiltak")),
        _text("no_measures_reason", t("Hvorfor tiltak ikke er aktuelle")),
    )


def _work_fields() -> tuple[FormField, ...]:
    when = (NO_CODE, *codes.WHEN)
    return (
        FormField(
            "situations",
            t("Arbeidssituasjon"),
            FieldType.CHOICE,
            required=True,
            repeats=True,
            choices=codes.SITUATIONS,
        ),
        _line("other_situation", t("Annen arbeidssituasjon")),
        FormField("own_work", t("Kan gjenoppta arbeidet"), FieldType.FLAG),
        FormField("own_work_when", t("Når arbeidet kan gjenopptas"), FieldType.CHOICE, choices=when),
        FormField("other_work", t("Kan ta annet arbeid"), FieldType.FLAG),
        FormField("other_work_when", t("Når annet arbeid kan tas"), FieldType.CHOICE, choices=when),
        _text("cannot_do", t("Hva pasienten ikke bør gjøre i arbeidet")),
        _text("considerations", t("Hensyn ved valg av annet yrke")),
        _text("function", t("Funksjonsevne")),
        _text("demands", t("Krav i arbeidet")),
    )


def _prognosis_fields() -> tuple[FormField, ...]:
    return (
        FormField("better", t("Arbeidsevnen antas å bli bedre"), FieldType.FLAG, required=True),
        _text("duration_illness", t("Antatt varighet av sykdommen")),
        _text("duration_function", t("Antatt varighet av funksjonsnedsettelsen")),
        _text("duration_work", t("Antatt varighet av nedsatt arbeidsevne")),
        _text("causality", t("Årsakssammenheng")),
    )


def _closing_fields() -> tuple[FormField, ...]:
    return (
        FormField("withhold", t("Noe bør holdes tilbake for pasienten"), FieldType.FLAG, required=True),
        _text("withhold_what", t("Hva bør holdes tilbake")),
        _text("other_information", t("Andre opplysninger")),
        FormField("wants_copy", t("Pasienten ønsker kopi"), FieldType.FLAG),
        FormField("contacts", t("NAV bør ta kontakt med"), FieldType.CHOICE, repeats=True, choices=codes.CONTACTS),
        _line("other_contact", t("Annen instans")),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what a certificate's answers demand of each other, by field name."""
    return {
        **_choices_problems(answers),
        **_employment_problems(answers),
        **_diagnosis_problems(answers),
        **_measure_problems(answers),
        **_closing_problems(answers),
    }


def _choices_problems(answers: Answers) -> dict[str, str]:
    found = {}
    for field in ("concerns", "situations", "contacts"):
        chosen = given_all(answers, field)
        if not chosen and field != "contacts":
            found[field] = t("Må fylles ut.")
        elif len(chosen) > len(set(chosen)):
            found[field] = t("Det samme er valgt to ganger.")
    said = (
        ("situations", codes.OTHER_SITUATION, "other_situation"),
        ("contacts", codes.OTHER_CONTACT, "other_contact"),
    )
    for field, other, words in said:
        if (other in given_all(answers, field)) != bool(given(answers, words)):
            found[words] = t("Fylles ut når «annet» er valgt, og bare da.")
    return found


def _employment_problems(answers: Answers) -> dict[str, str]:
    found = {}
    number, address = given(answers, "employer_number"), [given(answers, name) for name in EMPLOYER_ADDRESS]
    about_employer = bool(number or any(address) or given(answers, "employer_phone"))
    about_work = about_employer or any(
        given(answers, name) for name in ("employer_name", "occupation_code", "primary")
    )
    if about_work and not given(answers, "occupation"):
        found["occupation"] = t("Skriv yrket når arbeidsforholdet beskrives.")
    if about_employer and not given(answers, "employer_name"):
        found["employer_name"] = t("Skriv arbeidsgiverens navn.")
    if number and not is_organisation_number(number):
        found["employer_number"] = t("Organisasjonsnummeret er ikke gyldig.")
    if any(address) and not all(address):
        found["employer_street"] = t("Skriv hele adressen: gate, postnummer og poststed.")
    return found


def _diagnosis_problems(answers: Answers) -> dict[str, str]:
    found = {}
    lists = {
        one.partition(":")[0] for name in ("diagnosis", "other_diagnoses") for one in given_all(answers, name)
    }
    if len(lists) > 1:
        found["other_diagnoses"] = t("Alle diagnosene må være fra samme kodeverk.")
    if given(answers, "injury_date") and given(answers, "assess_injury") != YES:
        found["injury_date"] = t("Skadedato gjelder bare når det kan være en yrkesskade.")
    for field in ("investigation", "treatment"):
        for one in members(answers, field):
            if not given(one, "wait").isdecimal():
                found[f"{field}.0.wait"] = t("Skriv hele uker.")
    return found


def _measure_problems(answers: Answers) -> dict[str, str]:
    found = {}
    measures = members(answers, "measures")
    for number, one in enumerate(measures):
        if given(one, "type") == codes.OTHER_MEASURE and not given(one, "description"):
            found[f"measures.{number}.description"] = t("Beskriv hvilke andre tiltak.")
    if measures and given(answers, "measures_proposed") == NO:
        found["measures_proposed"] = t("Det er ført opp tiltak; de kan ikke samtidig være uaktuelle.")
    if bool(given(answers, "measures_limits")) == bool(given(answers, "no_measures_reason")):
        found["measures_limits"] = t(
            "Skriv enten begrensningene ved tiltak, eller hvorfor tiltak ikke er aktuelle."
        )
    return found


def _closing_problems(answers: Answers) -> dict[str, str]:
    found = {}
    if (given(answers, "withhold") == YES) != bool(given(answers, "withhold_what")):
        found["withhold_what"] = t("Skriv hva som bør holdes tilbake når noe bør det, og bare da.")
    if given(answers, "wants_copy") and not given(answers, "other_information"):
        found["other_information"] = t("Skriv andre opplysninger når det svares på om pasienten ønsker kopi.")
    return found
