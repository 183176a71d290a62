"""Is this clinic able to send and receive? Every check, and the mend of each that fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic, KeyFile
from elmeld_tui.model.clock import Clock, from_text, long, now
from elmeld_tui.model.directory import Directory, DirectoryParty, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.security.certificates import Anchors, TrustDirectoryError, Use, examine, load_anchors
from elmeld_tui.security.keys import KeyFileError, KeyPair, load_pkcs12
from elmeld_tui.store.reading import Reader

_ALIVE = timedelta(seconds=30)
_EXPIRES_SOON = timedelta(days=60)


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    REMARK = "remark"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: stable, for scripts.
        verdict: a fault stops messages; a remark will, or may.
        told: what was found.
        mend: what to do; empty when nothing.
    """

    name: str
    verdict: Verdict
    told: str
    mend: str = ""


def examine_clinic(clinic: Clinic, reader: Reader, directory: Directory, clock: Clock = now) -> Iterator[Check]:
    """Yield the checks of a clinic whose settings and store can be read, in the order a message meets them."""
    yield Check("settings", Verdict.OK, t("Oppsettet for {name} er lest.", name=clinic.name))
    yield _trust(clinic)
    yield _key_check("signing_key", clinic.signing, clinic, Use.SIGNING, clock)
    if not clinic.decryption:
        yield _key_check("decryption_key", None, clinic, Use.ENCRYPTION, clock)
    for file in clinic.decryption:
        yield _key_check("decryption_key", file, clinic, Use.ENCRYPTION, clock)
    for service in clinic.services:
        yield _registered(clinic, service.her_id, directory)
    yield _engine(reader, clock)
    yield _alerts(reader)


def _trust(clinic: Clinic) -> Check:
    if clinic.trust is None:
        return Check(
            "trust",
            Verdict.REMARK,
            t("Ingen sertifikatutstedere er valgt; klinikken stoler på adresseregisteret alene."),
            t("Legg utstedernes sertifikater i en mappe og sett «trust» under [keys] i clinic.toml."),
        )
    try:
        anchors = load_anchors(clinic.trust)
    except TrustDirectoryError as error:
        return Check("trust", Verdict.FAULT, str(error), t("Rett mappen som «trust» i clinic.toml viser til."))
    if not anchors.certificates:
        return Check(
            "trust",
            Verdict.FAULT,
            t("Mappen {path} har ingen sertifikater, så ingen signatur kan godtas.", path=clinic.trust),
            t("Legg utstedernes sertifikater der."),
        )
    return Check("trust", Verdict.OK, t("{n} tiltrodde utstedere.", n=len(anchors.certificates)))


def _key_check(name: str, file: KeyFile | None, clinic: Clinic, use: Use, clock: Clock) -> Check:
    if file is None:
        return Check(
            name,
            Verdict.FAULT,
            t("Nøkkelen mangler i oppsettet."),
            t("Sett «signing» og «decryption» under [keys] i clinic.toml."),
        )
    password = os.environ.get(file.password_env)
    if password is None:
        return Check(
            name,
            Verdict.REMARK,
            t("Passordet til {path} er ikke satt her, så nøkkelen er ikke prøvd.", path=file.path.name),
            t("Sett miljøvariabelen {name} og kjør på nytt.", name=file.password_env),
        )
    try:
        pairs = load_pkcs12(file.path.read_bytes(), password.encode())
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
    report = examine(pair.certificate, at=clock(), anchors=_anchors(clinic), use=use)
    if not report.trusted and (clinic.trust is not None or report.code != "issuer"):
        return Check(name, Verdict.FAULT, report.reason, t("Bestill nytt virksomhetssertifikat."))
    until = long(report.valid_to)
    if report.valid_to - clock() < _EXPIRES_SOON:
        return Check(
            name,
            Verdict.REMARK,
            t("Sertifikatet går ut {until}.", until=until),
            t("Bestill nytt virksomhetssertifikat nå."),
        )
    return Check(name, Verdict.OK, t("Sertifikatet gjelder til {until}.", until=until))


def _anchors(clinic: Clinic) -> Anchors:
    try:
        return load_anchors(clinic.trust) if clinic.trust else Anchors()
    except TrustDirectoryError:
        # Told by the check of the directory itself.
        return Anchors()


def _registered(clinic: Clinic, her_id: str, directory: Directory) -> Check:
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


def _engine(reader: Reader, clock: Clock) -> Check:
    mend = t("Start den med «elmeld engine».")
    beat = reader.engine()
    if beat is None:
        return Check("engine", Verdict.FAULT, t("Meldingsmotoren er ikke i gang."), mend)
    if clock() - from_text(beat.beat) > _ALIVE:
        last = long(from_text(beat.beat))
        return Check(
            "engine", Verdict.FAULT, t("Meldingsmotoren har ikke gitt livstegn siden {at}.", at=last), mend
        )
    return Check(
        "engine", Verdict.OK, t("Meldingsmotoren lytter på {host}:{port}.", host=beat.host, port=beat.port)
    )


def _alerts(reader: Reader) -> Check:
    waiting = len(reader.open_alerts())
    if waiting:
        return Check(
            "alerts", Verdict.REMARK, t("{n} varsler venter på et menneske.", n=waiting), t("Se Viktige varsler.")
        )
    return Check("alerts", Verdict.OK, t("Ingen varsler venter."))


def data_dir_check(data_dir: Path) -> Check | None:
    """Return what is wrong with where the clinic's files lie, or None."""
    mode = data_dir.stat().st_mode & 0o077
    if mode:
        return Check(
            "data_dir",
            Verdict.REMARK,
            t("Andre enn eieren kan komme til {path}.", path=data_dir),
            t("Kjør «chmod 700 {path}».", path=data_dir),
        )
    return None
