"""The results of a patient over time, on the screen of the patient: read beside it, and followed as more come."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from textual import on, work

from elmeld_tui.i18n import t
from elmeld_tui.tui.lab_layout import analysis_layout
from elmeld_tui.tui.screens.listing import ListingScreen
from elmeld_tui.tui.session import Session
from elmeld_tui.tui.widgets.lines import SidesLine, Span, Tone
from elmeld_tui.tui.widgets.result_matrix import ResultMatrix
from elmeld_tui.tui.widgets.window_list import WindowList

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office
    from elmeld_tui.office.lab_matrix import Matrix, Reported

_FIRST_REPORTS = 40
"""Reports that are read before the matrix is first shown; the rest follow without anything moving."""


class OverTimeScreen(ListingScreen):
    """A list of messages that gives its place to the results in them, where the class ``-matrix`` is set."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._reports: tuple[int, ...] | None = None

    @property
    def patient_id(self) -> int | None:
        """Whose results are shown; nobody's while no patient is open."""
        raise NotImplementedError

    @property
    def matrix(self) -> ResultMatrix:
        """The table."""
        return self.query_one("#matrix", ResultMatrix)

    def forget_reports(self) -> None:
        """Show nothing of what was read: it is another patient's."""
        self.workers.cancel_group(self, "matrix")
        self._reports = None
        self.remove_class("-closed")
        self.matrix.clear()

    def follow_reports(self) -> None:
        """Read the reports, if one looks at them and there are others than were read."""
        patient_id = self.patient_id
        if patient_id is None or not self.has_class("-matrix"):
            return
        reports = tuple(one.message_id for one in self.session.reader.reports(patient_id))
        if reports != self._reports:
            first = _FIRST_REPORTS if not self._reports else len(reports)
            self._reports = reports
            self._read_reports(patient_id, first)

    @work(exclusive=True, group="matrix")
    async def _read_reports(self, patient_id: int, first: int) -> None:
        """Show the matrix of the ``first`` newest reports, and then of all."""
        source = await self.session.at_office(lambda office: _reported(office, patient_id))
        closed = await self.session.at_office(lambda office: _closed_reports(office, patient_id))
        self.set_class(bool(closed), "-closed")
        told = t("{n} svarrapporter er ikke med: de er ikke sendt til deg eller gruppene dine.", n=closed)
        self.query_one("#closed", SidesLine).tell((Span(f" ! {told}", Tone.TROUBLE),))
        read: list[Reported] = []
        keep_place = bool(self.matrix.rows)
        for size in (first, None):
            before = len(read)
            table = await self.session.at_office(lambda _office, size=size: _matrix_of(read, source, size))  # type: ignore[misc]
            if self.patient_id != patient_id:
                return
            if size is not None or len(read) != before:
                self.matrix.tell(table, keep_place=keep_place)
            keep_place = True

    @on(WindowList.Opened, "#matrix")
    def _open_analysis(self, event: WindowList.Opened) -> None:
        event.stop()
        self.paper.show(analysis_layout(event.row))
        self.add_class("-reading")
        self.paper.focus()
        self.show_keys()


# What runs on the office's thread imports there, where the screen does not wait for it.


def _reported(office: Office, patient_id: int) -> Iterator[Reported]:
    from elmeld_tui.office.patient_post import reported

    return reported(office, patient_id)


def _closed_reports(office: Office, patient_id: int) -> int:
    from elmeld_tui.office.patient_post import closed_reports

    return closed_reports(office, patient_id)


def _matrix_of(read: list[Reported], source: Iterator[Reported], size: int | None) -> Matrix:
    """Read ``size`` more reports, or all that are left, and return the matrix of all that have been read."""
    from elmeld_tui.office.lab_matrix import matrix

    read.extend(islice(source, size))
    return matrix(read)
