"""Registering a patient that is not known here yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elmeld_tui.i18n import t
from elmeld_tui.store.rows import Patient
from elmeld_tui.tui.screens.small_form import Asked, Said, SmallForm
from elmeld_tui.tui.session import Session

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office


def patient_form(session: Session, words: str, *, given: str = "", family: str = "") -> SmallForm[Patient]:
    """Make the box that asks for number and name.

    Args:
        session: where the patient is taken in.
        words: what was searched for: a number, or a name.
        given: the given name, where it is known.
        family: the family name, where it is known.
    """
    number = words.replace(" ", "")
    number = number if number.isdigit() else ""

    def is_right(written: str) -> str:
        from elmeld_tui.office.patients import number_problem

        return number_problem(written.replace(" ", ""), synthetic_allowed=session.clinic.test)

    typed = ("", "", "") if number else words.title().rpartition(" ")
    asked = [
        Asked("number", t("Fødselsnummer"), number, t("elleve siffer"), required=True, check=is_right),
        Asked("given", t("Fornavn"), given or typed[0], required=True),
        Asked("family", t("Etternavn"), family or typed[2], required=True),
    ]
    return SmallForm(session, t("Ny pasient"), asked, _register)


def _register(office: Office, said: Said) -> Patient:
    from elmeld_tui.office.patients import register_patient

    return register_patient(office, str(said["number"]), str(said["given"]), str(said["family"]))
