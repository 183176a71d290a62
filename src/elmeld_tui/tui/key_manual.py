"""docs/keys.md, generated from the table of actions."""

from __future__ import annotations

from elmeld_tui.tui.actions import Action, Where, actions
from elmeld_tui.tui.key_names import key_word


def key_manual() -> str:
    """Return docs/keys.md: every key, place by place, in Markdown."""
    parts = [
        "# Keys\n",
        "Made from the program's own table (`src/elmeld_tui/tui/actions/`); a test keeps it fresh. Alt keys do not",
        "work in every terminal, so each of them has a second key that does.\n",
    ]
    for where in Where:
        parts.append(f"## {where.place}\n")
        parts.append("| Key | Action | |\n|---|---|---|")
        parts.extend(f"| {_keys(action)} | {action.label()} | {action.help()} |" for action in actions(where))
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _keys(action: Action) -> str:
    return " ".join(f"`{key_word(key)}`" for key in action.keys)
