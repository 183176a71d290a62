"""The message a widget sends when something in it is to be copied."""

from __future__ import annotations

from textual.message import Message


class CopyWanted(Message):
    """``text`` is to be put on the clipboard."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
