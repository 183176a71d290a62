"""What can be done while writing a message and in its preview."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions.action import Action, Where

ACTIONS: tuple[Action, ...] = (
    Action(
        "preview",
        Where.COMPOSER,
        ("f5", "ctrl+g"),
        lambda: t("forhåndsvis"),
        lambda: t("Vis meldingen slik mottakeren vil se den."),
    ),
    Action(
        "send", Where.COMPOSER, ("f9", "ctrl+s"), lambda: t("send"), lambda: t("Kontroller meldingen og send den.")
    ),
    Action(
        "enclose",
        Where.COMPOSER,
        ("alt+plus", "ctrl+t"),
        lambda: t("vedlegg"),
        lambda: t("Finn vedlegg blant pasientens dokumenter."),
    ),
    Action(
        "favourite",
        Where.COMPOSER,
        ("f7",),
        lambda: t("favoritt"),
        lambda: t("La mottakeren være en favoritt, eller ikke lenger."),
        in_footer=False,
    ),
    Action(
        "shortcuts",
        Where.COMPOSER,
        (),
        lambda: t("hurtigtaster"),
        lambda: t("Legg til, endre og ta bort tekster du skriver ofte."),
        in_footer=False,
    ),
    Action(
        "save_draft",
        Where.COMPOSER,
        ("f8",),
        lambda: t("lagre utkast"),
        lambda: t("Lagre det som er skrevet som utkast."),
    ),
    Action(
        "quote_results",
        Where.COMPOSER,
        ("ctrl+r",),
        lambda: t("prøvesvar"),
        lambda: t("Skriv pasientens prøvesvar i teksten: velg hvilke."),
    ),
    Action(
        "leave",
        Where.COMPOSER,
        ("escape",),
        lambda: t("lukk"),
        lambda: t("Gå ut. Har du skrevet noe som ikke er lagret, blir du spurt."),
        in_palette=False,
    ),
    Action(
        "toggle_xml", Where.PREVIEW, ("x", "f7"), lambda: t("XML"), lambda: t("Bytt mellom lesevisning og XML.")
    ),
    Action("send", Where.PREVIEW, ("f9", "ctrl+s"), lambda: t("send"), lambda: t("Send meldingen som vises.")),
    Action(
        "back",
        Where.PREVIEW,
        ("escape", "q"),
        lambda: t("tilbake"),
        lambda: t("Tilbake til skjemaet."),
        in_palette=False,
    ),
)
