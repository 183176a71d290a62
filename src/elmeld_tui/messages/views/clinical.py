"""What referrals, discharge summaries and orders tell in the same words: reasons, findings, diagnoses, medication."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, said, value
from elmeld_tui.messages.views import shapes, tables
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.views.tables import at
from elmeld_tui.model.view import Field, Section

MAIN, SECONDARY = "H", "B"

# In what order information (8233) is read; what is not named comes after the findings, as it stands.
_ORDER = {
    code: number
    for number, code in enumerate(
        (
            *(MAIN, SECONDARY, "CAVE", "SM", "FUNN", "US", "SYMP", "OPPL", ""),
            *("ANAM", "TB", "OPIN", "ART", "NB", "MEDB", "SYKM"),
        )
    )
}


def information(placing: Placing, items: list[Node]) -> list[Section]:
    """Place information items under what they are: diagnoses first, then what to beware of, findings, medication."""
    found: list[Section] = []
    unnamed = _ORDER[""]
    drugs: dict[str, list[Node]] = {}
    for item in items:
        if item not in placing.gone_through and find(item, "Medication") is not None:
            drugs.setdefault(value(item, "Type"), []).append(item)
    for item in sorted(items, key=lambda item: _ORDER.get(value(item, "Type"), unnamed)):
        found += medication(placing, drugs.pop(value(item, "Type"), []))
        if item not in placing.gone_through and not placing.begun(item):
            found += shapes.sections(placing, item)
    return shapes.joined(found)


def medication(placing: Placing, items: list[Node]) -> list[Section]:
    """Place drugs as a table: what, how strong, how taken, how long."""
    if not items:
        return []
    titles = [placing.noted(find(item, "Type")) for item in items]
    columns = (
        (t("Legemiddel"), at("Medication/DrugId")),
        (t("Styrke"), at("Medication/UnitDose")),
        (t("Dosering"), at("Medication/DosageText", "Medication/DosageCoded")),
        (t("Status"), at("Medication/Status")),
        (t("Start"), at("StartDateTime")),
        (t("Slutt"), at("EndDateTime")),
    )
    drugs = tables.table(placing, items, columns, t("Merknad"))
    return [Section(titles[0] or t("Legemiddel"), tables=(drugs,))] if drugs else []


def diagnoses(placing: Placing, items: list[Node]) -> list[Section]:
    """Place the diagnoses among information items in one section, the main ones first, each with code and system."""
    found: list[Field] = []
    for code in (MAIN, SECONDARY):
        for item in items:
            kind = find(item, "Type")
            if value(kind) == code:
                label = placing.noted(kind)
                placed = shapes.members(placing, (item,))
                found += [_relabelled(field, label) for field in placed]
    return [shapes.laid_out(t("Diagnoser"), found)] if found else []


def _relabelled(field: Field, label: str) -> Field:
    """A diagnosis is labelled by its weight; what makes it more precise keeps its own label."""
    is_diagnosis = field.label in {t("Diagnose"), t("Kodet beskrivelse")}
    return Field(label, field.value, field.code, field.codelist) if is_diagnosis else field


def main_diagnosis(items: list[Node]) -> str:
    """Return the first main diagnosis in words, without placing it; empty where there is none."""
    for item in items:
        if value(item, "Type") == MAIN:
            described = find(item, "Observation/CodedDescr")
            concept = find(described, "Concept")
            return said(concept if concept is not None else described) or said(
                find(item, "Observation/Description")
            )
    return ""


def by_heading(reasons: list[Node], first: str) -> list[Node]:
    """Return reasons with those headed ``first`` before the others."""
    return sorted(reasons, key=lambda reason: value(reason, "Heading") != first)


def is_about(node: Node, *relations: str) -> bool:
    """Whether a related provider or institution has one of these relations (8254)."""
    return value(node, "Relation") in relations
