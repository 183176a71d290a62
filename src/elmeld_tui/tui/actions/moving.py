"""Moving in a list and in a text."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    quiet("choose", Where.LIST, ("enter",), lambda: t("åpne"), lambda: t("Åpne det som er valgt.")),
    quiet("move(1)", Where.LIST, ("down",), lambda: t("ned"), lambda: t("Neste linje.")),
    quiet("move(-1)", Where.LIST, ("up",), lambda: t("opp"), lambda: t("Forrige linje.")),
    quiet("page(1)", Where.LIST, ("pagedown",), lambda: t("side ned"), lambda: t("Neste side.")),
    quiet("page(-1)", Where.LIST, ("pageup",), lambda: t("side opp"), lambda: t("Forrige side.")),
    quiet("first", Where.LIST, ("home",), lambda: t("først"), lambda: t("Første linje.")),
    quiet("last", Where.LIST, ("end",), lambda: t("sist"), lambda: t("Siste linje.")),
    quiet("copy", Where.LIST, ("y",), lambda: t("kopier"), lambda: t("Kopier nummeret til det som er valgt.")),
    quiet("copy", Where.TEXT, ("y",), lambda: t("kopier"), lambda: t("Kopier teksten til utklippstavlen.")),
    quiet("roll(1)", Where.TEXT, ("down",), lambda: t("ned"), lambda: t("Rull en linje ned.")),
    quiet("roll(-1)", Where.TEXT, ("up",), lambda: t("opp"), lambda: t("Rull en linje opp.")),
    quiet(
        "roll_page(1)", Where.TEXT, ("pagedown", "space"), lambda: t("side ned"), lambda: t("Rull en side ned.")
    ),
    quiet("roll_page(-1)", Where.TEXT, ("pageup",), lambda: t("side opp"), lambda: t("Rull en side opp.")),
    quiet("to_top", Where.TEXT, ("home",), lambda: t("først"), lambda: t("Til begynnelsen.")),
    quiet("to_bottom", Where.TEXT, ("end",), lambda: t("sist"), lambda: t("Til slutten.")),
)
