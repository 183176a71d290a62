"""Statements that run for every message: compiled to SQL once, and passed to the driver directly.

At each execution SQLAlchemy works out what a statement needs: its text, its parameters and how they are bound, its
result columns and how they are read. That takes several times as long as a small statement itself, and a message
takes dozens of them (decision 35). Here it is worked out once and kept. What is written, and what comes back, is the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, cast

from sqlalchemy import ColumnDefault, Connection, Executable, Row
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.result import result_tuple
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler

from elmeld_tui.store.errors import without_values

Values = Mapping[str, Any]
_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that a statement has found; asked as SQLAlchemy's own results are, and no more than is asked here.

    Attributes:
        rows: with names.
    """

    rows: Sequence[Row[Any]]

    def __iter__(self) -> Iterator[Row[Any]]:
        """Iterate over the rows."""
        return iter(self.rows)

    def all(self) -> Sequence[Row[Any]]:
        """Return every row."""
        return self.rows

    def first(self) -> Row[Any] | None:
        """Return the first row, or None."""
        return self.rows[0] if self.rows else None

    def one_or_none(self) -> Row[Any] | None:
        """Return the only row, or None; the statement cannot find two."""
        assert len(self.rows) <= 1
        return self.first()

    def one(self) -> Row[Any]:
        """Return the only row.

        Raises:
            NoResultFound: there is none.
        """
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("no row was found when one was required")
        return row

    def scalar(self) -> Any:
        """Return the first value of the first row, or None."""
        return self.rows[0][0] if self.rows else None

    def scalar_one(self) -> Any:
        """Return the first value of the only row.

        Raises:
            NoResultFound: there is none.
        """
        return self.one()[0]

    def scalars(self) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self.rows]


class Prepared:
    """A statement that is compiled once for each database, and each choice of columns to write.

    Args:
        statement: of SQLAlchemy's Core.
        among: name of the value that is a list, of at least one, in a statement with ``IN``; else empty. Its text
            depends on how many there are, so a short list is filled up with its last to the next power of two.
    """

    def __init__(self, statement: Executable, *, among: str = "") -> None:
        self._statement = statement
        self._among = among
        self._forms: dict[tuple[str | int, ...], _Form] = {}

    def __call__(self, connection: Connection, values: Values | None = None) -> Found:
        """Run it, and return the rows that it finds, or returns of what it has written."""
        values = values or {}
        form = self._form(connection.dialect, values)
        cursor = _run(connection, form, form.written(values))
        # Read to its end, so that the cursor keeps nothing open.
        return Found(form.read(cursor.fetchall()))

    def change(self, connection: Connection, values: Values) -> int:
        """Run it, and return how many rows it has changed."""
        form = self._form(connection.dialect, values)
        return int(_run(connection, form, form.written(values)).rowcount)

    def change_each(self, connection: Connection, several: Sequence[Values]) -> int:
        """Run it for each of several values, which name the same columns; return how many rows it has changed."""
        form = self._form(connection.dialect, several[0])
        return int(_run(connection, form, [form.written(values) for values in several], many=True).rowcount)

    def _form(self, dialect: Dialect, values: Values) -> _Form:
        places = _places(len(values[self._among])) if self._among else 0
        key: tuple[str | int, ...] = (dialect.name, places, *values)
        form = self._forms.get(key)
        if form is None:
            form = _compile(self._statement, dialect, list(values), self._among, places)
            if places <= _SHORT:
                # A long list's form is hardly asked for again, and there is one for each length.
                self._forms[key] = form
        return form


_SHORT = 1024


def _places(many: int) -> int:
    return 1 << (many - 1).bit_length() if many <= _SHORT else many


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in the words of one database.

    Attributes:
        text: with the driver's marks.
        order: of the values, where the driver takes them by place; None where it takes them by name.
        among: name of the value that is a list; empty where none is.
        spread: names of the places that its values take.
        fixed: values that the statement brings itself, and of the columns that are given none.
        derived: how the value of such a column follows from those that are given.
        to_store: how values are written that are not kept as they are, by name.
        row: makes a row, with names, of what is found.
        from_store: the same the other way, by place.
    """

    text: str
    order: Sequence[str] | None
    among: str
    spread: Sequence[str]
    fixed: Values
    derived: Mapping[str, _Process]
    to_store: Mapping[str, _Process]
    row: Callable[[Sequence[Any]], Row[Any]]
    from_store: Sequence[tuple[int, _Process]]

    def written(self, values: Values) -> Any:
        """Return the values as the driver takes them."""
        given = {**self.fixed, **values}
        if self.among:
            several = list(given.pop(self.among))
            given.update(zip_longest(self.spread, several, fillvalue=several[-1]))
        for name, derive in self.derived.items():
            given[name] = derive(_Given(values))
        for name, process in self.to_store.items():
            given[name] = process(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def read(self, rows: list[tuple[Any, ...]]) -> Sequence[Row[Any]]:
        """Return rows as they are meant."""
        return [self.row(self._meant(row)) for row in rows]

    def _meant(self, row: tuple[Any, ...]) -> Sequence[Any]:
        if not self.from_store:
            return row
        meant = list(row)
        for place, process in self.from_store:
            meant[place] = process(meant[place])
        return meant


@dataclass(frozen=True, slots=True)
class _Given:
    """What a default that follows from other columns asks for them."""

    values: Values

    def get_current_parameters(self) -> Values:
        """Return what a row is given."""
        return self.values


def _compile(statement: Executable, dialect: Dialect, columns: list[str], among: str, places: int) -> _Form:
    compiled = cast(
        SQLCompiler,
        statement.compile(dialect=dialect, column_keys=columns),  # type: ignore[attr-defined]
    )
    found = list(getattr(statement, "exported_columns", ()))
    writers = {
        name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()
    }
    defaults = {column.key: cast(ColumnDefault, column.default) for column in compiled.insert_prefetch}
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in found]
    text, brought, spread = str(compiled), compiled.params, list[str]()
    order: Sequence[str] | None = compiled.positiontup
    if among:
        assert writers[among] is None, "values are kept as they are"
        expanded = compiled.construct_expanded_state({**dict.fromkeys(columns), among: [None] * places})
        text, order, spread = expanded.statement, expanded.positiontup, expanded.parameter_expansion[among]
        brought = {name: value for name, value in expanded.parameters.items() if name not in spread}
    return _Form(
        text=text,
        order=order,
        among=among,
        spread=spread,
        fixed={**brought, **{key: one.arg for key, one in defaults.items() if one.is_scalar}},
        derived={key: one.arg for key, one in defaults.items() if one.is_callable},
        to_store={name: writer for name, writer in writers.items() if writer and name in brought},
        row=result_tuple([column.name for column in found]),
        from_store=[(place, reader) for place, reader in enumerate(readers) if reader],
    )


def _run(connection: Connection, form: _Form, values: Any, *, many: bool = False) -> Any:
    """Give a form to the driver, on a connection that has begun; return its cursor."""
    if not connection.in_transaction():
        connection.begin()
    return give(connection, form.text, values, many=many)


def give(connection: Connection, text: str, values: Any = (), *, many: bool = False) -> Any:
    """Give a text in the driver's own words to it, once or with each of many values; return its cursor.

    Raises:
        DBAPIError: as SQLAlchemy would raise it.
    """
    cursor = connection.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        known = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, without_values(error), known, hide_parameters=True) from error
    return cursor
