"""A service report as a clinician reads it: results in a table, findings in full, resistance beside its finding."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.reading import Element, find, find_all, local, text, value
from elmeld_tui.messages.views import shapes
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model.view import Section, Table

_SUBJECTS = ("Patient", "Animal", "Material")
_RESISTANCE = "RSB"
_GROUP = "GR"
_LONG = 40


def sections(placing: Placing, root: Element, elsewhere: tuple[str, ...]) -> list[Section]:
    """Return the sections of every report in the message, and of each patient, animal or material in them.

    Args:
        placing: what is placed.
        root: the message.
        elsewhere: names of the parts that are shown elsewhere.
    """
    found: list[Section] = []
    for report in find_all(root, "ServReport"):
        parts = [child for child in report if local(child) not in elsewhere]
        # What was found comes first: it is what the message is opened for.
        for subject in filter(_is_subject, report.iterdescendants()):
            found += _results(placing, subject)
        if about := shapes.section(placing, [part for part in parts if not len(part)], t("Om svaret")):
            found.append(about)
        found += [section for part in parts if len(part) for section in shapes.sections(placing, part)]
    return found


def _is_subject(element: Element) -> bool:
    return local(element) in _SUBJECTS


def _results(placing: Placing, subject: Element) -> list[Section]:
    items = find_all(subject, "ResultItem")
    resistance = [item for item in items if _is_resistance(item)]
    told = [item for item in items if item not in resistance and _is_told(item)]
    measured = [item for item in items if item not in resistance and item not in told]
    found = [
        *_measured(placing, measured),
        *_resistance(placing, resistance, [*measured, *told]),
        *(_told(placing, item) for item in told),
    ]
    return [*found, *_details(placing, subject, items)]


def _is_resistance(item: Element) -> bool:
    return value(item, "TextResult/Heading") == _RESISTANCE


def _is_told(item: Element) -> bool:
    """Whether it holds running text, as radiology and pathology do, and reads better below a heading than in a row."""
    texts = (plain_text(words) for words in item.iter("{*}TextResultValue"))
    return any(len(words) > _LONG or "\n" in words for words in texts)


def _measured(placing: Placing, items: list[Element]) -> list[Section]:
    rows: list[tuple[str, ...]] = []
    comments: list[str] = []
    for item, depth in (placed for top in items for placed in _with_those_below(top)):
        name = _placed_name(placing, item)
        result = "; ".join(_answers(placing, item))
        flag = shapes.deviation(placing, find(item, "DevResultInd"))
        reference = "; ".join(placing.value(one) for one in find_all(item, "RefInterval/Descr"))
        rows.append(("  " * depth + name, result, flag, reference, _status(placing, item)))
        comments += [f"{name}: {placing.prose(comment)}" for comment in find_all(item, "Comment")]
    if not rows:
        return []
    columns = (t("Undersøkelse"), t("Resultat"), t("Avvik"), t("Referanse"), t("Status"))
    return [Section(t("Resultater"), tables=(Table(columns, tuple(rows)),), text=tuple(comments))]


def _with_those_below(item: Element, depth: int = 0) -> list[tuple[Element, int]]:
    below = [one for inner in find_all(item, "ResultItem") for one in _with_those_below(inner, depth + 1)]
    return [(item, depth), *below]


def _told(placing: Placing, item: Element) -> Section:
    """One finding in words, and those that belong under it, each after its own heading."""
    name = _placed_name(placing, item)
    title = t("Beskrivelse") if value(item, "TextResult/Heading") == _GROUP else name or t("Resultat")
    if status := _status(placing, item):
        title = f"{title} · {status}"
    paragraphs = []
    for one, depth in _with_those_below(item):
        heading = _placed_name(placing, one) if depth else placing.text_of(find(one, "TextResult/Heading"))
        flag = shapes.deviation(placing, find(one, "DevResultInd"))
        comments = [placing.prose(comment) for comment in find_all(one, "Comment")]
        status = _status(placing, one) if depth else ""
        heading = "" if heading == name and not depth else heading
        said = "\n".join(part for part in (*_answers(placing, one), flag, *comments, status) if part)
        if said:
            paragraphs.append(f"{heading}:\n{said}" if heading else said)
    return Section(title, text=tuple(paragraphs))


def _placed_name(placing: Placing, item: Element) -> str:
    """What was examined, else what kind of text it is."""
    examined = [placing.text_of(one) for investigation in find_all(item, "Investigation") for one in investigation]
    heading = placing.text_of(find(item, "TextResult/Heading"))
    return "; ".join(part for part in examined if part) or heading


def _name(item: Element) -> str:
    """The same, without placing it."""
    found = find(item, "Investigation/Id")
    return "" if found is None else found.get("DN") or found.get("OT") or found.get("V") or ""


def _answers(placing: Placing, item: Element) -> list[str]:
    """What was found: a number, an interval, a date, or codes and text."""
    numbers = [shapes.number_with_unit(placing, one) for one in find_all(item, "NumResult")]
    intervals = [field.value for one in find_all(item, "Interval") for field in shapes.fields(placing, one)]
    dates = [placing.value(one) for one in find_all(item, "DateResult/DateResultValue")]
    codes = [placing.text_of(one) for one in find_all(item, "TextResult/TextCode")]
    words = [placing.prose(one) for one in find_all(item, "TextResult/TextResultValue")]
    units = [placing.value(one) for one in find_all(item, "TextResult/Unit")]
    return [part for part in (*numbers, *intervals, *dates, *codes, " ".join([*words, *units])) if part]


def _details(placing: Placing, subject: Element, items: list[Element]) -> list[Section]:
    """The samples, and what else is told of each result: ids, dates, who answers for it."""
    samples = find_all(subject, "AnalysedSubject")
    titles = (t("Prøver"), t("Mer om resultatene"))
    columns = ((t("Prøve"), t("Opplysninger")), (t("Undersøkelse"), t("Opplysninger")))
    rows = (
        tuple((_sample_name(placing, one), _in_a_line(placing, one)) for one in samples),
        _told_of(placing, items),
    )
    return [
        Section(title, tables=(Table(heads, told),))
        for title, heads, lines in zip(titles, columns, rows, strict=True)
        if (told := tuple(line for line in lines if line[1]))
    ]


def _told_of(placing: Placing, items: list[Element]) -> tuple[tuple[str, str], ...]:
    """One line a result; those that stand under another first, so that each thing is told where it belongs."""
    every = [placed for item in items for placed in _with_those_below(item)]
    lines = [("  " * depth + _name(one), _in_a_line(placing, one)) for one, depth in reversed(every)]
    return tuple(reversed(lines))


def _sample_name(placing: Placing, sample: Element) -> str:
    return placing.text_of(find(sample, "IdByServProvider"))


def _in_a_line(placing: Placing, element: Element) -> str:
    told = []
    for field in shapes.fields(placing, element):
        if field.code or field.codelist:
            placing.codes.setdefault((field.value, field.code, field.codelist))
        told.append(f"{field.label}: {field.value}")
    return "; ".join(told)


_CHANGES = {
    "M": lambda: t("endret"),
    "C": lambda: t("trukket tilbake"),
    "H": lambda: t("tidligere svar"),
    "A": lambda: t("tillegg"),
}


def _status(placing: Placing, item: Element) -> str:
    change = find(item, "ServType")
    words = placing.noted(change)
    if change is not None:
        known = _CHANGES.get(value(change))
        words = known() if known else "" if value(change) == "N" else words
    return ", ".join(part for part in (placing.text_of(find(item, "StatusInvestigation")), words) if part)


def _resistance(placing: Placing, items: list[Element], findings: list[Element]) -> list[Section]:
    """The substances down, the findings across; a result whose finding is not here stands as not linked.

    The links go by id and hold whatever the order (HIS 1139; acceptance criterion R37).
    """
    if not items:
        return []
    known = {text(item, "IdResultItem"): _finding_name(item) for item in findings if text(item, "IdResultItem")}
    links = {item: placing.value(find(item, "RefIdResultItem")) for item in items}
    columns = list(dict.fromkeys(link if link in known else "" for link in links.values()))
    cells: dict[str, dict[str, str]] = {}
    for item, link in links.items():
        row = cells.setdefault(_placed_name(placing, item), {})
        placing.noted(find(item, "TextResult/Heading"))
        comments = (placing.prose(comment) for comment in find_all(item, "Comment"))
        answer = "; ".join(part for part in (*_answers(placing, item), *comments, _status(placing, item)) if part)
        column = link if link in known else ""
        row[column] = "; ".join(part for part in (row.get(column, ""), answer) if part)
    heads = tuple(f"{column} {known[column]}" if column else t("ikke koblet til funn") for column in columns)
    rows = tuple((name, *(answers.get(column, "") for column in columns)) for name, answers in cells.items())
    unlinked = dict.fromkeys(
        t("Viser til resultat-id {link}, som ikke er i svaret.", link=link)
        for link in links.values()
        if link and link not in known
    )
    return [Section(t("Resistensbestemmelse"), tables=(Table((t("Middel"), *heads), rows),), text=tuple(unlinked))]


def _finding_name(item: Element) -> str:
    return text(item, "TextResult/TextResultValue") or _name(item)
