"""What can be done in dialogs that open over a place: attachments, filters, questions."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions.action import Action, Where

ACTIONS: tuple[Action, ...] = (
    Action("save", Where.ATTACHMENTS, ("s", "f8"), lambda: t("lagre"), lambda: t("Lagre vedlegget som fil.")),
    Action(
        "back",
        Where.ATTACHMENTS,
        ("escape", "q"),
        lambda: t("tilbake"),
        lambda: t("Tilbake til listen, og så til meldingen."),
        in_palette=False,
    ),
    Action(
        "tick",
        Where.FILTER,
        ("space",),
        lambda: t("velg"),
        lambda: t("Velg det under markøren, eller la det være."),
    ),
    Action(
        "apply",
        Where.FILTER,
        ("f9", "ctrl+s"),
        lambda: t("bruk"),
        lambda: t("Vis det som er valgt; enter gjør det samme."),
    ),
    Action("save", Where.FILTER, ("f8",), lambda: t("lagre"), lambda: t("Lagre det som er valgt under et navn.")),
    Action(
        "rename",
        Where.FILTER,
        ("f7",),
        lambda: t("gi nytt navn"),
        lambda: t("Gi det lagrede filteret et nytt navn."),
    ),
    Action("delete", Where.FILTER, ("delete",), lambda: t("slett"), lambda: t("Slett det lagrede filteret.")),
    Action(
        "close", Where.FILTER, ("escape",), lambda: t("lukk"), lambda: t("Lukk uten å velge."), in_palette=False
    ),
    Action(
        "close", Where.DIALOG, ("escape",), lambda: t("lukk"), lambda: t("Lukk uten å velge."), in_palette=False
    ),
)
