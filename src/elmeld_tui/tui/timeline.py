"""How a message has fared, as a page: what happened, what to do now, and every step of its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from elmeld_tui.engine.remedies import Act
from elmeld_tui.i18n import t
from elmeld_tui.office.course import Course, act_words
from elmeld_tui.office.words import Concern
from elmeld_tui.tui.layout import wrap
from elmeld_tui.tui.widgets.lines import Line, Span, Tone
from elmeld_tui.tui.widgets.paper import Layout

_LABEL = 14

_TONES = {Concern.DONE: Tone.DONE, Concern.WAITING: Tone.WAITING, Concern.TROUBLE: Tone.TROUBLE}


def timeline_layout(found: Course | None, keys: Mapping[Act, str]) -> Layout:
    """Return the layout of how a message has fared.

    Args:
        found: what is told; None of a message that is gone.
        keys: the keys of the place that do the acts, as keyboards say them.
    """
    if found is None:
        return lambda width: list(labelled("", t("Meldingen finnes ikke lenger."), width, Tone.MUTED))
    return lambda width: list(_timeline(found, keys, width))


def _timeline(found: Course, keys: Mapping[Act, str], width: int) -> Iterator[Line]:
    yield from happened(found, width)
    # The same key tries what is owed and sends again what is not.
    offered = {keys[act]: act_words(act) for act in found.acts if act in keys}
    if offered:
        yield from labelled("", " · ".join(f"{key} {what}" for key, what in offered.items()), width, Tone.KEY)
    yield from way(found, width)


def happened(found: Course, width: int) -> Iterator[Line]:
    """Yield the lines of what happened and what to do now."""
    for number, told in enumerate(found.happened):
        yield from labelled("" if number else t("Hva skjedde"), told.text, width, _TONES[told.concern])
    for number, text in enumerate(found.now):
        yield from labelled("" if number else t("Hva nå"), text, width, Tone.STRONG)


def way(found: Course, width: int) -> Iterator[Line]:
    """Yield the lines of how it stands with each receiver, and of every step."""
    if found.receivers:
        yield ()
    for number, told in enumerate(found.receivers):
        yield from labelled("" if number else t("Mottakere"), told.text, width, _TONES[told.concern])
    if found.steps:
        yield ()
    for number, text in enumerate(found.steps):
        yield from labelled("" if number else t("Tidslinje"), text, width, Tone.PLAIN)


def labelled(label: str, text: str, width: int, tone: Tone) -> Iterator[Line]:
    """Yield the lines of a text with a label at its left."""
    for number, part in enumerate(wrap(text, max(1, width - _LABEL))):
        yield (
            Span("" if number else label, Tone.MUTED),
            Span(" " * (_LABEL - (0 if number else len(label)))),
            Span(part, tone),
        )
