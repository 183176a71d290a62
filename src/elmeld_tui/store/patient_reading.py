"""Patients, and what has been sent and received about one."""

from __future__ import annotations

from elmeld_tui.store import patient_post, rows
from elmeld_tui.store.message_reading import MessageReading
from elmeld_tui.store.rows import Row


class PatientReading(MessageReading):
    """Patients; see `asking.Asking`."""

    def patients(self, words: str, limit: int = 50, *, born: str = "") -> list[rows.Patient]:
        """Return patients whose name holds every word, or whose number begins with it, born on an ISO date if given."""
        condition, values = patient_post.finding(self._dialect, words.split(), born)
        return [
            rows.Patient._make(p)
            for p in self.ask(
                f"SELECT {', '.join(rows.Patient._fields)} FROM patient WHERE {condition} ORDER BY name, id LIMIT ?",  # noqa: S608
                [*values, limit],
            )
        ]

    def patient(self, patient_id: int) -> rows.Patient | None:
        """Return one patient, or None."""
        found = self.first(
            f"SELECT {', '.join(rows.Patient._fields)} FROM patient WHERE id = ?",  # noqa: S608
            [patient_id],
        )
        return None if found is None else rows.Patient._make(found)

    def journal(self, patient_id: int) -> list[rows.JournalEvent]:
        """Return what has happened around a patient, newest first."""
        return [
            rows.JournalEvent._make(j)
            for j in self.ask(
                "SELECT message_id, at, title FROM journal_event WHERE patient_id = ? ORDER BY at DESC, id DESC",
                [patient_id],
            )
        ]

    def post_by_type(self, patient_id: int) -> dict[str, int]:
        """Return how many messages a patient has of each communication type; receipts are not counted."""
        return {str(name): number for name, number in self.ask(patient_post.COUNTS, [patient_id])}

    def reports(self, patient_id: int) -> list[rows.Report]:
        """Return the service reports about a patient that count, newest first."""
        question = patient_post.REPORTS.format(plan=self._dialect.plan)
        return [rows.Report._make(report) for report in self.ask(question, [patient_id])]

    def unanswered(self, patient_id: int) -> list[tuple[Row, patient_post.Waiting]]:
        """Return which messages of a patient wait for an answer, newest first, and for what."""
        waits = dict(self.ask(patient_post.unanswered(self._dialect), [patient_id]))
        return [(row, patient_post.Waiting(waits[row.id])) for row in self.messages(list(waits))]
