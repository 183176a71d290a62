"""Columns and indexes that are declared alike for both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Index, SmallInteger, TypeDecorator, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators

from elmeld_tui.model.communication_types import communication_type


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0, so that plain SQL and partial indexes say ``= 1`` and ``= 0`` everywhere."""

    impl = SmallInteger
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[bool]):  # noqa: N801 - SQLAlchemy's name
        """Compares with the value itself in the statement, since a partial index does not match a bound one."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Return the comparison."""
            # «Is 0» is no question everywhere.
            op = {operators.is_: operators.eq, operators.is_not: operators.ne}.get(op, op)
            plain = [literal_column(str(int(one))) if isinstance(one, int) else one for one in other]
            return super().operate(op, *plain, **kwargs)

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return what is kept."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002
        """Return what is meant."""
        return None if value is None else bool(value)


def is_some(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Return whether a text is not empty, as a partial index says it."""
    return column != literal_column("''")


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return an index of the rows for which ``where`` holds; queries must write it the same way to be served.

    The migration that makes the index tells each database of it. Told here, it would have every process load what
    SQLAlchemy knows of the database that it does not use.
    """
    return Index(name, *columns, info={"where": where})


def folded_name(context: Any) -> str:
    """Return the name of the patient that is being added, as it is searched for."""
    return str(context.get_current_parameters()["name"]).casefold()


def type_of_message(context: Any) -> str:
    """Return the communication type of the message that is being added."""
    given = context.get_current_parameters()
    return communication_type(given["kind"], given.get("type_code", ""), given.get("title", ""))
