"""Which authorities the clinic trusts."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.office.health.check import Check, Verdict
from elmeld_tui.security.certificates import Anchors, TrustDirectoryError, load_anchors


def examine_trust(clinic: Clinic) -> Check:
    """Return whether the authorities that the clinic has chosen can be used."""
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


def anchors_of(clinic: Clinic) -> Anchors:
    """Return the authorities; none where they cannot be loaded."""
    try:
        return load_anchors(clinic.trust) if clinic.trust else Anchors()
    except TrustDirectoryError:
        # Told by the check of the directory itself.
        return Anchors()
