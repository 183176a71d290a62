"""What can be done in the statistics of the message log."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions.action import Action, Where

ACTIONS: tuple[Action, ...] = (
    Action(
        "period(1)",
        Where.STATISTICS,
        ("right",),
        lambda: t("lengre periode"),
        lambda: t("Se på en uke, en måned eller et kvartal."),
    ),
    Action(
        "period(-1)",
        Where.STATISTICS,
        ("left",),
        lambda: t("kortere periode"),
        lambda: t("Se på et kvartal, en måned eller en uke."),
    ),
    Action(
        "back",
        Where.STATISTICS,
        ("escape", "q"),
        lambda: t("tilbake"),
        lambda: t("Tilbake til meldingsloggen."),
        in_palette=False,
    ),
)
