"""What a report found: numbers in a table, findings in full, resistance beside its finding, earlier answers last."""

from __future__ import annotations

from collections.abc import Callable

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, said, text, value
from elmeld_tui.messages.views import shapes, values
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.xhtml import text_of as prose_of
from elmeld_tui.model.view import Section, Table

_RESISTANCE = "RSB"
_GROUP = "GR"
_EARLIER = "H"
_LONG = 40


Results = list[tuple[Node, int]]
"""A result and each below it, in document order, with how deep each is."""

Cells = tuple[list[str], ...]
"""What a result says, by the columns below; a piece of a cell is one value."""

_NAME, _RESULT, _DEVIATION, _REFERENCE, _STATUS, _CHANGE, _HEADING, _COMMENT = range(8)


def sections(placing: Placing, subject: Node) -> list[Section]:
    """Place the results and samples of a patient, an animal or a material."""
    every = [_with_those_below(item) for item in find_all(subject, "ResultItem")]
    new: list[Results] = []
    earlier: list[Results] = []
    for results in every:
        (earlier if is_earlier(results[0][0]) else new).append(results)
    return [
        *_found(placing, new, t("Resultater"), every),
        *_found(placing, earlier, t("Tidligere svar"), every),
        *_details(placing, subject, every),
    ]


def _with_those_below(item: Node) -> Results:
    found: Results = []
    waiting = [(item, 0)]
    while waiting:
        one, depth = waiting.pop()
        found.append((one, depth))
        waiting += [(inner, depth + 1) for inner in reversed(one.children) if inner.name == "ResultItem"]
    return found


def is_earlier(item: Node) -> bool:
    """Whether a result was sent before and is repeated as history (8270 H)."""
    return value(item, "ServType") == _EARLIER


def is_of_earlier(node: Node) -> bool:
    """Whether ``node`` stands in a result that is repeated as history."""
    above = node.parent
    while above is not None:
        if above.name == "ResultItem" and is_earlier(above):
            return True
        above = above.parent
    return False


def _found(placing: Placing, items: list[Results], title: str, every: list[Results]) -> list[Section]:
    resistance, told, measured = [], [], []
    for results in items:
        item = results[0][0]
        if value(item, "TextResult/Heading") == _RESISTANCE:
            resistance.append(item)
        elif _is_told(placing, item):
            told.append(results)
        else:
            measured += results
    return [
        *_measured(placing, measured, title),
        *_resistance(placing, resistance, [results[0][0] for results in every]),
        *(_told(placing, results) for results in told),
    ]


def _is_told(placing: Placing, item: Node) -> bool:
    """Whether it holds running text, as radiology and pathology do, and reads better below a heading than in a row."""
    return any(map(is_long, placing.named(item, "TextResultValue")))


def is_long(words: Node) -> bool:
    """Whether a result in words is more than fits in a row."""
    said = prose_of(words)
    return len(said) > _LONG or "\n" in said


def _measured(placing: Placing, results: Results, title: str) -> list[Section]:
    rows: list[tuple[str, ...]] = []
    comments: list[str] = []
    for item, depth in results:
        cells = _cells(placing, item)
        name = _called(cells) or t("analyse ikke oppgitt")
        rows.append(
            (
                "  " * depth + name,
                "; ".join(cells[_RESULT]),
                "; ".join(cells[_DEVIATION]),
                "; ".join(cells[_REFERENCE]),
                _status(cells),
            )
        )
        comments += [f"{name}: {comment}" for comment in cells[_COMMENT]]
    if not rows:
        return []
    columns = (t("Undersøkelse"), t("Resultat"), t("Avvik"), t("Referanse"), t("Status"))
    return [Section(title, tables=(Table(columns, tuple(rows)),), text=tuple(comments))]


def _cells(placing: Placing, item: Node) -> Cells:
    """Place one result, without those below it."""
    cells: Cells = ([], [], [], [], [], [], [], [])
    for child in item.children:
        if child.name in _COLUMNS:
            column, place = _COLUMNS[child.name]
            if said := place(placing, child):
                cells[column].append(said)
        elif child.name == "TextResult":
            _add_words(placing, child, cells)
    return cells


def _called(cells: Cells) -> str:
    """What was examined, else what kind of text it is."""
    return "; ".join(cells[_NAME] or cells[_HEADING])


def _status(cells: Cells) -> str:
    return ", ".join(cells[_STATUS] + cells[_CHANGE])


def _examined(placing: Placing, investigation: Node) -> str:
    return "; ".join([said for one in investigation.children if (said := placing.text_of(one))])


def _reference(placing: Placing, interval: Node) -> str:
    return "; ".join([placing.value(one) for one in interval.children if one.name == "Descr"])


def _date(placing: Placing, result: Node) -> str:
    return "; ".join([placing.value(one) for one in result.children if one.name == "DateResultValue"])


def _add_words(placing: Placing, result: Node, cells: Cells) -> None:
    """Place a TextResult: what kind of text it is, its codes, and its words with their unit."""
    words: list[str] = []
    for child in result.children:
        if child.name == "Heading" and (heading := placing.noted(child)):
            cells[_HEADING].append(heading)
        elif child.name == "TextCode" and (code := placing.text_of(child)):
            cells[_RESULT].append(code)
        elif child.name == "TextResultValue":
            words.append(placing.prose(child))
        elif child.name == "Unit":
            words.append(placing.value(child))
    if said := " ".join(words):
        cells[_RESULT].append(said)


