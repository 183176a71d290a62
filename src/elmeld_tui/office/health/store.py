"""Whether the store can be written, and returns what was written to it."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.store import sample
from elmeld_tui.store.database import StoreError


def examine_store(office: Office) -> Check:
    """Return whether the store can be written, and whether the newest of what it keeps is unchanged.

    What is written is that somebody examined the clinic, in the audit trail.
    """
    try:
        with office.database.transaction() as connection:
            office.note(connection, "examine")
            changed = sample.changed(connection)
    except StoreError as error:
        return Check("store", Verdict.FAULT, str(error), t("Se etter om disken er full, og hvem som eier filen."))
    if changed:
        return Check(
            "store",
            Verdict.FAULT,
            t("{n} av de siste meldingene har endret seg i lageret siden de kom.", n=len(changed)),
            t("Stans motoren, ta en kopi av mappen, og kjør «elmeld db check»."),
        )
    return Check("store", Verdict.OK, t("Meldingslageret kan skrives, og det siste i det er uendret."))
