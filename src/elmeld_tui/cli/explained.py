"""What is wrong with a message, and what to do now, as a command prints it."""

from __future__ import annotations

from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless, json_line
from elmeld_tui.office.faults import Explanation


def print_explanation(one: Explanation, message_id: int | None, data: dict[str, Any] | None) -> None:
    """Print two lines: what happened, and what now with the commands that do it; or one object.

    Args:
        one: what to print.
        message_id: of the message it is about, if any.
        data: what else the object holds; None to print lines.
    """
    if data is not None:
        acts = [str(act) for act in one.acts]
        print(json_line({**data, **one._asdict(), "acts": acts}))
        return
    about = f"{one.receiver}: " if one.receiver else ""
    said = f" ({one.said})" if one.said else ""
    _print(t("Hva skjedde"), f"{about}{one.happened}{said}")
    if one.now:
        commands = ", ".join(f"elmeld {act} {message_id}" for act in one.acts)
        _print(t("Hva nå"), f"{one.now} [{commands}]" if commands else one.now)


def _print(label: str, text: str) -> None:
    print(f"{label:<12} {' '.join(harmless(text).split())}")
