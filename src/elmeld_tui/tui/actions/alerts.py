"""What can be done in Varsler: what mends an alert, with the same keys as in the other places."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    Action(
        "recreate",
        Where.ALERTS,
        ("n",),
        lambda: t("opprett på nytt"),
        lambda: t("Lag en ny melding av en som ikke kom fram, med det som er galt forklart."),
    ),
    Action(
        "again",
        Where.ALERTS,
        ("p",),
        lambda: t("prøv igjen"),
        lambda: t("Prøv å sende nå, eller send på nytt det som ikke kom fram."),
    ),
    Action(
        "mark_handled",
        Where.ALERTS,
        ("m",),
        lambda: t("merk som håndtert"),
        lambda: t("Si at det er ordnet på annen måte, eller sett etter; hvordan står i loggen."),
    ),
    Action(
        "in_log",
        Where.ALERTS,
        ("l",),
        lambda: t("i loggen"),
        lambda: t("Vis meldingen i meldingsloggen."),
    ),
    Action(
        "setup",
        Where.ALERTS,
        ("o",),
        lambda: t("sjekklisten"),
        lambda: t(
            "Se i Klinikk hva oppsettet mangler, når varselet gjelder sertifikat, avtale, motor eller maskin."
        ),
    ),
    Action(
        "decide",
        Where.ALERTS,
        ("a",),
        lambda: t("avgjør"),
        lambda: t("Ta imot en melding som venter på det, eller avvis den med grunn."),
    ),
    Action(
        "link_patient",
        Where.ALERTS,
        ("j",),
        lambda: t("til journal"),
        lambda: t("Si hvilken pasient meldingen gjelder, når det ikke er sikkert."),
    ),
    Action(
        "next_pane",
        Where.ALERTS,
        ("right", "ctrl+pagedown"),
        lambda: t("neste fane"),
        lambda: t("Bytt mellom varselet og meldingen det gjelder."),
        in_footer=False,
    ),
    quiet(
        "previous_pane",
        Where.ALERTS,
        ("left", "ctrl+pageup"),
        lambda: t("forrige fane"),
        lambda: t("Bytt mellom varselet og meldingen det gjelder."),
    ),
    Action(
        "next_alert",
        Where.ALERTS,
        ("full_stop", "ctrl+down"),
        lambda: t("neste"),
        lambda: t("Åpne neste varsel uten å lukke det som er åpent."),
        in_footer=False,
    ),
    quiet(
        "previous_alert",
        Where.ALERTS,
        ("comma", "ctrl+up"),
        lambda: t("forrige"),
        lambda: t("Åpne forrige varsel."),
    ),
    shared.zoom(Where.ALERTS),
    shared.patient(Where.ALERTS),
    Action("back", Where.ALERTS, ("escape",), lambda: t("tilbake"), lambda: t("Lukk varselet."), in_palette=False),
    shared.leave(Where.ALERTS),
)
