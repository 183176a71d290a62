"""Reading a code list as published: FinnKode and Volven as CSV or JSON, a FHIR CodeSystem, or our own format.

FinnKode names its columns ``Kode``, ``Tekst_uten_lengdebegrensning``, ``Gyldig_til`` …; the laboratory list has
``norsk_bruksnavn``. Delimiter and encoding are detected. Everything is read, or nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.codelists import CodeList
from elmeld_tui.messages.codelists.searching import fold

_CODE = ("kode", "kodeverdi", "verdi", "code", "codevalue", "value", "nlkkode")
_TEXT = (
    "tekstutenlengdebegrensning",
    "norskbruksnavn",
    "kodetekst",
    "tekst",
    "navn",
    "namenorwegian",
    "betydning",
    "beskrivelse",
    "tittel",
    "display",
    "name",
    "text",
    "tekstmedmaksimalt60tegn",
)
_ROWS = ("codeValues", "concept", "concepts")
"""Where an export in JSON keeps its rows: FinnKode, FHIR."""

_DELIMITERS = ";\t,|"
_WITHOUT_POINTS = frozenset({"7110"})
"""Lists whose codes stand without points in messages: E119, not E11.9."""

_DAGGER_OR_STAR = "†*"
_RANGE = re.compile(r"[A-Z]\d\d-[A-Z]\d\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST_CODE = 50


@dataclass(frozen=True, slots=True)
class Export:
    """What a file gave.

    Attributes:
        number: of the list.
        codes: the list itself.
        passed_over: rows that are headings, have expired, or belong to another list in the same file.
    """

    number: str
    codes: CodeList
    passed_over: int


class ExportError(Exception):
    """The file cannot become a list.

    Attributes:
        problems: one sentence each, with its line where there is one.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows with folded column names; ``rows`` yields each with the number it has in the file."""

    number: str
    name: str
    rows: list[tuple[int, dict[str, str]]]


def read(raw: bytes, *, codelist: str = "", today: date) -> Export:
    """Read an export.

    Args:
        raw: the file.
        codelist: number, OID or short name of the list; empty where the file says it itself.
        today: codes that expired before it are passed over.

    Raises:
        ExportError: the file is of another kind, does not say which list it is, or has rows that cannot be right.
    """
    if raw.startswith(b"PK"):
        raise ExportError(t("Filen er et regneark. Lagre det som CSV og prøv igjen."))
    text = _decoded(raw)
    table = _from_json(text) if text.lstrip()[:1] in {"{", "["} else _from_csv(text)
    number = codelists.number_of(codelist.strip()) if codelist.strip() else table.number
    if not re.fullmatch("[0-9]{1,9}", number):
        raise ExportError(
            t("Filen sier ikke hvilket kodeverk den er. Oppgi nummeret med --list, for eksempel 7110.")
        )
    codes, passed_over = _codes(table, number, today)
    if not codes:
        raise ExportError(t("Filen har ingen gyldige koder."))
    known = codelists.name(number).removesuffix(f" ({number})")
    return Export(number, CodeList(name=table.name or known, codes=codes), passed_over)


def _decoded(raw: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # Every byte is a letter of ISO-8859-1; Windows' own letters are among its control characters.
        return raw.decode("cp1252", errors="replace")


def _from_csv(text: str) -> _Table:
    if text.lstrip().startswith("<"):
        raise ExportError(t("Filen er XML. Last ned kodeverket som CSV eller JSON."))
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [_column(name) for name in next(reader, [])]
        _demand_columns(names)
        problems, rows = [], []
        for cells in reader:
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                problems.append(t("linje {line}: flere felt enn i overskriften", line=reader.line_num))
            elif any(cell.strip() for cell in cells):
                rows.append((reader.line_num, dict(zip(names, cells, strict=False))))
    except csv.Error as error:
        raise ExportError(t("linje {line}: {reason}", line=reader.line_num, reason=error)) from error
    if problems:
        raise ExportError(*problems)
    return _Table("", "", rows)


def _column(name: str) -> str:
    return fold(name).replace(" ", "")


def _demand_columns(names: list[str]) -> None:
    if not set(_CODE) & set(names) or not set(_TEXT) & set(names):
        raise ExportError(
            t("Den første linjen må navngi en kolonne for koden og en for teksten, som «Kode;Tekst».")
        )


def _from_json(text: str) -> _Table:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExportError(t("Filen er ikke gyldig JSON: {reason}", reason=error)) from error
    number = name = ""
    if isinstance(data, dict) and len(data) == 1 and isinstance(next(iter(data.values())), dict):
        # The shape of the built-in lists: the number, then the list.
        number, data = next(iter(data.items()))
    if isinstance(data, dict):
        number = number or str(data.get("id", ""))
        name = " ".join(str(data.get("name") or "").split())
        data = _rows_of(data)
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise ExportError(t("Filen har ingen liste av koder."))
    rows = [{_column(key): _cell(cell) for key, cell in row.items()} for row in data]
    if rows:
        _demand_columns([key for row in rows for key in row])
    return _Table(number, name, list(enumerate(rows, start=1)))


def _rows_of(data: Mapping[str, Any]) -> Any:
    if isinstance(data.get("codes"), dict):
        return [{"code": code, "text": words} for code, words in data["codes"].items()]
    return next((data[key] for key in _ROWS if key in data), None)


def _cell(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _codes(table: _Table, number: str, today: date) -> tuple[dict[str, str], int]:
    codes: dict[str, str] = {}
    problems: list[str] = []
    code_columns, text_columns = (_present(table, columns) for columns in (_CODE, _TEXT))
    for line, row in _belonging(table, number):
        code = _first(row, code_columns)
        if _is_heading(code, row) or _has_expired(row, today):
            continue
        code, text = _as_sent(code, number), " ".join(_first(row, text_columns).split())
        problem = _problem(code, text, codes)
        if problem:
            problems.append(t("linje {line}: {reason}", line=line, reason=problem))
        codes[code] = text
    if problems:
        raise ExportError(*problems)
    return codes, len(table.rows) - len(codes)


def _belonging(table: _Table, number: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the rows of the list itself; FinnKode's ICPC-2 has the rows of ICPC-2B in the same file."""
    named = {row.get("kodeverk", "") for _, row in table.rows}
    own = fold(codelists.name(number).removesuffix(f" ({number})"))
    # Where no row names the list, the column says something else.
    wanted = {name for name in named if fold(name) == own} or named
    return (numbered for numbered in table.rows if numbered[1].get("kodeverk", "") in wanted)


