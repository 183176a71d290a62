"""An order as the laboratory or the radiologist wants it: the question, the investigations in a table, the warnings."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.nodes import Node, find, find_all, said, value
from elmeld_tui.messages.views import clinical, frame, shapes, tables
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.views.tables import at
from elmeld_tui.model.view import Field, Section

_PERMISSION = "8274"
_WARNINGS = frozenset({"8209", "8210"})


def title(document: Node, kind: str) -> str:
    """Return what it is, and the discipline."""
    return frame.words(kind, said(find(document, "MsgDescr")))


def content(placing: Placing, document: Node, patient: Node | None) -> list[Section]:
    """Place a ServReq that asks for investigations."""
    parts = [*document.children, *frame.clinical_of(patient)]
    items = [part for part in parts if part.name == "InfItem"]
    reasons = clinical.by_heading(find_all(document, "ReasonAsText"), "PROB")
    found = [
        *(section for reason in reasons for section in shapes.sections(placing, reason)),
        *_investigations(placing, find_all(document, "ReqInvestigation")),
        *_permission(placing, find_all(document, "Comment")),
        *_warnings(placing, items),
        *clinical.information(placing, items),
        *frame.the_rest(placing, [part for part in parts if part is not patient], t("Om rekvisisjonen")),
    ]
    return shapes.joined(found)


def _investigations(placing: Placing, orders: list[Node]) -> list[Section]:
    """One row for what is to be done on the same sample, an investigation a line."""
    columns = (
        (t("Undersøkelse"), _names),
        (t("Endring"), _change),
        (t("Hastegrad"), at("Priority", "AnalysedSubject/RequestedSubject/Priority")),
        (t("Ønsket tid"), at("ReqDate", "AnalysedSubject/RequestedSubject/ReqDate")),
        (
            t("Materiale"),
            at("AnalysedSubject/TypeCoded", "AnalysedSubject/Type", "AnalysedSubject/AnatomicalOrigin"),
        ),
        (t("Prøve tatt"), at("AnalysedSubject/CollectedSample/CollectedDate")),
        (t("Prøve-id"), at("AnalysedSubject/IdByRequester")),
        (t("Kommentar"), at("Comment", "AnalysedSubject/Comment")),
    )
    table = tables.table(placing, orders, columns, t("Merknad"))
    return [Section(t("Ønskede undersøkelser"), tables=(table,))] if table else []


def _names(placing: Placing, order: Node) -> str:
    names = [_name(placing, one) for one in find_all(order, "Investigation")]
    return "\n".join(names) or t("analyse ikke oppgitt")


def _name(placing: Placing, investigation: Node) -> str:
    """The investigation with what makes it precise, and what is said of it alone."""
    named = at("Id", "Spec")(placing, investigation) or t("analyse ikke oppgitt")
    aside = at("Priority", "Comment")(placing, investigation)
    return f"{named} ({aside})" if aside else named


_CHANGES = {
    "M": lambda: t("endret"),
    "C": lambda: t("trukket tilbake"),
    "H": lambda: t("rekvirert tidligere"),
    "A": lambda: t("tillegg"),
}


def _change(placing: Placing, order: Node) -> str:
    change = find(order, "ServType")
    said = placing.noted(change)
    written = value(change)
    if written in _CHANGES:
        return _CHANGES[written]()
    return "" if written == "N" else said


def _permission(placing: Placing, comments: list[Node]) -> list[Section]:
    """The sentence that stands for the code, in full: may the radiologist choose otherwise (criterion R39)."""
    sentences = []
    for comment in comments:
        for code in find_all(comment, "TextCode"):
            if code.attributes.get("S", "").endswith(_PERMISSION):
                said = placing.noted(code)
                sentences.append(codelists.text(_PERMISSION, value(code)) or said)
    return [Section(t("Radiologens fullmakt"), text=tuple(sentences))] if sentences else []


def _warnings(placing: Placing, items: list[Node]) -> list[Section]:
    """Contraindications and precautions (8210, 8209), those that hold before those that are ruled out."""
    holds: list[Field] = []
    ruled_out: list[Field] = []
    for item in items:
        described = find(item, "Observation/CodedDescr")
        if described is None or described.attributes.get("S", "").rpartition(".")[2] not in _WARNINGS:
            continue
        placing.noted(find(item, "Type"))
        is_ruled_out = described.attributes.get("V", "").startswith("NO")
        label = t("Avkreftet") if is_ruled_out else t("Til stede")
        (ruled_out if is_ruled_out else holds).append(placing.field(described, label))
        aside = shapes.members(placing, item.children)
        (ruled_out if is_ruled_out else holds).extend(aside)
    if not holds and not ruled_out:
        return []
    return [Section(t("Kontraindikasjoner og forsiktighet"), fields=(*holds, *ruled_out))]
