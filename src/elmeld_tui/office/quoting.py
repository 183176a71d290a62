"""A patient's results as lines in a text one writes: when, what, how much, and the laboratory's remarks."""

from __future__ import annotations

from typing import NamedTuple

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.lab_matrix import Analysis, Cell, Matrix, matrix
from elmeld_tui.office.patient_post import closed_reports, open_patient, reported


class Quotable(NamedTuple):
    """One result that can be quoted.

    Attributes:
        place: which of the patient's results it is, the newest first.
        analysis: what was examined, with what stands above it in the report.
        cell: what was found.
    """

    place: int
    analysis: Analysis
    cell: Cell

    @property
    def day(self) -> str:
        """The day of the sample, ``29.11.2026``, or a word where the laboratory told none."""
        taken = self.cell.value.taken
        return f"{taken.astimezone(clock.oslo()):%d.%m.%Y}" if taken else t("tidligere")

    @property
    def result(self) -> str:
        """The result with its unit."""
        return f"{self.cell.shown} {self.cell.value.unit}".strip()


def quotable(office: Office, patient_id: int) -> tuple[list[Quotable], int]:
    """Return the patient's results, the newest first, and how many reports the user may not open.

    That she has looked at them stands in the audit trail.

    Raises:
        OfficeError: she may not, or there is no such patient.
    """
    open_patient(office, patient_id)
    return results(matrix(list(reported(office, patient_id)))), closed_reports(office, patient_id)


def results(table: Matrix) -> list[Quotable]:
    """Return the results of a matrix by time, the newest first; what is withdrawn without another is none."""
    found = [
        (analysis, cell)
        for time in table.times
        for analysis in table.analyses
        for cell in analysis.cells.get(time, ())
        if cell.value.number or cell.value.words
    ]
    return [Quotable(place, *one) for place, one in enumerate(found)]


def quote(one: Quotable) -> str:
    """Return a result as one line of a letter, in words alone: an arrow may be lost in the receiver's system.

    ``29.11.2026 B-Hemoglobin 10,2 g/dL (under; referanse 11,7 – 15,3)``
    """
    value = one.cell.value
    beside = (
        one.cell.flag_word if value.deviation else "",
        t("referanse {reference}", reference=value.reference) if value.reference else "",
        t("endret av laboratoriet") if one.cell.changed else "",
        value.comment,
    )
    note = "; ".join(part for part in beside if part)
    said = f"{one.day} {one.analysis.title} {one.result}{f' ({note})' if note else ''}"
    return " ".join(said.split())
