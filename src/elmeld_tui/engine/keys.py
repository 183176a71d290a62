"""The clinic's keys and trust anchors, from the files its settings name; loaded once per process, since that is slow."""

from __future__ import annotations

import os
from collections.abc import Mapping

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic, KeyFile
from elmeld_tui.security.certificates import Anchors, TrustDirectoryError, load_anchors
from elmeld_tui.security.keys import CompanyKeys, KeyFileError, KeyPair, load_pkcs12
from elmeld_tui.store.secrets import secret


class EngineError(Exception):
    """The engine cannot run; the text says what is missing and what to do."""


def company_keys(clinic: Clinic, environment: Mapping[str, str] = os.environ) -> CompanyKeys:
    """Load the keys that sign and open a clinic's envelopes.

    Args:
        clinic: its settings.
        environment: where the passwords of the key files are.

    Raises:
        EngineError: a key is not set up, or cannot be loaded.
    """
    if clinic.signing is None or not clinic.decryption:
        raise EngineError(
            t("Klinikken mangler nøkler. Sett «signing» og «decryption» under [keys] i clinic.toml.")
        )
    return CompanyKeys(
        signing=_pairs(clinic.signing, environment)[0],
        decryption=tuple(pair for file in clinic.decryption for pair in _pairs(file, environment)),
    )


def exercise_key(clinic: Clinic, environment: Mapping[str, str] = os.environ) -> KeyPair | None:
    """Load the key that stands for a smart card in exercises; None where the clinic names none.

    Raises:
        EngineError: it cannot be loaded, or the clinic is no test: nobody's signature may be made without a person.
    """
    if clinic.exercise_signature is None:
        return None
    if not clinic.test:
        raise EngineError(
            t(
                "«exercise_signature» i clinic.toml gjelder bare for øvelse, og klinikken er ikke en test. Fjern den."
            )
        )
    return _pairs(clinic.exercise_signature, environment)[0]


def trusted(clinic: Clinic) -> Anchors | None:
    """Load the authorities a clinic trusts; None where it has chosen none and relies on the register alone.

    Raises:
        EngineError: they cannot be loaded.
    """
    try:
        return load_anchors(clinic.trust) if clinic.trust else None
    except TrustDirectoryError as error:
        raise EngineError(str(error)) from error


def password_of(file: KeyFile, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """Return the password of a key file, or None where it is nowhere; see `store.secrets.secret`."""
    return secret(file.password_env, environment)


def _pairs(file: KeyFile, environment: Mapping[str, str]) -> list[KeyPair]:
    password = password_of(file, environment)
    if password is None:
        raise EngineError(
            t(
                "Passordet til {path} er ikke satt. Legg det i miljøvariabelen {name}, "
                "eller gi tjenesten det som «LoadCredential» med det navnet.",
                path=file.path,
                name=file.password_env,
            )
        )
    try:
        return load_pkcs12(file.path.read_bytes(), password)
    except OSError as error:
        raise EngineError(
            t("Kan ikke lese nøkkelfilen {path}: {reason}", path=file.path, reason=error.strerror)
        ) from error
    except KeyFileError as error:
        raise EngineError(f"{file.path}: {error}") from error
