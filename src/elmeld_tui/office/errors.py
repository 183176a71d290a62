"""How a use case refuses."""

from __future__ import annotations


class OfficeError(Exception):
    """What could not be done, why, and what to do; in the user's language, ready to be shown."""
