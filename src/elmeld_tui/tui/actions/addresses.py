"""What can be done in Adresser."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where

ACTIONS: tuple[Action, ...] = (
    Action(
        "search",
        Where.ADDRESSES,
        ("slash",),
        lambda: t("søk"),
        lambda: t("Søk: navn, sted eller HER-id; behandler:, klinikk:, institusjon: og tjeneste: avgrenser."),
    ),
    Action("write", Where.ADDRESSES, ("w",), lambda: t("skriv til"), lambda: t("Skriv en melding til adressen.")),
    Action(
        "favourite",
        Where.ADDRESSES,
        ("f7", "asterisk"),
        lambda: t("favoritt"),
        lambda: t("La adressen være en favoritt, eller ikke lenger."),
    ),
    Action(
        "below",
        Where.ADDRESSES,
        ("u",),
        lambda: t("under"),
        lambda: t("Vis tjenestene og personene under organisasjonen."),
    ),
    Action(
        "renew",
        Where.ADDRESSES,
        ("r",),
        lambda: t("hent på nytt"),
        lambda: t("Spør adresseregisteret, også når kopien her er fersk."),
    ),
    Action(
        "back",
        Where.ADDRESSES,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk adressen, og så søket."),
        in_palette=False,
    ),
    shared.leave(Where.ADDRESSES),
)
