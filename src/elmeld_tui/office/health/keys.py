"""The clinic's own keys and their certificates."""

from __future__ import annotations

from elmeld_tui.engine.keys import password_of
from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic, KeyFile
from elmeld_tui.model.clock import Clock, long
from elmeld_tui.model.expiry import days_left, stage
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.office.health.trust import anchors_of
from elmeld_tui.security.certificates import Use, examine
from elmeld_tui.security.keys import KeyFileError, KeyPair, load_pkcs12

_MISSING = {
    "signing_key": lambda: t("Nøkkelen til signering mangler i oppsettet."),
    "decryption_key": lambda: t("Nøkkelen til dekryptering mangler i oppsettet."),
}


def examine_key(name: str, file: KeyFile | None, clinic: Clinic, use: Use, clock: Clock) -> Check:
    """Return whether a key opens and its certificate may be used for ``use``; ``name`` is the check's."""
    if file is None:
        return Check(
            name,
            Verdict.FAULT,
            _MISSING[name](),
            t("Sett «signing» og «decryption» under [keys] i clinic.toml."),
        )
    password = password_of(file)
    if password is None:
        return Check(
            name,
            Verdict.REMARK,
            t("Passordet til {path} er ikke satt her, så nøkkelen er ikke prøvd.", path=file.path.name),
            t("Sett miljøvariabelen {name} og kjør på nytt.", name=file.password_env),
        )
    try:
        pairs = load_pkcs12(file.path.read_bytes(), password)
    except OSError as error:
        return Check(
            name,
            Verdict.FAULT,
            t("Kan ikke lese nøkkelfilen {path}: {reason}", path=file.path, reason=error.strerror),
            t("Rett stien i clinic.toml eller rettighetene på filen."),
        )
    except KeyFileError as error:
        return Check(name, Verdict.FAULT, str(error), t("Hent nøkkelfilen på nytt fra utstederen."))
    return _certificate_check(name, pairs[0], clinic, use, clock)


def _certificate_check(name: str, pair: KeyPair, clinic: Clinic, use: Use, clock: Clock) -> Check:
    report = examine(pair.certificate, at=clock(), anchors=anchors_of(clinic), use=use)
    if not report.trusted and (clinic.trust is not None or report.code != "issuer"):
        return Check(name, Verdict.FAULT, report.reason, t("Bestill nytt virksomhetssertifikat."))
    until, left = long(report.valid_to), days_left(report.valid_to, clock())
    if stage(report.valid_to, clock()) is not None:
        return Check(
            name,
            Verdict.REMARK,
            t("Sertifikatet går ut {until}, om {n} dager.", until=until, n=left),
            t("Bestill nytt virksomhetssertifikat nå."),
        )
    return Check(name, Verdict.OK, t("Sertifikatet gjelder til {until}.", until=until))
