"""Importing code lists, as the national publisher exports them, for the whole clinic."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.messages import codelists
from elmeld_tui.messages.codelists.exports import Export, read
from elmeld_tui.model import clock
from elmeld_tui.office import policy
from elmeld_tui.office.clinic import Office
from elmeld_tui.store import codes
from elmeld_tui.store.codes import Change
from elmeld_tui.store.places import code_lists

LARGEST = 200_000_000
"""Bytes of an export; the largest national list has a tenth of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did.

    Attributes:
        export: what the file gave.
        change: of the list.
    """

    export: Export
    change: Change


def take_in(office: Office, raw: bytes, codelist: str = "") -> Taken:
    """Let the clinic choose codes from an export from now on, in place of the list it had.

    Args:
        office: where.
        raw: the file.
        codelist: number, OID or short name of the list; empty where the file says it itself.

    Raises:
        OfficeError: she may not do it.
        ExportError: the file cannot become a list; the old one stands.
        OSError: the list cannot be kept; the old one stands.
    """
    policy.require(office, policy.Action.CHANGE_SETUP)
    export = read(raw, codelist=codelist, today=office.clock().astimezone(clock.oslo()).date())
    change = codes.keep(office.data_dir, export.number, export.codes)
    codelists.use(code_lists(office.data_dir))
    with office.database.transaction() as connection:
        office.note(connection, "import_codes", list=export.number, codes=change.total)
    return Taken(export, change)
