"""The kinds of transaction."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How a transaction begins; an execution option of the connection, under `OPTION`.

    ``alone``: nobody else writes until it has ended, so that what is read in it cannot change before what is written.
    ``beside``: others may write at the same time; for single statements that lock the rows they choose.
    ``read``: one state of the database, and nothing is written.
    """

    ALONE = "alone"
    BESIDE = "beside"
    READ = "read"


OPTION = "elmeld_mode"
DURABLE = "elmeld_durable"
