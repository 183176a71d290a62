"""What the composer of a discharge summary asks (HIS 80226:2014 §4.1 Table 1; acceptance criteria S29-S32)."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import given, given_all, members, numbered
from elmeld_tui.messages.parts import information, medication, people, sections
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import DISCHARGE_1_2, Kind

DIAGNOSES = ("ICD-10", "ICPC-2")

MEDICINE_USE = "7307"

# Where each running text goes (8311).
COMMENTS = {
    "reason": "AI",
    "social": "FA",
    "earlier": "TS",
    "findings": "FU",
    "course": "FO",
    "pending": "UP",
    "medication": "ME",
    "function": "HJ",
    "assessment": "VU",
    "follow_up": "OP",
    "sick_leave": "SY",
    "patient_information": "IP",
}

# The further headings and types, which a group of their own asks for.
HEADINGS = ("AH", "PROB", "BG", "LR", "UTRED", "TB")
TYPES = ("OPIN", "MPRS", "PRS", "ANAM", "FUNN", "SM", "NB", "US", "TB", "ART", "SYMP", "OPPL", "PROG", "SYKM")

RECEIVER_IS_GP, NO_GP = "receiver", "none"
"""Answers to who the general practitioner is, where no other is named."""

PEOPLE = ("gp", "referrer", "contact", "responsible")

IN_PATIENT = "1"


def form() -> FormDescription:
    """What the composer of a discharge summary 1.2 asks for."""
    return FormDescription(
        name="discharge-summary",
        kind=Kind.DISCHARGE_SUMMARY,
        namespace=DISCHARGE_1_2,
        type_code="EPIKRISE",
        title=t("Epikrise"),
        fields=(
            *_document(),
            *diagnosis_fields(),
            *_comments(),
            medication.field(MEDICINE_USE),
            sections.field("8311", HEADINGS),
            information.field(TYPES),
            _referral(),
            *_people(),
        ),
        saves_itself=False,
        family="discharge-summary",
        profile="1.2",
        changes="NMC",
        attachments=True,
        copies=True,
        notes=(t("Er fastlegen en annen enn mottakeren, skal fastlegen settes som kopimottaker."),),
    )


def _document() -> tuple[FormField, ...]:
    return (
        FormField(
            "description",
            t("Dokumentet er"),
            FieldType.CHOICE,
            choices=(
                CodedValue("Poliklinisk epikrise", text=t("Poliklinisk epikrise")),
                CodedValue("Sykehusepikrise", text=t("Sykehusepikrise")),
                CodedValue("Legevaktepikrise", text=t("Legevaktepikrise")),
                CodedValue("Epikrise", text=t("Epikrise")),
            ),
        ),
        FormField(
            "status",
            t("Status"),
            FieldType.CHOICE,
            choices=tuple(codelists.coded("7306", code) for code in ("F", "P")),
            help=t("En foreløpig epikrise følges av en endelig: endre den foreløpige."),
        ),
        FormField("start", t("Start på kontakt eller opphold"), FieldType.TIME, required=True),
        FormField("end", t("Slutt på kontakt eller opphold"), FieldType.TIME),
        care_level(),
    )


def care_level() -> FormField:
    """What kind of contact it was (8240)."""
    return FormField("care_level", t("Omsorgsnivå"), FieldType.CHOICE, choices=codelists.entries("8240"))


def diagnosis_fields() -> tuple[FormField, ...]:
    """The diagnoses of the contact, always coded (HISD 1165)."""
    return (
        FormField(
            "main_diagnosis", t("Hoveddiagnose"), FieldType.CODE, required=True, repeats=True, codelists=DIAGNOSES
        ),
        FormField("secondary_diagnosis", t("Bidiagnose"), FieldType.CODE, repeats=True, codelists=DIAGNOSES),
    )


def _comments() -> tuple[FormField, ...]:
    return (
        FormField("reason", t("Årsak til innleggelse"), FieldType.TEXT),
        FormField("social", t("Familie og sosialt"), FieldType.TEXT),
        FormField("earlier", t("Tidligere sykdommer"), FieldType.TEXT),
        FormField("findings", t("Funn og undersøkelser"), FieldType.TEXT),
        FormField("course", t("Forløp og behandling"), FieldType.TEXT),
        FormField("pending", t("Prøver det ikke er svar på"), FieldType.TEXT),
        FormField("function", t("Funksjonsnivå og hjelpetiltak"), FieldType.TEXT),
        FormField("assessment", t("Vurdering"), FieldType.TEXT),
        FormField(
            "follow_up", t("Videre oppfølging"), FieldType.TEXT, help=t("Også hva fastlegen bes om å gjøre.")
        ),
        FormField("sick_leave", t("Sykmelding"), FieldType.TEXT),
        FormField("patient_information", t("Informasjon til pasient og pårørende"), FieldType.TEXT),
        FormField("cave", t("Cave"), FieldType.TEXT, help=t("Skriv også når ingen er kjent.")),
        FormField(
            "medication", t("Legemidler"), FieldType.TEXT, help=t("Skriv også når pasienten ikke bruker noen.")
        ),
    )


def _referral() -> FormField:
    return FormField(
        "referral",
        t("Henvisningen den svarer på"),
        FieldType.GROUP,
        help=t("Fylles av seg selv når epikrisen skrives som svar på henvisningen."),
        fields=(
            FormField("id", t("Henvisningens id"), FieldType.LINE, required=True),
            FormField("issued", t("Henvist dato"), FieldType.DATE, required=True),
            FormField("content", t("Gjelder"), FieldType.CHOICE, choices=codelists.entries("8455")),
            FormField("diagnosis", t("Henvisningsdiagnose"), FieldType.CODE, repeats=True, codelists=DIAGNOSES),
            FormField("diagnosis_text", t("Diagnose i klartekst"), FieldType.LINE),
        ),
    )


def _people() -> tuple[FormField, ...]:
    return (
        FormField(
            "gp_is",
            t("Fastlege"),
            FieldType.CHOICE,
            choices=(
                CodedValue(RECEIVER_IS_GP, text=t("Mottakeren, når ingen annen er oppgitt")),
                CodedValue(NO_GP, text=t("Pasienten har ingen fastlege")),
            ),
        ),
        people.professional_field("gp", t("Annen fastlege")),
        people.professional_field("referrer", t("Henvisende helsepersonell")),
        people.professional_field("contact", t("Kontaktperson hos mottaker")),
        people.professional_field(
            "responsible",
            t("Ansvarlig helsepersonell"),
            explained=t("Når en annen enn den som skriver er ansvarlig for behandlingen."),
        ),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what the summary's fields demand of each other, by field name."""
    found = {}
    start, end = given(answers, "start"), given(answers, "end")
    if start and end and start >= end:
        found["end"] = t("Slutt må være etter start.")
    if not end and given(answers, "care_level") == IN_PATIENT and given(answers, "status") != "P":
        found["end"] = t("Skriv når oppholdet sluttet.")
    if not any(given(answers, field) for field in COMMENTS) and not members(answers, "sections"):
        found["course"] = t("Skriv om forløpet, eller under en annen overskrift.")
    if given(answers, "gp_is") == NO_GP and members(answers, "gp"):
        found["gp_is"] = t("Det er oppgitt en fastlege under.")
    for place, one in numbered(answers, "referral"):
        if not given_all(one, "diagnosis") and not given(one, "diagnosis_text"):
            found[f"{place}diagnosis"] = t("Velg en diagnose, eller skriv den i klartekst.")
    return found | medication.check(answers) | information.check(answers) | people.check(answers, *PEOPLE)
