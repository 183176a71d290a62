"""The programs elmeld is measured against, as small as they can be: ``python -m benchmarks.rivals NAME``."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

_ROWS = 1000


class Minimal(App[None]):
    """The framework and one line of text: nothing built on it can start sooner."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("painted")


class Table(App[None]):
    """A list as the framework's own table shows it."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns("Tid", "Type", "Part", "Pasient", "Status")
        table.add_rows(
            (f"22.11.26 {n // 60 % 24:02}:{n % 60:02}", "LAB-resultat", "Laboratoriet", f"Person {n}", "Mottatt")
            for n in range(_ROWS)
        )
        table.focus()


if __name__ == "__main__":
    {"minimal": Minimal, "table": Table}[sys.argv[1]]().run()
