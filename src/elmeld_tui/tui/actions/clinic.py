"""What can be done in Klinikk."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    Action("add", Where.CLINIC, ("n",), lambda: t("ny"), lambda: t("Legg inn en ny her.")),
    Action("change", Where.CLINIC, ("e",), lambda: t("endre"), lambda: t("Endre det som er valgt.")),
    Action(
        "grant",
        Where.CLINIC,
        ("t",),
        lambda: t("tilgang"),
        lambda: t("Gi eller ta tilgang: alle meldinger, administrator, SSH-nøkkel."),
    ),
    Action(
        "members",
        Where.CLINIC,
        ("m",),
        lambda: t("medlemmer"),
        lambda: t("Si hvem som er i gruppen, og hva hver av dem gjør der."),
    ),
    Action(
        "retire",
        Where.CLINIC,
        ("delete", "d"),
        lambda: t("ta bort"),
        lambda: t(
            "Meld ut en bruker, legg ned en gruppe, slett en hurtigtast, ta bort en egen tast; eller hent tilbake."
        ),
    ),
    Action("examine", Where.CLINIC, ("r",), lambda: t("prøv igjen"), lambda: t("Prøv alle kontrollene på nytt.")),
    quiet("to_parts", Where.CLINIC, ("left",), lambda: t("delene"), lambda: t("Gå til delene av Klinikk.")),
    quiet("to_rows", Where.CLINIC, ("right",), lambda: t("listen"), lambda: t("Gå til listen.")),
    shared.leave(Where.CLINIC),
)
