"""A patient's results over time: a row for each analysis, a column for each time; nothing converted, nothing merged.

Values are compared only where code, unit and place in the report are the same. A code from a national list means the
same at every laboratory; a laboratory's own code does so only together with the same name. Results that a laboratory
changed or withdrew are left out; those that replaced them are marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from elmeld_tui import i18n
from elmeld_tui.i18n import t
from elmeld_tui.model.codes import oid
from elmeld_tui.model.reference_intervals import Side, limits, number_of, side

if TYPE_CHECKING:
    from elmeld_tui.messages.lab_values import LabValue

_NATIONAL = frozenset({oid(7280), oid(7270)})
"""Norsk laboratoriekodeverk and the codes of radiology: one code, one meaning."""

_CHANGED, _WITHDRAWN, _EARLIER = "M", "C", "H"
_SIGNS = {"EQ": "", "LT": "<", "GT": ">", "LE": "≤", "GE": "≥", "ML": "<<", "MG": ">>", "NE": "≠"}
_SIDES = {Side.BELOW: "↓", Side.WITHIN: "", Side.ABOVE: "↑"}
_FLAGS = {"1": "↑", "2": "↓", "3": "*"}
_FLAG_WORDS = {"1": lambda: t("over"), "2": lambda: t("under"), "3": lambda: t("utenfor")}


@dataclass(frozen=True, slots=True)
class Reported:
    """What one message reported.

    Attributes:
        message_id: of the message.
        document: what belongs to one report has the same, also when it came in parts; empty where nobody knows.
        laboratory: name of who sent it.
        changed: the whole report is said to be changed (7309 M).
        values: in the laboratory's order.
    """

    message_id: int
    document: str
    laboratory: str
    changed: bool
    values: tuple[LabValue, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One result in the matrix.

    Attributes:
        value: as the laboratory wrote it.
        message_id: of the message that told it.
        laboratory: name of who sent it.
        changed: it is said to be changed since it was first told.
    """

    value: LabValue
    message_id: int
    laboratory: str
    changed: bool = False

    @property
    def shown(self) -> str:
        """The result without its unit: ``<5``, ``10,2``, ``Positiv``."""
        one = self.value
        if one.service_type == _WITHDRAWN and not (one.number or one.words):
            return t("trukket tilbake")
        number = one.number.replace(".", ",", 1) if i18n.language() == "nb" else one.number
        # A comparator that is not known stands as it came.
        sign = _SIGNS.get(one.comparator, f"{one.comparator} ") if one.comparator else ""
        return "; ".join(part for part in (f"{sign}{number}" if number else "", one.words) if part)

    @property
    def flag(self) -> str:
        """The laboratory's own word on the reference interval as a sign; empty where it said nothing."""
        return _FLAGS.get(self.value.deviation, "*") if self.value.deviation else ""

    @property
    def flag_word(self) -> str:
        """The same as a word."""
        told = self.value.deviation
        return _FLAG_WORDS[told]() if told in _FLAG_WORDS else told

    @property
    def number(self) -> float | None:
        """The number to draw, be it less or more than it; None where the result is none."""
        return number_of(self.value.number)

    @property
    def side(self) -> str:
        """Where it lies of its own reference interval: ``↑``, ``↓``, or empty within it or where nobody can tell.

        The laboratory's word counts; where it gave none, the interval that came with the result does.
        """
        if self.flag in {"↑", "↓"}:
            return self.flag
        return _SIDES[side(self.value.number, self.value.reference)] if not self.value.comparator else ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A row: one analysis in one unit.

    Attributes:
        key: what its results have in common, and no other row's have.
        name: what the newest report calls it.
        under: name of the finding it stands below.
        unit: of its numbers; empty for results in words.
        cells: by the time of the sample, the newest first; None for a time that is not known, which comes last.
    """

    key: tuple[str, ...]
    name: str
    under: str
    unit: str
    cells: dict[datetime | None, tuple[Cell, ...]]

    @property
    def title(self) -> str:
        """The name, and what it is the analysis of."""
        return f"{self.name} · {self.under}" if self.under else self.name

    @property
    def every(self) -> list[Cell]:
        """Every result, newest first."""
        return [cell for cells in self.cells.values() for cell in cells]

    @property
    def reference(self) -> str:
        """The newest reference interval that was told."""
        return next((cell.value.reference for cell in self.every if cell.value.reference), "")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Results over time.

    Attributes:
        times: of the columns, newest first; None last, for earlier answers without a time.
        analyses: the rows, in the newest report's order; what only older reports have comes after.
    """

    times: tuple[datetime | None, ...]
    analyses: tuple[Analysis, ...]


