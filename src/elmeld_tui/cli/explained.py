"""What is wrong with a message or an alert, and what to do now, as commands print it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.office.course import Course, act_words
from elmeld_tui.office.faults import Explanation


def print_explanation(one: Explanation, data: dict[str, Any]) -> None:
    """Print one object: what is wrong, and ``data`` besides."""
    print(json_line({**data, **one._asdict(), "acts": [str(act) for act in one.acts]}))


def print_happened(found: Course, message_id: int | None, *more: str) -> None:
    """Print what happened, and what now with the commands that do it; ``more`` are others than those of the acts."""
    commands = [f"{act_words(act)}: elmeld {act} {message_id}" for act in found.acts] + list(more)
    print_part(t("Hva skjedde"), [told.text for told in found.happened])
    print_part(t("Hva nå"), [*found.now, *([f"[{', '.join(commands)}]"] if commands else [])])


def print_way(found: Course) -> None:
    """Print how it stands with each receiver, and every step."""
    print_part(t("Mottakere"), [told.text for told in found.receivers])
    print_part(t("Tidslinje"), found.steps)


def print_part(label: str, texts: Iterable[str]) -> None:
    """Print some lines, with a label before the first."""
    for number, text in enumerate(texts):
        print(f"{'' if number else label:<12} {' '.join(harmless(text).split())}")
