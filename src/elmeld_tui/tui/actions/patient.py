"""What can be done in Pasient, and in its table of results over time."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    Action(
        "search",
        Where.PATIENT,
        ("slash",),
        lambda: t("søk"),
        lambda: t("Søk etter en pasient, eller i posten til den som er åpen."),
    ),
    shared.filter_(Where.PATIENT),
    shared.drop_filter(Where.PATIENT),
    Action(
        "next_tab",
        Where.PATIENT,
        ("tab", "right"),
        lambda: t("neste fane"),
        lambda: t("Neste fane i posten: alle, ubesvart, og hver meldingstype."),
    ),
    quiet(
        "previous_tab",
        Where.PATIENT,
        ("shift+tab", "left"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane i posten."),
    ),
    Action(
        "matrix",
        Where.PATIENT,
        ("m",),
        lambda: t("resultater over tid"),
        lambda: t("Vis laboratorieresultatene som en tabell over tid, og tilbake."),
    ),
    Action(
        "unanswered",
        Where.PATIENT,
        ("u",),
        lambda: t("ubesvart"),
        lambda: t("Vis det som mangler svarrapport, epikrise eller svar."),
        in_footer=False,
    ),
    Action(
        "section",
        Where.PATIENT,
        ("h",),
        lambda: t("hendelser"),
        lambda: t("Bytt mellom posten og hendelsene i journalen."),
    ),
    shared.reply(Where.PATIENT),
    shared.attachments(Where.PATIENT),
    shared.zoom(Where.PATIENT),
    shared.in_log(Where.PATIENT),
    Action(
        "back",
        Where.PATIENT,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen, tabellen, søket eller pasienten."),
        in_palette=False,
    ),
    shared.leave(Where.PATIENT),
    quiet(
        "shift(1)", Where.MATRIX, ("right",), lambda: t("eldre"), lambda: t("Rull tabellen mot eldre resultater.")
    ),
    quiet(
        "shift(-1)", Where.MATRIX, ("left",), lambda: t("nyere"), lambda: t("Rull tabellen mot nyere resultater.")
    ),
)
