"""Each single result of a service report, for comparison over time (svarrapport; HIS 80822:2014, also 1.3).

Read from the nodes and not through `service_report.parse`: no part of a result may be left out here, however many
reports a message has, and a patient may have five hundred of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from elmeld_tui.messages.document import Document
from elmeld_tui.messages.nodes import Node, coded, find, find_all, said, text, value
from elmeld_tui.messages.reading import moment
from elmeld_tui.messages.xhtml import text_of as prose_of
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.reference_intervals import Side, side

_SUBJECTS = ("Patient", "Animal", "Material")


@dataclass(frozen=True, slots=True)
class LabValue:
    """One result; what is absent is empty.

    Attributes:
        analysis: what was examined.
        name: what it is called.
        under: name of the finding or group it stands below, such as the microbe of a susceptibility.
        number: as written, with a point.
        comparator: code in 8239, e.g. ``LT``.
        unit: of the number.
        words: everything it says that is no number: findings, codes, intervals, dates.
        reference: reference interval in words.
        deviation: code in 8244: 1 above, 2 below, 3 outside; its words where the code is another.
        service_type: N, M, C, H or A (8270).
        comment: of the laboratory.
        id: of the result.
        taken: when the sample was taken, else examined, else reported; None for an earlier answer without a time.
    """

    analysis: CodedValue
    name: str
    under: str = ""
    number: str = ""
    comparator: str = ""
    unit: str = ""
    words: str = ""
    reference: str = ""
    deviation: str = ""
    service_type: str = ""
    comment: str = ""
    id: str = ""
    taken: datetime | None = None

    @property
    def is_outside(self) -> bool:
        """Whether it lies outside its reference, as far as the laboratory or the interval tells."""
        return bool(self.deviation) or (
            not self.comparator and side(self.number, self.reference) is not Side.WITHIN
        )


_WITHDRAWN, _EARLIER = "C", "H"


def outside_reference(document: Document) -> int:
    """Return how many of a document's results lie outside their reference; those withdrawn or told before are not new.

    The laboratory's word counts (8244); where it gave none, the interval that came with the result does.
    """
    return sum(one.service_type not in {_WITHDRAWN, _EARLIER} and one.is_outside for one in lab_values(document))


def lab_values(document: Document) -> tuple[LabValue, ...]:
    """Return every result of a document, those below others too, in the laboratory's order."""
    found: list[LabValue] = []
    for report in find_all(document.top, "ServReport"):
        reported = moment(value(report, "IssueDate")) or document.header.generated
        for subject in (one for name in _SUBJECTS for one in find_all(report, name)):
            samples = {
                text(one, "IdByServProvider"): _collected(one) for one in find_all(subject, "AnalysedSubject")
            }
            findings = _findings(subject)
            waiting = [(item, "") for item in reversed(find_all(subject, "ResultItem"))]
            while waiting:
                item, under = waiting.pop()
                name = _name(item)
                above = _finding(item) or name
                waiting += [(one, above) for one in reversed(find_all(item, "ResultItem"))]
                under = findings.get(text(item, "RefIdResultItem"), under)
                if one := _value(item, name, under, samples, reported):
                    found.append(one)
    return tuple(found)


def _findings(subject: Node) -> dict[str, str]:
    return {
        number: called
        for item in find_all(subject, "ResultItem")
        if (number := text(item, "IdResultItem")) and (called := _finding(item))
    }


def _finding(item: Node) -> str:
    """What was found, where a result is a finding that others are about."""
    return text(item, "TextResult/TextResultValue") or said(find(item, "TextResult/TextCode"))


def _name(item: Node) -> str:
    investigation = find(item, "Investigation")
    words = [said(one) for one in investigation.children] if investigation is not None else []
    return "; ".join(filter(None, words)) or said(find(item, "TextResult/Heading"))


def _collected(sample: Node) -> datetime | None:
    return moment(value(sample, "CollectedSample/CollectedDate"))


def _value(
    item: Node, name: str, under: str, samples: dict[str, datetime | None], reported: datetime | None
) -> LabValue | None:
    """Return one result; None for a heading that only others stand below."""
    number = find(item, "NumResult/NumResultValue")
    words = _words(item)
    comment = "\n".join(prose_of(one) for one in find_all(item, "Comment"))
    service_type = value(item, "ServType")
    if number is None and not words and service_type != "C":
        if not comment:
            return None
        # What a laboratory says instead of a result is the result.
        words, comment = comment, ""
    indicator = find(item, "DevResultInd")
    deviation = value(indicator)
    return LabValue(
        analysis=coded(item, "Investigation/Id"),
        name=name,
        under=under,
        number=value(number),
        comparator=value(item, "NumResult/ArithmeticComp"),
        unit=_unit(number),
        words=words,
        reference="; ".join(text(one, "Descr") for one in find_all(item, "RefInterval")),
        deviation=deviation if deviation in {"1", "2", "3"} else said(indicator),
        service_type=service_type,
        comment=comment,
        id=text(item, "IdResultItem"),
        taken=_taken(item, samples) or (None if service_type == "H" else reported),
    )


def _taken(item: Node, samples: dict[str, datetime | None]) -> datetime | None:
    """When the sample was taken: of those it names, else of all where they agree; else when it was examined."""
    named = [at for one in find_all(item, "RefAnalysedSubject") if (at := samples.get(text(one)))]
    # A repeated earlier answer is of another sample than those of today.
    known = set(named) or {at for at in samples.values() if at and value(item, "ServType") != "H"}
    if len(known) == 1:
        return known.pop()
    return min(named, default=None) or moment(value(item, "InvDate"))


def _words(item: Node) -> str:
    """Everything a result says that is no number, as the view words it."""
    said_of = [_quantity(find(one, "NumResultValue")) for one in find_all(item, "NumResult")[1:]]
    for child in item.children:
        if child.name == "TextResult":
            codes = [said(one) for one in find_all(child, "TextCode")]
            prose = [prose_of(one) for one in find_all(child, "TextResultValue")]
            said_of += [*codes, " ".join(filter(None, [*prose, *(value(one) for one in find_all(child, "Unit"))]))]
        elif child.name == "Interval":
            said_of.append(" – ".join(_quantity(find(child, limit)) for limit in ("Low", "High")))
        elif child.name == "DateResult":
            said_of.append(value(child, "DateResultValue"))
    return "; ".join(part for part in said_of if part.strip(" –"))


def _quantity(node: Node | None) -> str:
    return f"{value(node)} {_unit(node)}".strip()


def _unit(node: Node | None) -> str:
    """The unit of a quantity; that of a bare number is written 0 or 1, and is none."""
    unit = node.attributes.get("U", "").strip() if node is not None else ""
    return "" if unit in {"0", "1"} else unit
