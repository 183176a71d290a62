"""A service report as a clinician reads it: what it is and from whom, what was found, earlier answers after it.

The heading names discipline, main diagnosis, sender, who got a copy and when it was examined (acceptance criterion
R34). A message may hold several reports (version 1.3); each then has its own heading.
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, said, text, value
from elmeld_tui.messages.views import frame, results, shapes
from elmeld_tui.messages.views.placing import Placing, readable
from elmeld_tui.model.view import Field, Section

_SUBJECTS = ("Patient", "Animal", "Material")
_LONGEST_TITLE = 80


def title(placing: Placing, root: Node, kind: str) -> str:
    """Return what it is, the discipline, and the main diagnosis where one is given."""
    reports = find_all(root, "ServReport")
    disciplines = (said(find(report, "MsgDescr")) for report in reports)
    return frame.words(kind, *disciplines, *(_main_diagnosis(placing, report) for report in reports))


def _main_diagnosis(placing: Placing, report: Node) -> str:
    """The first diagnosis of a result of today: the code's text, else the first line of the words."""
    if not placing.named(report, "DiagComment", "TextResult"):
        return ""
    for node in placing.named(report, "ResultItem"):
        if results.is_earlier(node):
            continue
        if concept := said(find(node, "DiagComment/Concept")):
            return concept
        if value(node, "TextResult/Heading") == "DIAG":
            words = said(find(node, "TextResult/TextCode")) or text(node, "TextResult/TextResultValue")
            first = words.strip().partition("\n")[0]
            return first if len(first) <= _LONGEST_TITLE else ""
    return ""


def content(placing: Placing, root: Node) -> list[Section]:
    """Place every ServReport of a message."""
    reports = find_all(root, "ServReport")
    found: list[Section] = []
    for number, report in enumerate(reports, start=1):
        several = t("Svar {number} av {count}", number=number, count=len(reports)) if len(reports) > 1 else ""
        found += _report(placing, report, several)
    return found


def _report(placing: Placing, report: Node, several: str) -> list[Section]:
    subjects = placing.named(report, *_SUBJECTS)
    earlier = [item for item in placing.named(report, "ResultItem") if results.is_earlier(item)]
    heading = _heading(placing, report, several, earlier)
    found = [section for subject in subjects for section in results.sections(placing, subject)]
    # A table of numbers is what its message is opened for; words are read knowing whose and when they are.
    found = (
        [*heading, *found] if several or earlier or _is_to_be_introduced(placing, report) else [*found, *heading]
    )
    parts = [part for part in report.children if part.name not in frame.PARTIES]
    if about := shapes.section(placing, [part for part in parts if not part.children], t("Om svaret")):
        found.append(about)
    return [*found, *(section for part in parts if part.children for section in shapes.sections(placing, part))]


def _is_to_be_introduced(placing: Placing, report: Node) -> bool:
    return (
        find(report, "Comment") is not None
        or any(
            value(found.parent, "TextResult/Heading") == "DIAG" for found in placing.named(report, "TextResult")
        )
        or any(map(results.is_long, placing.named(report, "TextResultValue")))
    )


def _heading(placing: Placing, report: Node, several: str, earlier: list[Node]) -> list[Section]:
    """What one must know of a report before its results: from whom, how final, when, and who else has it."""
    discipline = find(report, "MsgDescr")
    fields = [
        Field(t("Fra"), frame.party_line(find(report, "ServProvider"))),
        *(placing.field(node) for node in find_all(report, "Status")),
        Field(t("Prøve tatt"), _times(placing, report, "CollectedDate")),
        Field(t("Undersøkt"), _times(placing, report, "InvDate")),
        Field(t("Kopi til"), "; ".join(filter(None, map(frame.party_line, find_all(report, "CopyDest"))))),
        Field(t("Tidligere svar"), t("{count} vises etter de nye", count=len(earlier)) if earlier else ""),
        *(placing.field(node) for node in find_all(report, "Comment")),
    ]
    title = frame.words(several, placing.noted(discipline) or t("Svar"))
    heading = shapes.laid_out(title, [field for field in fields if field.value])
    return [heading] if heading.fields or heading.text or several else []


def _times(placing: Placing, report: Node, name: str) -> str:
    """The moments called ``name``, each once, of what is not an earlier answer; they are placed where they belong."""
    new = (node for node in placing.named(report, name) if not results.is_of_earlier(node))
    return ", ".join(dict.fromkeys(readable(written) for node in new if (written := value(node))))
