"""What can be done in Post."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    Action(
        "sign_off",
        Where.POST,
        ("k",),
        lambda: t("kvitter"),
        lambda: t("Bekreft at meldingen er sett. Den flyttes til Arkiv. En ulest åpnes først."),
    ),
    Action(
        "sign_off_next",
        Where.POST,
        ("m",),
        lambda: t("kvitter og neste"),
        lambda: t("Kvitter meldingen, og åpne den neste i listen. En ulest åpnes først."),
        in_footer=False,
    ),
    Action(
        "undo",
        Where.POST,
        ("u",),
        lambda: t("angre"),
        lambda: t("Angre siste kvittering, eller hent tilbake utkastet som nettopp ble forkastet."),
        in_footer=False,
    ),
    shared.reply(Where.POST),
    Action(
        "recreate",
        Where.POST,
        ("n",),
        lambda: t("opprett på nytt"),
        lambda: t("Lag en ny melding av en som ikke kom fram, med det som er galt forklart (under Sendt)."),
    ),
    Action(
        "again",
        Where.POST,
        ("p",),
        lambda: t("prøv igjen"),
        lambda: t("Prøv å sende nå, eller send på nytt det som ikke kom fram (under Sendt)."),
    ),
    Action(
        "forward",
        Where.POST,
        ("v",),
        lambda: t("videresend"),
        lambda: t("Gi meldingen videre til en stilling, en gruppe eller de som har en funksjon i en gruppe."),
    ),
    Action(
        "deviate",
        Where.POST,
        ("a",),
        lambda: t("avvik"),
        lambda: t("Meld fra til avsenderen om feil i meldingen."),
    ),
    Action(
        "change",
        Where.POST,
        ("e",),
        lambda: t("endre"),
        lambda: t("Send dokumentet på nytt med endringer (under Sendt)."),
    ),
    Action(
        "cancel",
        Where.POST,
        ("x",),
        lambda: t("kanseller"),
        lambda: t("Trekk tilbake dokumentet hos alle som fikk det (under Sendt)."),
    ),
    shared.attachments(Where.POST),
    Action(
        "link_patient",
        Where.POST,
        ("j",),
        lambda: t("til journal"),
        lambda: t("Si hvilken pasient meldingen gjelder, når det ikke er sikkert."),
    ),
    Action(
        "discard", Where.POST, ("delete", "d"), lambda: t("forkast"), lambda: t("Forkast utkastet som er valgt.")
    ),
    Action(
        "next_unread",
        Where.POST,
        ("b",),
        lambda: t("neste uleste"),
        lambda: t("Gå til neste uleste melding i listen."),
        in_footer=False,
    ),
    Action(
        "next_message",
        Where.POST,
        ("full_stop", "ctrl+down"),
        lambda: t("neste"),
        lambda: t("Åpne neste melding i listen uten å lukke den som er åpen."),
        in_footer=False,
    ),
    quiet(
        "previous_message",
        Where.POST,
        ("comma", "ctrl+up"),
        lambda: t("forrige"),
        lambda: t("Åpne forrige melding i listen."),
    ),
    Action(
        "next_pane",
        Where.POST,
        ("right", "ctrl+pagedown"),
        lambda: t("neste fane"),
        lambda: t("Neste fane av meldingen: melding, vedlegg, tråd, tidslinje. I postkassene: brett ut."),
        in_footer=False,
    ),
    quiet(
        "previous_pane",
        Where.POST,
        ("left", "ctrl+pageup"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane av meldingen. I postkassene: brett sammen."),
    ),
    shared.zoom(Where.POST),
    shared.in_log(Where.POST),
    shared.search(Where.POST),
    shared.filter_(Where.POST),
    shared.drop_filter(Where.POST),
    shared.patient(Where.POST),
    Action(
        "back",
        Where.POST,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen eller søket."),
        in_palette=False,
    ),
    shared.leave(Where.POST),
)
