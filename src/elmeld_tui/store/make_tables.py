"""Writes `tables` and `office_tables` from the models: ``make tables``, after a change of these.

A model is the declaration. Statements need of it what a table is called, its columns, keys and defaults; to load that
much instead of SQLModel saves every process 17 MB, and half of the time that opening the store takes (decision 33).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Column, String, Table
from sqlmodel import AutoString, SQLModel

from elmeld_tui.store import models, office_models

_HEAD = '''"""The tables of `{models}`, for statements. Made by ``make tables``: change the models instead."""

from __future__ import annotations

'''
_IMPORTS = {
    models: """from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from elmeld_tui.store.columns import Flag, folded_name, type_of_message

metadata = MetaData()
""",
    office_models: """from sqlalchemy import Column, ForeignKey, Integer, String, Table

from elmeld_tui.store.columns import Flag
from elmeld_tui.store.tables import metadata
""",
}
PAGES = {models: "tables.py", office_models: "office_tables.py"}


def page(declared: ModuleType) -> str:
    """Return the module of the tables that the models in ``declared`` declare, as Python."""
    head = _HEAD.format(models=declared.__name__.rpartition(".")[2]) + _IMPORTS[declared]
    return head + "".join(f"\n{_table(table)}" for table in _tables(declared))


def _tables(declared: ModuleType) -> Iterator[Table]:
    """Yield the tables of the models, in the order in which they are declared."""
    for model in vars(declared).values():
        if isinstance(model, type) and issubclass(model, SQLModel) and model.__module__ == declared.__name__:
            yield SQLModel.metadata.tables[str(model.__tablename__)]


def _table(table: Table) -> str:
    columns = "".join(f"    {_column(column)},\n" for column in table.columns)
    return f'{table.name} = Table(\n    "{table.name}",\n    metadata,\n{columns})\n'


def _column(column: Column[object]) -> str:
    # SQLModel's own text is SQLAlchemy's, where no length is given.
    kind = String if isinstance(column.type, AutoString) else type(column.type)
    said = [f'"{column.name}"', kind.__name__]
    said += [f'ForeignKey("{key.target_fullname}")' for key in column.foreign_keys]
    if column.primary_key:
        said.append("primary_key=True")
    if column.autoincrement is False:
        said.append("autoincrement=False")
    if column.default is not None:
        said.append(f"default={_default(column.default)}")
    return f"Column({', '.join(said)})"


def _default(default: Any) -> str:
    if default.is_callable:
        return str(default.arg.__name__)
    return json.dumps(default.arg) if isinstance(default.arg, str) else repr(default.arg)


if __name__ == "__main__":
    for declared, name in PAGES.items():
        Path(__file__).with_name(name).write_text(page(declared), encoding="utf-8")
