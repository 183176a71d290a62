"""What can be done in Meldingslogg."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    shared.search(Where.LOG),
    shared.filter_(Where.LOG),
    shared.drop_filter(Where.LOG),
    shared.patient(Where.LOG),
    Action(
        "next_trouble",
        Where.LOG,
        ("e",),
        lambda: t("neste feil"),
        lambda: t("Gå til neste melding som trenger noen."),
    ),
    shared.attachments(Where.LOG),
    Action(
        "next_pane",
        Where.LOG,
        ("right", "ctrl+pagedown"),
        lambda: t("neste fane"),
        lambda: t("Neste fane: tidslinje, dokument, XML, konvolutt, signatur, deler."),
    ),
    quiet(
        "previous_pane",
        Where.LOG,
        ("left", "ctrl+pageup"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane i meldingsloggen."),
    ),
    Action(
        "back",
        Where.LOG,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen eller filteret."),
        in_palette=False,
    ),
    shared.leave(Where.LOG),
)
