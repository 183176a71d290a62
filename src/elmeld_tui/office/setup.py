"""What a clinic needs in order to send and receive, as a checklist that tests itself; each point says why it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from elmeld_tui.i18n import t
from elmeld_tui.office.health.check import Check, Verdict


@dataclass(frozen=True, slots=True)
class Requirement:
    """One point of the checklist.

    Attributes:
        name: stable, for scripts.
        title: what is required, in the user's language.
        why: what does not work without it.
        checks: names of the checks that it stands on (`office.health.examine_clinic`).
    """

    name: str
    title: Callable[[], str]
    why: Callable[[], str]
    checks: tuple[str, ...]


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        "store",
        lambda: t("Mappe og lager"),
        lambda: t("Her ligger meldingene. Uten plass og tilgang kan ingenting tas imot."),
        ("settings", "data_dir", "disk", "store"),
    ),
    Requirement(
        "helsenett",
        lambda: t("Norsk Helsenett"),
        lambda: t("All post går over Helsenettet, og adresseregisteret der sier hvem som kan få hva."),
        ("register_answers", "clock"),
    ),
    Requirement(
        "certificates",
        lambda: t("Sertifikater fra Buypass"),
        lambda: t("De signerer det vi sender og åpner det vi får. Når de går ut, stopper all post."),
        ("trust", "revocation", "signing_key", "decryption_key"),
    ),
    Requirement(
        "her_id",
        lambda: t("HER-id for klinikken"),
        lambda: t("Andre sender til HER-id-en. Er noe feil i registeret, kommer posten ikke hit."),
        ("register",),
    ),
    Requirement(
        "edi_address",
        lambda: t("EDI-adresse og e-post"),
        lambda: t("E-post fra en annen adresse enn registerets blir avvist hos mottakerne."),
        ("edi_address", "mail_server", "mailbox", "folder"),
    ),
    Requirement(
        "users",
        lambda: t("Brukere og deres HER-id"),
        lambda: t("Noen må se det som kommer, og den som skal få post i eget navn, må ha egen HER-id."),
        ("access", "user_address"),
    ),
    Requirement(
        "nav",
        lambda: t("Avtale (CPA) med NAV"),
        lambda: t("NAV tar bare imot det som er avtalt: sykmelding, legeerklæring og dialogmeldinger."),
        ("nav_agreement",),
    ),
    Requirement(
        "signature",
        lambda: t("Personlig signatur"),
        lambda: t("Sykmelding og legeerklæring signeres av den som skriver dem, med smartkort."),
        ("personal_signature",),
    ),
    Requirement(
        "engine",
        lambda: t("Meldingsmotoren"),
        lambda: t("Den sender og henter. Står den, blir alt liggende."),
        ("engine", "operations", "queue", "problems", "alerts"),
    ),
)
"""In the order a clinic sets them up."""


@dataclass(frozen=True, slots=True)
class Point:
    """How it stands with a requirement.

    Attributes:
        requirement: what is required.
        checks: what was found; none where the clinic does not use it.
    """

    requirement: Requirement
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict | None:
        """The gravest of what was found; None where nothing was looked for."""
        found = {check.verdict for check in self.checks}
        return next((one for one in (Verdict.FAULT, Verdict.REMARK, Verdict.OK) if one in found), None)

    @property
    def gravest(self) -> Check | None:
        """The first check that came to the verdict."""
        return next((check for check in self.checks if check.verdict is self.verdict), None)


def checklist(checks: Iterable[Check]) -> Sequence[Point]:
    """Return the checklist, filled in with what the checks found."""
    found = list(checks)
    return [
        Point(required, tuple(check for check in found if check.name in required.checks))
        for required in REQUIREMENTS
    ]
