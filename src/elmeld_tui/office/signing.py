"""The personal signature of what goes to NAV: who may sign, with what, and that what leaves is validly signed.

A smart card is one kind of `Signer`; in a test clinic, a key file may stand in for it. The program never signs on a
person's behalf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from elmeld_tui.engine.keys import EngineError, exercise_key
from elmeld_tui.i18n import t
from elmeld_tui.messages import document as documents
from elmeld_tui.messages import schemas
from elmeld_tui.model.clinic import Clinic, User
from elmeld_tui.model.clock import to_text
from elmeld_tui.model.identifiers import NationalIdKind, read_national_id
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.security import personal
from elmeld_tui.security.signature_reading import SignatureRefusedError
from elmeld_tui.security.signer import ExerciseSigner, Signer
from elmeld_tui.store import alerts
from elmeld_tui.store.trouble import AlertCode

if TYPE_CHECKING:
    from elmeld_tui.office.clinic import Office

_PERSONAL = frozenset({NationalIdKind.FNR, NationalIdKind.DNR})


def check_identity(user: User) -> None:
    """Hold what NAV must know of whoever signs (HIS 80805 §4.1; navikt syfosmmottak) against a user.

    Raises:
        OfficeError: a number is missing or wrong.
    """
    read = read_national_id(user.national_id)
    if read is None or not read.valid or read.kind not in _PERSONAL:
        raise OfficeError(
            t(
                "{name} er ikke satt opp med gyldig fødselsnummer eller D-nummer, og kan ikke signere til NAV. "
                "Sett «national_id» i clinic.toml.",
                name=user.full_name,
            )
        )
    if not user.hpr_number or not user.phone:
        raise OfficeError(
            t(
                "{name} er ikke satt opp med HPR-nummer og telefon, og kan ikke signere til NAV. "
                "Sett «hpr_number» og «phone» i clinic.toml.",
                name=user.full_name,
            )
        )


class CannotSignError(OfficeError):
    """What is set up to sign personally does not do it: a person must see to the card."""


def sign_as_user(office: Office, document: bytes) -> bytes:
    """Return the document signed by who works; that her card does not sign is an alert, until it does.

    Args:
        office: where it is signed.
        document: a MsgHead, unsigned; it must not be written anew after this (HIS 80601).

    Raises:
        OfficeError: as `sign_personally`.
    """
    hers: dict[str, Any] = {
        "code": AlertCode.CARD_TROUBLE,
        "at": to_text(office.clock()),
        "subject": office.user.name,
    }
    try:
        signed = sign_personally(signer_of(office.clinic), document)
    except CannotSignError as error:
        told = {"whose": office.user.full_name, "reason": str(error)}
        with office.database.transaction() as connection:
            alerts.raise_alert(connection, **hers, detail=told)
        raise
    with office.database.transaction() as connection:
        alerts.clear_for(connection, **hers)
    return signed


def signer_of(clinic: Clinic) -> Signer | None:
    """Return what signs personally here; None where nothing is set up.

    Raises:
        CannotSignError: it cannot be used.
    """
    try:
        pair = exercise_key(clinic)
    except EngineError as error:
        raise CannotSignError(str(error)) from error
    return ExerciseSigner(pair) if pair else None


def sign_personally(signer: Signer | None, document: bytes) -> bytes:
    """Return the document signed, checked as its receiver will; the bytes must not be written anew after this.

    Args:
        signer: whose signature it gets; None where there is nothing to sign with.
        document: a MsgHead, unsigned.

    Raises:
        OfficeError: there is no signer.
        CannotSignError: what it made does not hold, or is no person's.
    """
    if signer is None:
        raise OfficeError(
            t(
                "Meldingen skal signeres personlig, og det er ikke satt opp noe smartkort å signere med. "
                "Den er ikke sendt."
            )
        )
    signed = signer.sign(document)
    if problem := signature_problem(signed):
        raise CannotSignError(problem)
    faults = schemas.validate(documents.read(signed).root)
    if faults:
        raise OfficeError(t("Meldingen følger ikke skjemaet sitt: {fault}", fault=faults[0].message))
    return signed


def signature_problem(document: bytes) -> str:
    """Return why the personal signature in a document keeps it from leaving, or an empty string."""
    if not personal.is_signed(document):
        return t("Meldinger til NAV må være personlig signert før de sendes.")
    try:
        signature = personal.verify(document)
    except SignatureRefusedError as error:
        return t("Signaturen holder ikke: {reason} Meldingen er ikke sendt.", reason=error.reason)
    if signature.organisation_number:
        return t("Sertifikatet tilhører en virksomhet. Meldinger til NAV signeres med et personlig sertifikat.")
    return ""
