"""A medicine the patient uses or has used, as referral and discharge summary tell it (InfItem/Medication)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists
from elmeld_tui.messages.answers import chosen, given, numbered
from elmeld_tui.messages.reading import Element, coded, find, text
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.forms import Answers, FieldType, FormField


@dataclass(frozen=True, slots=True)
class Medication:
    """One medicine; what is absent is empty.

    Attributes:
        drug: by ATC (7180) where the sender gave a code; its name else as text or original text.
        status: how it is used (7307 in the older documents, 9101 in referral 2.0).
        dose: amount of each dose.
        unit: of the dose.
        dosage: when and how, in words.
        comment: the sender's remark.
    """

    drug: CodedValue
    status: CodedValue
    dose: str
    unit: str
    dosage: str
    comment: str

    @property
    def name(self) -> str:
        """What the medicine is called: the sender's own word before the name of its code."""
        return self.drug.original_text or self.drug.text or self.drug.value


def parse(element: Element) -> Medication:
    """Read a Medication element."""
    dose = find(element, "UnitDose")
    return Medication(
        drug=coded(element, "DrugId"),
        status=coded(element, "Status"),
        dose=dose.get("V", "") if dose is not None else "",
        unit=dose.get("U", "") if dose is not None else "",
        dosage=text(element, "DosageText"),
        comment=text(element, "Comment"),
    )


def field(status_list: str) -> FormField:
    """The group that asks for medicines; ``status_list`` is the code list of their use."""
    return FormField(
        "drugs",
        t("Legemidler, ett for ett"),
        FieldType.GROUP,
        member=t("Legemiddel"),
        repeats=True,
        fields=(
            FormField("drug", t("Virkestoff"), FieldType.CODE, codelists=("ATC",)),
            FormField("name", t("Navn på legemidlet"), FieldType.LINE, help=t("Må fylles ut uten virkestoff.")),
            FormField("dose", t("Mengde per dose"), FieldType.NUMBER),
            FormField("unit", t("Enhet for dosen"), FieldType.LINE, help=t("For eksempel mg.")),
            FormField("dosage", t("Dosering"), FieldType.LINE),
            FormField("status", t("Bruk"), FieldType.CHOICE, choices=codelists.entries(status_list)),
            FormField("comment", t("Merknad"), FieldType.LINE),
        ),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what the parts of a medicine demand of each other, by field name."""
    found = {}
    for place, one in numbered(answers, "drugs"):
        if not given(one, "drug") and not given(one, "name"):
            found[f"{place}name"] = t("Velg virkestoffet, eller skriv navnet på legemidlet.")
        if given(one, "unit") and not given(one, "dose"):
            found[f"{place}dose"] = t("Skriv mengden som enheten hører til.")
        if given(one, "dose") and not given(one, "unit"):
            found[f"{place}unit"] = t("Skriv hvilken enhet mengden er i.")
    return found


def write(item: Element, answers: Answers, status_list: str) -> None:
    """Append the Medication of one member of the group; its ATC code follows from the substance that was picked."""
    medicine = building.section(item, "Medication")
    _write_drug(medicine, codelists.answer(given(answers, "drug")), given(answers, "name"))
    building.text(medicine, "Comment", given(answers, "comment"))
    building.cs(medicine, "Status", chosen(field(status_list).fields, answers, "status"), status_list)
    if dose := given(answers, "dose"):
        element = building.section(medicine, "UnitDose")
        element.set("V", dose)
        element.set("U", given(answers, "unit"))
    building.text(medicine, "DosageText", given(answers, "dosage"))


def _write_drug(medicine: Element, drug: CodedValue, name: str) -> None:
    building.cv(medicine, "DrugId", replace(drug, system=oid(7180), original_text=name))


def answers_of(said: Medication) -> Answers:
    """Return the member of the group that `write` writes ``said`` from."""
    code = said.drug.value.replace(" ", "")
    known = codelists.answer(f"ATC:{code}")
    # Where the sender's code is no code of ours, the sender's name for the medicine still is.
    called = said.drug.original_text or (said.drug.text if said.drug.text != known.text else "")
    return {
        "drug": f"ATC:{code}" if known else "",
        "name": called if known else called or said.drug.value,
        "dose": said.dose,
        "unit": said.unit,
        "dosage": said.dosage,
        "status": said.status.value,
        "comment": said.comment,
    }
