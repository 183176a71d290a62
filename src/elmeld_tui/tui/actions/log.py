"""What can be done in Meldingslogg."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.tui.actions import shared
from elmeld_tui.tui.actions.action import Action, Where, quiet


def _counter(number: int) -> Action:
    return quiet(
        f"counter({number})",
        Where.LOG,
        (str(number),),
        lambda: t("teller {n}", n=number),
        lambda: t("Vis akkurat de meldingene som teller {n} over listen har talt.", n=number),
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "again",
        Where.LOG,
        ("p",),
        lambda: t("send på nytt"),
        lambda: t("Send det samme dokumentet i en ny konvolutt, eller prøv nå det som fortsatt er på vei."),
    ),
    Action(
        "recreate",
        Where.LOG,
        ("n",),
        lambda: t("opprett på nytt"),
        lambda: t("Lag en ny melding, med ny id, av en som ikke kom fram; det som er galt, er forklart."),
    ),
    Action(
        "mark_handled",
        Where.LOG,
        ("m",),
        lambda: t("håndtert"),
        lambda: t("Si at det som gikk galt, er ordnet på en annen måte. Varslene om meldingen slokkes."),
    ),
    Action(
        "undo_handled",
        Where.LOG,
        ("u",),
        lambda: t("angre håndtert"),
        lambda: t("Ta tilbake at meldingen er håndtert."),
    ),
    Action(
        "decide",
        Where.LOG,
        ("a",),
        lambda: t("avgjør"),
        lambda: t("Ta imot eller avvis en melding som venter på en avgjørelse."),
    ),
    Action(
        "back",
        Where.LOG,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen eller filteret."),
        in_palette=False,
    ),
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
    quiet(
        "previous_trouble",
        Where.LOG,
        ("E",),
        lambda: t("forrige feil"),
        lambda: t("Gå til forrige melding som trenger noen."),
    ),
    Action(
        "bundle",
        Where.LOG,
        ("b",),
        lambda: t("feilpakke"),
        lambda: t("Lag en zip-fil om meldingen til den som skal finne feilen, med eller uten pasientdata."),
    ),
    Action(
        "statistics",
        Where.LOG,
        ("t",),
        lambda: t("statistikk"),
        lambda: t("Se hvor mye som går hver vei og hvor mye som feiler, etter dag, type og partner."),
    ),
    Action(
        "follow",
        Where.LOG,
        ("F",),
        lambda: t("følg"),
        lambda: t("La markøren stå på den nyeste meldingen etter hvert som de kommer, til du flytter den."),
        in_footer=False,
    ),
    Action(
        "copy_id",
        Where.LOG,
        ("c",),
        lambda: t("kopier MsgId"),
        lambda: t("Kopier id-en som mottakeren og leverandøren kjenner meldingen ved."),
        in_footer=False,
    ),
    *(_counter(number) for number in range(1, 9)),
    shared.attachments(Where.LOG),
    Action(
        "next_pane",
        Where.LOG,
        ("right", "ctrl+pagedown"),
        lambda: t("neste fane"),
        lambda: t("Neste fane: tidslinje, dokument, XML, konvolutt, signatur, deler, kontroll, tråd."),
    ),
    Action(
        "toggle_xml",
        Where.LOG,
        ("x",),
        lambda: t("XML"),
        lambda: t("Vis XML-en, og bytt mellom ett element på hver linje og byte for byte."),
        in_footer=False,
    ),
    shared.zoom(Where.LOG),
    quiet(
        "previous_pane",
        Where.LOG,
        ("left", "ctrl+pageup"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane i meldingsloggen."),
    ),
    shared.leave(Where.LOG),
)
