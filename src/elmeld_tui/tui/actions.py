"""Everything a user can do, in one table: bindings, footer, command palette, help and the manual grow from it.

An action's name is the method that does it, ``action_<name>``, on the screen, widget or application it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType

from elmeld_tui.i18n import t
from elmeld_tui.tui.key_names import key_word


class Where(StrEnum):
    """Where an action can be taken."""

    EVERYWHERE = "everywhere"
    POST = "post"
    PATIENT = "patient"
    MATRIX = "matrix"
    LOG = "log"
    COMPOSER = "composer"
    PREVIEW = "preview"
    ATTACHMENTS = "attachments"
    LIST = "list"
    TEXT = "text"
    DIALOG = "dialog"
    FILTER = "filter"

    @property
    def place(self) -> str:
        """The place in the user's language."""
        return _WHERE_TITLES[self]()


_WHERE_TITLES: dict[Where, Callable[[], str]] = {
    Where.EVERYWHERE: lambda: t("Overalt"),
    Where.POST: lambda: t("Post"),
    Where.PATIENT: lambda: t("Pasient"),
    Where.MATRIX: lambda: t("Resultater over tid"),
    Where.LOG: lambda: t("Meldingslogg"),
    Where.COMPOSER: lambda: t("Skrive melding"),
    Where.PREVIEW: lambda: t("Forhåndsvisning"),
    Where.ATTACHMENTS: lambda: t("Vedlegg"),
    Where.LIST: lambda: t("Lister"),
    Where.TEXT: lambda: t("Lesing"),
    Where.DIALOG: lambda: t("Spørsmål"),
    Where.FILTER: lambda: t("Filter"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    Attributes:
        name: stable; the method is ``action_<name>``.
        where: the place it belongs to.
        usual_keys: those it has where the user has chosen no other, in the framework's spelling; the first is shown. Any
            alt key has a sibling without. None where the palette is way enough.
        label: one or two words for the footer and the palette.
        help: one sentence.
        in_footer: whether it is common enough to be seen all the time.
        in_palette: whether it can be chosen by name.
    """

    name: str
    where: Where
    usual_keys: tuple[str, ...]
    label: Callable[[], str]
    help: Callable[[], str]
    in_footer: bool = True
    in_palette: bool = True

    @property
    def id(self) -> str:
        """What a keymap file calls it: ``post.sign_off``, ``list.next_line``."""
        bare = self.name.removeprefix("app.")
        return f"{self.where}.{_IDS.get(bare) or re.sub('[^a-z_0-9]+', '_', bare).strip('_')}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys it has now: the user's own, or the usual ones. In the framework's spelling; the first is shown."""
        return _chosen_keys.get(self.id, self.usual_keys)


_IDS = {
    "move(1)": "next_line",
    "move(-1)": "previous_line",
    "page(1)": "next_page",
    "page(-1)": "previous_page",
    "shift(1)": "shift_older",
    "shift(-1)": "shift_newer",
    "roll(1)": "roll_down",
    "roll(-1)": "roll_up",
    "roll_page(1)": "roll_page_down",
    "roll_page(-1)": "roll_page_up",
}
"""Ids of actions whose names have a number in them."""

_chosen_keys: dict[str, tuple[str, ...]] = {}


def use_keys(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Let the actions with the ids in ``chosen`` have those keys, and every other its usual ones."""
    _chosen_keys.clear()
    _chosen_keys.update(chosen)


def key_of(identity: str) -> str:
    """Return the key of the action with this id as a keyboard says it, for a text that mentions it."""
    action = next(action for action in ACTIONS if action.id == identity)
    return key_word(action.keys[0]) if action.keys else ""


_APP, _POST, _LOG, _WRITE = Where.EVERYWHERE, Where.POST, Where.LOG, Where.COMPOSER
_SEE, _LIST, _TEXT, _ASK = Where.PREVIEW, Where.LIST, Where.TEXT, Where.DIALOG
_FILES, _PICK = Where.ATTACHMENTS, Where.FILTER
_PATIENT, _MATRIX = Where.PATIENT, Where.MATRIX


def _shared(
    places: tuple[Where, ...],
    name: str,
    keys: tuple[str, ...],
    label: Callable[[], str],
    help_: Callable[[], str],
    *,
    in_footer: bool = True,
) -> tuple[Action, ...]:
    """Return an action that several places have alike."""
    return tuple(Action(name, place, keys, label, help_, in_footer=in_footer) for place in places)


def _quiet(
    name: str, where: Where, keys: tuple[str, ...], label: Callable[[], str], help_: Callable[[], str]
) -> Action:
    """Return an action for moving about: in help, and not worth a place in footer or palette."""
    return Action(name, where, keys, label, help_, in_footer=False, in_palette=False)


ACTIONS: tuple[Action, ...] = (
    Action(
        "sign_off",
        _POST,
        ("k",),
        lambda: t("kvitter"),
        lambda: t("Bekreft at meldingen er sett. Den flyttes til Arkiv."),
    ),
    Action(
        "undo",
        _POST,
        ("u",),
        lambda: t("angre"),
        lambda: t("Angre siste kvittering, eller hent tilbake utkastet som nettopp ble forkastet."),
        in_footer=False,
    ),
    Action("reply", _POST, ("s",), lambda: t("svar"), lambda: t("Svar på meldingen som er valgt.")),
    Action(
        "recreate",
        _POST,
        ("n",),
        lambda: t("opprett på nytt"),
        lambda: t("Lag en ny melding av en som ikke kom fram, med det som er galt forklart (under Sendt)."),
    ),
    Action(
        "again",
        _POST,
        ("p",),
        lambda: t("prøv igjen"),
        lambda: t("Prøv å sende nå, eller send på nytt det som ikke kom fram (under Sendt)."),
    ),
    Action(
        "forward",
        _POST,
        ("v",),
        lambda: t("videresend"),
        lambda: t("Gi meldingen videre til en stilling, en gruppe eller de som har en funksjon i en gruppe."),
    ),
    Action(
        "deviate",
        _POST,
        ("a",),
        lambda: t("avvik"),
        lambda: t("Meld fra til avsenderen om feil i meldingen."),
    ),
    Action(
        "change",
        _POST,
        ("e",),
        lambda: t("endre"),
        lambda: t("Send dokumentet på nytt med endringer (under Sendt)."),
    ),
    Action(
        "cancel",
        _POST,
        ("x",),
        lambda: t("kanseller"),
        lambda: t("Trekk tilbake dokumentet hos alle som fikk det (under Sendt)."),
    ),
    Action("attachments", _POST, ("o",), lambda: t("vedlegg"), lambda: t("Åpne vedleggene til meldingen.")),
    Action(
        "link_patient",
        _POST,
        ("j",),
        lambda: t("til journal"),
        lambda: t("Si hvilken pasient meldingen gjelder, når det ikke er sikkert."),
    ),
    Action("discard", _POST, ("delete", "d"), lambda: t("forkast"), lambda: t("Forkast utkastet som er valgt.")),
    Action(
        "next_unread",
        _POST,
        ("b",),
        lambda: t("neste uleste"),
        lambda: t("Gå til neste uleste melding i listen."),
        in_footer=False,
    ),
    Action(
        "next_message",
        _POST,
        ("full_stop", "ctrl+down"),
        lambda: t("neste"),
        lambda: t("Åpne neste melding i listen uten å lukke den som er åpen."),
        in_footer=False,
    ),
    _quiet(
        "previous_message",
        _POST,
        ("comma", "ctrl+up"),
        lambda: t("forrige"),
        lambda: t("Åpne forrige melding i listen."),
    ),
    Action(
        "next_pane",
        _POST,
        ("right", "ctrl+pagedown"),
        lambda: t("neste fane"),
        lambda: t("Neste fane av meldingen: melding, vedlegg, tråd, tidslinje. I postkassene: brett ut."),
        in_footer=False,
    ),
    _quiet(
        "previous_pane",
        _POST,
        ("left", "ctrl+pageup"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane av meldingen. I postkassene: brett sammen."),
    ),
    Action(
        "zoom",
        _POST,
        ("z",),
        lambda: t("hele skjermen"),
        lambda: t("Les meldingen over hele skjermen, og tilbake."),
        in_footer=False,
    ),
    Action(
        "in_log",
        _POST,
        ("l",),
        lambda: t("i loggen"),
        lambda: t("Vis meldingen i meldingsloggen."),
        in_footer=False,
    ),
    *_shared(
        (_POST, _LOG),
        "search",
        ("slash",),
        lambda: t("søk"),
        lambda: t("Søk i listen: fritekst, fra:, til:, pasient:, type:, status:, etter:, før:, ulest."),
    ),
    Action(
        "search",
        _PATIENT,
        ("slash",),
        lambda: t("søk"),
        lambda: t("Søk etter en pasient, eller i posten til den som er åpen."),
    ),
    *_shared(
        (_POST, _LOG, _PATIENT),
        "filter",
        ("f",),
        lambda: t("filter"),
        lambda: t("Velg filter fra en liste, eller et du har lagret."),
    ),
    *_shared(
        (_POST, _LOG, _PATIENT),
        "drop_filter",
        ("backspace",),
        lambda: t("ta bort siste filter"),
        lambda: t("Ta bort det siste filteret."),
        in_footer=False,
    ),
    _quiet("patient", _POST, ("g",), lambda: t("pasienten"), lambda: t("Gå til pasienten meldingen gjelder.")),
    _quiet("patient", _LOG, ("g",), lambda: t("pasienten"), lambda: t("Gå til pasienten meldingen gjelder.")),
    Action(
        "next_tab",
        _PATIENT,
        ("tab", "right"),
        lambda: t("neste fane"),
        lambda: t("Neste fane i posten: alle, ubesvart, og hver meldingstype."),
    ),
    _quiet(
        "previous_tab",
        _PATIENT,
        ("shift+tab", "left"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane i posten."),
    ),
    Action(
        "matrix",
        _PATIENT,
        ("m",),
        lambda: t("resultater over tid"),
        lambda: t("Vis laboratorieresultatene som en tabell over tid, og tilbake."),
    ),
    Action(
        "unanswered",
        _PATIENT,
        ("u",),
        lambda: t("ubesvart"),
        lambda: t("Vis det som mangler svarrapport, epikrise eller svar."),
        in_footer=False,
    ),
    Action(
        "section",
        _PATIENT,
        ("h",),
        lambda: t("hendelser"),
        lambda: t("Bytt mellom posten og hendelsene i journalen."),
    ),
    Action("reply", _PATIENT, ("s",), lambda: t("svar"), lambda: t("Svar på meldingen som er valgt.")),
    Action("attachments", _PATIENT, ("o",), lambda: t("vedlegg"), lambda: t("Åpne vedleggene til meldingen.")),
    Action(
        "zoom",
        _PATIENT,
        ("z",),
        lambda: t("hele skjermen"),
        lambda: t("Les meldingen over hele skjermen, og tilbake."),
        in_footer=False,
    ),
    Action(
        "in_log",
        _PATIENT,
        ("l",),
        lambda: t("i loggen"),
        lambda: t("Vis meldingen i meldingsloggen."),
        in_footer=False,
    ),
    Action(
        "next_trouble", _LOG, ("e",), lambda: t("neste feil"), lambda: t("Gå til neste melding som trenger noen.")
    ),
    Action("attachments", _LOG, ("o",), lambda: t("vedlegg"), lambda: t("Åpne vedleggene til meldingen.")),
    Action(
        "next_pane",
        _LOG,
        ("right", "ctrl+pagedown"),
        lambda: t("neste fane"),
        lambda: t("Neste fane: tidslinje, dokument, XML, konvolutt, signatur, deler."),
    ),
    _quiet(
        "previous_pane",
        _LOG,
        ("left", "ctrl+pageup"),
        lambda: t("forrige fane"),
        lambda: t("Forrige fane i meldingsloggen."),
    ),
    Action(
        "preview",
        _WRITE,
        ("f5", "ctrl+g"),
        lambda: t("se som mottaker"),
        lambda: t("Vis meldingen slik mottakeren vil se den."),
    ),
    Action("send", _WRITE, ("f9", "ctrl+s"), lambda: t("send"), lambda: t("Kontroller meldingen og send den.")),
    Action(
        "enclose",
        _WRITE,
        ("alt+plus", "ctrl+t"),
        lambda: t("vedlegg"),
        lambda: t("Finn vedlegg blant pasientens dokumenter."),
    ),
    Action(
        "favourite",
        _WRITE,
        ("f7",),
        lambda: t("favoritt"),
        lambda: t("La mottakeren være en favoritt, eller ikke lenger."),
        in_footer=False,
    ),
    Action(
        "shortcuts",
        _WRITE,
        (),
        lambda: t("hurtigtaster"),
        lambda: t("Legg til, endre og ta bort tekster du skriver ofte."),
        in_footer=False,
    ),
    Action(
        "save_draft", _WRITE, ("f8",), lambda: t("lagre utkast"), lambda: t("Lagre det som er skrevet som utkast.")
    ),
    Action(
        "leave",
        _WRITE,
        ("escape",),
        lambda: t("lukk"),
        lambda: t("Gå ut. Har du skrevet noe som ikke er lagret, blir du spurt."),
        in_palette=False,
    ),
    Action("toggle_xml", _SEE, ("x", "f7"), lambda: t("XML"), lambda: t("Bytt mellom lesevisning og XML.")),
    Action("send", _SEE, ("f9", "ctrl+s"), lambda: t("send"), lambda: t("Send meldingen som vises.")),
    Action(
        "back", _SEE, ("escape", "q"), lambda: t("tilbake"), lambda: t("Tilbake til skjemaet."), in_palette=False
    ),
    Action("save", _FILES, ("s", "f8"), lambda: t("lagre"), lambda: t("Lagre vedlegget som fil.")),
    Action(
        "back",
        _FILES,
        ("escape", "q"),
        lambda: t("tilbake"),
        lambda: t("Tilbake til listen, og så til meldingen."),
        in_palette=False,
    ),
    Action(
        "back",
        _POST,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen eller søket."),
        in_palette=False,
    ),
    Action(
        "back",
        _LOG,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen eller filteret."),
        in_palette=False,
    ),
    Action(
        "back",
        _PATIENT,
        ("escape",),
        lambda: t("tilbake"),
        lambda: t("Lukk meldingen, tabellen, søket eller pasienten."),
        in_palette=False,
    ),
    Action(
        "tick",
        _PICK,
        ("space",),
        lambda: t("velg"),
        lambda: t("Velg det under markøren, eller la det være."),
    ),
    Action(
        "apply",
        _PICK,
        ("f9", "ctrl+s"),
        lambda: t("bruk"),
        lambda: t("Vis det som er valgt; enter gjør det samme."),
    ),
    Action("save", _PICK, ("f8",), lambda: t("lagre"), lambda: t("Lagre det som er valgt under et navn.")),
    Action(
        "rename", _PICK, ("f7",), lambda: t("gi nytt navn"), lambda: t("Gi det lagrede filteret et nytt navn.")
    ),
    Action("delete", _PICK, ("delete",), lambda: t("slett"), lambda: t("Slett det lagrede filteret.")),
    Action("close", _PICK, ("escape",), lambda: t("lukk"), lambda: t("Lukk uten å velge."), in_palette=False),
    Action("close", _ASK, ("escape",), lambda: t("lukk"), lambda: t("Lukk uten å velge."), in_palette=False),
    Action("new_message", _APP, ("ctrl+n",), lambda: t("ny melding"), lambda: t("Skriv en ny melding.")),
    Action(
        "place('post')",
        _APP,
        ("alt+1", "f2"),
        lambda: t("Post"),
        lambda: t("Gå til postkassene."),
        in_footer=False,
    ),
    Action(
        "place('patient')",
        _APP,
        ("alt+2", "f3"),
        lambda: t("Pasient"),
        lambda: t("Finn en pasient, og se posten til den."),
        in_footer=False,
    ),
    Action(
        "place('log')",
        _APP,
        ("alt+3", "f4"),
        lambda: t("Meldingslogg"),
        lambda: t("Gå til meldingsloggen."),
        in_footer=False,
    ),
    Action(
        "palette",
        _APP,
        ("ctrl+space", "ctrl+p"),
        lambda: t("kommandoer"),
        lambda: t("Søk i alt som kan gjøres her."),
        in_footer=False,
        in_palette=False,
    ),
    Action(
        "jump",
        _APP,
        ("ctrl+o",),
        lambda: t("hopp"),
        lambda: t("Gi hver liste og hvert felt en bokstav, og gå dit bokstaven står."),
        in_footer=False,
    ),
    _quiet("next_part", _APP, ("f6",), lambda: t("neste del"), lambda: t("Gå til neste del av skjermen.")),
    _quiet(
        "previous_part",
        _APP,
        ("shift+f6",),
        lambda: t("forrige del"),
        lambda: t("Gå til forrige del av skjermen."),
    ),
    Action(
        "theme",
        _APP,
        (),
        lambda: t("farger og skrift"),
        lambda: t("Velg lyst, mørkt, høy kontrast, terminalens egne farger eller ingen."),
        in_footer=False,
    ),
    Action(
        "mouse",
        _APP,
        (),
        lambda: t("mus av/på"),
        lambda: t("Overlat musen til terminalen, eller bruk den her."),
        in_footer=False,
    ),
    Action("help", _APP, ("f1",), lambda: t("hjelp"), lambda: t("Vis tastene som gjelder her.")),
    Action(
        "redraw",
        _APP,
        ("ctrl+l",),
        lambda: t("tegn på nytt"),
        lambda: t("Tegn hele skjermen på nytt, når noe annet har skrevet på den."),
        in_footer=False,
    ),
    Action("quit", _APP, ("ctrl+q",), lambda: t("avslutt"), lambda: t("Avslutt elmeld."), in_footer=False),
    _quiet("app.quit", _POST, ("q",), lambda: t("avslutt"), lambda: t("Avslutt elmeld.")),
    _quiet("app.quit", _PATIENT, ("q",), lambda: t("avslutt"), lambda: t("Avslutt elmeld.")),
    _quiet("app.quit", _LOG, ("q",), lambda: t("avslutt"), lambda: t("Avslutt elmeld.")),
    _quiet("app.focus_next", _APP, ("tab",), lambda: t("neste felt"), lambda: t("Gå til neste liste eller felt.")),
    _quiet(
        "app.focus_previous",
        _APP,
        ("shift+tab",),
        lambda: t("forrige felt"),
        lambda: t("Gå til forrige liste eller felt."),
    ),
    _quiet("choose", _LIST, ("enter",), lambda: t("åpne"), lambda: t("Åpne det som er valgt.")),
    _quiet("move(1)", _LIST, ("down",), lambda: t("ned"), lambda: t("Neste linje.")),
    _quiet("move(-1)", _LIST, ("up",), lambda: t("opp"), lambda: t("Forrige linje.")),
    _quiet("page(1)", _LIST, ("pagedown",), lambda: t("side ned"), lambda: t("Neste side.")),
    _quiet("page(-1)", _LIST, ("pageup",), lambda: t("side opp"), lambda: t("Forrige side.")),
    _quiet("first", _LIST, ("home",), lambda: t("først"), lambda: t("Første linje.")),
    _quiet("last", _LIST, ("end",), lambda: t("sist"), lambda: t("Siste linje.")),
    _quiet("copy", _LIST, ("y",), lambda: t("kopier"), lambda: t("Kopier nummeret til det som er valgt.")),
    _quiet("copy", _TEXT, ("y",), lambda: t("kopier"), lambda: t("Kopier teksten til utklippstavlen.")),
    _quiet("shift(1)", _MATRIX, ("right",), lambda: t("eldre"), lambda: t("Rull tabellen mot eldre resultater.")),
    _quiet("shift(-1)", _MATRIX, ("left",), lambda: t("nyere"), lambda: t("Rull tabellen mot nyere resultater.")),
    _quiet("roll(1)", _TEXT, ("down",), lambda: t("ned"), lambda: t("Rull en linje ned.")),
    _quiet("roll(-1)", _TEXT, ("up",), lambda: t("opp"), lambda: t("Rull en linje opp.")),
    _quiet("roll_page(1)", _TEXT, ("pagedown", "space"), lambda: t("side ned"), lambda: t("Rull en side ned.")),
    _quiet("roll_page(-1)", _TEXT, ("pageup",), lambda: t("side opp"), lambda: t("Rull en side opp.")),
    _quiet("to_top", _TEXT, ("home",), lambda: t("først"), lambda: t("Til begynnelsen.")),
    _quiet("to_bottom", _TEXT, ("end",), lambda: t("sist"), lambda: t("Til slutten.")),
)
"""In the order footers and help show them."""


def actions(*places: Where) -> list[Action]:
    """Return the actions of ``places``, in the table's order."""
    return [action for action in ACTIONS if action.where in places]


def bindings(where: Where) -> list[BindingType]:
    """Return the framework's bindings for a class that is ``where``."""
    return [
        Binding(
            ",".join(action.usual_keys or (f"{_NO_KEY}{number}",)),
            action.name,
            show=False,
            priority=where is Where.EVERYWHERE and _is_safe(action),
            id=action.id,
        )
        for number, action in enumerate(actions(where))
    ]


_NO_KEY = "no-key-"
"""How the key begins that no keyboard has: what has no key by itself can be given one by the user."""


def _is_safe(action: Action) -> bool:
    """Return whether an action's keys may be taken before a focused field sees them.

    Function, ctrl and alt keys may; tab is left to the framework's own order, where a field may want it.
    """
    return not action.name.startswith("app.focus")
