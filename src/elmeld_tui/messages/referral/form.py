"""What a composer of a referral asks, whichever version it becomes.

The content is that of HIS 1207:2018 ch. 4-5 and HISD 1032:2011: what a general practitioner fills in first stands first.
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import given, given_all, members
from elmeld_tui.messages.parts import information, medication, people, sections
from elmeld_tui.messages.referral.answers import DIAGNOSES, GP_REFERS, HEADINGS, NO_GP, TYPES
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import Answers, FieldType, FormField


def fields(status_list: str, *, newest: bool) -> tuple[FormField, ...]:
    """Return the questions of a referral.

    Args:
        status_list: code list of how a medicine is used.
        newest: whether it becomes a 2.0, which has room for more, and wants a number wherever it names somebody.
    """
    return (
        *_first(),
        medication.field(status_list),
        *_clinical(),
        FormField("wanted_date", t("Ønsket tid"), FieldType.DATE),
        FormField("comment", t("Merknad"), FieldType.TEXT),
        sections.field("8231", HEADINGS),
        information.field(TYPES),
        FormField(
            "considerations",
            t("Spesielle hensyn"),
            FieldType.TEXT,
            help=t("For eksempel transport, ledsager eller smitte."),
        ),
        *_people(newest=newest),
        *_patient(newest=newest),
        FormField(
            "remark",
            t("Om henvisningen"),
            FieldType.TEXT,
            help=t("Når den endres eller trekkes tilbake: skriv hvorfor."),
        ),
    )


def _first() -> tuple[FormField, ...]:
    return (
        FormField("urgency", t("Hastegrad"), FieldType.CHOICE, required=True, choices=codelists.entries("8306")),
        FormField("content", t("Gjelder"), FieldType.CHOICE, required=True, choices=codelists.entries("8455")),
        FormField(
            "diagnosis",
            t("Diagnose"),
            FieldType.CODE,
            repeats=True,
            codelists=DIAGNOSES,
            help=t("Den første er hoveddiagnosen."),
        ),
        FormField(
            "diagnosis_text",
            t("Diagnose i klartekst"),
            FieldType.LINE,
            help=t("Når diagnosen ikke finnes som kode."),
        ),
        FormField("reason", t("Aktuell problemstilling"), FieldType.TEXT, required=True),
        FormField("history", t("Sykehistorie"), FieldType.TEXT),
        FormField("findings", t("Funn og undersøkelser"), FieldType.TEXT),
        FormField(
            "medication", t("Legemidler"), FieldType.TEXT, help=t("Skriv også når pasienten ikke bruker noen.")
        ),
    )


def _clinical() -> tuple[FormField, ...]:
    return (
        FormField("cave", t("Cave"), FieldType.TEXT, help=t("Skriv også når ingen er kjent.")),
        FormField("social", t("Familie og sosialt"), FieldType.TEXT),
        FormField("expected", t("Forventet utredning eller behandling"), FieldType.TEXT),
    )


def _people(*, newest: bool) -> tuple[FormField, ...]:
    place = (
        FormField("name", t("Navn"), FieldType.LINE, required=True),
        FormField("her_id", t("HER-id"), FieldType.LINE, required=newest),
    )
    nearest = FormField("nearest", t("Nærmeste pårørende"), FieldType.FLAG)
    return (
        FormField(
            "gp_is",
            t("Fastlege"),
            FieldType.CHOICE,
            choices=(
                CodedValue(GP_REFERS, text=t("Den som henviser, når ingen annen er oppgitt")),
                CodedValue(NO_GP, text=t("Pasienten har ingen fastlege")),
            ),
        ),
        people.professional_field("gp", t("Annen fastlege"), with_hpr=newest),
        FormField(
            "next_of_kin",
            t("Pårørende"),
            FieldType.GROUP,
            repeats=True,
            fields=(
                FormField(
                    "relation", t("Relasjon"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("9033"))
                ),
                FormField("family_name", t("Etternavn"), FieldType.LINE, required=True),
                FormField("given_name", t("Fornavn"), FieldType.LINE),
                FormField("phone", t("Telefon"), FieldType.LINE),
                *((nearest,) if newest else ()),
                FormField("remark", t("Merknad"), FieldType.LINE),
            ),
        ),
        FormField("wanted_place", t("Ønsket behandlingssted"), FieldType.GROUP, fields=place),
        people.professional_field("wanted_practitioner", t("Ønsket behandler"), with_hpr=newest),
    )


def _patient(*, newest: bool) -> tuple[FormField, ...]:
    plan = (
        FormField(
            "plan",
            t("Individuell plan"),
            FieldType.GROUP,
            fields=(
                FormField("exists", t("Pasienten har individuell plan"), FieldType.FLAG),
                FormField("coordinator", t("Koordinator er oppnevnt"), FieldType.FLAG),
                FormField("remark", t("Merknad"), FieldType.LINE),
            ),
        ),
    )
    return (
        FormField(
            "interpreter",
            t("Tolk eller annen hjelp til å forstå"),
            FieldType.GROUP,
            fields=(
                FormField(
                    "language",
                    t("Tolk i språket"),
                    FieldType.CHOICE,
                    choices=(NO_CODE, *codelists.entries("3303")),
                ),
                FormField("hearing_loss", t("Nedsatt hørsel"), FieldType.FLAG),
                FormField("sight_loss", t("Nedsatt syn"), FieldType.FLAG),
                FormField("remark", t("Merknad"), FieldType.LINE),
            ),
        ),
        *(plan if newest else ()),
        FormField("consent", t("Samtykke"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("9064"))),
        FormField("consent_date", t("Dato for samtykke"), FieldType.DATE),
        FormField("consent_by", t("Samtykke gitt av"), FieldType.LINE),
        FormField("payment", t("Betaling"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("4101"))),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what the referral's fields demand of each other, by field name."""
    found = {}
    if not given_all(answers, "diagnosis") and not given(answers, "diagnosis_text"):
        found["diagnosis"] = t("Velg en diagnose, eller skriv den i klartekst.")
    if given(answers, "urgency") == "PK" and given(answers, "content") == "11":
        found["content"] = t("Et pakkeforløp er en henvisning til utredning, ikke et spørsmål om råd.")
    if given(answers, "gp_is") == NO_GP and members(answers, "gp"):
        found["gp_is"] = t("Det er oppgitt en fastlege under.")
    for field in ("consent_date", "consent_by"):
        if given(answers, field) and not given(answers, "consent"):
            found[field] = t("Velg hva slags samtykke det er.")
    return (
        found
        | medication.check(answers)
        | information.check(answers)
        | people.check(answers, "gp", "next_of_kin", "wanted_place", "wanted_practitioner")
    )
