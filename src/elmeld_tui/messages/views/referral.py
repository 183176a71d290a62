"""A referral as its reader wants it: the problem, the diagnoses, what is asked for, then the rest of the story.

Version 1.x keeps much of the story inside the patient, version 2.0 beside it in the body (HIS 80517:2017, HISD 1032).
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find_all, value
from elmeld_tui.messages.views import clinical, frame, shapes
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.model.view import Section

PROBLEM = "PROB"

# What is asked for, beside the service itself.
_ASKED = frozenset({"ReqServ", "TypeInnholdIMelding", "PaymentCat"})
_WANTED = ("OES", "OEB")


def content(placing: Placing, body: Node, patient: Node | None) -> list[Section]:
    """Place a ServReq (1.x) or a Henvisning (2.0); ``patient`` is the one inside the former."""
    parts = [*body.children, *frame.clinical_of(patient)]
    reasons = clinical.by_heading(find_all(body, "ReasonAsText"), PROBLEM)
    problems = [reason for reason in reasons if value(reason, "Heading") == PROBLEM]
    others = reasons[len(problems) :]
    wanted = [part for part in parts if _is_wanted_place(part)]
    return shapes.joined(
        [
            *_each(placing, problems),
            *_each(placing, find_all(body, "Diagnosis")),
            *_asked(placing, body),
            *_each(placing, wanted),
            *_each(placing, others),
            *clinical.information(placing, [part for part in parts if part.name == "InfItem"]),
            *_each(placing, [part for part in parts if part.name == "PatientPrecaution"]),
            *frame.the_rest(placing, [part for part in parts if part is not patient], t("Om dokumentet")),
        ]
    )


def _each(placing: Placing, nodes: list[Node]) -> list[Section]:
    return [section for node in nodes for section in shapes.sections(placing, node)]


def _asked(placing: Placing, body: Node) -> list[Section]:
    """What is wanted and how soon, with who pays."""
    asked = [child for child in body.children if child.name in _ASKED]
    asked.sort(key=lambda child: child.name != "ReqServ")
    section = shapes.section(placing, asked, t("Ønsket tjeneste"))
    return [section] if section else []


def _is_wanted_place(node: Node) -> bool:
    """Whether it names the place or the practitioner the patient wants (1.x by relation, 2.0 by its remark)."""
    if node.name in {"PatRelInst", "PatRelHCP"}:
        return clinical.is_about(node, *_WANTED)
    return node.name == "TilknyttetEnhet" and value(node, "Merknad").casefold() == "ønsket behandlingssted"
