"""Whether revoked certificates can be detected."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic, RevocationCheck, RevocationOffline
from elmeld_tui.model.clock import Clock
from elmeld_tui.model.directory import Directory, DirectoryUnavailableError, UnknownPartyError
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.office.health.trust import anchors_of
from elmeld_tui.registry.issuers import Issuers
from elmeld_tui.security.certificates import Anchors, UnreadableCertificateError, issuer_of, read_certificate
from elmeld_tui.security.revocation import RevocationStatus, is_current
from elmeld_tui.security.revocation_list import speaks_for


def examine_revocation(clinic: Clinic, directory: Directory, clock: Clock) -> Check:
    """Return whether the source that the clinic has chosen answers: its lists, or the issuer of its own certificate."""
    anchors = anchors_of(clinic)
    if clinic.revocation is RevocationCheck.ONLINE:
        return _online(clinic, anchors, directory, clock)
    if clinic.revocation is RevocationCheck.LISTS and anchors.revocation_lists:
        return _lists(clinic, anchors, clock)
    return Check(
        "revocation",
        Verdict.REMARK,
        t("Det kontrolleres ikke om sertifikater er trukket tilbake; klinikken stoler på adresseregisteret."),
        t('Sett «revocation = "online"» under [keys] i clinic.toml, eller legg utstedernes lister i «trust».'),
    )


def _lists(clinic: Clinic, anchors: Anchors, clock: Clock) -> Check:
    now = clock()
    stale = []
    for anchor in anchors.certificates:
        own = [crl for crl in anchors.revocation_lists if speaks_for(crl, anchor)]
        if own and not any(is_current(crl.last_update_utc, crl.next_update_utc, now) for crl in own):
            stale.append(anchor.subject.rfc4514_string())
    if stale:
        told = t("Tilbaketrekkingslisten er for gammel: {issuers}.", issuers="; ".join(stale))
        return Check("revocation", _severity(clinic), told, t("Hent utstederens nye liste."))
    return Check("revocation", Verdict.OK, t("{n} tilbaketrekkingslister.", n=len(anchors.revocation_lists)))


def _online(clinic: Clinic, anchors: Anchors, directory: Directory, clock: Clock) -> Check:
    status = _of_our_own(clinic, anchors, directory, clock)
    if status is None:
        return Check(
            "revocation",
            Verdict.REMARK,
            t("Ingen utsteder å prøve: klinikkens eget sertifikat er ikke utstedt av noen klinikken stoler på."),
            t("Legg utstederens sertifikat i «trust», og klinikkens i Adresseregisteret."),
        )
    if status.decided:
        return Check("revocation", Verdict.OK, t("Utstederens tjeneste svarer ({source}).", source=status.source))
    mend = t("Åpne for utgående HTTP til utstederen, eller vent til tjenesten er oppe.")
    return Check("revocation", _severity(clinic), status.reason, mend)


def _of_our_own(clinic: Clinic, anchors: Anchors, directory: Directory, clock: Clock) -> RevocationStatus | None:
    for service in clinic.services:
        try:
            certificate = read_certificate(directory.get(service.her_id).signing_certificate)
        except (UnknownPartyError, DirectoryUnavailableError, UnreadableCertificateError):
            # Told by the check of the register.
            continue
        issuer = issuer_of(certificate, anchors)
        if issuer is not None:
            return Issuers().ask(certificate, issuer, clock())
    return None


def _severity(clinic: Clinic) -> Verdict:
    waits = clinic.revocation_offline is not RevocationOffline.ACCEPT
    return Verdict.FAULT if waits else Verdict.REMARK
