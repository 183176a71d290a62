"""Actions that several places have in common, each with the same key and the same words."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions.action import Action, Where, quiet


def search(where: Where) -> Action:
    """Search the list."""
    return Action(
        "search",
        where,
        ("slash",),
        lambda: t("søk"),
        lambda: t("Søk i listen: fritekst, fra:, til:, pasient:, type:, status:, etter:, før:, ulest."),
    )


def filter_(where: Where) -> Action:
    """Choose what the list shows."""
    return Action(
        "filter",
        where,
        ("f",),
        lambda: t("filter"),
        lambda: t("Velg filter fra en liste, eller et du har lagret."),
    )


def drop_filter(where: Where) -> Action:
    """Take the last filter away."""
    return Action(
        "drop_filter",
        where,
        ("backspace",),
        lambda: t("ta bort siste filter"),
        lambda: t("Ta bort det siste filteret."),
        in_footer=False,
    )


def reply(where: Where) -> Action:
    """Answer the message."""
    return Action("reply", where, ("s",), lambda: t("svar"), lambda: t("Svar på meldingen som er valgt."))


def attachments(where: Where) -> Action:
    """See what is attached."""
    return Action("attachments", where, ("o",), lambda: t("vedlegg"), lambda: t("Åpne vedleggene til meldingen."))


def zoom(where: Where) -> Action:
    """Read the message over the whole screen."""
    return Action(
        "zoom",
        where,
        ("z",),
        lambda: t("hele skjermen"),
        lambda: t("Les meldingen over hele skjermen, og tilbake."),
        in_footer=False,
    )


def in_log(where: Where) -> Action:
    """Find the message in the log."""
    return Action(
        "in_log",
        where,
        ("l",),
        lambda: t("i loggen"),
        lambda: t("Vis meldingen i meldingsloggen."),
        in_footer=False,
    )


def patient(where: Where) -> Action:
    """Go to the patient."""
    return quiet(
        "patient", where, ("g",), lambda: t("pasienten"), lambda: t("Gå til pasienten meldingen gjelder.")
    )


def leave(where: Where) -> Action:
    """End the application from a list, where no letter is typed."""
    return quiet("app.quit", where, ("q",), lambda: t("avslutt"), lambda: t("Avslutt elmeld."))
