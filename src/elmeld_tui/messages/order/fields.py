"""Fields that several orders have."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.codelists import default_first
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import FieldType, FormField


def optional(name: str, label: str, codelist: str, guidance: str = "") -> FormField:
    """Return a choice of any code of a list, or none."""
    return FormField(name, label, FieldType.CHOICE, choices=(NO_CODE, *codelists.entries(codelist)), help=guidance)


def chosen_among(name: str, label: str, codelist: str, *codes: str) -> FormField:
    """Return a choice of some codes of a list, or none."""
    return FormField(name, label, FieldType.CHOICE, choices=(NO_CODE, *_codes(codelist, codes)))


def _codes(codelist: str, codes: tuple[str, ...]) -> tuple[CodedValue, ...]:
    return tuple(codelists.coded(codelist, code) for code in codes)


def discipline(codes: tuple[str, ...]) -> FormField:
    """Return the choice of what kind of examination is ordered (8202)."""
    return FormField("discipline", t("Fagområde"), FieldType.CHOICE, required=True, choices=_codes("8202", codes))


def samples(materials: tuple[str, ...], *further: FormField, needed: bool = False) -> FormField:
    """Return the group of samples; ``materials`` are the lists a material is searched in."""
    return FormField(
        "samples",
        t("Prøver"),
        FieldType.GROUP,
        member=t("Prøve"),
        required=needed,
        repeats=True,
        fields=(
            FormField("material", t("Prøvemateriale"), FieldType.CODE, codelists=materials),
            FormField(
                "material_text",
                t("Prøvemateriale i klartekst"),
                FieldType.LINE,
                help=t("Når materialet ikke finnes som kode."),
            ),
            FormField("taken", t("Er prøven tatt"), FieldType.CHOICE, choices=codelists.entries("1101")),
            FormField(
                "time", t("Prøvetidspunkt"), FieldType.TIME, help=t("Ønsket tidspunkt når prøven ikke er tatt.")
            ),
            FormField("label", t("Merking på glasset"), FieldType.LINE),
            FormField("origin", t("Anatomisk lokalisasjon"), FieldType.LINE),
            FormField("number", t("Antall"), FieldType.NUMBER),
            *further,
            FormField("comment", t("Kommentar til prøven"), FieldType.TEXT),
            FormField(
                "performer_label",
                t("Utførerens prøvenummer"),
                FieldType.LINE,
                help=t("Når laboratoriet allerede har gitt prøven et nummer."),
            ),
        ),
    )


def investigations(lists: tuple[str, ...], *further: FormField, in_samples: bool = True) -> FormField:
    """Return the group of investigations; ``lists`` are those a code is searched in."""
    sample = FormField(
        "sample",
        t("I prøve nummer"),
        FieldType.NUMBER,
        repeats=True,
        help=t("Bare når det er flere prøver; den første er nummer 1."),
    )
    return FormField(
        "investigations",
        t("Undersøkelser"),
        FieldType.GROUP,
        member=t("Undersøkelse"),
        required=True,
        repeats=True,
        fields=(
            FormField("code", t("Undersøkelse"), FieldType.CODE, codelists=lists),
            FormField(
                "text",
                t("Undersøkelse i klartekst"),
                FieldType.LINE,
                help=t("Når undersøkelsen ikke finnes som kode."),
            ),
            *((sample,) if in_samples else ()),
            *further,
            optional("priority", t("Prioritet for undersøkelsen"), "8304"),
            FormField("wanted_date", t("Ønsket dato"), FieldType.DATE),
            optional("purpose", t("Formål med undersøkelsen"), "8248"),
            FormField("comment", t("Kommentar til undersøkelsen"), FieldType.TEXT),
            FormField(
                "action",
                t("Hva skjer med undersøkelsen"),
                FieldType.CHOICE,
                choices=(NO_CODE, *_codes("8270", ("N", "M", "C", "H", "A"))),
                help=t("Bare ved endring, tillegg og kansellering: tomt betyr det samme som hele rekvisisjonen."),
            ),
        ),
    )


def why(*, needed: bool = False) -> tuple[FormField, ...]:
    """Return what the investigations are to answer."""
    return (
        FormField("reason", t("Aktuell problemstilling"), FieldType.TEXT, required=needed),
        FormField("diagnosis", t("Diagnose"), FieldType.CODE, repeats=True, codelists=("ICPC-2", "ICD-10")),
    )


def what_the_patient_has(*, pregnancy: bool = True) -> tuple[FormField, ...]:
    """Return what the performer should know of the patient."""
    expecting = FormField("pregnant", t("Gravid"), FieldType.FLAG)
    return (
        FormField("information", t("Kliniske opplysninger"), FieldType.TEXT),
        *((expecting,) if pregnancy else ()),
        FormField("infection", t("Smitterisiko"), FieldType.TEXT),
        FormField("cave", t("Cave"), FieldType.TEXT),
        FormField("medication", t("Legemidler"), FieldType.TEXT),
        FormField("special", t("Spesielle hensyn"), FieldType.TEXT),
    )


def dated_codes(name: str, label: str, codelist: str) -> FormField:
    """Return a group of codes of a list, each with a day and a word where one belongs to it."""
    return FormField(
        name,
        label,
        FieldType.GROUP,
        member=t("Opplysning"),
        repeats=True,
        fields=(
            FormField("code", label, FieldType.CODE, required=True, codelists=(codelist,)),
            FormField("date", t("Dato"), FieldType.DATE),
            FormField("text", t("Utdyping"), FieldType.LINE),
        ),
    )


def administrative() -> tuple[FormField, ...]:
    """Return how soon, who pays, and what the performer's office should know."""
    return (
        FormField(
            "priority",
            t("Prioritet"),
            FieldType.CHOICE,
            required=True,
            choices=default_first("8304", "N"),
        ),
        FormField("report_date", t("Svar ønskes innen"), FieldType.DATE),
        FormField("payment", t("Betaler"), FieldType.CHOICE, required=True, choices=default_first("4101", "1")),
        FormField(
            "guarantor", t("Betalingsansvarlig"), FieldType.LINE, help=t("Når en annen enn pasienten skal betale.")
        ),
        FormField("guarantor_type", t("Type betalingsansvarlig"), FieldType.LINE, help=t("F.eks. arbeidsgiver.")),
        FormField("administrative", t("Merknad til kontoret"), FieldType.TEXT),
        FormField(
            "comment", t("Merknad"), FieldType.TEXT, help=t("Ved endring og tillegg: hva som er nytt, og hvorfor.")
        ),
        FormField(
            "performer_id",
            t("Utførerens rekvisisjonsnummer"),
            FieldType.LINE,
            help=t("Når utføreren allerede har gitt rekvisisjonen et nummer."),
        ),
    )
