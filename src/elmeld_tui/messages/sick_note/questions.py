"""The questions NAV asks during a long absence, numbered as in rule set 2, and written into the note with their answers.

NAV publishes the questions in Norwegian with its form, and a note repeats them; they are therefore not translated.
"""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.model.codes import CodedValue

RULE_SET = "2"
"""Goes into RegelSettVersjon: says which questions these are."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong to one point of an absence."""

    id: str
    text: str
    questions: dict[str, str]


_HISTORY = "Kort sykehistorie, symptomer og funn i dagens situasjon"

GROUPS: tuple[Group, ...] = (
    Group(
        "6.3",
        "Opplysninger ved vurdering av aktivitetskravet",
        {
            "6.3.1": _HISTORY,
            "6.3.2": "Pågående og planlagt henvisning, utredning og behandling. Kan det kombineres med delvis arbeid?",
        },
    ),
    Group(
        "6.4",
        "Opplysninger ved 17 uker",
        {
            "6.4.1": _HISTORY,
            "6.4.2": "Pågående og planlagt henvisning, utredning og behandling",
            "6.4.3": "Hva skal til for at pasienten kan komme tilbake i eget eller annet arbeid?",
        },
    ),
    Group(
        "6.5",
        "Utdypende opplysninger ved 39 uker",
        {
            "6.5.1": _HISTORY,
            "6.5.2": "Hvordan virker helsetilstanden inn på arbeid og dagligliv?",
            "6.5.3": "Pågående og planlagt henvisning, utredning og behandling",
            "6.5.4": "Kan arbeidsevnen bedres ved behandling, opptrening eller arbeidsrettet aktivitet? Hvordan og når?",
        },
    ),
    Group(
        "6.6",
        "Opplysninger når pasienten søker arbeidsavklaringspenger",
        {
            "6.6.1": "Hva kan pasienten utføre av eget arbeid i dag eller i nær framtid?",
            "6.6.2": "Hva kan pasienten utføre av annet arbeid, om det egne ikke er mulig?",
            "6.6.3": "Hvilken betydning har sykdommen for den nedsatte arbeidsevnen?",
        },
    ),
)

CHOICES = tuple(
    CodedValue(number, "", f"{number} {text}") for group in GROUPS for number, text in group.questions.items()
)
"""Every question, as a form offers them."""


def group_of(question: str) -> Group:
    """Return the group that asks ``question``.

    Raises:
        KeyError: no group asks it.
    """
    for group in GROUPS:
        if question in group.questions:
            return group
    raise KeyError(question)