def _present(table: _Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    there = {name for _, row in table.rows for name in row}
    return tuple(name for name in columns if name in there)


def _is_heading(code: str, row: Mapping[str, str]) -> bool:
    """Return whether a row is a chapter or a block, or a category that has codes below it and is not reported."""
    if "rapporterestilnpr" in row:
        return fold(row["rapporterestilnpr"]) != "ja"
    return bool(_RANGE.fullmatch(code)) or ("foreldrekode" in row and not row["foreldrekode"].strip())


def _has_expired(row: Mapping[str, str], today: date) -> bool:
    until = row.get("gyldigtil", "").strip()
    try:
        return bool(until) and date.fromisoformat(until[:10]) < today
    except ValueError:
        day, _, rest = until.partition(".")
        month, _, year = rest.partition(".")
        written = f"{year[:4]}-{month:0>2}-{day:0>2}"
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", written)) and written < today.isoformat()


def _as_sent(code: str, number: str) -> str:
    """Return ``code`` as messages have it, without the publisher's marks."""
    code = code.rstrip(_DAGGER_OR_STAR)
    return code.replace(".", "") if number in _WITHOUT_POINTS else code


def _first(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    return next((cell for column in columns if (cell := row.get(column, "").strip())), "")


def _problem(code: str, text: str, codes: Mapping[str, str]) -> str:
    if not code:
        return t("koden mangler")
    if len(code) > _LONGEST_CODE or _CONTROL.search(code):
        return t("koden kan ikke være riktig")
    if not text:
        return t("teksten mangler")
    if _CONTROL.search(text):
        return t("teksten har kontrolltegn")
    if codes.get(code, text) != text:
        return t("koden «{code}» står to ganger med ulik tekst", code=code)
    return ""
