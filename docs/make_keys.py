"""Writes docs/keys.md from the table the program itself uses: ``python docs/make_keys.py``."""

from __future__ import annotations

from pathlib import Path

from elmeld_tui import i18n
from elmeld_tui.tui.key_manual import key_manual

PAGE = Path(__file__).with_name("keys.md")

if __name__ == "__main__":
    i18n.set_language("en")
    PAGE.write_text(key_manual(), encoding="utf-8")
