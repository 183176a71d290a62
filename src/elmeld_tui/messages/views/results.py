"""What a report found: numbers in a table, findings in full, resistance beside its finding, earlier answers last."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, children_by_name, find, find_all, said, text, value
from elmeld_tui.messages.views import shapes, values
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.xhtml import text_of as prose_of
from elmeld_tui.model.view import Section, Table

_RESISTANCE = "RSB"
_GROUP = "GR"
_EARLIER = "H"
_LONG = 40


def sections(placing: Placing, subject: Node) -> list[Section]:
    """Place the results and samples of a patient, an animal or a material."""
    items = find_all(subject, "ResultItem")
    new: list[Node] = []
    earlier: list[Node] = []
    for item in items:
        (earlier if is_earlier(item) else new).append(item)
    return [
        *_found(placing, new, t("Resultater"), items),
        *_found(placing, earlier, t("Tidligere svar"), items),
        *_details(placing, subject, items),
    ]


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


def _found(placing: Placing, items: list[Node], title: str, every: list[Node]) -> list[Section]:
    resistance, told, measured = [], [], []
    for item in items:
        if value(item, "TextResult/Heading") == _RESISTANCE:
            resistance.append(item)
        elif _is_told(placing, item):
            told.append(item)
        else:
            measured.append(item)
    return [
        *_measured(placing, measured, title),
        *_resistance(placing, resistance, every),
        *(_told(placing, item) for item in told),
    ]


def _is_told(placing: Placing, item: Node) -> bool:
    """Whether it holds running text, as radiology and pathology do, and reads better below a heading than in a row."""
    return any(map(is_long, placing.named(item, "TextResultValue")))


def is_long(words: Node) -> bool:
    """Whether a result in words is more than fits in a row."""
    said = prose_of(words)
    return len(said) > _LONG or "\n" in said


def _measured(placing: Placing, items: list[Node], title: str) -> list[Section]:
    rows: list[tuple[str, ...]] = []
    comments: list[str] = []
    for _, parts, depth in (placed for top in items for placed in _with_those_below(top)):
        name = _placed_name(placing, parts) or t("analyse ikke oppgitt")
        result = "; ".join(_answers(placing, parts))
        flag = _flag(placing, parts)
        reference = "; ".join(placing.value(one) for one in _inner(parts, "RefInterval", "Descr"))
        rows.append(("  " * depth + name, result, flag, reference, _status(placing, parts)))
        comments += [f"{name}: {comment}" for comment in _comments(placing, parts)]
    if not rows:
        return []
    columns = (t("Undersøkelse"), t("Resultat"), t("Avvik"), t("Referanse"), t("Status"))
    return [Section(title, tables=(Table(columns, tuple(rows)),), text=tuple(comments))]


Parts = dict[str, list[Node]]
"""What stands in a result, by name."""


def _first(parts: Parts, name: str) -> Node | None:
    return parts[name][0] if name in parts else None


def _inner(parts: Parts, name: str, below: str) -> list[Node]:
    return [inner for one in parts.get(name, ()) for inner in one.children if inner.name == below]


def _heading(parts: Parts) -> Node | None:
    headings = _inner(parts, "TextResult", "Heading")
    return headings[0] if headings else None


def _flag(placing: Placing, parts: Parts) -> str:
    return values.deviation(placing, _first(parts, "DevResultInd"))


def _comments(placing: Placing, parts: Parts) -> list[str]:
    return [placing.prose(comment) for comment in parts.get("Comment", ())]


def _with_those_below(item: Node) -> Iterator[tuple[Node, Parts, int]]:
    """Yield ``item`` and each result below it, in document order: what stands in it, and how deep it is."""
    waiting = [(item, 0)]
    while waiting:
        one, depth = waiting.pop()
        parts = children_by_name(one)
        yield one, parts, depth
        if "ResultItem" in parts:
            waiting += [(inner, depth + 1) for inner in reversed(parts["ResultItem"])]


def _told(placing: Placing, item: Node) -> Section:
    """One finding in words, and those that belong under it, each after its own heading."""
    name = _placed_name(placing, children_by_name(item))
    title = t("Beskrivelse") if value(item, "TextResult/Heading") == _GROUP else name or t("Resultat")
    if status := _status(placing, children_by_name(item)):
        title = f"{title} · {status}"
    paragraphs = []
    for _, parts, depth in _with_those_below(item):
        heading = _placed_name(placing, parts) if depth else placing.text_of(_heading(parts))
        flag = _flag(placing, parts)
        comments = _comments(placing, parts)
        status = _status(placing, parts) if depth else ""
        heading = "" if heading == name and not depth else heading
        said = "\n".join(part for part in (*_answers(placing, parts), flag, *comments, status) if part)
        if said:
            paragraphs.append(f"{heading}:\n{said}" if heading else said)
    return Section(title, text=tuple(paragraphs))


def _placed_name(placing: Placing, parts: Parts) -> str:
    """What was examined, else what kind of text it is."""
    examined = [placing.text_of(one) for inner in parts.get("Investigation", ()) for one in inner.children]
    heading = placing.text_of(_heading(parts))
    return "; ".join(part for part in examined if part) or heading


def _name(item: Node) -> str:
    """The same, without placing it."""
    return said(find(item, "Investigation/Id"))


def _answers(placing: Placing, parts: Parts) -> list[str]:
    """What was found: a number, an interval, a date, or codes and text."""
    numbers = [values.number_with_unit(placing, one) for one in parts.get("NumResult", ())]
    intervals = [values.interval(placing, one) for one in parts.get("Interval", ())]
    dates = [placing.value(one) for one in _inner(parts, "DateResult", "DateResultValue")]
    return [part for part in (*numbers, *intervals, *dates) if part] + _in_words(placing, parts)


def _in_words(placing: Placing, parts: Parts) -> list[str]:
    if "TextResult" not in parts:
        return []
    codes = [placing.text_of(one) for one in _inner(parts, "TextResult", "TextCode")]
    words = [placing.prose(one) for one in _inner(parts, "TextResult", "TextResultValue")]
    units = [placing.value(one) for one in _inner(parts, "TextResult", "Unit")]
    return [part for part in (*codes, " ".join([*words, *units])) if part]


_CHANGES = {
    "M": lambda: t("endret"),
    "C": lambda: t("trukket tilbake"),
    "H": lambda: t("tidligere svar"),
    "A": lambda: t("tillegg"),
}


def _status(placing: Placing, parts: Parts) -> str:
    change = _first(parts, "ServType")
    words = placing.noted(change)
    written = value(change)
    if written in _CHANGES:
        words = _CHANGES[written]()
    elif written == "N":
        words = ""
    return ", ".join(part for part in (placing.text_of(_first(parts, "StatusInvestigation")), words) if part)


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
    cells: dict[str, dict[str, list[str]]] = {}
    for item, link in links:
        parts = children_by_name(item)
        row = cells.setdefault(_placed_name(placing, parts) or t("analyse ikke oppgitt"), {})
        placing.noted(_heading(parts))
        answer = (*_answers(placing, parts), *_comments(placing, parts), _status(placing, parts))
        row.setdefault(link if link in known else "", []).extend(part for part in answer if part)
    heads = tuple(f"{column} {known[column]}" if column else t("ikke koblet til funn") for column in columns)
    rows = tuple(
        (name, *("; ".join(answers.get(column, ())) for column in columns)) for name, answers in cells.items()
    )
    unlinked = dict.fromkeys(
        t("Viser til resultat-id {link}, som ikke er i svaret.", link=link)
        for _, link in links
        if link and link not in known
    )
    return [Section(t("Resistensbestemmelse"), tables=(Table((t("Middel"), *heads), rows),), text=tuple(unlinked))]


def _finding_name(item: Node) -> str:
    return text(item, "TextResult/TextResultValue") or said(find(item, "TextResult/TextCode")) or _name(item)


def _details(placing: Placing, subject: Node, items: list[Node]) -> list[Section]:
    """The samples, and what else is told of each result: ids, dates, who answers for it."""
    samples = [(_sample_name(placing, one), one) for one in find_all(subject, "AnalysedSubject")]
    about_samples = tuple(
        (name, told) for name, one in samples if (told := shapes.in_a_line(placing, one)) or name
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


def _told_of(placing: Placing, items: list[Node]) -> tuple[tuple[str, str], ...]:
    """One line a result; those that stand under another first, so that each thing is told where it belongs."""
    every = [placed for item in items for placed in _with_those_below(item)]
    lines = [("  " * depth + _name(one), shapes.in_a_line(placing, one)) for one, _, depth in reversed(every)]
    return tuple(line for line in reversed(lines) if line[1])


def _sample_name(placing: Placing, sample: Node) -> str:
    return placing.text_of(find(sample, "IdByServProvider"))
