"""What the address register says of the clinic."""

from __future__ import annotations

import os
from collections.abc import Callable

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.directory import Directory, DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.security.keys import KeyFileError, load_pkcs12


def examine_party(clinic: Clinic, her_id: str, directory: Directory) -> Check:
    """Return whether the register has what others need to send to ``her_id``."""
    try:
        party = directory.get(her_id)
    except UnknownPartyError as error:
        return Check(
            "register",
            Verdict.FAULT,
            str(error),
            t("Registrer HER-id {her_id} i Adresseregisteret.", her_id=her_id),
        )
    except DirectoryUnavailableError as error:
        return Check("register", Verdict.FAULT, str(error), t("Se etter om linjen til Helsenettet virker."))
    differing = next((said for differs, said in _REGISTER_FAULTS if differs(party, clinic)), None)
    if differing is not None:
        return Check("register", Verdict.FAULT, differing(her_id), t("Rett oppføringen i Adresseregisteret."))
    return Check("register", Verdict.OK, t("{name} er i adresseregisteret.", name=party.full_name))


def _has_other_key(party: DirectoryParty, clinic: Clinic) -> bool:
    password = os.environ.get(clinic.signing.password_env) if clinic.signing else None
    if clinic.signing is None or password is None:
        return False
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        pair = load_pkcs12(clinic.signing.path.read_bytes(), password.encode())[0]
    except (OSError, KeyFileError):
        # Told by the check of the key itself.
        return False
    return pair.certificate.public_bytes(Encoding.DER) != party.signing_certificate


_REGISTER_FAULTS: tuple[tuple[Callable[[DirectoryParty, Clinic], bool], Callable[[str], str]], ...] = (
    (
        lambda party, _: not party.endpoint and not party.edi_address,
        lambda her_id: t("HER-id {her_id} har ingen adresse å sende til i registeret.", her_id=her_id),
    ),
    (
        lambda party, _: not party.encryption_certificate,
        lambda her_id: t("HER-id {her_id} har ikke krypteringssertifikat i registeret.", her_id=her_id),
    ),
    (
        _has_other_key,
        lambda her_id: t(
            "HER-id {her_id} har et annet signeringssertifikat i registeret enn klinikken.", her_id=her_id
        ),
    ),
)
