"""Values as TOML writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence


def toml(value: str | int | Sequence[str]) -> str:
    """Return a text, a number, a flag or a list of texts as TOML.

    JSON writes them alike and its escapes are among those of TOML, which also wants DEL escaped (TOML 1.0, String).
    """
    said = value if isinstance(value, str | int) else list(value)
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
