"""What can be done anywhere."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions.action import Action, Where, quiet

ACTIONS: tuple[Action, ...] = (
    Action(
        "new_message", Where.EVERYWHERE, ("ctrl+n",), lambda: t("ny melding"), lambda: t("Skriv en ny melding.")
    ),
    Action(
        "place('post')",
        Where.EVERYWHERE,
        ("alt+1", "f2"),
        lambda: t("Post"),
        lambda: t("Gå til postkassene."),
        in_footer=False,
    ),
    Action(
        "place('patient')",
        Where.EVERYWHERE,
        ("alt+2", "f3"),
        lambda: t("Pasient"),
        lambda: t("Finn en pasient, og se posten til den."),
        in_footer=False,
    ),
    Action(
        "place('log')",
        Where.EVERYWHERE,
        ("alt+3", "f4"),
        lambda: t("Meldingslogg"),
        lambda: t("Gå til meldingsloggen."),
        in_footer=False,
    ),
    Action(
        "place('alerts')",
        Where.EVERYWHERE,
        ("alt+4", "f10", "shift+f2"),
        lambda: t("Varsler"),
        lambda: t("Gå til varslene: det som trenger et menneske."),
        in_footer=False,
    ),
    Action(
        "place('addresses')",
        Where.EVERYWHERE,
        ("alt+5", "f11", "shift+f5"),
        lambda: t("Adresser"),
        lambda: t("Søk i adresseregisteret, og se hva en mottaker kan få."),
        in_footer=False,
    ),
    Action(
        "place('clinic')",
        Where.EVERYWHERE,
        ("alt+6", "f12", "shift+f4"),
        lambda: t("Klinikk"),
        lambda: t("Gå til oppsettet av klinikken: sjekkliste, brukere, grupper, avtaler."),
        in_footer=False,
    ),
    Action(
        "palette",
        Where.EVERYWHERE,
        ("ctrl+space", "ctrl+p"),
        lambda: t("kommandoer"),
        lambda: t("Søk i alt som kan gjøres her."),
        in_footer=False,
        in_palette=False,
    ),
    Action(
        "jump",
        Where.EVERYWHERE,
        ("ctrl+o",),
        lambda: t("hopp"),
        lambda: t("Gi hver liste og hvert felt en bokstav, og gå dit bokstaven står."),
        in_footer=False,
    ),
    quiet(
        "next_part", Where.EVERYWHERE, ("f6",), lambda: t("neste del"), lambda: t("Gå til neste del av skjermen.")
    ),
    quiet(
        "previous_part",
        Where.EVERYWHERE,
        ("shift+f6",),
        lambda: t("forrige del"),
        lambda: t("Gå til forrige del av skjermen."),
    ),
    Action(
        "theme",
        Where.EVERYWHERE,
        (),
        lambda: t("farger og skrift"),
        lambda: t("Velg lyst, mørkt, høy kontrast, terminalens egne farger eller ingen."),
        in_footer=False,
    ),
    Action(
        "mouse",
        Where.EVERYWHERE,
        (),
        lambda: t("mus av/på"),
        lambda: t("Overlat musen til terminalen, eller bruk den her."),
        in_footer=False,
    ),
    Action(
        "ring",
        Where.EVERYWHERE,
        (),
        lambda: t("ringeklokke av/på"),
        lambda: t("La terminalen ringe når et nytt varsel kommer, eller tie."),
        in_footer=False,
    ),
    Action(
        "lock",
        Where.EVERYWHERE,
        (),
        lambda: t("lås skjermen"),
        lambda: t("Dekk til alt til du har skrevet opplåsingskoden din."),
        in_footer=False,
    ),
    Action(
        "unlock_code",
        Where.EVERYWHERE,
        (),
        lambda: t("opplåsingskode"),
        lambda: t("Velg koden som åpner skjermen når den er låst."),
        in_footer=False,
    ),
    Action("help", Where.EVERYWHERE, ("f1",), lambda: t("hjelp"), lambda: t("Vis tastene som gjelder her.")),
    Action(
        "redraw",
        Where.EVERYWHERE,
        ("ctrl+l",),
        lambda: t("tegn på nytt"),
        lambda: t("Tegn hele skjermen på nytt, når noe annet har skrevet på den."),
        in_footer=False,
    ),
    Action(
        "quit", Where.EVERYWHERE, ("ctrl+q",), lambda: t("avslutt"), lambda: t("Avslutt elmeld."), in_footer=False
    ),
    quiet(
        "app.focus_next",
        Where.EVERYWHERE,
        ("tab",),
        lambda: t("neste felt"),
        lambda: t("Gå til neste liste eller felt."),
    ),
    quiet(
        "app.focus_previous",
        Where.EVERYWHERE,
        ("shift+tab",),
        lambda: t("forrige felt"),
        lambda: t("Gå til forrige liste eller felt."),
    ),
)
