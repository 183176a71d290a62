"""What the composers of the six orders ask for, as data (HIS 1160:2014 laboratory, HIS 1175:2014 radiology)."""

from __future__ import annotations

from dataclasses import replace

from elmeld_tui.i18n import t
from elmeld_tui.messages.order.fields import (
    administrative,
    chosen_among,
    dated_codes,
    discipline,
    investigations,
    optional,
    samples,
    what_the_patient_has,
    why,
)
from elmeld_tui.model.forms import FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import ORDER_1_6, Kind

DISCIPLINES = {
    "order-laboratory": ("CLIN", "LAB", "AN"),
    "order-microbiology": ("MBIO",),
    "order-pathology": ("HIST",),
    "order-cytology": ("CYTO",),
    "order-radiology": ("RTG", "CT", "UL", "MA", "SCI"),
    "order-mr": ("MR",),
}
"""MsgDescr (8202) that each form writes. Immunology is ordered as microbiology (HIS 1140)."""


def laboratory_form() -> FormDescription:
    """What the composer of a laboratory order (clinical chemistry, CLIN) asks for."""
    return _form(
        "laboratory",
        t("Laboratorierekvisisjon"),
        "REQ_LAB",
        (
            discipline(DISCIPLINES["order-laboratory"]),
            samples(("8351",)),
            investigations(("NLK",)),
            *why(),
            *what_the_patient_has(),
            *administrative(),
        ),
    )


def microbiology_form() -> FormDescription:
    """What the composer of an order of microbiology or immunology (MBIO) asks for."""
    return _form(
        "microbiology",
        t("Mikrobiologirekvisisjon"),
        "REQ_LAB",
        (
            samples(("8351",), needed=True),
            investigations(("NLK",)),
            *why(),
            *what_the_patient_has(),
            *administrative(),
        ),
        t("Immunologi bestilles også her."),
    )


def pathology_form() -> FormDescription:
    """What the composer of a histology order (HIST) asks for."""
    return replace(
        _form(
            "pathology",
            t("Histologirekvisisjon"),
            "REQ_LAB",
            (
                samples(
                    ("8351",),
                    FormField("preservation", t("Fiksering"), FieldType.LINE, help=t("F.eks. formalin.")),
                ),
                investigations(("8219", "NORPAT")),
                *why(needed=True),
                *what_the_patient_has(),
                *administrative(),
            ),
        ),
        attachments=True,
    )


def cytology_form() -> FormDescription:
    """What the composer of a cytology order (CYTO) asks for."""
    return replace(
        _form(
            "cytology",
            t("Cytologirekvisisjon"),
            "REQ_LAB",
            (
                chosen_among("indication", t("Årsak til prøven"), "8231", "MU", "RU", "KF"),
                samples(("8216",), optional("tool", t("Prøvetakingsutstyr"), "8275"), needed=True),
                investigations(("8219", "NLK", "NORPAT")),
                *why(),
                dated_codes("gynaecology", t("Gynekologiske opplysninger"), "8217"),
                dated_codes("treatments", t("Tidligere gynekologiske inngrep"), "8218"),
                dated_codes("previous", t("Tidligere cytologi, histologi og HPV-test"), "8272"),
                *what_the_patient_has(pregnancy=False),
                *administrative(),
            ),
        ),
        attachments=True,
    )


def radiology_form() -> FormDescription:
    """What the composer of a radiology order other than MR asks for."""
    return _form(
        "radiology",
        t("Radiologirekvisisjon"),
        "REQ_RTG",
        (
            discipline(DISCIPLINES["order-radiology"]),
            *_radiology(),
            *what_the_patient_has(),
            optional("escort", t("Ledsager"), "8247"),
            *administrative(),
        ),
    )


def mr_form() -> FormDescription:
    """What the composer of an MR order asks for: every contraindication is answered, yes or no (S24)."""
    return _form(
        "mr",
        t("MR-rekvisisjon"),
        "REQ_RTG",
        (
            *_radiology(),
            FormField("pacemaker", t("Pacemaker eller pacemakerelektrode"), FieldType.FLAG, required=True),
            FormField("neurostimulator", t("Nevrostimulator"), FieldType.FLAG, required=True),
            FormField("cochlear_implant", t("Cochleaimplantat"), FieldType.FLAG, required=True),
            FormField("intracranial_clips", t("Intrakranielle karklips"), FieldType.FLAG, required=True),
            FormField("metal_in_eye", t("Metallfremmedlegeme i øyet"), FieldType.FLAG, required=True),
            FormField("first_trimester", t("Gravid i 1. trimester"), FieldType.FLAG, required=True),
            FormField("other_implant", t("Annet implantat av magnetisk materiale"), FieldType.TEXT),
            FormField(
                "precautions",
                t("Forsiktighetsregler ved MR"),
                FieldType.CODE,
                repeats=True,
                codelists=("8209",),
                help=t("F.eks. klaustrofobi, insulinpumpe eller metallprotese."),
            ),
            *what_the_patient_has(pregnancy=False),
            optional("escort", t("Ledsager"), "8247"),
            *administrative(),
        ),
        t("Svar på alle kontraindikasjonene, også når svaret er nei."),
    )


def _radiology() -> tuple[FormField, ...]:
    narrowing = FormField(
        "specification",
        t("Tilleggskode"),
        FieldType.CODE,
        repeats=True,
        codelists=("NCRP",),
        help=t("F.eks. side eller kontrast."),
    )
    return (
        investigations(("NCRP",), narrowing, in_samples=False),
        replace(
            optional("permission", t("Radiologens fullmakt"), "8274", t("Ett av de to må velges.")), required=True
        ),
        *why(needed=True),
    )


def _form(profile: str, title: str, type_code: str, fields: tuple[FormField, ...], *notes: str) -> FormDescription:
    return FormDescription(
        name=f"order-{profile}",
        kind=Kind.ORDER,
        namespace=ORDER_1_6,
        type_code=type_code,
        title=title,
        fields=fields,
        saves_itself=False,
        family="order",
        profile=profile,
        changes="NMAC",
        # CopyDest is left in the standard, but what it was for, a copy of the answer, was withdrawn in 2019.
        notes=(
            *notes,
            t("Rekvisisjonen går bare til den som skal utføre undersøkelsen. Avtal kopi av svaret med utføreren."),
        ),
    )


FORMS = {
    "order-laboratory": laboratory_form,
    "order-microbiology": microbiology_form,
    "order-pathology": pathology_form,
    "order-cytology": cytology_form,
    "order-radiology": radiology_form,
    "order-mr": mr_form,
}
"""Every order in the order of the menu, the usual one first."""
