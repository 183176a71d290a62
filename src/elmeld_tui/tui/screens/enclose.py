"""Choosing attachments for a message: the patient's documents, several at a time, with type and size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from elmeld_tui.i18n import t
from elmeld_tui.model import clock
from elmeld_tui.office.enclosing import Enclosable
from elmeld_tui.tui.layout import byte_size
from elmeld_tui.tui.screens.marking import MarkingScreen, Words
from elmeld_tui.tui.widgets.lines import Line, Span, Tone, fitted, line

_NAME = 42
"""Cells that are enough for the name of a document and what stands around it."""


class EncloseScreen(MarkingScreen[Enclosable]):
    """Is dismissed with the documents that shall go with the message, or None where nothing is to change.

    Args:
        documents: those that can be enclosed, the newest first.
        chosen: the values of those that are enclosed already.
        room: bytes that all of them may have together.
    """

    OPENED_BY = "enclose"

    def __init__(self, documents: Sequence[Enclosable], chosen: Iterable[str], room: int) -> None:
        words = Words(
            t("Vedlegg fra pasientens dokumenter"),
            t("søk: navn, avsender eller format"),
            t("Pasienten har ingen vedlegg som passer."),
            t("tab merker flere · enter legger ved · esc lukker uten å endre"),
        )
        super().__init__(words, documents, chosen)
        self._room = room

    def identity(self, item: Enclosable) -> str:
        """Return what stands for a document in a draft."""
        return item.chosen.value

    def searched(self, item: Enclosable) -> str:
        """Return its name, its format, and whose it is."""
        return f"{item.chosen.name} {item.format} {item.party}"

    def draw(self, item: Enclosable, mark: str, width: int) -> Line:
        """Return a document's name, and beside it when it came, its format, and from whom."""
        day = clock.short(clock.from_text(item.at))[:8]
        about = f"{day} · {item.format} · {item.party}"
        note = min(max(width // 2, width - _NAME), len(about))
        name = fitted(item.chosen.name, max(0, width - note - 8))
        return (Span(f" {mark} {name} "), Span(f" {fitted(about, note)}", Tone.MUTED))

    def summed(self, marked: Sequence[Enclosable]) -> Line:
        """Return how many are marked, and how much of the room they take."""
        size = sum(one.size for one in marked)
        told = t("{n} valgt · {size} av {room}", n=len(marked), size=byte_size(size), room=byte_size(self._room))
        if size > self._room:
            return line(f"! {told}: {t('for mye til å sendes')}", Tone.TROUBLE)
        return line(told, Tone.STRONG)