_CHANGES = {
    "M": lambda: t("endret"),
    "C": lambda: t("trukket tilbake"),
    "H": lambda: t("tidligere svar"),
    "A": lambda: t("tillegg"),
}


def _change(placing: Placing, change: Node) -> str:
    said = placing.noted(change)
    written = value(change)
    if written in _CHANGES:
        return _CHANGES[written]()
    return "" if written == "N" else said


_COLUMNS: dict[str, tuple[int, Callable[[Placing, Node], str]]] = {
    "Investigation": (_NAME, _examined),
    "NumResult": (_RESULT, values.number_with_unit),
    "Interval": (_RESULT, values.interval),
    "DateResult": (_RESULT, _date),
    "DevResultInd": (_DEVIATION, values.deviation),
    "RefInterval": (_REFERENCE, _reference),
    "StatusInvestigation": (_STATUS, Placing.text_of),
    "ServType": (_CHANGE, _change),
    "Comment": (_COMMENT, Placing.prose),
}
"""What stands in a result: its column, and how it is placed there."""


def _told(placing: Placing, results: Results) -> Section:
    """One finding in words, and those that belong under it, each after its own heading."""
    item = results[0][0]
    title, paragraphs = "", []
    for one, depth in results:
        cells = _cells(placing, one)
        name, heading, status = _called(cells), "; ".join(cells[_HEADING]), _status(cells)
        if not depth:
            title = t("Beskrivelse") if value(item, "TextResult/Heading") == _GROUP else name or t("Resultat")
            title = f"{title} · {status}" if status else title
            name, status = "" if heading == name else heading, ""
        said = "\n".join(filter(None, [*cells[_RESULT], *cells[_DEVIATION], *cells[_COMMENT], status]))
        if said:
            paragraphs.append(f"{name}:\n{said}" if name else said)
    return Section(title, text=tuple(paragraphs))


def _resistance(placing: Placing, items: list[Node], findings: list[Node]) -> list[Section]:
    """The substances down, the findings across; a result whose finding is not here stands as not linked.

    The links go by id and hold whatever the order (HIS 1139; acceptance criterion R37).
    """
    if not items:
        return []
    named = ((text(item, "IdResultItem"), item) for item in findings)
    known = {link: _finding_name(item) for link, item in named if link}
    links = [(item, placing.value(find(item, "RefIdResultItem"))) for item in items]
    columns = list(dict.fromkeys(link if link in known else "" for _, link in links))
    answers: dict[str, dict[str, list[str]]] = {}
    for item, link in links:
        placed = _cells(placing, item)
        row = answers.setdefault(_called(placed) or t("analyse ikke oppgitt"), {})
        row.setdefault(link if link in known else "", []).extend(
            filter(None, [*placed[_RESULT], *placed[_COMMENT], _status(placed)])
        )
    heads = tuple(f"{column} {known[column]}" if column else t("ikke koblet til funn") for column in columns)
    rows = tuple((name, *("; ".join(row.get(column, ())) for column in columns)) for name, row in answers.items())
    unlinked = dict.fromkeys(
        t("Viser til resultat-id {link}, som ikke er i svaret.", link=link)
        for _, link in links
        if link and link not in known
    )
    return [Section(t("Resistensbestemmelse"), tables=(Table((t("Middel"), *heads), rows),), text=tuple(unlinked))]


def _finding_name(item: Node) -> str:
    return text(item, "TextResult/TextResultValue") or said(find(item, "TextResult/TextCode")) or _name(item)


def _name(item: Node) -> str:
    """What was examined, without placing it."""
    return said(find(item, "Investigation/Id"))


def _details(placing: Placing, subject: Node, items: list[Results]) -> list[Section]:
    """The samples, and what else is told of each result: ids, dates, who answers for it."""
    samples = [(_sample_name(placing, one), one) for one in find_all(subject, "AnalysedSubject")]
    about_samples = tuple(
        (name, told) for name, one in samples if (told := shapes.in_a_line(placing, (one,))) or name
    )
    about_results = _told_of(placing, items)
    found = []
    if about_samples:
        table = Table((t("Prøve"), t("Opplysninger")), about_samples)
        found.append(Section(t("Prøver"), tables=(table,)))
    if about_results:
        table = Table((t("Undersøkelse"), t("Opplysninger")), about_results)
        found.append(Section(t("Mer om resultatene"), tables=(table,)))
    return found


def _told_of(placing: Placing, items: list[Results]) -> tuple[tuple[str, str], ...]:
    """One line a result; those that stand under another first, so that each thing is told where it belongs."""
    lines: list[tuple[str, str]] = []
    for results in reversed(items):
        for one, depth in reversed(results):
            if told := shapes.in_a_line(placing, one.children or (one,)):
                lines.append(("  " * depth + _name(one), told))
    return tuple(reversed(lines))


def _sample_name(placing: Placing, sample: Node) -> str:
    return placing.text_of(find(sample, "IdByServProvider"))