def matrix(reports: Sequence[Reported]) -> Matrix:
    """Return the matrix of ``reports``, which come newest first."""
    found = _without_repeated(_without_changed(reports))
    rows: dict[tuple[str, ...], list[Cell]] = {}
    for cell in found:
        rows.setdefault(_key(cell.value), []).append(cell)
    analyses = [_analysis(key, cells) for key, cells in _with_words(rows).items()]
    times = _in_order({time for one in analyses for time in one.cells})
    return Matrix(times, tuple(analyses))


def _without_changed(reports: Sequence[Reported]) -> list[Cell]:
    """Return what is still said, newest first: a result that is changed or withdrawn replaces the ones before it.

    Only within one document, where a result has its own id (HIS 80822 §4).
    """
    gone: set[tuple[str, ...]] = set()
    found = []
    for report in reports:
        alone = report.changed and not any(one.service_type == _CHANGED for one in report.values)
        replaced: set[tuple[str, ...]] = set()
        for one in report.values:
            identity = (report.document, one.id, *_key(one)[:3])
            known = bool(report.document and one.id)
            if known and identity in gone:
                continue
            if known and one.service_type in {_CHANGED, _WITHDRAWN}:
                replaced.add(identity)
            changed = one.service_type == _CHANGED or (alone and one.service_type != _EARLIER)
            found.append(Cell(one, report.message_id, report.laboratory, changed))
        gone |= replaced
    return found


def _without_repeated(cells: Iterable[Cell]) -> list[Cell]:
    """Leave out what is told again: the same result of the same time, as history or in the next part of a report."""
    found: dict[tuple[object, ...], Cell] = {}
    earlier: list[Cell] = []
    for cell in cells:
        if cell.value.service_type == _EARLIER:
            earlier.append(cell)
        else:
            found.setdefault((*_said(cell.value), cell.value.comment), cell)
    told = {_said(cell.value) for cell in found.values()}
    return [
        *found.values(),
        *{_said(cell.value): cell for cell in earlier if _said(cell.value) not in told}.values(),
    ]


def _said(one: LabValue) -> tuple[object, ...]:
    return (*_key(one), one.taken, one.comparator, one.number, one.words)


def _key(one: LabValue) -> tuple[str, ...]:
    """Return what a value must share with another to be compared with it."""
    code, system = one.analysis.value, one.analysis.system
    name = "" if code and system in _NATIONAL else one.name.casefold()
    return system if code else "", code, name, one.under.casefold(), one.unit


def _with_words(rows: dict[tuple[str, ...], list[Cell]]) -> dict[tuple[str, ...], list[Cell]]:
    """Put results in words beside the numbers of the same analysis, where those have one unit alone."""
    units: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key, cells in rows.items():
        if any(cell.value.number for cell in cells):
            units.setdefault(key[:-1], []).append(key)
    joined: dict[tuple[str, ...], list[Cell]] = {}
    for key, cells in rows.items():
        measured = units.get(key[:-1], [])
        in_words = not any(cell.value.number for cell in cells)
        home = measured[0] if in_words and len(measured) == 1 else key
        joined.setdefault(home, []).extend(cells)
    return joined


def _analysis(key: tuple[str, ...], cells: list[Cell]) -> Analysis:
    found: dict[datetime | None, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.value.taken, []).append(cell)
    by_time = {time: tuple(found[time]) for time in _in_order(set(found))}
    newest = next(iter(by_time.values()))[0].value
    unit = next((cell.value.unit for cell in cells if cell.value.unit), "")
    return Analysis(key, newest.name or t("analyse ikke oppgitt"), newest.under, unit, by_time)


def _in_order(times: set[datetime | None]) -> tuple[datetime | None, ...]:
    known = sorted((time for time in times if time is not None), reverse=True)
    return (*known, None) if None in times else tuple(known)


_BLOCKS = "▁▂▃▄▅▆▇█"


def trend(analysis: Analysis, width: int) -> str:
    """Return the newest ``width`` numbers as a line of signs, oldest first.

    A block tells where within the reference interval a number lies, lowest to highest; an arrow, that it lies outside.
    Without an interval, the blocks reach from the lowest number to the highest.
    """
    measured = [cell for cell in analysis.every if cell.number is not None][:width]
    if len(measured) < 2:
        # One number has no trend.
        return ""
    low, high = limits(analysis.reference)
    inside = [cell.number for cell in measured if not cell.side and cell.number is not None]
    low = min(inside, default=0.0) if low is None else low
    high = max(inside, default=0.0) if high is None else high
    return "".join(cell.side or _block(cell.number or 0.0, low, high) for cell in reversed(measured))


def _block(number: float, low: float, high: float) -> str:
    if high <= low:
        return _BLOCKS[3]
    place = (number - low) / (high - low)
    return _BLOCKS[round(max(0.0, min(1.0, place)) * (len(_BLOCKS) - 1))]
