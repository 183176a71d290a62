"""Similar elements as the rows of a table: one column for each named value, and one for all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from elmeld_tui.messages.nodes import Node, find_all
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.views.shapes import in_a_line
from elmeld_tui.model.view import Table

Cell = Callable[[Placing, Node], str]
"""Places what belongs in one cell of the row that ``Node`` is."""


def at(*paths: str) -> Cell:
    """Return a cell that holds every value at ``paths`` below the row's node."""

    def cell(placing: Placing, node: Node) -> str:
        values = (
            placing.text_of(one) for path in paths for one in find_all(node, path) if one not in placing.placed
        )
        return ", ".join(value for value in values if value)

    return cell


def table(placing: Placing, nodes: Sequence[Node], columns: Sequence[tuple[str, Cell]], rest: str) -> Table | None:
    """Place ``nodes`` as rows; None where none of them says anything.

    Args:
        placing: of the document.
        nodes: one a row.
        columns: heading and cell; a column with nothing in it is left out.
        rest: heading of the column for whatever the columns do not ask for.
    """
    rows = [[cell(placing, node) for _, cell in columns] for node in nodes]
    for row, node in zip(rows, nodes, strict=True):
        row.append(in_a_line(placing, (node,)))
    return without_empty((*(heading for heading, _ in columns), rest), rows)


def without_empty(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table | None:
    """Return a table of the columns and rows that say something; None where nothing does."""
    said = [row for row in rows if any(row)]
    kept = [number for number in range(len(headings)) if any(row[number] for row in said)]
    if not kept:
        return None
    return Table(
        tuple(headings[number] for number in kept), tuple(tuple(row[number] for number in kept) for row in said)
    )
