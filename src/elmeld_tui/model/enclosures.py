"""What a writer encloses in a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One attachment on its way out.

    Attributes:
        description: what the receiver sees it called, in a few words.
        mime: media type of the content, e.g. ``application/pdf``.
        content: the bytes themselves.
    """

    description: str
    mime: str
    content: bytes
