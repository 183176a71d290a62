"""Writes `tables` and `office_tables` from the models: run ``make tables`` after changing a model.

A table is declared by its model. Statements need only its name, columns, keys and defaults; loading those instead of
SQLModel saves every process 17 MB, and half of the time that opening the store takes (decision 33).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Column, String, Table
from sqlmodel import AutoString, SQLModel

from elmeld_tui.store import models, office_models, oversight_models, partner_models, post_models

_HEAD = '''"""The tables of {models}, for statements.

Made by ``make tables``: change the models instead.
"""

from __future__ import annotations

'''
PAGES = {
    "tables.py": (models, post_models, oversight_models, partner_models),
    "office_tables.py": (office_models,),
}
"""By the name of each page, the models whose tables it has."""

_IMPORTS = {
    "tables.py": """from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from elmeld_tui.store.columns import Flag, folded_name, type_of_message

metadata = MetaData()
""",
    "office_tables.py": """from sqlalchemy import Column, ForeignKey, Integer, String, Table

from elmeld_tui.store.columns import Flag
from elmeld_tui.store.tables import metadata
""",
}


def page(name: str) -> str:
    """Return the page called ``name``, as Python."""
    declared = PAGES[name]
    *others, last = (f"`{one.__name__.rpartition('.')[2]}`" for one in declared)
    models = f"{', '.join(others)} and {last}" if others else last
    tables = (table for one in declared for table in _tables(one))
    return _HEAD.format(models=models) + _IMPORTS[name] + "".join(f"\n{_table(table)}" for table in tables)


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
    for name in PAGES:
        Path(__file__).with_name(name).write_text(page(name), encoding="utf-8")
