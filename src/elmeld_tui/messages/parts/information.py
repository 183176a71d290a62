"""Clinical information (InfItem) of referral and discharge summary: one fact, of what type and when.

The list of types is 8233. A fact is words, a coded diagnosis or procedure, a medicine or a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import given, numbered
from elmeld_tui.messages.parts import medication, prose
from elmeld_tui.messages.parts.medication import Medication
from elmeld_tui.messages.reading import Element, coded, day, find, text, value
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import Answers, FieldType, FormField


@dataclass(frozen=True, slots=True)
class Information:
    """One fact; what is absent is empty.

    Attributes:
        type: of the fact (8233).
        text: in words; of a result, its value with unit.
        concept: the diagnosis or procedure, or what was investigated.
        medication: None unless the fact is a medicine.
        start: first day it applied.
        end: last day it applied.
    """

    type: CodedValue
    text: str
    concept: CodedValue
    medication: Medication | None
    start: date | None
    end: date | None


def parse(item: Element) -> Information:
    """Read an InfItem of any version."""
    medicine = find(item, "Medication")
    return Information(
        type=coded(item, "Type"),
        text=prose.read(find(item, "Observation/Description"))
        or _result(item)
        or text(item, "Observation/Comment"),
        concept=coded(item, "Observation/CodedDescr/Concept") or coded(item, "ResultItem/ClinInv/Id"),
        medication=medication.parse(medicine) if medicine is not None else None,
        start=day(value(item, "StartDateTime")),
        end=day(value(item, "EndDateTime")),
    )


# How a comparison stands before its number (8239).
_COMPARED = {"LT": "<", "GT": ">", "LE": "≤", "GE": "≥", "ML": "≪", "MG": "≫", "NE": "≠"}


def _result(item: Element) -> str:
    number = find(item, "ResultItem/NumResult/NumResultValue")
    if number is not None:
        sign = _COMPARED.get(value(item, "ResultItem/NumResult/ArithmeticComp"), "")
        return f"{sign}{number.get('V', '')} {number.get('U', '')}".strip()
    low, high = (find(item, f"ResultItem/Interval/{end}") for end in ("Low", "High"))
    if low is not None or high is not None:
        ends = (end.get("V", "") if end is not None else "" for end in (low, high))
        return " – ".join(ends).strip()
    if answered := value(item, "ResultItem/DateResult/DateResultValue"):
        return answered
    result = find(item, "ResultItem/TextResult/Result")
    code = coded(result, "TextCode")
    words = prose.read(find(result, "TextResultValue"))
    return words or code.text or code.original_text or code.value


def field(types: tuple[str, ...]) -> FormField:
    """The group that asks for further facts of the given types (8233)."""
    return FormField(
        "information",
        t("Flere opplysninger"),
        FieldType.GROUP,
        member=t("Opplysning"),
        repeats=True,
        fields=(
            FormField(
                "type",
                t("Type opplysning"),
                FieldType.CHOICE,
                choices=tuple(codelists.coded("8233", code) for code in types),
            ),
            FormField("text", t("Tekst"), FieldType.TEXT, required=True),
            FormField("start", t("Fra dato"), FieldType.DATE),
            FormField("end", t("Til dato"), FieldType.DATE),
        ),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return which facts end before they begin, by field name (acceptance criterion S11)."""
    return {
        f"{place}end": t("Til dato er før fra dato.")
        for place, one in numbered(answers, "information")
        if given(one, "start") and given(one, "end") and given(one, "end") < given(one, "start")
    }


def answers_of(said: Information) -> Answers:
    """Return the member of the group that tells ``said``."""
    return {
        "type": said.type.value,
        "text": said.text,
        "start": said.start.isoformat() if said.start else "",
        "end": said.end.isoformat() if said.end else "",
    }
